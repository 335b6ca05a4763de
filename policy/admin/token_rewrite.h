/*
 * Changes entries of the tokens documents of some terminals, without a secret: all are looked at
 * before the first is written.
 */
#pragma once

#include "policy/admin/token_places.h"
#include "policy/admin/token_terminal.h"

struct token_rewrite {
	struct token_places places;
	char *const *users;
	size_t n_users;
	const char *number; /* in their place, whoever has it; or NULL */
	struct token_time time;
	/* Changes or removes one, and prints it where is_written. EXIT_DONE, or EXIT_NO after
	 * complaining. */
	int (*change)(struct token_terminal *terminal, struct token_entry *entry, bool is_written);
};

/*
 * For the option letters below: EXIT_DONE, or EXIT_UNKNOWN after complaining by usage of another
 * one, too.
 */
#define TOKEN_REWRITE_OPTIONS \
	{"for", required_argument, NULL, 'f'}, \
	{ \
		"everywhere", required_argument, NULL, 'e' \
	}
int token_rewrite_take(struct token_rewrite *rewrite, int letter, const char *usage);

/*
 * Each terminal that was named has to have the token, and of those found below a folder one. Where
 * anything is wrong, none is written; then prints what was written, and what comes next. EXIT_DONE,
 * or EXIT_NO, EXIT_UNKNOWN after complaining.
 */
int token_rewrite_run(struct token_rewrite *rewrite);
