#include "policy/admin/pskc_answer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/token_seed.h"
#include "policy/characters.h"
#include "policy/pskc/rows.h"
#include "policy/value.h"

#define CELLS_MAX  11
#define LINE_MAX_N UINT32_MAX
#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))

struct reader {
	struct problems *problems;
	struct pskc_answer answer;
	size_t n_lines;
	bool has_problems, has_ended;
};

static bool read_line_number(const char *cell, unsigned *ret)
{
	uint64_t number;

	if (number_parse(cell, 0, LINE_MAX_N, &number) < 0)
		return false;
	*ret = (unsigned)number;
	return true;
}

static int take_problem(struct reader *reader, char *const *cells, bool is_missing)
{
	unsigned line, column;

	if (!read_line_number(cells[1], &line) || !read_line_number(cells[2], &column))
		return -EPROTO;
	if (is_missing)
		problems_add_missing(reader->problems, line, column, "%s", cells[3]);
	else
		problems_add(
			reader->problems, line, column, cells[3], strlen(cells[3]), "%s", cells[4]);
	reader->has_problems = true;
	return 0;
}

static int take_read(struct reader *reader, char *const *cells)
{
	return take_problem(reader, cells, false);
}

static int take_missing(struct reader *reader, char *const *cells)
{
	return take_problem(reader, cells, true);
}

/* Room for one more whose number is in cells[2]. NULL after adding a problem of the file. */
static struct delivered *begin(struct reader *reader, char *const *cells)
{
	struct delivery *delivery = &reader->answer.delivery;
	struct delivered *token;
	unsigned line;

	if (!read_line_number(cells[1], &line) || delivery->n == DELIVERY_MAX)
		return NULL;
	token = &delivery->items[delivery->n++];
	token->line = line;
	if (token_number_is_valid(cells[2])) {
		snprintf(token->number, sizeof(token->number), "%s", cells[2]);
		return token;
	}
	problems_add(reader->problems, line, 0, cells[2], strlen(cells[2]),
		"a SerialNo or an Id of 1 to %d of printable ASCII", TOKEN_NUMBER_MAX);
	reader->has_problems = true;
	return token;
}

static int take_unfit(struct reader *reader, char *const *cells)
{
	struct delivered *token = begin(reader, cells);

	if (!token || cells[3][0] == '\0')
		return -EPROTO;
	snprintf(token->unfit, sizeof(token->unfit), "%s", cells[3]);
	return 0;
}

static bool read_number(const char *cell, uint64_t max, uint64_t *ret)
{
	return number_parse(cell, 0, max, ret) == 0;
}

/* What a terminal does not take is said of the token that somebody is to get. */
static void check_kind(struct delivered *token, uint64_t period_s)
{
	bool is_totp = token->type == CODE_TOTP;

	if (is_totp && (period_s < TOKEN_PERIOD_MIN_S || period_s > TOKEN_PERIOD_MAX_S))
		snprintf(token->unfit, sizeof(token->unfit),
			"its codes do not change every %d to %d seconds", TOKEN_PERIOD_MIN_S,
			TOKEN_PERIOD_MAX_S);
	token->period_s = is_totp ? (uint16_t)period_s : 0;
	if (token->count > TOKEN_COUNT_MAX)
		snprintf(token->unfit, sizeof(token->unfit), "it has counted too far");
}

static int take_token(struct reader *reader, char *const *cells)
{
	struct delivered *token = begin(reader, cells);
	uint64_t digits, period_s, begins_s, ends_s;

	if (!token || token_type_from_name(cells[3], &token->type) < 0 ||
		token_hash_from_name(cells[4], &token->hash) < 0 ||
		!read_number(cells[5], CODE_DIGITS_MAX, &digits) || digits < CODE_DIGITS_MIN ||
		!read_number(cells[6], UINT32_MAX, &period_s) ||
		!read_number(cells[7], UINT64_MAX, &token->count) ||
		!read_number(cells[8], INT64_MAX, &begins_s) ||
		!read_number(cells[9], INT64_MAX, &ends_s) ||
		!token_seed_from_hex(cells[10], token->secret, &token->secret_size) ||
		token->secret_size < CODE_SECRET_MIN ||
		(token->type == CODE_HOTP && token->hash != CODE_SHA1))
		return -EPROTO;
	token->digits = (uint8_t)digits;
	token->begins_s = (int64_t)begins_s;
	token->ends_s = (int64_t)ends_s;
	check_kind(token, period_s);
	return 0;
}

