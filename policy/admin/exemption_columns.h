/* The columns of a CSV from which exemptions are prepared, and their headings in Japanese and
 * English. */
#pragma once

enum exemption_column {
	EXEMPTION_TERMINAL = 0,                   /* 端末名: one or several */
	EXEMPTION_USERS,                          /* 利用者: accounts, or 誰でも */
	EXEMPTION_MEDIUM,                         /* 媒体管理番号: a number, or usb-storage */
	EXEMPTION_FROM,                           /* 許可開始 */
	EXEMPTION_UNTIL,                          /* 許可終了 */
	EXEMPTION_DIRECTION,                      /* 区分: 読取, 書込 or 持出 */
	EXEMPTION_DURATION,                       /* 使用時間 */
	EXEMPTION_PURPOSE,                        /* 使用目的 */
	EXEMPTION_NEEDED,                         /* those before must be there */
	EXEMPTION_INFORMATION = EXEMPTION_NEEDED, /* 情報の名称 */
	EXEMPTION_CLASSIFICATION,                 /* 機密性区分 */
	EXEMPTION_PERSONAL,                       /* 個人情報 */
	EXEMPTION_SPECIFIC_PERSONAL,              /* 特定個人情報 */
	EXEMPTION_ITEMS,                          /* 件数 */
	EXEMPTION_ENCRYPTED,                      /* 暗号化 */
	EXEMPTION_DESTINATION,                    /* 持出先 */
	EXEMPTION_WITNESS,                        /* 立会者 */
	EXEMPTION_SECTION,                        /* 所属 */
	EXEMPTION_NAME,                           /* 氏名 */
	EXEMPTION_NUMBER,                         /* 職員番号 */
	EXEMPTION_INSERTIONS,                     /* 挿入回数 */
	EXEMPTION_SURVIVES,                       /* 継続: 再起動 ログアウト */
	EXEMPTION_COLUMNS,
};

/* The Japanese heading and the English one: "端末名 (terminal)" are these two. */
const char *exemption_heading(enum exemption_column column);
const char *exemption_heading_english(enum exemption_column column);
/* Which column has this heading, in either language, width and case; EXEMPTION_COLUMNS: none. */
enum exemption_column exemption_column_of(const char *heading);
