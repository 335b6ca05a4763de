/*
 * A ticket of the desk: a code that lets somebody in once, to learn the secret of his token at the
 * terminal itself. Pure.
 */
#pragma once

#include <stdint.h>

#include "policy/code_hashes.h"

/* Zeroed: there is none. */
struct token_ticket {
	char hash[CODE_HASH_TEXT_SIZE]; /* "$y$…" of its TICKET_SYMBOLS (code_text.h) */
	int64_t until_s;                /* since 1970: from then on it counts no more */
};
