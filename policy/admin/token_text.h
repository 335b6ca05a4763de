/* A tokens document as text, from what is known of it. Knows no files. */
#pragma once

#include <stddef.h>

#include "policy/tokens.h"

/*
 * Writes the document; its dates with the offset. Then it is read again as a terminal would. 0 with
 * *ret, for free(), and *ret_size; -EFBIG: with its signatures it would be too large; -EBADMSG: it
 * cannot be believed; -ENOMEM.
 */
int token_text_make(const struct tokens *tokens, int offset_minutes, char **ret, size_t *ret_size);
