/* The roles of a root: who has them, for which tiers, and how they may go together. For
 * root_check.c. */
#pragma once

#include "policy/ini_document.h"
#include "policy/root.h"

/* Fills in the persons and the tiers of the grant of this section, once all persons are known. */
void root_grant_read(
	const struct ini_section *section, struct problems *problems, struct root *root);

/* What must hold between the grants, once all are filled in. */
void root_grants_check(
	const struct ini_document *document, struct problems *problems, const struct root *root);
