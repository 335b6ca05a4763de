#include "policy/admin/csv_table.h"

#include <csv.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define FORMULA_CHARACTERS "=+-@"
/* Blank lines are reported too: a spreadsheet counts them. */
#define OPTIONS (CSV_APPEND_NULL | CSV_REPALL_NL | CSV_STRICT)

struct table {
	csv_row_handler handle;
	void *user;
	struct problems *problems;
	char *cells[CSV_CELLS_MAX]; /* of the row that is being read */
	size_t n_cells;
	unsigned row; /* that is being read */
	bool is_after_return;
	bool has_text; /* some cell of the row is not empty */
	int result;    /* once it is not 0, nothing is handled any more */
};

static void free_parser(struct csv_parser **parser)
{
	csv_free(*parser);
}

static void clear_row(struct table *table)
{
	while (table->n_cells > 0)
		free(table->cells[--table->n_cells]);
	table->has_text = false;
}

static void complain(struct table *table, size_t cell, const char *expected)
{
	problems_add(table->problems, table->row, (unsigned)cell, "", 0, "%s", expected);
	table->result = -EBADMSG;
}

/* ="0001" keeps a spreadsheet from reading a number: the text between the quotes. */
static void take_formula_off(char *text)
{
	size_t size = strlen(text), used = 0;

	if (size < 3 || strncmp(text, "=\"", 2) != 0 || text[size - 1] != '"')
		return;
	for (size_t i = 2; i < size - 1; i++) {
		text[used++] = text[i];
		if (text[i] == '"' && text[i + 1] == '"' && i + 1 < size - 1)
			i++;
	}
	text[used] = '\0';
}

static void take_guard_off(char *text)
{
	if (text[0] == '\'' && text[1] != '\0' && strchr(FORMULA_CHARACTERS "'", text[1]))
		memmove(text, text + 1, strlen(text));
	else
		take_formula_off(text);
}

static void take_cell(void *bytes, size_t size, void *user)
{
	struct table *table = user;
	char *copy;

	table->is_after_return = false;
	if (table->result < 0)
		return;
	if (table->n_cells == CSV_CELLS_MAX) {
		complain(table, CSV_CELLS_MAX + 1, "no more than 128 cells in a row");
		return;
	}
	if (memchr(bytes, '\0', size)) {
		complain(table, table->n_cells + 1, "a cell without a NUL byte");
		return;
	}
	copy = strdup(bytes);
	if (!copy) {
		table->result = -ENOMEM;
		return;
	}
	take_guard_off(copy);
	table->has_text = table->has_text || copy[0] != '\0';
	table->cells[table->n_cells++] = copy;
}

static void take_row(int end, void *user)
{
	struct table *table = user;
	const struct csv_row row = {table->row, table->cells, table->n_cells};
	bool is_second_half = end == CSV_LF && table->is_after_return && table->n_cells == 0;

	table->is_after_return = end == CSV_CR;
	if (is_second_half || table->result < 0)
		return;
	if (table->has_text)
		table->result = table->handle(&row, table->user);
	clear_row(table);
	table->row++;
}

/*
 * ="0001" without quotes around it is no CSV but often written. At the first of its quotes libcsv
 * stops; it is told to be lenient up to the second. Returns how many bytes that took, 0: it is
 * something else.
 */
static size_t read_bare_formula(
	struct csv_parser *parser, const char *bytes, size_t size, size_t at, struct table *table)
{
	const char *line_end = memchr(bytes + at, '\n', size - at);
	size_t rest = line_end ? (size_t)(line_end - bytes) - at : size - at;
	const char *second;

	if (at == 0 || bytes[at] != '"' || bytes[at - 1] != '=' || parser->entry_pos != 1)
		return 0;
	second = memchr(bytes + at + 1, '"', rest > 0 ? rest - 1 : 0);
	if (!second)
		return 0;
	rest = (size_t)(second + 1 - bytes) - at;
	csv_set_opts(parser, OPTIONS & ~CSV_STRICT);
	csv_parse(parser, bytes + at, rest, take_cell, take_row, table);
	csv_set_opts(parser, OPTIONS);
	return rest;
}

