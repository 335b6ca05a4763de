/* No section and no key twice: part of the canonical check, kept fast for hostile documents. */
#pragma once

#include "policy/canonical.h"

/*
 * Adds a problem for each section that stands twice and each key that stands twice in its section,
 * at the later place, and marks that one damaged. O(n log n). Returns 0 or -ENOMEM.
 */
int canonical_check_duplicates(
	const char *text, struct problems *problems, struct canonical *canonical);
