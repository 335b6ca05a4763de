#include "policy/admin/exemption_batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/exemption_number.h"
#include "policy/admin/exemption_sign.h"
#include "policy/admin/token_make.h"
#include "policy/cleanup.h"
#include "policy/exemption_check.h"
#include "policy/exemption_text.h"

/* Stand for any number and any code where two are compared. */
#define COMPARED_ID   "E-00000000"
#define COMPARED_HASH "$y$j9T$0000000000000000000000$0000000000000000000000000000000000000000000"

void exemption_batch_clear(struct exemption_batch *batch)
{
	for (size_t i = 0; batch->rows && i < batch->n; i++) {
		explicit_bzero(batch->rows[i].code, sizeof(batch->rows[i].code));
		admin_document_clear(&batch->rows[i].own);
		free(batch->rows[i].armour);
	}
	for (size_t i = 0; i < batch->n_terminals; i++)
		exemption_bundle_clear(&batch->terminals[i].bundle);
	free(batch->rows);
	free(batch->terminals);
	*batch = (struct exemption_batch){0};
}

static int compare(const void *a, const void *b)
{
	const struct exemption_draft *one = a, *other = b;
	int order = strcmp(one->exemption.terminal, other->exemption.terminal);

	return order != 0 ? order : (one->row > other->row) - (one->row < other->row);
}

/* What an exemption grants as text, whatever its number is and whenever it was written; NULL: no
 * memory. */
static char *grant_text(const struct exemption *exemption)
{
	struct exemption plain = *exemption;
	struct problems ignored = {0};
	char *text = NULL;

	snprintf(plain.id, sizeof(plain.id), COMPARED_ID);
	plain.header.issued = plain.header.not_before;
	if (plain.code_hash[0] != '\0')
		snprintf(plain.code_hash, sizeof(plain.code_hash), COMPARED_HASH);
	if (exemption_write(&plain, &ignored, &text) < 0)
		text = NULL;
	problems_clear(&ignored);
	return text;
}

static bool is_same_grant(const struct exemption *a, const struct exemption *b)
{
	CLEANUP(cleanup_free) char *one = NULL;
	CLEANUP(cleanup_free) char *other = NULL;

	if (a->header.not_before != b->header.not_before ||
		strcmp(a->form.purpose, b->form.purpose) != 0 || a->n_users != b->n_users)
		return false;
	one = grant_text(a);
	other = grant_text(b);
	return one && other && strcmp(one, other) == 0;
}

/* Whoever wrote it: another approver with the same file, or this one before a power cut. */
static struct admin_document *find_prepared(const struct exemption_batch *batch,
	const struct exemption_bundle *bundle, const struct exemption *wanted)
{
	for (size_t i = 0; i < bundle->n; i++) {
		const struct exemption *exemption = bundle->items[i].exemption;

		if (exemption && exemption->requester[0] == '\0' &&
			!exemption_revoked_of(
				batch->revoked, exemption->id, exemption->medium.number) &&
			is_same_grant(exemption, wanted))
			return &bundle->items[i];
	}
	return NULL;
}

static int seal(struct exemption *exemption, struct batch_row *row)
{
	struct token_envelopes one = {0};
	int code = token_make_envelopes(1, &one);

	if (code == EXIT_DONE) {
		memcpy(row->code, one.codes[0], sizeof(row->code));
		memcpy(exemption->code_hash, one.hashes[0], sizeof(exemption->code_hash));
	}
	explicit_bzero(&one, sizeof(one));
	return code;
}

static int make_row(const struct exemption_batch *batch, const struct exemption_bundle *bundle,
	bool is_sealed, struct batch_row *row)
{
	const struct exemption_site *site = batch->site;
	const struct document_header *root = &site->trust.root->header;
	struct exemption exemption = row->draft->exemption;
	int code;

	exemption.header.kind = DOCUMENT_EXEMPTION;
	exemption.header.epoch = root->epoch;
	exemption.header.issued = site->now_s;
	memcpy(exemption.header.site, root->site, sizeof(exemption.header.site));
	memcpy(exemption.header.tier, site->policy->header.tier, sizeof(exemption.header.tier));
	exemption.use.is_online = exemption_is_online(site->policy, &exemption);
	if (is_sealed)
		snprintf(exemption.code_hash, sizeof(exemption.code_hash), COMPARED_HASH);
	row->document = find_prepared(batch, bundle, &exemption);
	if (row->document)
		return EXIT_DONE;
	row->is_new = true;
	row->document = &row->own;
	code = is_sealed ? seal(&exemption, row) : EXIT_DONE;
	if (code == EXIT_DONE)
		code = exemption_number_make(exemption.id);
	return code == EXIT_DONE ? exemption_make_document(&exemption, bundle->path, &row->own)
				 : code;
}

