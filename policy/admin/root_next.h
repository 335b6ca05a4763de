/* What to say about a next root: what it changes, what that costs, who must sign. */
#pragma once

#include <stdbool.h>

#include "policy/admin/trust.h"
#include "policy/root.h"

/* Beside the trusted one, "1.ini" before "2.ini". A string for free(), or NULL where that one is
 * not called by its number. */
char *root_next_path(const struct trust *trust);

/*
 * Whether the next root may be written to path. EXIT_DONE with *ret_replaces, where a draft of it
 * that nobody signed is there and may_redo; EXIT_NO or EXIT_UNKNOWN after complaining of what is
 * there and what to do with it.
 */
int root_next_check_place(
	const struct trust *trust, const char *path, bool may_redo, bool *ret_replaces);

/* Prints all of it; root is what the administrator gave for --root. */
void root_next_explain(
	const struct trust *trust, const struct root *next, const char *root, const char *path);
