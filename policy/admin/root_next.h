/* What to say about a next root: what it changes, what that costs, who must sign. */
#pragma once

#include "policy/admin/trust.h"
#include "policy/root.h"

/* Beside the trusted one, "1.ini" before "2.ini". A string for free(), or NULL where that one is
 * not called by its number. */
char *root_next_path(const struct trust *trust);

/* Prints all of it; root is what the administrator gave for --root. */
void root_next_explain(
	const struct trust *trust, const struct root *next, const char *root, const char *path);