static int take_signed(struct reader *reader, char *const *cells)
{
	reader->answer.delivery.is_signed = true;
	return 0;
}

static int take_locked(struct reader *reader, char *const *cells)
{
	struct pskc_answer *answer = &reader->answer;

	if (answer->lack != PSKC_LACKS_NOTHING || strlen(cells[2]) > PSKC_NAME_MAX)
		return -EPROTO;
	if (strcmp(cells[1], PSKC_ROWS_KEY) == 0)
		answer->lack = PSKC_LACKS_KEY;
	else if (strcmp(cells[1], PSKC_ROWS_PASSWORD) == 0)
		answer->lack = PSKC_LACKS_PASSWORD;
	else
		return -EPROTO;
	snprintf(answer->name, sizeof(answer->name), "%s", cells[2]);
	return 0;
}

static int take_end(struct reader *reader, char *const *cells)
{
	uint64_t n;

	if (!read_number(cells[1], UINT32_MAX, &n) || n != reader->n_lines)
		return -EPROTO;
	reader->has_ended = true;
	return 0;
}

static const struct {
	const char *word;
	size_t n_cells;
	int (*take)(struct reader *reader, char *const *cells);
} rows[] = {
	{PSKC_ROWS_TOKEN, 11, take_token},
	{PSKC_ROWS_UNFIT, 4, take_unfit},
	{PSKC_ROWS_SIGNED, 1, take_signed},
	{PSKC_ROWS_LOCKED, 3, take_locked},
	{PSKC_ROWS_READ, 5, take_read},
	{PSKC_ROWS_MISSING, 4, take_missing},
	{PSKC_ROWS_END, 2, take_end},
};

static int take_line(struct reader *reader, char *line)
{
	char *cells[CELLS_MAX];
	size_t n = 0;

	if (reader->has_ended)
		return -EPROTO;
	for (char *cell = line; cell; n++) {
		char *tab = strchr(cell, '\t');

		if (n == CELLS_MAX)
			return -EPROTO;
		if (tab)
			*tab = '\0';
		/* Nothing that a terminal obeys, whoever wrote it. */
		if (!utf8_is_plain(cell))
			return -EPROTO;
		cells[n] = cell;
		cell = tab ? tab + 1 : NULL;
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (strcmp(rows[i].word, cells[0]) == 0 && rows[i].n_cells == n) {
			int r = rows[i].take(reader, cells);

			reader->n_lines++;
			return r;
		}
	}
	return -EPROTO;
}

static int take_lines(struct reader *reader, char *text, size_t size)
{
	if (memchr(text, '\0', size))
		return -EPROTO;
	while (*text != '\0') {
		char *end = strchr(text, '\n');
		int r;

		if (!end)
			return -EPROTO;
		*end = '\0';
		r = take_line(reader, text);
		if (r < 0)
			return r;
		text = end + 1;
	}
	return reader->has_ended ? 0 : -EPROTO;
}

int pskc_answer_read(char *text, size_t size, struct problems *problems, struct pskc_answer *ret)
{
	struct reader reader = {.problems = problems};
	struct delivery *delivery = &reader.answer.delivery;
	int r = delivery_begin(delivery);

	if (r == 0)
		r = take_lines(&reader, text, size);
	if (r == 0 && reader.has_problems)
		r = -EBADMSG;
	/* It says nothing, or two things at once. */
	if (r == 0 && (delivery->n == 0) == (reader.answer.lack == PSKC_LACKS_NOTHING))
		r = -EPROTO;
	if (r < 0)
		delivery_clear(delivery);
	else
		*ret = reader.answer;
	explicit_bzero(&reader, sizeof(reader));
	return r;
}
