/* A document in ten lines, for who is about to sign it. */
#pragma once

#include "policy/admin/parse.h"

/* Prints it to stdout. The document is a policy or a root without mistakes. */
void admin_print_summary(const struct admin_document *document);