static void parse(struct csv_parser *parser, const char *bytes, size_t size, struct table *table)
{
	for (size_t at = 0; at < size && table->result == 0;) {
		size_t taken;

		at += csv_parse(parser, bytes + at, size - at, take_cell, take_row, table);
		if (at >= size || table->result < 0)
			return;
		if (csv_error(parser) != CSV_EPARSE) {
			table->result = -ENOMEM;
			return;
		}
		taken = read_bare_formula(parser, bytes, size, at, table);
		if (taken == 0)
			complain(table, table->n_cells + 1,
				"quotes around the whole cell, and doubled within it");
		at += taken;
	}
}

/* A line end after the end makes a row of what is left, unless a quote is open. */
static void finish(struct csv_parser *parser, struct table *table)
{
	unsigned row = table->row;

	if (table->result < 0)
		return;
	table->is_after_return = false;
	csv_parse(parser, "\n", 1, take_cell, take_row, table);
	if (table->result == 0 && table->row == row)
		complain(table, table->n_cells + 1, "the quote closed that opens this cell");
}

static bool check_encoding(const char *bytes, size_t size, struct problems *problems)
{
	unsigned line = 1;
	uint32_t character;
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		length = utf8_decode(bytes + at, size - at, &character);
		if (length == 0) {
			problems_add(problems, line, 0, bytes + at, 1,
				"a file in UTF-8: in Excel, save as \"CSV UTF-8\"");
			return false;
		}
		line += bytes[at] == '\n';
	}
	return true;
}

int csv_table_read(const char *bytes, size_t size, csv_row_handler handler, void *user,
	struct problems *problems)
{
	struct table table = {.handle = handler, .user = user, .problems = problems, .row = 1};
	struct csv_parser parser;
	CLEANUP(free_parser) struct csv_parser *owned = NULL;
	size_t mark = strlen(CSV_BYTE_ORDER_MARK);

	if (!check_encoding(bytes, size, problems))
		return -EBADMSG;
	if (size >= mark && memcmp(bytes, CSV_BYTE_ORDER_MARK, mark) == 0) {
		bytes += mark;
		size -= mark;
	}
	if (csv_init(&parser, OPTIONS) != 0)
		return -ENOMEM;
	owned = &parser;
	parse(&parser, bytes, size, &table);
	finish(&parser, &table);
	clear_row(&table);
	return table.result;
}

/* Whether a spreadsheet may take it for a number, a date or a time, and show something else. */
static bool looks_like_a_number(const char *text)
{
	return is_digit(text[0]) && text[strspn(text, "0123456789eE:./,+- ")] == '\0';
}

bool csv_is_parted_wrongly(const char *bytes, struct problems *problems)
{
	size_t mark = strncmp(bytes, CSV_BYTE_ORDER_MARK, 3) == 0 ? 3 : 0;
	size_t start = mark + strspn(bytes + mark, "\r\n");
	size_t size = strcspn(bytes + start, "\r\n");
	const char *what = memchr(bytes + start, '\t', size)  ? "TAB"
			   : memchr(bytes + start, ';', size) ? "semicolon"
							      : NULL;

	if (!what || memchr(bytes + start, ',', size))
		return false;
	problems_add(problems, 1, 0, bytes + start, size,
		"commas between the columns, not a %s: save as CSV with commas", what);
	return true;
}

int csv_write_cell(FILE *to, const char *text)
{
	bool is_formula = text[0] != '\0' && strchr(FORMULA_CHARACTERS "'", text[0]);
	CLEANUP(cleanup_free)
	char *guarded = admin_format(is_formula                  ? "'%s"
				     : looks_like_a_number(text) ? "=\"%s\""
								 : "%s",
		text);

	if (!guarded)
		return -ENOMEM;
	csv_fwrite(to, guarded, strlen(guarded));
	return 0;
}
