/*
 * What the words of a personnel section mean: which employment (任用区分) ends with the fiscal
 * year, and which change (異動区分) ends somebody's work here. The usual words are known; a body
 * adds its own as register-words.csv, with the columns 区分 (任用区分 or 異動区分), 語 and 意味:
 * 期限なし or 年度末; 継続, 初日, 最終日 or 取消.
 */
#pragma once

#include <stddef.h>

#include "policy/problem.h"

enum register_employment {
	EMPLOYMENT_UNKNOWN = 0,
	EMPLOYMENT_UNLIMITED,   /* 期限なし */
	EMPLOYMENT_FISCAL_YEAR, /* 年度末: without 有効期限 it ends on 31 March */
};

enum register_event {
	EVENT_UNKNOWN = 0,
	EVENT_STAYS,       /* 継続: joins, moves or stays, as the other columns say */
	EVENT_LEAVES_ON,   /* 初日: 発令日 is the first day without */
	EVENT_LEAVES_WITH, /* 最終日: 発令日 is the last day */
	EVENT_CANCELLED,   /* 取消: they do not leave after all */
};

struct register_words {
	struct register_word *added; /* by the body */
	size_t n_added, room;
};

/* Adds those of a CSV, with a NUL behind its size bytes. Returns 0; -EBADMSG when problems were
 * added (row and column); -ENOMEM. */
int register_words_read(
	const char *bytes, size_t size, struct problems *problems, struct register_words *words);
void register_words_clear(struct register_words *words);

/*
 * The longest known word in a cell says what it means, so that 非常勤 is not taken for 常勤; of two
 * that are equally long, the body's own. An empty cell is EVENT_STAYS, and no employment.
 */
enum register_employment register_employment_of(
	const struct register_words *words, const char *cell);
enum register_event register_event_of(const struct register_words *words, const char *cell);
