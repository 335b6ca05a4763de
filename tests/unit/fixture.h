/* Small helpers of the unit tests: files of tests/data, problems as text. Tests run in the root of
 * the source tree. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/problem.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct fixture {
	char *bytes;
	size_t size;
};

/* Reads tests/data/NAME; the caller frees bytes. */
static inline struct fixture fixture_read(const char *name)
{
	struct fixture fixture = {0};
	char path[256];
	FILE *file;
	long size;

	snprintf(path, sizeof(path), "tests/data/%s", name);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("%s cannot be read; tests run in the root of the source tree", path);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	assert_true(size >= 0);
	rewind(file);
	fixture.size = (size_t)size;
	fixture.bytes = malloc(fixture.size + 1);
	assert_non_null(fixture.bytes);
	assert_int_equal(fread(fixture.bytes, 1, fixture.size, file), fixture.size);
	fixture.bytes[fixture.size] = '\0';
	fclose(file);
	return fixture;
}

/* text with the one place old replaced by new; the caller frees it. */
static inline char *text_edited(const char *text, const char *old, const char *new)
{
	const char *at = strstr(text, old);
	size_t size = strlen(text) + strlen(new) + 1;
	char *edited;

	if (!at)
		fail_msg("the text has no '%s'", old);
	edited = malloc(size);
	assert_non_null(edited);
	snprintf(edited, size, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
	return edited;
}

/* All problems, sorted, one on a line: "LINE:COLUMN read|expected". The caller frees it. */
static inline char *problems_text(struct problems *problems)
{
	size_t size = problems->count * (2 * PROBLEM_TEXT_MAX + 32) + 1, used = 0;
	char *text = calloc(1, size);

	assert_non_null(text);
	problems_sort(problems);
	for (size_t i = 0; i < problems->count; i++)
		used += (size_t)snprintf(text + used, size - used, "%u:%u %s|%s\n",
			problems->items[i].line, problems->items[i].column, problems->items[i].read,
			problems->items[i].expected);
	return text;
}

/* The first problem as "LINE:COLUMN expected", or "nothing", in text. */
static inline void first_problem(struct problems *problems, char text[PROBLEM_TEXT_MAX + 32])
{
	problems_sort(problems);
	snprintf(text, PROBLEM_TEXT_MAX + 32, "nothing");
	if (problems->count > 0)
		snprintf(text, PROBLEM_TEXT_MAX + 32, "%u:%u %s", problems->items[0].line,
			problems->items[0].column, problems->items[0].expected);
}

/* Whether one of the problems stands on line and its expected text begins with expected. */
static inline int has_problem(const struct problems *problems, unsigned line, const char *expected)
{
	for (size_t i = 0; i < problems->count; i++)
		if (problems->items[i].line == line &&
			strncmp(problems->items[i].expected, expected, strlen(expected)) == 0)
			return 1;
	return 0;
}
