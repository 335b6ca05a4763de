#include "policy/admin/token_csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/csv_table.h"
#include "policy/admin/token_seed.h"
#include "policy/characters.h"
#include "policy/value.h"
#include "policy/login_name.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum column {
	COLUMN_ACCOUNT = 0,
	COLUMN_NUMBER,
	COLUMN_SEED,
	COLUMN_TYPE,
	COLUMN_HASH,
	COLUMN_DIGITS,
	COLUMN_PERIOD,
	COLUMN_COUNT,
	COLUMNS,
};

/* Of a file without headings, in the order in which vendors have them. */
static const enum column bare_columns[] = {
	COLUMN_NUMBER, COLUMN_SEED, COLUMN_TYPE, COLUMN_DIGITS, COLUMN_PERIOD};

/* The first of each column is the one that messages name. */
static const struct {
	const char *heading;
	enum column column;
} headings[] = {
	{"職員番号", COLUMN_ACCOUNT},
	{"利用者", COLUMN_ACCOUNT},
	{"アカウント", COLUMN_ACCOUNT},
	{"account", COLUMN_ACCOUNT},
	{"user", COLUMN_ACCOUNT},
	{"トークン番号", COLUMN_NUMBER},
	{"シリアル番号", COLUMN_NUMBER},
	{"serial", COLUMN_NUMBER},
	{"serial number", COLUMN_NUMBER},
	{"serialnumber", COLUMN_NUMBER},
	{"number", COLUMN_NUMBER},
	{"秘密鍵", COLUMN_SEED},
	{"シード", COLUMN_SEED},
	{"seed", COLUMN_SEED},
	{"secret", COLUMN_SEED},
	{"secret key", COLUMN_SEED},
	{"種別", COLUMN_TYPE},
	{"type", COLUMN_TYPE},
	{"ハッシュ", COLUMN_HASH},
	{"hash", COLUMN_HASH},
	{"algorithm", COLUMN_HASH},
	{"桁数", COLUMN_DIGITS},
	{"digits", COLUMN_DIGITS},
	{"間隔", COLUMN_PERIOD},
	{"period", COLUMN_PERIOD},
	{"interval", COLUMN_PERIOD},
	{"timestep", COLUMN_PERIOD},
	{"time step", COLUMN_PERIOD},
	{"time interval", COLUMN_PERIOD},
	{"カウンタ", COLUMN_COUNT},
	{"カウンター", COLUMN_COUNT},
	{"counter", COLUMN_COUNT},
	{"count", COLUMN_COUNT},
};

struct reader {
	struct problems *problems;
	struct delivery *delivery;
	const struct token_csv_form *form;
	unsigned at[COLUMNS]; /* which column of the file, from 1; 0: missing */
	size_t n_columns;
	bool is_bare; /* there are no headings, and a row may have fewer cells */
};

static bool is_same_word(const char *a, const char *b)
{
	for (; *a != '\0' || *b != '\0'; a++, b++)
		if (to_lower(*a) != *b)
			return false;
	return true;
}

static const char *cell_of(
	const struct reader *reader, const struct csv_row *row, enum column column)
{
	unsigned at = reader->at[column];

	return at > 0 && at <= row->n_cells ? row->cells[at - 1] : "";
}

/* A secret is not shown again, wherever a message goes. */
static void cell_problem(
	struct reader *reader, const struct csv_row *row, enum column column, const char *expected)
{
	const char *cell = column == COLUMN_SEED ? "(a secret)" : cell_of(reader, row, column);

	problems_add(reader->problems, row->number, reader->at[column], cell, strlen(cell), "%s",
		expected);
}

static const char *heading_of(enum column column)
{
	for (size_t i = 0; i < COUNT(headings); i++)
		if (headings[i].column == column)
			return headings[i].heading;
	return "";
}

