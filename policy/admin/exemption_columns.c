#include "policy/admin/exemption_columns.h"

#include <stddef.h>
#include <string.h>

#include "policy/admin/register_columns.h"

/* Of each column the first is its Japanese name and the second its English one; each as
 * register_fold() makes it. What stands in brackets behind a
 * heading is not looked at: 区分(読取/書込). */
static const struct {
	const char *heading;
	enum exemption_column column;
} headings[] = {
	{"端末名", EXEMPTION_TERMINAL},
	{"terminal", EXEMPTION_TERMINAL},
	{"端末", EXEMPTION_TERMINAL},
	{"terminals", EXEMPTION_TERMINAL},
	{"利用者", EXEMPTION_USERS},
	{"users", EXEMPTION_USERS},
	{"user", EXEMPTION_USERS},
	{"使用者", EXEMPTION_USERS},
	{"アカウント", EXEMPTION_USERS},
	{"account", EXEMPTION_USERS},
	{"accounts", EXEMPTION_USERS},
	{"媒体管理番号", EXEMPTION_MEDIUM},
	{"medium", EXEMPTION_MEDIUM},
	{"管理番号", EXEMPTION_MEDIUM},
	{"媒体", EXEMPTION_MEDIUM},
	{"許可開始", EXEMPTION_FROM},
	{"from", EXEMPTION_FROM},
	{"開始", EXEMPTION_FROM},
	{"許可終了", EXEMPTION_UNTIL},
	{"until", EXEMPTION_UNTIL},
	{"終了", EXEMPTION_UNTIL},
	{"区分", EXEMPTION_DIRECTION},
	{"direction", EXEMPTION_DIRECTION},
	{"使用時間", EXEMPTION_DURATION},
	{"duration", EXEMPTION_DURATION},
	{"時間", EXEMPTION_DURATION},
	{"使用目的", EXEMPTION_PURPOSE},
	{"purpose", EXEMPTION_PURPOSE},
	{"目的", EXEMPTION_PURPOSE},
	{"情報の名称", EXEMPTION_INFORMATION},
	{"information", EXEMPTION_INFORMATION},
	{"機密性区分", EXEMPTION_CLASSIFICATION},
	{"classification", EXEMPTION_CLASSIFICATION},
	{"個人情報", EXEMPTION_PERSONAL},
	{"personal-data", EXEMPTION_PERSONAL},
	{"特定個人情報", EXEMPTION_SPECIFIC_PERSONAL},
	{"specific-personal-data", EXEMPTION_SPECIFIC_PERSONAL},
	{"件数", EXEMPTION_ITEMS},
	{"items", EXEMPTION_ITEMS},
	{"暗号化", EXEMPTION_ENCRYPTED},
	{"encrypted", EXEMPTION_ENCRYPTED},
	{"持出先", EXEMPTION_DESTINATION},
	{"destination", EXEMPTION_DESTINATION},
	{"立会者", EXEMPTION_WITNESS},
	{"witness", EXEMPTION_WITNESS},
	{"所属", EXEMPTION_SECTION},
	{"section", EXEMPTION_SECTION},
	{"氏名", EXEMPTION_NAME},
	{"name", EXEMPTION_NAME},
	{"申請者氏名", EXEMPTION_NAME},
	{"職員番号", EXEMPTION_NUMBER},
	{"number", EXEMPTION_NUMBER},
	{"挿入回数", EXEMPTION_INSERTIONS},
	{"insertions", EXEMPTION_INSERTIONS},
	{"継続", EXEMPTION_SURVIVES},
	{"survives", EXEMPTION_SURVIVES},
};

#define N_HEADINGS (sizeof(headings) / sizeof(headings[0]))

static const char *nth_heading(enum exemption_column column, unsigned n)
{
	for (size_t i = 0; i < N_HEADINGS; i++)
		if (headings[i].column == column && n-- == 0)
			return headings[i].heading;
	return "";
}

const char *exemption_heading(enum exemption_column column)
{
	return nth_heading(column, 0);
}

const char *exemption_heading_english(enum exemption_column column)
{
	return nth_heading(column, 1);
}

enum exemption_column exemption_column_of(const char *heading)
{
	char folded[REGISTER_WORD_MAX], *bracket;

	register_fold(heading, folded);
	bracket = strchr(folded, '(');
	if (bracket && bracket > folded)
		*bracket = '\0';
	for (size_t i = 0; i < N_HEADINGS; i++)
		if (strcmp(headings[i].heading, folded) == 0)
			return headings[i].column;
	return EXEMPTION_COLUMNS;
}
