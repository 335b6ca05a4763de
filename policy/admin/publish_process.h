/* Another program that carries files: found in PATH, started without a shell. */
#pragma once

#include <stddef.h>

/*
 * Runs argv, which ends in NULL, with input on stdin (NULL: none); what it complains of goes where
 * ours goes. Its exit status, and *ret_output with what it printed (a string for free(), cut to 16
 * MiB); EXIT_DONE is 0 for all of them. Negative after complaining: it could not be run, or was
 * ended by a signal.
 */
int publish_process_run(
	const char *const argv[], const char *input, size_t input_size, char **ret_output);
