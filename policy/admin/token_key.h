/* sekisho-admin token key: the fingerprints of terminals' keys, to be compared with their screens.
 */
#pragma once

#define TOKEN_KEY_USAGE "token key TERMINAL..."

/* EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining. */
int admin_token_key(int argc, char **argv);
