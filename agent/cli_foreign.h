/*
 * Whose documents somebody handed in where they are not this terminal's: a CD was mixed up. The
 * agent has refused them by then, for their signatures; these are only words.
 */
#pragma once

#include "agent/cli_documents.h"
#include "agent/document_places.h"

/*
 * Says on stderr that documents say they are of another site or tier than place; or, where none
 * could be read, for which sites there are some below path. Else nothing.
 */
void cli_foreign_tell(const char *path, const struct document_place *place,
	const struct cli_documents *documents);
