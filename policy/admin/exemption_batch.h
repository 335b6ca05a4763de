/*
 * Exemptions that are prepared together: which of them are there already, the documents of the
 * others, their signatures, and all files written or none. For exemption_prepare.c.
 */
#pragma once

#include "policy/admin/exemption_pen.h"
#include "policy/admin/exemption_sheet.h"
#include "policy/admin/exemption_standing.h"
#include "policy/code_text.h"

struct batch_row {
	const struct exemption_draft *draft;
	struct admin_document own;       /* of a new one */
	struct admin_document *document; /* own, or in the terminal's bundle */
	bool is_new, is_done;            /* is_done: this person need not sign it */
	char code[CODE_SYMBOLS_SIZE];    /* sealed; of a new one only */
	char *armour;
};

/* One terminal's rows, which stand in a row. */
struct batch_terminal {
	struct exemption_bundle bundle;
	size_t first, n;
};

struct exemption_batch {
	const struct exemption_site *site;
	const struct exemption_revoked *revoked;
	const char *csv_path;
	struct batch_row *rows;
	size_t n;
	struct batch_terminal *terminals;
	size_t n_terminals;
};

/* Each returns EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining. */

/* Sorts the drafts by terminal, looks which stand there already, and makes the documents of the
 * others, sealed with a code each or not. ret is for exemption_batch_clear() in every case. */
int exemption_batch_begin(const struct exemption_site *site,
	const struct exemption_revoked *revoked, const char *csv_path,
	struct exemption_sheet *sheet, bool is_sealed, struct exemption_batch *ret);
void exemption_batch_clear(struct exemption_batch *batch);

/* Whether terminals would take each of them with the signature of this person; sets is_done. */
int exemption_batch_check(struct exemption_batch *batch, uint64_t person);

/* Signs each that is not done. */
int exemption_batch_sign(struct exemption_batch *batch, const struct exemption_pen *pen);

/* Writes all files aside, prints the slips of new codes, and then gives all their place. */
int exemption_batch_write(struct exemption_batch *batch);
