/* What a tokens document says in one place because of what it says in another. */
#pragma once

#include "policy/ini_document.h"
#include "policy/problem.h"
#include "policy/tokens.h"

/* tokens: what was read of the document, its entries in the order of the sections. Adds problems.
 */
void tokens_check(const struct ini_document *document, const struct tokens *tokens,
	struct problems *problems);
