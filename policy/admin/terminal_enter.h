/* A terminal's entry in the folder: made when it joins, changed when it is retired. */
#pragma once

#include <stdbool.h>

#include "policy/admin/join_inbox.h"

/*
 * Writes terminal-key.ini and terminal.ini of a request that was approved, and says so; is_move: in
 * place of what is there, and says what has to be issued anew. EXIT_DONE, or EXIT_UNKNOWN after
 * complaining.
 */
int terminal_enter(const struct join_site *site, const struct join_entry *request, bool is_move);

/* Writes an entry in place of the one that is there. As above. */
int terminal_entry_replace(const char *tier_folder, const struct terminal_entry *entry);
