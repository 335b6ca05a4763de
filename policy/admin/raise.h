/* What --raise does to a text that was changed: a higher serial, and the date of today. */
#pragma once

#include "policy/admin/parse.h"

/*
 * The raised document, without signatures; the file is left alone. With a root of a newer epoch (or
 * NULL), epoch and serial begin again by it. EXIT_DONE with *ret, else after complaining; ret is
 * for admin_document_clear() in every case.
 */
int raise_document(
	const struct admin_document *document, const struct root *root, struct admin_document *ret);
