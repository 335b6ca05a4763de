/* The head of an index of media: from the options, from the index that is there, from site.ini. */
#pragma once

#include <stdbool.h>

#include "policy/admin/media_import.h"
#include "policy/document.h"
#include "policy/media_index.h"

/*
 * Settles the head of the next index; old may be NULL. EXIT_DONE with *ret, else the exit code
 * after complaining of what is missing or what terminals would refuse.
 */
int media_header_settle(const struct media_import *import, const struct media_index *old,
	struct document_header *ret);

/* Whether the index must be written anew though no medium has changed: an option says something of
 * its head, its epoch is another, or it has ended. */
bool media_header_is_due(const struct media_import *import, const struct media_index *old,
	const struct document_header *header);

/* Reads "2027-04-30" (to its last second here) or a whole RFC 3339 time. 0, or -EINVAL. */
int media_header_parse_end(const char *text, int offset_minutes, int64_t *ret);
