#include "policy/admin/register_columns.h"

#include <stdint.h>
#include <string.h>

#include "policy/characters.h"

#define IDEOGRAPHIC_SPACE 0x3000

/* The first of each column is the one that is written; each as register_fold() makes it. */
static const struct {
	const char *heading;
	enum register_column column;
} headings[] = {
	{"職員番号", REGISTER_NUMBER},
	{"職員コード", REGISTER_NUMBER},
	{"employeenumber", REGISTER_NUMBER},
	{"number", REGISTER_NUMBER},
	{"氏名", REGISTER_NAME},
	{"職員氏名", REGISTER_NAME},
	{"name", REGISTER_NAME},
	{"所属", REGISTER_SECTION},
	{"所属名", REGISTER_SECTION},
	{"section", REGISTER_SECTION},
	{"department", REGISTER_SECTION},
	{"任用区分", REGISTER_EMPLOYMENT},
	{"雇用区分", REGISTER_EMPLOYMENT},
	{"employment", REGISTER_EMPLOYMENT},
	{"申請日", REGISTER_APPLIED},
	{"applied", REGISTER_APPLIED},
	{"承認者", REGISTER_APPROVER},
	{"approver", REGISTER_APPROVER},
	{"登録日", REGISTER_REGISTERED},
	{"registered", REGISTER_REGISTERED},
	{"有効期限", REGISTER_UNTIL},
	{"until", REGISTER_UNTIL},
	{"認証要素", REGISTER_FACTORS},
	{"factors", REGISTER_FACTORS},
	{"トークン番号", REGISTER_TOKENS},
	{"tokens", REGISTER_TOKENS},
	{"発令日", REGISTER_EFFECTIVE},
	{"発令年月日", REGISTER_EFFECTIVE},
	{"effective", REGISTER_EFFECTIVE},
	{"effectivedate", REGISTER_EFFECTIVE},
	{"抹消日", REGISTER_DISABLED},
	{"disabled", REGISTER_DISABLED},
	{"抹消者", REGISTER_DISABLER},
	{"disabledby", REGISTER_DISABLER},
	{"アカウント", REGISTER_ACCOUNT},
	{"account", REGISTER_ACCOUNT},
	{"端末", REGISTER_TERMINALS},
	{"端末名", REGISTER_TERMINALS},
	{"terminals", REGISTER_TERMINALS},
	{"terminal", REGISTER_TERMINALS},
	{"異動区分", REGISTER_EVENT},
	{"発令区分", REGISTER_EVENT},
	{"event", REGISTER_EVENT},
};

#define N_HEADINGS (sizeof(headings) / sizeof(headings[0]))

const char *register_heading(enum register_column column)
{
	for (size_t i = 0; i < N_HEADINGS; i++)
		if (headings[i].column == column)
			return headings[i].heading;
	return "";
}

enum register_column register_column_of(const char *heading)
{
	char folded[REGISTER_WORD_MAX];

	register_fold(heading, folded);
	for (size_t i = 0; i < N_HEADINGS; i++)
		if (strcmp(headings[i].heading, folded) == 0)
			return headings[i].column;
	return REGISTER_READ_COLUMNS;
}

void register_fold(const char *word, char ret[REGISTER_WORD_MAX])
{
	size_t size = strlen(word), used = 0, length;
	uint32_t character;

	for (size_t at = 0; at < size; at += length) {
		char narrow;

		length = utf8_decode(word + at, size - at, &character);
		if (length == 0 || used + length >= REGISTER_WORD_MAX)
			break;
		if (character == ' ' || character == '\n' || character == IDEOGRAPHIC_SPACE)
			continue;
		narrow = length == 1 ? (char)character : character_narrow(character);
		if (narrow != '\0') {
			ret[used++] = to_lower(narrow);
		} else {
			memcpy(ret + used, word + at, length);
			used += length;
		}
	}
	ret[used] = '\0';
}
