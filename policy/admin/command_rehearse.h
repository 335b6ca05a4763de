/* sekisho-admin policy rehearse; see admin.h. */
#pragma once

/* Runs it with its own words in argv, argv[0] is "rehearse": EXIT_DONE no difference, EXIT_NO
 * differences, EXIT_UNKNOWN could not tell, for all or for some. */
int admin_policy_rehearse(int argc, char **argv);
