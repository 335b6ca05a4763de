/* sekisho-admin token list: who has which token where. */
#pragma once

#define TOKEN_LIST_USAGE "token list [USER...] [--csv] [--folder TIER]"

/* EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining. */
int admin_token_list(int argc, char **argv);
