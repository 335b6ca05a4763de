/* sekisho-admin policy diff. */
#pragma once

/* Runs it with its own words in argv, argv[0] is "diff": EXIT_DONE no difference, EXIT_NO
 * differences, EXIT_UNKNOWN could not tell. */
int admin_policy_diff(int argc, char **argv);
