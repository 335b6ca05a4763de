/*
 * Tokens that somebody has already. Whoever imports a file once more does not mean that everybody's
 * recovery codes go and that terminals forget: what is the same stays as it is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/admin/token_job.h"
#include "policy/admin/token_make.h"
#include "policy/admin/token_terminal.h"

/*
 * Whether the terminal has that token of that person, sealed to the key that it has now. Nobody at
 * the desk can compare secrets; of plastic they are the same where number and kind are.
 */
bool token_kept_is_same(const struct token_terminal *terminal, const struct token_handout *handout);

/* Of what kept_at says: at terminal number at; at all n. */
bool token_kept_at(const struct token_handout *handout, size_t at);
bool token_kept_everywhere(const struct token_handout *handout, size_t n);

/* Changes the dates of a token that stays to what was said; *ret_changed is set where they differ.
 * As token_period_settle(). */
int token_kept_date(struct token_terminal *terminal, struct token_handout *handout,
	const struct token_job *job, bool *ret_changed);

/* Its vendor's end is the token's, where that comes first; 0: there is none. */
void token_kept_end(int64_t ends_s, struct token_dates *dates);

/* Says what stays, and what takes whose place. */
void token_kept_print(const struct token_handout *handout, size_t n_terminals);
