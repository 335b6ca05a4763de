/* sekisho-admin policy diff. */
#pragma once

#include <stdbool.h>

/* Runs it with its own words in argv, argv[0] is "diff": EXIT_DONE no difference, EXIT_NO
 * differences, EXIT_UNKNOWN could not tell. */
int admin_policy_diff(int argc, char **argv);

/* Prints what changes between two files: the same. is_all: every medium is named. */
int diff_files(const char *old_path, const char *new_path, bool is_all);
