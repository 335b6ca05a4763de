/*
 * One document of the approvers from its text to its place: shown in one line, judged before
 * anybody is asked, signed, and written beside the others. For approve and extend.
 */
#pragma once

#include "policy/admin/exemption_bundle.h"
#include "policy/admin/exemption_pen.h"
#include "policy/admin/exemption_standing.h"

/*
 * Signs an exemption: document->parts has the signatures that are there, none where it is new.
 * back: how it comes back from where it is signed with --print. Where somebody else wrote another
 * text of that number meanwhile, nothing is written, and *ret says so. EXIT_DONE, or EXIT_NO,
 * EXIT_UNKNOWN after complaining.
 */
int exemption_sign(const struct exemption_pen *pen, const struct exemption_site *site,
	const struct exemption_revoked *revoked, const struct admin_document *document,
	const struct sign_back *back, enum bundle_outcome *ret);

/* The text of an exemption as a document without signatures, that was read back; path is for what
 * is said of it. ret is for admin_document_clear() in every case. */
int exemption_make_document(
	const struct exemption *exemption, const char *path, struct admin_document *ret);

/*
 * Whether terminals would take the exemption with this person's signature (0: not known yet) beside
 * those that are there. EXIT_NO after complaining why not.
 */
int exemption_check_signer(const struct exemption_site *site,
	const struct exemption_revoked *revoked, const struct admin_document *document,
	uint64_t person);
