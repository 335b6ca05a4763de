/* What a run changes as CSV: to be attached to a decision (決裁), or read by a program. */
#pragma once

#include <stdio.h>

#include "policy/admin/register_job.h"

/*
 * Every change as a row of 区分, 職員番号, アカウント, 端末, 項目, 前, 後: of rows of the register
 * in its order, then of tokens by terminal, then what is to be looked at. UTF-8 with byte order
 * mark, CRLF. 0 or -ENOMEM.
 */
int register_difference_write(const struct register_job *job, FILE *to);

/* 新規, 異動, 抹消, 変更; of a note such as 要発行; in English "new", "needs a token". */
const char *register_change_name(enum register_change change, bool is_english);
const char *register_note_name(enum register_note_kind kind, bool is_english);

#define REGISTER_TIME_SIZE 20

/* "2027-03-31 23:59:59" by a clock with the run's offset; "" for 0. Returns ret. */
const char *register_time_text(
	const struct register_job *job, int64_t time_s, char ret[REGISTER_TIME_SIZE]);
