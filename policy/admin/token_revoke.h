/* sekisho-admin token revoke: somebody's token counts no longer. */
#pragma once

#define TOKEN_REVOKE_USAGE \
	"token revoke {USER... | --number NUMBER} [--lost] {--for TERMINAL... | --everywhere " \
	"FOLDER}"

/* Changes every document, or where anything is wrong none. EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN
 * after complaining. */
int admin_token_revoke(int argc, char **argv);