static bool is_needed(const struct reader *reader, enum column column)
{
	enum token_csv_kind kind = reader->form->kind;

	return column == COLUMN_NUMBER ||
	       (column == COLUMN_ACCOUNT && kind != TOKEN_CSV_DELIVERY) ||
	       (column == COLUMN_SEED && kind != TOKEN_CSV_PEOPLE);
}

/* What Excel makes of "CSV" in some countries, and of "text". */
static bool is_otherwise_parted(struct reader *reader, const struct csv_row *row)
{
	const char *cell = row->cells[0];

	if (row->n_cells > 1 || (!strchr(cell, ';') && !strchr(cell, '\t')))
		return false;
	problems_add(reader->problems, row->number, 1, strchr(cell, ';') ? ";" : "TAB",
		strchr(cell, ';') ? 1 : 3,
		"cells that are parted by commas: in Excel, save as \"CSV UTF-8 (comma "
		"delimited)\"");
	return true;
}

static void find_columns(struct reader *reader, const struct csv_row *row)
{
	for (size_t i = 0; i < row->n_cells; i++)
		for (size_t known = 0; known < COUNT(headings); known++) {
			unsigned *at = &reader->at[headings[known].column];

			if (!is_same_word(row->cells[i], headings[known].heading))
				continue;
			if (*at != 0)
				problems_add(reader->problems, row->number, (unsigned)i + 1,
					row->cells[i], strlen(row->cells[i]),
					"each column once; it stands in column %u, too", *at);
			*at = (unsigned)i + 1;
		}
}

static int read_heading(struct reader *reader, const struct csv_row *row)
{
	size_t before = problems_found(reader->problems);

	if (is_otherwise_parted(reader, row))
		return -EBADMSG;
	find_columns(reader, row);
	for (unsigned column = 0; column < COLUMNS; column++)
		if (reader->at[column] == 0 && is_needed(reader, column))
			problems_add_missing(reader->problems, row->number, 0,
				"a column with the heading %s", heading_of(column));
	reader->n_columns = row->n_cells;
	return problems_found(reader->problems) != before ? -EBADMSG : 0;
}

/* A first row whose second cell is a secret already. */
static bool is_bare(struct reader *reader, const struct csv_row *row)
{
	uint8_t secret[CODE_SECRET_MAX];
	size_t size = 0;
	bool is_secret;

	if (!is_needed(reader, COLUMN_SEED) || row->n_cells < 2 ||
		row->n_cells > COUNT(bare_columns))
		return false;
	is_secret = (token_seed_from_hex(row->cells[1], secret, &size) ||
			    token_seed_from_base32(row->cells[1], secret, &size)) &&
		    size >= CODE_SECRET_MIN;
	explicit_bzero(secret, sizeof(secret));
	return is_secret;
}

static int begin_bare(struct reader *reader, const struct csv_row *row)
{
	if (is_needed(reader, COLUMN_ACCOUNT)) {
		problems_add_missing(reader->problems, row->number, 0,
			"a row of headings, 職員番号 among them; or say --people FILE");
		return -EBADMSG;
	}
	reader->is_bare = true;
	reader->n_columns = COUNT(bare_columns);
	for (unsigned i = 0; i < COUNT(bare_columns); i++)
		reader->at[bare_columns[i]] = i + 1;
	return 0;
}

/* A number, or absent where the cell is empty. */
static uint64_t read_number(struct reader *reader, const struct csv_row *row, enum column column,
	uint64_t min, uint64_t max, uint64_t absent)
{
	const char *cell = cell_of(reader, row, column);
	uint64_t number;

	if (cell[0] == '\0')
		return absent;
	if (number_parse(cell, min, max, &number) == 0)
		return number;
	problems_add(reader->problems, row->number, reader->at[column], cell, strlen(cell),
		"a number from %llu to %llu", (unsigned long long)min, (unsigned long long)max);
	return absent;
}

