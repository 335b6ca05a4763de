/* What a record says of documents, in words. Pure; for record.c. */
#pragma once

#include <stddef.h>

#include "agent/record.h"

/* What happened, without why. Returns what snprintf returns. */
int record_describe_document(const struct record *record, char *buffer, size_t size);
