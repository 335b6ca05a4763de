/* What must hold between the sections of a root: no key belongs to two, the roles that are needed
 * are there, and what root_grants.h checks. For root.c. */
#pragma once

#include "policy/ini_document.h"
#include "policy/root.h"
#include "policy/schema.h"

/* Fills in the persons and tiers of the roles and checks all that concerns several sections. */
void root_check(const struct ini_document *document, struct problems *problems, struct root *root);

/* Stands in the table for "persons" and "tiers", which can be read only when all persons and the
 * role are known. */
void root_read_nothing(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
