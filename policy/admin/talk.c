/* What the commands say and ask. */
#include "policy/admin/admin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/timestamp.h"
#include "policy/value.h"

#define PROBLEMS_SHOWN 20 /* who has more mends these first */

void admin_complain(const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fputs("sekisho-admin: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

int admin_no_memory(void)
{
	admin_complain("there is not enough memory");
	return EXIT_UNKNOWN;
}

char *admin_copy(const char *bytes, size_t size)
{
	char *copy = malloc(size + 1);

	if (!copy)
		return NULL;
	if (size > 0)
		memcpy(copy, bytes, size);
	copy[size] = '\0';
	return copy;
}

char *admin_format(const char *format, ...)
{
	va_list arguments;
	char *text;
	int size;

	va_start(arguments, format);
	size = vasprintf(&text, format, arguments);
	va_end(arguments);
	return size < 0 ? NULL : text;
}

int admin_check_name(const char *what, const char *name, size_t size_max)
{
	if (tier_is_valid(name) && strlen(name) <= size_max)
		return EXIT_DONE;
	if (strcmp(name, TIER_OF_ALL) == 0) {
		admin_complain("a %s cannot be called \"%s\": that word stands for every tier",
			what, name);
		return EXIT_UNKNOWN;
	}
	admin_complain("a %s is 1 to %zu letters of a-z 0-9 - (not \"%s\")", what, size_max, name);
	return EXIT_UNKNOWN;
}

int admin_misused(const char *usage, const char *reason)
{
	admin_complain("%s", reason);
	return admin_usage(usage);
}

int admin_usage(const char *usage)
{
	fflush(stdout);
	fprintf(stderr, "usage: sekisho-admin %s\n", usage);
	return EXIT_UNKNOWN;
}

void admin_print_problems(const char *path, struct problems *problems)
{
	size_t shown = problems->count < PROBLEMS_SHOWN ? problems->count : PROBLEMS_SHOWN;
	size_t more = problems->count - shown + problems->omitted;
	char line[2 * PROBLEM_TEXT_MAX + 64];

	fflush(stdout);
	problems_sort(problems);
	for (size_t i = 0; i < shown; i++) {
		/* The name is printed apart, because it may be of any length. */
		problem_format(&problems->items[i], "", line, sizeof(line));
		fprintf(stderr, "%s%s\n", path, line);
	}
	if (more > 0)
		fprintf(stderr, "%s: and %zu mistakes more\n", path, more);
}

int64_t admin_now(int *ret_offset_minutes)
{
	time_t now = time(NULL);
	struct tm local = {0};

	localtime_r(&now, &local);
	/* A workstation that was never told where it is has UTC; the body is in Japan. */
	*ret_offset_minutes = local.tm_gmtoff == 0 ? JAPAN_MINUTES : (int)(local.tm_gmtoff / 60);
	return now;
}

bool admin_is_interactive(void)
{
	return isatty(STDIN_FILENO);
}

bool admin_confirm(const char *question)
{
	static const char *const yes[] = {
		"y", "Y", "yes", "Yes", "YES", "ｙ", "Ｙ", "ｙｅｓ", "ＹＥＳ", "はい"};
	char answer[64];

	/* The next lines of a pasted block are no answer. */
	tcflush(STDIN_FILENO, TCIFLUSH);
	printf("%s [y/N] ", question);
	fflush(stdout);
	if (!fgets(answer, sizeof(answer), stdin))
		return false;
	answer[strcspn(answer, "\r\n")] = '\0';
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (strcmp(answer, yes[i]) == 0)
			return true;
	return false;
}
