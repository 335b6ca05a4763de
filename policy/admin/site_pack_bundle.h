/* exemptions.ini and revocations.ini in a pack: as they are, if they are there. What is wrong or
 * over in them changes nothing for the rest, and each terminal judges it by itself. */
#pragma once

#include "policy/admin/admin.h"
#include "policy/document.h"

/* Reads it and says how many documents it has. EXIT_DONE, without bytes where there is no file;
 * EXIT_NO where it holds something else, EXIT_UNKNOWN, both after complaining. */
int site_pack_read_bundle(const char *path, enum document_kind kind, struct admin_file *ret);