static void read_seed(struct reader *reader, const struct csv_row *row, struct delivered *token)
{
	const char *seed = cell_of(reader, row, COLUMN_SEED);
	uint8_t by_hex[CODE_SECRET_MAX], by_base32[CODE_SECRET_MAX];
	size_t hex_size = 0, base32_size = 0;
	bool is_hex_seed = reader->form->seed != SEED_BASE32 &&
			   token_seed_from_hex(seed, by_hex, &hex_size) &&
			   hex_size >= CODE_SECRET_MIN;
	bool is_base32 = reader->form->seed != SEED_HEX &&
			 token_seed_from_base32(seed, by_base32, &base32_size) &&
			 base32_size >= CODE_SECRET_MIN;

	if (is_hex_seed && is_base32)
		cell_problem(reader, row, COLUMN_SEED,
			"a secret that can be read in one way only: say --seed hex or --seed "
			"base32");
	else if (!is_hex_seed && !is_base32)
		cell_problem(reader, row, COLUMN_SEED,
			"16 to 64 bytes in hexadecimal digits or base32 (A-Z 2-7)");
	memcpy(token->secret, is_hex_seed ? by_hex : by_base32,
		is_hex_seed ? hex_size : base32_size);
	token->secret_size = is_hex_seed ? hex_size : base32_size;
	explicit_bzero(by_hex, sizeof(by_hex));
	explicit_bzero(by_base32, sizeof(by_base32));
}

static void read_type(struct reader *reader, const struct csv_row *row, struct delivered *token)
{
	const char *cell = cell_of(reader, row, COLUMN_TYPE);

	token->type = reader->form->type;
	if (cell[0] == '\0')
		return;
	token->type = CODE_TOTP;
	if (is_same_word(cell, "totp") || is_same_word(cell, "時刻同期"))
		return;
	token->type = CODE_HOTP;
	if (!is_same_word(cell, "hotp") && !is_same_word(cell, "カウンタ同期"))
		cell_problem(reader, row, COLUMN_TYPE,
			"TOTP (時刻同期) or HOTP (カウンタ同期), or nothing for TOTP");
}

static void read_hash(struct reader *reader, const struct csv_row *row, struct delivered *token)
{
	static const char *const words[][2] = {
		{"sha1", "sha-1"}, {"sha256", "sha-256"}, {"sha512", "sha-512"}};
	const char *cell = cell_of(reader, row, COLUMN_HASH);

	token->hash = token->type == CODE_HOTP ? CODE_SHA1 : reader->form->hash;
	if (cell[0] == '\0')
		return;
	for (unsigned i = 0; i < COUNT(words); i++)
		if (is_same_word(cell, words[i][0]) || is_same_word(cell, words[i][1])) {
			token->hash = CODE_SHA1 + i;
			if (i > 0 && token->type == CODE_HOTP)
				cell_problem(reader, row, COLUMN_HASH, "SHA1 for a HOTP token");
			return;
		}
	cell_problem(reader, row, COLUMN_HASH, "SHA1, SHA256 or SHA512, or nothing for SHA1");
}

/* Vendors fill in a 0 where there is nothing to say. */
static void read_unused(
	struct reader *reader, const struct csv_row *row, enum column column, const char *expected)
{
	const char *cell = cell_of(reader, row, column);

	if (cell[0] != '\0' && strcmp(cell, "0") != 0)
		cell_problem(reader, row, column, expected);
}

static void read_account(struct reader *reader, const struct csv_row *row, struct delivered *token)
{
	const char *account = cell_of(reader, row, COLUMN_ACCOUNT);

	if (reader->at[COLUMN_ACCOUNT] == 0)
		return;
	if (!account_name_is_valid(account)) {
		cell_problem(reader, row, COLUMN_ACCOUNT,
			"the account of the terminal: a-z 0-9 - _, no digit first, at most 32 "
			"letters");
		return;
	}
	for (size_t i = 0; i < reader->delivery->n; i++)
		if (strcmp(reader->delivery->items[i].user, account) == 0)
			cell_problem(reader, row, COLUMN_ACCOUNT, "each account once");
	memcpy(token->user, account, strlen(account) + 1);
}