/* Two rows that say the same would be one exemption. */
static int check_twice(const struct exemption_batch *batch, const struct batch_terminal *terminal)
{
	for (size_t i = terminal->first; i < terminal->first + terminal->n; i++)
		for (size_t k = terminal->first; k < i; k++) {
			if (!is_same_grant(batch->rows[i].document->exemption,
				    batch->rows[k].document->exemption))
				continue;
			admin_complain("%s:%u: says the same for %s as row %u: each exemption "
				       "once",
				batch->csv_path, batch->rows[i].draft->row,
				batch->rows[i].draft->exemption.terminal,
				batch->rows[k].draft->row);
			return EXIT_NO;
		}
	return EXIT_DONE;
}

static int begin_terminal(struct exemption_batch *batch, bool is_sealed, size_t first)
{
	struct batch_terminal *terminal = &batch->terminals[batch->n_terminals++];
	const char *name = batch->rows[first].draft->exemption.terminal;
	int code;

	terminal->first = first;
	code = exemption_bundle_read(
		exemption_path(batch->site->folder, name), DOCUMENT_EXEMPTION, &terminal->bundle);
	for (size_t i = first; code == EXIT_DONE && i < batch->n &&
			       strcmp(batch->rows[i].draft->exemption.terminal, name) == 0;
		i++, terminal->n++)
		code = make_row(batch, &terminal->bundle, is_sealed, &batch->rows[i]);
	return code == EXIT_DONE ? check_twice(batch, terminal) : code;
}

int exemption_batch_begin(const struct exemption_site *site,
	const struct exemption_revoked *revoked, const char *csv_path,
	struct exemption_sheet *sheet, bool is_sealed, struct exemption_batch *ret)
{
	int code = EXIT_DONE;

	*ret = (struct exemption_batch){.site = site,
		.revoked = revoked,
		.csv_path = csv_path,
		.rows = calloc(sheet->n, sizeof(*ret->rows)),
		.n = sheet->n,
		.terminals = calloc(sheet->n, sizeof(*ret->terminals))};
	if (!ret->rows || !ret->terminals)
		return admin_no_memory();
	qsort(sheet->drafts, sheet->n, sizeof(*sheet->drafts), compare);
	for (size_t i = 0; i < sheet->n; i++)
		ret->rows[i].draft = &sheet->drafts[i];
	for (size_t first = 0; code == EXIT_DONE && first < ret->n;) {
		code = begin_terminal(ret, is_sealed, first);
		first += ret->terminals[ret->n_terminals - 1].n;
	}
	return code;
}

/* Signed by this person, or by as many as are needed. */
static bool is_done(
	const struct exemption_batch *batch, const struct batch_row *row, uint64_t person)
{
	struct exemption_state state;

	if (row->is_new)
		return false;
	exemption_judge(batch->site, batch->revoked, row->document, &state);
	return (state.signers & person) || state.standing == STANDING_COUNTS ||
	       state.standing == STANDING_NOT_YET;
}

int exemption_batch_check(struct exemption_batch *batch, uint64_t person)
{
	for (size_t i = 0; i < batch->n; i++) {
		struct batch_row *row = &batch->rows[i];
		int code;

		row->is_done = is_done(batch, row, person);
		if (row->is_done)
			continue;
		code = exemption_check_signer(batch->site, batch->revoked, row->document, person);
		if (code == EXIT_DONE)
			continue;
		admin_complain("that is row %u of %s, and none of its rows was granted",
			row->draft->row, batch->csv_path);
		return code;
	}
	return EXIT_DONE;
}

int exemption_batch_sign(struct exemption_batch *batch, const struct exemption_pen *pen)
{
	uint64_t persons = 0;
	int code = EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < batch->n; i++) {
		struct batch_row *row = &batch->rows[i];
		struct sshsig signature;

		if (row->is_done)
			continue;
		code = exemption_pen_sign(
			pen, batch->site, row->document, &row->armour, &signature);
		if (code == EXIT_DONE)
			persons |= UINT64_C(1) << root_find_person(
					   batch->site->trust.root, signature.fingerprint);
	}
	/* Where only the private key was there, it is known only now whose it is. */
	return code == EXIT_DONE && persons ? exemption_batch_check(batch, persons) : code;
}
