/* What is made for one person: the kind of token that was asked for, with a fresh secret. */
#pragma once

#include <stddef.h>

#include "policy/admin/token_make.h"

/*
 * For a command's switch: --type, --hash, --digits, --period, whose letters are t, H, d and p.
 * EXIT_DONE, or EXIT_UNKNOWN after complaining of the option.
 */
int token_person_option(int letter, struct token_handout *kind);
/* What belongs to one type only, and what is not said. As above. */
int token_person_check_kind(struct token_handout *kind);
/* users[at] is an account, and none of those before it. As above. */
int token_person_check(char **users, size_t at);
/* number: NULL for a new one. *ret with a secret, for token_handout_wipe(); as above. */
int token_person_make(const struct token_handout *kind, const char *user, const char *number,
	struct token_handout *ret);
