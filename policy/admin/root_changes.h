/* What one root changes of the one before it, in words. */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "policy/root.h"

/* Prints one change a line, each after indent, at most lines_max of them (the last then says how
 * many more there are). Returns how many changes there are. */
size_t root_changes_print(const struct root *old, const struct root *new, const char *indent,
	size_t lines_max, FILE *to);