static void read_token_number(
	struct reader *reader, const struct csv_row *row, struct delivered *token)
{
	const char *number = cell_of(reader, row, COLUMN_NUMBER);

	for (size_t i = 0; i < reader->delivery->n; i++)
		if (strcmp(reader->delivery->items[i].number, number) == 0)
			cell_problem(reader, row, COLUMN_NUMBER, "each number once");
	if (token_number_is_valid(number))
		memcpy(token->number, number, strlen(number) + 1);
	else
		cell_problem(reader, row, COLUMN_NUMBER, "1 to 32 of printable ASCII");
}

static void read_kind(struct reader *reader, const struct csv_row *row, struct delivered *token)
{
	const struct token_csv_form *form = reader->form;

	read_type(reader, row, token);
	read_hash(reader, row, token);
	token->digits = (uint8_t)read_number(
		reader, row, COLUMN_DIGITS, CODE_DIGITS_MIN, CODE_DIGITS_MAX, form->digits);
	if (token->type == CODE_TOTP) {
		token->period_s =
			(uint16_t)read_number(reader, row, COLUMN_PERIOD, TOKEN_PERIOD_MIN_S,
				TOKEN_PERIOD_MAX_S, form->period_s > 0 ? form->period_s : 30);
		read_unused(reader, row, COLUMN_COUNT, "nothing: a TOTP token does not count");
	} else {
		token->count = read_number(reader, row, COLUMN_COUNT, 0, TOKEN_COUNT_MAX, 0);
		read_unused(reader, row, COLUMN_PERIOD, "nothing: a HOTP token has no clock");
	}
}

static int read_token(struct reader *reader, const struct csv_row *row)
{
	struct delivery *delivery = reader->delivery;
	struct delivered *token;

	if (delivery->n == DELIVERY_MAX) {
		problems_add(
			reader->problems, row->number, 0, "", 0, "at most %d rows", DELIVERY_MAX);
		return -EBADMSG;
	}
	token = &delivery->items[delivery->n];
	token->line = row->number;
	read_account(reader, row, token);
	read_token_number(reader, row, token);
	delivery->n++;
	if (reader->form->kind == TOKEN_CSV_PEOPLE)
		return 0;
	read_seed(reader, row, token);
	read_kind(reader, row, token);
	return 0;
}

static int read_row(const struct csv_row *row, void *user)
{
	struct reader *reader = user;
	int r = 0;

	if (reader->n_columns == 0) {
		if (!is_bare(reader, row))
			return read_heading(reader, row);
		r = begin_bare(reader, row);
	}
	if (r < 0)
		return r;
	if (reader->is_bare ? row->n_cells <= reader->n_columns : row->n_cells == reader->n_columns)
		return read_token(reader, row);
	problems_add(reader->problems, row->number, 0, "", 0,
		reader->is_bare ? "up to %zu cells (serial, secret, type, digits, time step), not "
				  "%zu"
				: "%zu cells, as many as headings, not %zu",
		reader->n_columns, row->n_cells);
	return 0;
}

int token_csv_read(const char *bytes, size_t size, const struct token_csv_form *form,
	struct problems *problems, struct delivery *ret)
{
	size_t before = problems_found(problems);
	struct delivery delivery;
	struct reader reader = {.problems = problems, .delivery = &delivery, .form = form};
	int r = delivery_begin(&delivery);

	if (r == 0)
		r = csv_table_read(bytes, size, read_row, &reader, problems);
	if (r == 0 && delivery.n == 0)
		problems_add_missing(problems, 0, 0, "a row of headings, and a row for each token");
	if (r == 0 && problems_found(problems) != before)
		r = -EBADMSG;
	if (r < 0)
		delivery_clear(&delivery);
	else
		*ret = delivery;
	return r;
}
