/* sekisho-admin token unlock, resync: what a terminal remembers of somebody's token is forgotten.
 */
#pragma once

#define TOKEN_UNLOCK_USAGE "token unlock USER... {--for TERMINAL... | --everywhere FOLDER}"
#define TOKEN_RESYNC_USAGE "token resync USER... {--for TERMINAL... | --everywhere FOLDER}"

/* Each changes every document, or where anything is wrong none. EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN
 * after complaining. */
int admin_token_unlock(int argc, char **argv);
int admin_token_resync(int argc, char **argv);
