#include "policy/admin/ledger_cells.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "policy/admin/csv_table.h"
#include "policy/characters.h"
#include "policy/medium_text.h"
#include "policy/value.h"

#define COUNT(array)      (sizeof(array) / sizeof((array)[0]))
#define IDS_SIZE          9  /* "0951:1666" */
#define SHEET_DIGITS      15 /* a spreadsheet keeps so many of a number; the rest become 0 */
#define IDEOGRAPHIC_SPACE "\xe3\x80\x80"

/* All columns of the ledger, in order. */
static const struct {
	const char *heading;
	enum ledger_column column;
} columns[] = {
	{"管理番号", LEDGER_NUMBER},
	{"媒体種別", LEDGER_COLUMNS},
	{"メーカー・製品名", LEDGER_COLUMNS},
	{"シリアル番号", LEDGER_SERIAL},
	{"VID_PID", LEDGER_IDS},
	{"容量", LEDGER_COLUMNS},
	{"暗号化機能", LEDGER_COLUMNS},
	{"登録年月日", LEDGER_COLUMNS},
	{"所管所属", LEDGER_COLUMNS},
	{"管理者職氏名", LEDGER_COLUMNS},
	{"保管場所", LEDGER_COLUMNS},
	{"状態", LEDGER_STATE},
	{"最終現物確認日", LEDGER_COLUMNS},
	{"確認者", LEDGER_COLUMNS},
	{"消去・廃棄日時", LEDGER_COLUMNS},
	{"作業担当者", LEDGER_COLUMNS},
	{"処理内容", LEDGER_COLUMNS},
	{"備考", LEDGER_COLUMNS},
};

