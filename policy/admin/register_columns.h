/*
 * The columns of 利用者登録簿, the register of who may log in, which the personnel section's file
 * has too, and their headings in Japanese and English.
 */
#pragma once

#include <stddef.h>

enum register_column {
	REGISTER_NUMBER = 0, /* 職員番号 */
	REGISTER_NAME,       /* 氏名 */
	REGISTER_SECTION,    /* 所属 */
	REGISTER_EMPLOYMENT, /* 任用区分 */
	REGISTER_APPLIED,    /* 申請日 */
	REGISTER_APPROVER,   /* 承認者 */
	REGISTER_REGISTERED, /* 登録日 */
	REGISTER_UNTIL,      /* 有効期限, the last day */
	REGISTER_FACTORS,    /* 認証要素 */
	REGISTER_TOKENS,     /* トークン番号 */
	REGISTER_EFFECTIVE,  /* 発令日, the first day */
	REGISTER_DISABLED,   /* 抹消日, the last day */
	REGISTER_DISABLER,   /* 抹消者 */
	REGISTER_ACCOUNT,    /* アカウント */
	REGISTER_TERMINALS,  /* 端末 */
	REGISTER_COLUMNS,
	/* Of a personnel file only. */
	REGISTER_EVENT = REGISTER_COLUMNS, /* 異動区分 */
	REGISTER_READ_COLUMNS,
};

/* As the register is written. */
const char *register_heading(enum register_column column);
/* Which column has this heading, in either language, width and case; REGISTER_READ_COLUMNS: none.
 */
enum register_column register_column_of(const char *heading);

#define REGISTER_WORD_MAX 64

/* A word in one width and case and without spaces, cut where it is longer, to be compared. */
void register_fold(const char *word, char ret[REGISTER_WORD_MAX]);
