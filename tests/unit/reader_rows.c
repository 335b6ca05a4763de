#include "tests/unit/reader_rows.h"

#include <errno.h>
#include <stdbool.h>

#include "tests/unit/fixture.h"

static bool is_as_expected(
	const struct reader_row *row, int r, const void *value, const struct problems *problems)
{
	if (!row->expected)
		return r == 0 && value && !problems_any(problems);
	return r == -EBADMSG && !value && has_problem(problems, row->line, row->expected);
}

static void check_row(const struct reader *reader, const char *base, const struct reader_row *row)
{
	char *text = text_edited(base, row->old, row->new), *found;
	struct problems problems = {0};
	void *value = NULL;
	int r = reader->read(text, strlen(text), &problems, &value);

	found = problems_text(&problems);
	if (!is_as_expected(row, r, value, &problems))
		fail_msg("%s\n  expected %u: %s\n  found %d: %s", row->name, row->line,
			row->expected ? row->expected : "no problem", r, found);
	free(found);
	free(text);
	problems_clear(&problems);
	reader->free(value);
}

void reader_check_rows(
	const struct reader *reader, const char *base, const struct reader_row *rows, size_t n_rows)
{
	for (size_t i = 0; i < n_rows; i++)
		check_row(reader, base, &rows[i]);
}

void *reader_value(const struct reader *reader, const char *text)
{
	struct problems problems = {0};
	void *value = NULL;

	if (reader->read(text, strlen(text), &problems, &value) != 0)
		fail_msg("%s", problems_text(&problems));
	return value;
}
