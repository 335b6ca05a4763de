/* sekisho-pskc, run once: the process that reads a delivery in place of this one. */
#pragma once

#include <stddef.h>

/*
 * Gives it the request (policy/pskc/rows.h), head and then body, and waits for its answer. 0 with
 * *ret, a string for free() after wiping, and *ret_size; or a negative errno after complaining: it
 * is not installed, it gave up, it was ended, it said far too much.
 */
int pskc_process_run(const char *head, size_t head_size, const char *body, size_t body_size,
	char **ret, size_t *ret_size);
