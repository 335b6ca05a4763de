/* A document in ten lines, for who is about to sign it. */
#pragma once

#include "policy/admin/parse.h"
#include "policy/admin/signing.h"

/* Prints it to stdout. The document is one without mistakes; of a next root, the first of roots is
 * the one before it. */
void admin_print_summary(const struct admin_document *document, const struct signing_roots *roots);
