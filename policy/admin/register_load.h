/* The files of one run of "token register", read. */
#pragma once

#include <stdbool.h>

#include "policy/admin/register_job.h"

#define REGISTER_FILE "register.csv"
#define WORDS_FILE    "register-words.csv"

struct register_paths {
	const char *folder;    /* of the tier */
	const char *personnel; /* NULL: none, only the register */
	const char *sections;  /* terminals of each section, or NULL */
	const char *account_prefix;
	bool is_cp932;
};

/*
 * Reads the terminals and the register of the folder, and then the personnel file. Mistakes are
 * printed, those of all of them. EXIT_DONE; EXIT_NO, EXIT_UNKNOWN after complaining.
 */
int register_load(const struct register_paths *paths, struct register_job *job);
