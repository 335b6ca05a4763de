#include "policy/problem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/characters.h"

#define ELLIPSIS "…"
#define READ_MAX 72 /* bytes that are shown of what was read */

/* Writes one character, or one bad byte as \xNN. Returns how much of the source it took. */
static size_t print_character(const char *bytes, size_t size, char piece[8])
{
	uint32_t character = 0;
	size_t length = utf8_decode(bytes, size, &character);

	if (length > 0 && !character_fault(character)) {
		memcpy(piece, bytes, length);
		piece[length] = '\0';
		return length;
	}
	snprintf(piece, 8, "\\x%02x", (unsigned char)bytes[0]);
	return 1;
}

static void print_bytes(const char *bytes, size_t size, char buffer[PROBLEM_TEXT_MAX])
{
	size_t used = 0;

	for (size_t at = 0; at < size;) {
		char piece[8];
		size_t length;

		at += print_character(bytes + at, size - at, piece);
		length = strlen(piece);
		if (used + length > READ_MAX) {
			memcpy(buffer + used, ELLIPSIS, sizeof(ELLIPSIS));
			return;
		}
		memcpy(buffer + used, piece, length);
		used += length;
	}
	buffer[used] = '\0';
}

static struct problem *problems_grow(struct problems *problems)
{
	/* The power of two that holds count is the allocated size. */
	if (problems->count >= PROBLEMS_MAX)
		return NULL;
	if ((problems->count & (problems->count - 1)) == 0) {
		size_t capacity = problems->count == 0 ? 1 : problems->count * 2;
		struct problem *items = realloc(problems->items, capacity * sizeof(*items));

		if (!items)
			return NULL;
		problems->items = items;
	}
	return &problems->items[problems->count++];
}

/* One more, without its texts; NULL where it is only counted. */
static struct problem *add(struct problems *problems, unsigned line, unsigned column)
{
	struct problem *problem;

	if (problems->has_ended) {
		problems->moot++;
		return NULL;
	}
	problem = problems_grow(problems);
	if (problem)
		*problem = (struct problem){.line = line, .column = column};
	else
		problems->omitted++;
	return problem;
}

void problems_add(struct problems *problems, unsigned line, unsigned column, const char *read,
	size_t read_size, const char *expected, ...)
{
	struct problem *problem = add(problems, line, column);
	va_list arguments;

	if (!problem)
		return;
	print_bytes(read, read_size, problem->read);
	va_start(arguments, expected);
	vsnprintf(problem->expected, sizeof(problem->expected), expected, arguments);
	va_end(arguments);
}

void problems_add_missing(
	struct problems *problems, unsigned line, unsigned column, const char *expected, ...)
{
	struct problem *problem = add(problems, line, column);
	va_list arguments;

	if (!problem)
		return;
	problem->is_missing = true;
	va_start(arguments, expected);
	vsnprintf(problem->expected, sizeof(problem->expected), expected, arguments);
	va_end(arguments);
}

void problems_end(struct problems *problems)
{
	problems->has_ended = true;
}

static int compare(const void *left, const void *right)
{
	const struct problem *a = left, *b = right;

	if (a->is_missing != b->is_missing)
		return a->is_missing ? 1 : -1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return strcmp(a->expected, b->expected);
}

void problems_sort(struct problems *problems)
{
	if (problems->count > 1)
		qsort(problems->items, problems->count, sizeof(*problems->items), compare);
}

bool problems_any(const struct problems *problems)
{
	return problems_found(problems) > 0;
}

size_t problems_found(const struct problems *problems)
{
	return problems->count + problems->omitted + problems->moot;
}

int problem_text(const struct problem *problem, char *buffer, size_t size)
{
	if (problem->is_missing)
		return snprintf(buffer, size, "read nothing more, expected %s", problem->expected);
	return snprintf(buffer, size, "read '%s', expected %s", problem->read, problem->expected);
}

int problem_format(const struct problem *problem, const char *name, char *buffer, size_t size)
{
	char text[2 * PROBLEM_TEXT_MAX + 32];

	problem_text(problem, text, sizeof(text));
	if (problem->line == 0)
		return snprintf(buffer, size, "%s: %s", name, text);
	return snprintf(buffer, size, "%s:%u:%u: %s", name, problem->line, problem->column, text);
}

void problems_clear(struct problems *problems)
{
	free(problems->items);
	*problems = (struct problems){0};
}
