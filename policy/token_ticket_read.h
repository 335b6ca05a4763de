/* The ticket of a token in its document. Apart from token_ticket.h, which sekisho-verify has too.
 */
#pragma once

#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/token_ticket.h"

/* For a schema: the hash with its salt before it, into the hash of a struct token_ticket. */
void token_ticket_read(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
/* Adds a problem where the section has one of two keys and not the other: of a ticket, or of a
 * same-day code, which is kept in the same way. */
void token_ticket_check(const struct ini_section *section, struct problems *problems);
