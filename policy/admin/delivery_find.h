/* A token of a delivery, looked for by the number on its back. */
#pragma once

#include "policy/admin/delivery.h"

/*
 * The token of a number that can be used now; NULL after complaining: there is none, there are
 * several, or why not.
 */
const struct delivered *delivery_find(
	const struct delivery *delivery, const char *path, const char *number, int64_t now_s);
