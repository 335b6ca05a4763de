/* Values that name terminals, machines and tickets in more than one document. Pure. */
#pragma once

#include "policy/schema.h"
#include "policy/terminal_entry.h"

/* "T-7K3M9Q2X". */
bool ticket_id_is_valid(const char *text);

/* Readers for tables, as those of value.h; each into a char[] of its size. */
void terminal_read_fingerprint(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
void terminal_read_certificate(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
void terminal_read_machine(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
void terminal_read_ticket(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
