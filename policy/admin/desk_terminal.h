/* The desks document of one terminal, at the token officer's desk. */
#pragma once

#include "policy/admin/token_terminal.h"
#include "policy/desks.h"

struct desk_terminal {
	struct token_terminal place; /* its key alone, and where it lies */
	char *path;                  /* of desks.ini */
	struct desks desks;          /* with the next serial, and now */
	bool is_new;
};

/*
 * Opens where, which is a terminal-key.ini or the folder that has one. What is sealed to another
 * key than the terminal's is dropped, and that is said: only the keys of the desks make it anew.
 * EXIT_DONE with *ret, EXIT_NO or EXIT_UNKNOWN after complaining. ret is for desk_terminal_clear()
 * in every case.
 */
int desk_terminal_open(const char *where, const struct token_time *time, struct desk_terminal *ret);
void desk_terminal_clear(struct desk_terminal *terminal);

/* Writes desks.ini, without signatures. EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int desk_terminal_write(const struct desk_terminal *terminal, const struct token_time *time);
