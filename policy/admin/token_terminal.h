/* One terminal's folder at the token officer's desk: its key, and the tokens document beside it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/admin/terminal_header.h"
#include "policy/terminal_key.h"
#include "policy/tokens.h"

struct token_terminal {
	char *key_path, *path; /* of terminal-key.ini and tokens.ini */
	char name[TERMINAL_NAME_MAX + 1];
	struct terminal_key key;
	struct tokens *tokens; /* with room for TOKENS_MAX entries, the next serial, and now */
	bool is_new;           /* there was no tokens.ini */
	/* What was sealed to a key of before, and is not in tokens. */
	struct token_entry *lost;
	size_t n_lost;
};

/* What to do with a tokens.ini that is sealed to another key. */
enum token_other_key { TOKEN_OTHER_KEY_REFUSED = 0, TOKEN_OTHER_KEY_BEGINS_ANEW };

/*
 * Opens where, which is a terminal-key.ini or the folder that has one. EXIT_DONE with *ret, EXIT_NO
 * or EXIT_UNKNOWN after complaining. ret is for token_terminal_clear() in every case.
 */
int token_terminal_open(const char *where, const struct token_time *time,
	enum token_other_key other_key, struct token_terminal *ret);
void token_terminal_clear(struct token_terminal *terminal);

/* Its key alone; the rest stays empty. As above. */
int token_terminal_read_key(const char *where, struct token_terminal *ret);

/* The entry of an account, or NULL. */
struct token_entry *token_terminal_find(const struct token_terminal *terminal, const char *user);

/* The same, and where there is none the one that is lost. */
const struct token_entry *token_terminal_before(
	const struct token_terminal *terminal, const char *user);

/*
 * Makes room for a token in place of the one that the account has: only user, number, reset and
 * the dates of before are set. NULL after complaining: somebody else has that number, or there are
 * too many.
 */
struct token_entry *token_terminal_put(
	struct token_terminal *terminal, const char *user, const char *number);
void token_terminal_remove(struct token_terminal *terminal, struct token_entry *entry);

/* Writes tokens.ini, without signatures. EXIT_DONE, or after complaining EXIT_NO, EXIT_UNKNOWN. */
int token_terminal_write(const struct token_terminal *terminal, const struct token_time *time);
