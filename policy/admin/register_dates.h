/* What the register does to the dates of a token. Only these make one longer. */
#pragma once

#include "policy/admin/register_job.h"

/* The last second of a day, or 0 for DAY_NONE. */
int64_t register_end_of(const struct register_job *job, int32_t day);

/* It counts no longer than the day; one that would end before it begins is to be removed. */
void register_token_end(
	const struct register_job *job, struct register_token *token, int32_t last_day);
/* All tokens of an account, likewise. */
void register_account_end(const struct register_job *job, const char *account, int32_t last_day);

/*
 * The terminal becomes somebody's from a day on: a token that ends there with the day before goes
 * on until the given day (DAY_NONE: without end); one that ended earlier stays dead; any other ends
 * with the given day and, where they were registered without this terminal, begins with the first.
 */
void register_token_gain(const struct register_job *job, struct register_token *token,
	int32_t first_day, int32_t last_day, bool was_registered);

/* 有効期限 becomes another day: what ended with the one before ends with this one; of the rest
 * nothing becomes longer. */
void register_token_renew(const struct register_job *job, struct register_token *token,
	int32_t before, int32_t last_day);

/* Those that ended with last_day go on: somebody does not leave after all. */
void register_token_revive(const struct register_job *job, struct register_token *token,
	int32_t last_day, int32_t new_last_day);

/* Whether it has ended, or is to be removed. */
bool register_token_has_ended(const struct register_job *job, const struct register_token *token);
