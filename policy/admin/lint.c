#include "policy/admin/lint.h"

#include <stdarg.h>
#include <stdio.h>

#include "policy/admin/doubts.h"
#include "policy/cleanup.h"
#include "policy/ini_document.h"
#include "policy/timestamp.h"

#define ENDS_SOON_S (30 * (int64_t)DAY_S)
#define ENDS_LATE_S (548 * (int64_t)DAY_S) /* 18 months */

__attribute__((format(printf, 4, 0))) static void say(
	const char *path, unsigned line, const char *weight, const char *format, va_list arguments)
{
	if (line > 0)
		printf("%s:%u: %s: ", path, line, weight);
	else
		printf("%s: %s: ", path, weight);
	vprintf(format, arguments);
	printf("\n");
}

void lint_note(const char *path, unsigned line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(path, line, "note", format, arguments);
	va_end(arguments);
}

void lint_warn(const char *path, unsigned line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(path, line, "warning", format, arguments);
	va_end(arguments);
}

/* The line of a key of the first section, which is the header of every kind. */
static unsigned header_line(const struct ini_document *document, const char *key)
{
	const struct ini_entry *entry = NULL;

	if (document->n_sections > 0)
		entry = ini_section_find(&document->sections[0], key);
	return entry ? entry->line : 0;
}

static void lint_header(const struct admin_document *document, const struct ini_document *ini,
	const struct document_header *header, int64_t now_s)
{
	struct header_doubt doubts[HEADER_DOUBTS_MAX];
	unsigned line = header_line(ini, "not-after");
	const char *path = document->file.path;
	char until[TIMESTAMP_SIZE];
	int64_t left_s = header->not_after - now_s;
	size_t n = header_doubts(header, now_s, doubts);

	for (size_t i = 0; i < n; i++)
		lint_warn(path, header_line(ini, doubts[i].key), "%s", doubts[i].text);
	timestamp_format(header->not_after, JAPAN_MINUTES, until);
	if (left_s >= 0 && left_s < ENDS_SOON_S && header->kind != DOCUMENT_FRESH)
		lint_warn(path, line, "it ends in %d days, on %s", (int)(left_s / DAY_S), until);
	else if (left_s > ENDS_LATE_S && header->kind == DOCUMENT_POLICY)
		lint_warn(path, line,
			"it is valid for more than 18 months; shorter ones are renewed by people "
			"who still know why");
}

void lint_document(const struct admin_document *document, int64_t now_s)
{
	CLEANUP(ini_document_cleanup) struct ini_document *ini = NULL;
	const struct document_header *header = admin_document_header(document);
	const struct document_slice *text = &document->parts.text;
	const char *path = document->file.path;
	struct problems none = {0};

	printf("%s: no mistakes\n", path);
	if (!header || ini_document_read(text->bytes, text->size, &none, &ini) < 0)
		return;
	problems_clear(&none); /* the document was parsed before: there are none */
	if (document->policy) {
		lint_enforced(path, document->policy, ini);
		lint_doubts(path, document->policy, ini);
	}
	if (document->root)
		lint_root(path, document->root);
	if (document->tokens)
		lint_tokens(path, document->tokens, now_s);
	lint_header(document, ini, header, now_s);
}
