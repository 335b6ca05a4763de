/* What the commands say and ask. */
#include "policy/admin/admin.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/timestamp.h"
#include "policy/value.h"

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

int admin_usage(const char *usage)
{
	fprintf(stderr, "usage: sekisho-admin %s\n", usage);
	return EXIT_UNKNOWN;
}

void admin_print_problems(const char *path, struct problems *problems)
{
	char line[2 * PROBLEM_TEXT_MAX + 64];

	problems_sort(problems);
	for (size_t i = 0; i < problems->count; i++) {
		/* The name is printed apart, because it may be of any length. */
		problem_format(&problems->items[i], "", line, sizeof(line));
		fprintf(stderr, "%s%s\n", path, line);
	}
	if (problems->omitted > 0)
		fprintf(stderr, "%s: and %zu more\n", path, problems->omitted);
}

enum document_kind admin_kind(const char *text, size_t size)
{
	struct problems ignored = {0};
	struct ini_document *document = NULL;
	enum document_kind kind = DOCUMENT_NONE;

	if (ini_document_read(text, size, &ignored, &document) == 0) {
		kind = document_header_kind(document);
		if (kind == DOCUMENT_NONE && document->n_sections > 0)
			document_kind_from_name(document->sections[0].type, &kind);
	}
	ini_document_free(document);
	problems_clear(&ignored);
	return kind;
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
	char answer[16];

	printf("%s [y/N] ", question);
	fflush(stdout);
	if (!fgets(answer, sizeof(answer), stdin))
		return false;
	return strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0;
}