/* Moves over spaces, those of Japanese width too. */
static const char *skip_spaces(const char *text)
{
	for (;;) {
		if (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n')
			text++;
		else if (strncmp(text, IDEOGRAPHIC_SPACE, strlen(IDEOGRAPHIC_SPACE)) == 0)
			text += strlen(IDEOGRAPHIC_SPACE);
		else
			return text;
	}
}

/* Whether the cell holds the word and, around it, at most spaces. */
static bool is_word(const char *cell, const char *word)
{
	size_t size = strlen(word);

	cell = skip_spaces(cell);
	return strncmp(cell, word, size) == 0 && *skip_spaces(cell + size) == '\0';
}

enum ledger_column ledger_column_of(const char *heading)
{
	for (size_t i = 0; i < COUNT(columns); i++)
		if (is_word(heading, columns[i].heading))
			return columns[i].column;
	/* Forms print the choices behind it: 状態(保管中/貸出中/…). */
	if (strncmp(heading, "状態(", strlen("状態(")) == 0 ||
		strncmp(heading, "状態（", strlen("状態（")) == 0)
		return LEDGER_STATE;
	return LEDGER_COLUMNS;
}

const char *ledger_heading(enum ledger_column column)
{
	for (size_t i = 0; i < COUNT(columns); i++)
		if (columns[i].column == column)
			return columns[i].heading;
	return "";
}

enum ledger_state ledger_state_of(const char *cell)
{
	static const struct {
		const char *word;
		enum ledger_state state;
	} states[] = {{"", LEDGER_IN_USE}, {"保管中", LEDGER_IN_USE}, {"貸出中", LEDGER_IN_USE},
		{"持出中", LEDGER_IN_USE}, {"紛失", LEDGER_LOST}, {"廃棄済", LEDGER_DISPOSED}};

	for (size_t i = 0; i < COUNT(states); i++)
		if (is_word(cell, states[i].word))
			return states[i].state;
	return LEDGER_STATE_UNKNOWN;
}

/* 1.23457E+15: what is left of a long number that a spreadsheet has shown once. */
static bool is_mangled(const char *cell)
{
	size_t digits = strspn(cell, "0123456789.");
	const char *exponent = cell + digits;

	if (digits == 0 || strncmp(exponent, "E+", 2) != 0)
		return false;
	return exponent[2] != '\0' && exponent[2 + strspn(exponent + 2, "0123456789")] == '\0';
}

static bool is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

const char *ledger_number_fault(const char *cell)
{
	const char *fault = medium_number_fault(cell);

	if (fault && !is_ascii(cell))
		return "a control number of letters a-z A-Z, digits and - _ . only: terminals show "
		       "it "
		       "everywhere; write 情-001 as J-001, also on the sticker";
	return fault;
}

bool ledger_serial_is_typed(const char *serial)
{
	return !is_ascii(serial);
}

/* Letters and digits as a Japanese input method writes them. */
static bool has_wide_letters(const char *text)
{
	size_t size = strlen(text), length;
	uint32_t character;

	for (size_t at = 0; at < size; at += length) {
		length = utf8_decode(text + at, size - at, &character);
		if (length == 0)
			return false;
		if (character_narrow(character) != '\0')
			return true;
	}
	return false;
}

bool ledger_serial_is_rounded(const char *serial)
{
	size_t size = strlen(serial);

	if (size < SHEET_DIGITS + 2 || strspn(serial, "0123456789") != size)
		return false;
	return serial[SHEET_DIGITS + strspn(serial + SHEET_DIGITS, "0")] == '\0';
}

const char *ledger_serial_fault(const char *cell)
{
	if (is_mangled(cell))
		return "the serial as the medium has it: the spreadsheet has made a number of it; "
		       "format the column as text";
	if (has_wide_letters(cell))
		return "the serial in letters of half width, as the medium says it; copy it from "
		       "\"lsusb -v\" (iSerial)";
	return medium_serial_fault(cell);
}

/* 1951:16:00: what a spreadsheet makes of ids that it takes for hours and minutes. */
static bool is_time(const char *cell)
{
	size_t hours = strspn(cell, "0123456789");

	if (hours == 0 || cell[hours] != ':')
		return false;
	cell += hours + 1;
	return strspn(cell, "0123456789") == 2 && cell[2] == ':' &&
	       strspn(cell + 3, "0123456789") == 2 && *skip_spaces(cell + 5) == '\0';
}

const char *ledger_ids_fault(const char *cell)
{
	if (is_time(skip_spaces(cell)))
		return "VID and PID as 0951:1666: the spreadsheet has made a time of it; format "
		       "the column as text";
	return "VID and PID as 0951:1666; several with a space between";
}

int ledger_next_ids(const char **cursor, uint16_t *ret_vendor, uint16_t *ret_product)
{
	const char *start = skip_spaces(*cursor);
	char ids[IDS_SIZE];

	*cursor = start;
	if (*start == '\0')
		return 0;
	for (size_t i = 0; i < IDS_SIZE; i++) {
		ids[i] = start[i];
		if (ids[i] >= 'A' && ids[i] <= 'F')
			ids[i] = (char)(ids[i] - 'A' + 'a');
		if (start[i] == '\0')
			return -EINVAL;
	}
	if (ids[4] == '_')
		ids[4] = ':';
	if (usb_ids_parse(ids, sizeof(ids), ret_vendor, ret_product) < 0)
		return -EINVAL;
	*cursor = skip_spaces(start + IDS_SIZE);
	return *cursor == start + IDS_SIZE && **cursor != '\0' ? -EINVAL : 1;
}

void ledger_write_headings(FILE *to)
{
	for (size_t i = 0; i < COUNT(columns); i++)
		fprintf(to, "%s%s", i > 0 ? "," : "", columns[i].heading);
	fputs("\r\n", to);
}

int ledger_write_cells(FILE *to, const char *number, const char *serial, const char *ids)
{
	const char *const cells[] = {
		[LEDGER_NUMBER] = number, [LEDGER_SERIAL] = serial, [LEDGER_IDS] = ids};

	for (size_t i = 0; i < COUNT(columns); i++) {
		int r = 0;

		if (i > 0)
			fputc(',', to);
		if (columns[i].column < COUNT(cells))
			r = csv_write_cell(to, cells[columns[i].column]);
		if (r < 0)
			return r;
	}
	fputs("\r\n", to);
	return 0;
}
