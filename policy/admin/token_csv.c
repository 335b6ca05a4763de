#include "policy/admin/token_csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/csv_table.h"
#include "policy/characters.h"
#include "policy/value.h"
#include "policy/login_name.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum column {
	COLUMN_ACCOUNT = 0,
	COLUMN_NUMBER,
	COLUMN_SEED, /* up to here each must be there */
	COLUMN_TYPE,
	COLUMN_HASH,
	COLUMN_DIGITS,
	COLUMN_PERIOD,
	COLUMN_COUNT,
	COLUMNS,
};

#define COLUMNS_NEEDED (COLUMN_SEED + 1)

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
	{"カウンタ", COLUMN_COUNT},
	{"カウンター", COLUMN_COUNT},
	{"counter", COLUMN_COUNT},
	{"count", COLUMN_COUNT},
};

struct reader {
	struct problems *problems;
	struct token_csv *csv;
	enum seed_form form;
	unsigned at[COLUMNS]; /* which column of the file, from 1; 0: missing */
	size_t n_columns;
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
	return reader->at[column] > 0 ? row->cells[reader->at[column] - 1] : "";
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

static int read_heading(struct reader *reader, const struct csv_row *row)
{
	size_t before = problems_found(reader->problems);

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
	for (unsigned column = 0; column < COLUMNS_NEEDED; column++)
		if (reader->at[column] == 0)
			problems_add_missing(reader->problems, row->number, 0,
				"a column with the heading %s", heading_of(column));
	reader->n_columns = row->n_cells;
	return problems_found(reader->problems) != before ? -EBADMSG : 0;
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

static bool is_hex(const char *seed)
{
	size_t n = 0;

	while (hex_digit_value(seed[n]) >= 0)
		n++;
	return seed[n] == '\0' && n % 2 == 0;
}

static int base32_value(char c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/* Of n symbols the last may hold bits that are none of a byte: they must be zero. */
static bool decode_base32(const char *seed, uint8_t *ret, size_t *ret_size)
{
	unsigned held = 0, n_bits = 0;
	size_t n = strcspn(seed, "="), used = 0;

	if (seed[n] != '\0' && (strspn(seed + n, "=") != strlen(seed + n) || strlen(seed) % 8 != 0))
		return false;
	for (size_t i = 0; i < n; i++) {
		int value = base32_value(seed[i]);

		if (value < 0)
			return false;
		held = (held << 5 | (unsigned)value) & 0xfff;
		n_bits += 5;
		if (n_bits < 8)
			continue;
		if (used == CODE_SECRET_MAX)
			return false;
		n_bits -= 8;
		ret[used++] = (uint8_t)(held >> n_bits);
	}
	*ret_size = used;
	return n_bits < 5 && (held & ((1u << n_bits) - 1)) == 0;
}

static bool decode_hex(const char *seed, uint8_t *ret, size_t *ret_size)
{
	size_t size = strlen(seed) / 2;

	if (!is_hex(seed) || size > CODE_SECRET_MAX)
		return false;
	for (size_t i = 0; i < size; i++)
		ret[i] = (uint8_t)(hex_digit_value(seed[2 * i]) << 4 |
				   hex_digit_value(seed[2 * i + 1]));
	*ret_size = size;
	return true;
}

static void read_seed(
	struct reader *reader, const struct csv_row *row, struct token_handout *handout)
{
	const char *seed = cell_of(reader, row, COLUMN_SEED);
	uint8_t by_hex[CODE_SECRET_MAX], by_base32[CODE_SECRET_MAX];
	size_t hex_size = 0, base32_size = 0;
	bool is_hex_seed = reader->form != SEED_BASE32 && decode_hex(seed, by_hex, &hex_size) &&
			   hex_size >= CODE_SECRET_MIN;
	bool is_base32 = reader->form != SEED_HEX && decode_base32(seed, by_base32, &base32_size) &&
			 base32_size >= CODE_SECRET_MIN;

	if (is_hex_seed && is_base32)
		cell_problem(reader, row, COLUMN_SEED,
			"a secret that can be read in one way only: say --seed hex or --seed "
			"base32");
	else if (!is_hex_seed && !is_base32)
		cell_problem(reader, row, COLUMN_SEED,
			"16 to 64 bytes in hexadecimal digits or base32 (A-Z 2-7)");
	memcpy(handout->secret, is_hex_seed ? by_hex : by_base32,
		is_hex_seed ? hex_size : base32_size);
	handout->secret_size = is_hex_seed ? hex_size : base32_size;
	explicit_bzero(by_hex, sizeof(by_hex));
	explicit_bzero(by_base32, sizeof(by_base32));
}

static void read_type(
	struct reader *reader, const struct csv_row *row, struct token_handout *handout)
{
	const char *cell = cell_of(reader, row, COLUMN_TYPE);

	handout->type = CODE_TOTP;
	if (cell[0] == '\0' || is_same_word(cell, "totp") || is_same_word(cell, "時刻同期"))
		return;
	handout->type = CODE_HOTP;
	if (!is_same_word(cell, "hotp") && !is_same_word(cell, "カウンタ同期"))
		cell_problem(reader, row, COLUMN_TYPE,
			"TOTP (時刻同期) or HOTP (カウンタ同期), or nothing for TOTP");
}

static void read_hash(
	struct reader *reader, const struct csv_row *row, struct token_handout *handout)
{
	static const char *const words[][2] = {
		{"sha1", "sha-1"}, {"sha256", "sha-256"}, {"sha512", "sha-512"}};
	const char *cell = cell_of(reader, row, COLUMN_HASH);

	handout->hash = CODE_SHA1;
	if (cell[0] == '\0')
		return;
	for (unsigned i = 0; i < COUNT(words); i++)
		if (is_same_word(cell, words[i][0]) || is_same_word(cell, words[i][1])) {
			handout->hash = CODE_SHA1 + i;
			if (i > 0 && handout->type == CODE_HOTP)
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

static void read_names(
	struct reader *reader, const struct csv_row *row, struct token_handout *handout)
{
	const char *account = cell_of(reader, row, COLUMN_ACCOUNT);
	const char *number = cell_of(reader, row, COLUMN_NUMBER);

	if (account_name_is_valid(account))
		memcpy(handout->user, account, strlen(account) + 1);
	else
		cell_problem(reader, row, COLUMN_ACCOUNT,
			"the account of the terminal: a-z 0-9 - _, no digit first, at most 32 "
			"letters");
	if (token_number_is_valid(number))
		memcpy(handout->number, number, strlen(number) + 1);
	else
		cell_problem(reader, row, COLUMN_NUMBER, "1 to 32 of printable ASCII");
	for (size_t i = 0; i < reader->csv->n_rows; i++) {
		if (strcmp(reader->csv->rows[i].user, account) == 0)
			cell_problem(reader, row, COLUMN_ACCOUNT, "each account once");
		if (strcmp(reader->csv->rows[i].number, number) == 0)
			cell_problem(reader, row, COLUMN_NUMBER, "each number once");
	}
}

static int read_token(struct reader *reader, const struct csv_row *row)
{
	struct token_csv *csv = reader->csv;
	struct token_handout *handout;

	if (csv->n_rows == TOKENS_MAX) {
		problems_add(reader->problems, row->number, 0, "", 0,
			"at most %d rows, as many as a terminal takes", TOKENS_MAX);
		return -EBADMSG;
	}
	handout = &csv->rows[csv->n_rows];
	read_names(reader, row, handout);
	csv->n_rows++;
	read_seed(reader, row, handout);
	read_type(reader, row, handout);
	read_hash(reader, row, handout);
	handout->digits = (uint8_t)read_number(
		reader, row, COLUMN_DIGITS, CODE_DIGITS_MIN, CODE_DIGITS_MAX, CODE_DIGITS_MIN);
	if (handout->type == CODE_TOTP) {
		handout->period_s = (uint16_t)read_number(
			reader, row, COLUMN_PERIOD, TOKEN_PERIOD_MIN_S, TOKEN_PERIOD_MAX_S, 30);
		read_unused(reader, row, COLUMN_COUNT, "nothing: a TOTP token does not count");
	} else {
		handout->count = read_number(reader, row, COLUMN_COUNT, 0, TOKEN_COUNT_MAX, 0);
		read_unused(reader, row, COLUMN_PERIOD, "nothing: a HOTP token has no clock");
	}
	return 0;
}

static int read_row(const struct csv_row *row, void *user)
{
	struct reader *reader = user;

	if (reader->n_columns == 0)
		return read_heading(reader, row);
	if (row->n_cells == reader->n_columns)
		return read_token(reader, row);
	problems_add(reader->problems, row->number, 0, "", 0,
		"%zu cells, as many as headings, not %zu", reader->n_columns, row->n_cells);
	return 0;
}

int token_csv_read(const char *bytes, size_t size, enum seed_form form, struct problems *problems,
	struct token_csv *ret)
{
	size_t before = problems_found(problems);
	struct token_csv csv = {.rows = calloc(TOKENS_MAX, sizeof(*csv.rows))};
	struct reader reader = {.problems = problems, .csv = &csv, .form = form};
	int r = csv.rows ? csv_table_read(bytes, size, read_row, &reader, problems) : -ENOMEM;

	if (r == 0 && csv.n_rows == 0)
		problems_add_missing(problems, 0, 0, "a row of headings, and a row for each token");
	if (r == 0 && problems_found(problems) != before)
		r = -EBADMSG;
	if (r < 0)
		token_csv_clear(&csv);
	else
		*ret = csv;
	return r;
}

void token_csv_clear(struct token_csv *csv)
{
	for (size_t i = 0; csv->rows && i < TOKENS_MAX; i++)
		token_handout_wipe(&csv->rows[i]);
	free(csv->rows);
	*csv = (struct token_csv){0};
}
