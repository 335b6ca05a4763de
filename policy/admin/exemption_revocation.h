/* One revocation from its text to its place in revocations.ini: shown, signed, written. */
#pragma once

#include "policy/admin/exemption_find.h"
#include "policy/admin/exemption_pen.h"
#include "policy/admin/exemption_standing.h"

/*
 * Shows what ends, asks, signs and writes. Of wanted the kind, the subject and the reason count;
 * with
 * --add all is as it was printed. found: what is there of the number, or NULL; command: what takes
 * in a signature that was made elsewhere. EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining.
 */
int exemption_revoke(const struct exemption_pen *pen, const struct exemption_site *site,
	const struct exemption_revoked *revoked, const struct exemption_found *found,
	const struct revocation *wanted, const char *command, const char *folder);
