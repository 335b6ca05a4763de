/* What a tokens document says, in words for whoever signs it: who gets what, and never a secret. */
#pragma once

#include "policy/tokens.h"

/* Lines of the summary. path: of the document. */
void summary_print_tokens(const struct tokens *tokens, const char *path);

/* The name of the terminal whose key lies beside the document: "desk-17". For free(); NULL where no
 * such file is there, it is of another key than the document is sealed to, or memory is short. */
char *tokens_terminal_name(const struct tokens *tokens, const char *path);
