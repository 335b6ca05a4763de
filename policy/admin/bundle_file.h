/* Files that hold several documents one behind the other, as the commands read them: exemptions.ini
 * and revocations.ini. */
#pragma once

#include "policy/admin/admin.h"
#include "policy/bundle.h"
#include "policy/document.h"

/* What a file holds, where it is such a file: by what its first document says, else by its name.
 * DOCUMENT_NONE: it is none. */
enum document_kind bundle_file_kind(const struct admin_file *file);

/* One document of it, as a file of its own with the same path; for admin_file_free(). EXIT_DONE, or
 * EXIT_UNKNOWN after complaining. */
int bundle_file_part(const struct admin_file *file, const struct bundle_document *document,
	struct admin_file *ret);

/* How it is named: "exemptions.ini:25", the line where it begins; the path where it is alone. For
 * free(), or NULL. */
char *bundle_file_label(const struct admin_file *file, const struct bundle_document *document);

/* Moves problems of a part to their lines of the whole file. */
void bundle_file_shift(struct problems *problems, unsigned lines);
