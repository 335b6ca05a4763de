/*
 * Tokens with fresh secrets for people, of the kind that was asked for: what "token issue" and
 * "token issue-ticket" have in common.
 */
#pragma once

#include <stddef.h>

#include "policy/admin/token_job.h"
#include "policy/admin/token_make.h"
#include "policy/admin/token_options.h"

struct token_fresh {
	struct token_job job;
	struct token_handout kind;
};

/* clang-format off */
#define TOKEN_PERSON_OPTIONS \
	{"type", required_argument, NULL, 't'}, \
	{"hash", required_argument, NULL, 'H'}, \
	{"digits", required_argument, NULL, 'd'}, \
	{"period", required_argument, NULL, 'p'}, \
	TOKEN_OPTIONS_JOB
/* clang-format on */

/* Nothing is said yet. */
void token_person_begin(struct token_fresh *ret);

/* Each returns EXIT_DONE, or EXIT_UNKNOWN after complaining. */

/* Takes an option of the table above; any other is complained of by usage. */
int token_person_option(int letter, const char *usage, struct token_fresh *fresh);
/* They are for some terminal, and for no more people than one takes. */
int token_person_check_places(const struct token_fresh *fresh, const char *usage, size_t n_users);
/* What belongs to one type only, and what is not said. */
int token_person_check_kind(struct token_handout *kind);
/* users[at] is an account, and none of those before it. */
int token_person_check(char **users, size_t at);
/* number: NULL for a new one. *ret with a secret, to be wiped. */
int token_person_make(const struct token_handout *kind, const char *user, const char *number,
	struct token_handout *ret);
