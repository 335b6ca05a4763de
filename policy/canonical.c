#include "policy/canonical.h"

#include <stdlib.h>
#include <string.h>

#include "policy/canonical_duplicates.h"
#include "policy/canonical_internal.h"
#include "policy/cleanup.h"
#include "policy/ssh_armour.h"

/* The line at an offset. */
static struct text_line line_at(const struct text_scan *scan, size_t at, unsigned number)
{
	const char *end = memchr(scan->text + at, '\n', scan->size - at);
	struct text_line line = {
		.bytes = scan->text + at,
		.at = at,
		.size = end ? (size_t)(end - scan->text) - at : scan->size - at,
		.next_at = end ? (size_t)(end - scan->text) + 1 : scan->size,
		.number = number,
	};

	if (scan->form.has_cr_lf && line.size > 0 && line.bytes[line.size - 1] == '\r')
		line.size--;
	return line;
}

/* Where the line ends changed with the signatures, they were not cut off: they are no text. */
static bool is_signature(const struct text_scan *scan, const struct text_line *line)
{
	size_t size = strlen(SSH_ARMOUR_BEGIN) - 1;

	if (!scan->form.has_cr_lf && !scan->form.has_cr_lf_signatures)
		return false;
	return line->size >= size && memcmp(line->bytes, SSH_ARMOUR_BEGIN, size) == 0 &&
	       (line->size == size || line->bytes[size] == '\r');
}

/* What an editor did to all of it. False when nothing of it can be read. */
static bool check_form(struct text_scan *scan)
{
	const char *fault = text_form_fault(&scan->form);
	struct text_line first;

	if (scan->form.is_utf16 || scan->form.is_binary || scan->form.is_private_key) {
		problems_add(scan->problems, 1, 1, scan->text, scan->size < 8 ? scan->size : 8,
			"a text in UTF-8; %s", fault);
		problems_end(scan->problems);
		return false;
	}
	if (!scan->form.has_cr_lf)
		return true;
	first = line_at(scan, 0, 1);
	problems_add(scan->problems, 1, text_line_column(&first, first.size), "\r", 1,
		"no CR before LF; %s", fault);
	return true;
}

/* What concerns the text as a whole. Returns the offset of its first line. */
static size_t check_start(const struct text_scan *scan)
{
	size_t mark = strlen(BYTE_ORDER_MARK);

	if (scan->size == 0)
		problems_add(scan->problems, 1, 1, "", 0, "a document");
	if (scan->size < mark || memcmp(scan->text, BYTE_ORDER_MARK, mark) != 0)
		return 0;
	if (!scan->form.has_cr_lf) /* else it was said with the line ends */
		problems_add(scan->problems, 1, 1, scan->text, mark,
			"UTF-8 without a byte order mark" UNDO_BYTE_ORDER_MARK(""));
	return mark;
}

/* Behind the last line. */
static void end_text(struct text_scan *scan, const struct text_line *line)
{
	scan->out->end_line = line->number;
	scan->out->end_column = text_line_column(line, line->size);
	if (scan->text[scan->size - 1] != '\n')
		problems_add_missing(scan->problems, line->number, scan->out->end_column,
			"a line feed at the end of the last line");
}

static int scan_lines(struct text_scan *scan)
{
	size_t at = check_start(scan);
	unsigned number = 1;

	while (at < scan->size) {
		struct text_line line = line_at(scan, at, number);
		int r;

		if (is_signature(scan, &line)) {
			scan->out->end_line = number;
			if (!scan->form.has_cr_lf)
				problems_add(scan->problems, number, 1, line.bytes, line.size,
					"no CR before LF; %s", text_form_fault(&scan->form));
			return 0;
		}
		r = canonical_scan_line(scan, &line);
		if (r < 0)
			return r;
		if (line.next_at == scan->size)
			end_text(scan, &line);
		at = line.next_at;
		number++;
	}
	return 0;
}

/* Another form shows in these bytes; the rest of it with the first byte that is not UTF-8. */
static bool looks_changed(const char *text, size_t size)
{
	return size > 0 && ((unsigned char)text[0] >= 0xfe || text[0] == '-' ||
				   memchr(text, '\r', size) || memchr(text, '\0', size));
}

int canonical_scan(const char *text, size_t size, struct problems *problems, struct canonical *ret)
{
	CLEANUP(canonical_clear) struct canonical out = {.end_line = 1, .end_column = 1};
	struct text_scan scan = {.text = text, .size = size, .problems = problems, .out = &out};
	int r = 0;

	/* Not always: a terminal reads 100,000 media before its first decision. */
	if (looks_changed(text, size))
		scan.form = text_form_of(text, size);

	if (check_form(&scan))
		r = scan_lines(&scan);
	if (r == 0)
		r = canonical_check_duplicates(text, problems, &out);
	if (r < 0)
		return r;
	*ret = out;
	out = (struct canonical){0};
	return 0;
}

void canonical_clear(struct canonical *canonical)
{
	if (!canonical)
		return;
	free(canonical->sections);
	free(canonical->entries);
	*canonical = (struct canonical){0};
}
