/* Adding to a bundle: the file is read again under its lock, and takes its place at once. */
#include "policy/admin/exemption_bundle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "policy/admin/file_lock.h"
#include "policy/admin/shared_folder.h"
#include "policy/bundle.h"
#include "policy/cleanup.h"
#include "policy/ssh_armour.h"
#include "policy/timestamp.h"

#define KEPT_S (7 * DAY_S) /* so long an approver can still look at what has ended */

static bool is_same(const struct document_slice *a, const struct document_slice *b)
{
	return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

/* Terminals have taken it, and nothing depends on it any more. */
static bool is_long_over(const struct admin_document *document, int64_t now_s)
{
	return document->exemption && document->exemption->header.not_after + KEPT_S < now_s;
}

/* Whatever was approved in an epoch is dead with it, so nothing has to say so any more; a medium
 * may be registered still. */
static bool is_of_another_epoch(const struct admin_document *document, uint32_t epoch)
{
	const struct revocation *revocation = document->revocation;

	return revocation && revocation->kind != REVOCATION_MEDIUM &&
	       revocation->header.epoch < epoch;
}

/* Of what is added, which is all of one. 0: it is nothing that is revoked. */
static uint32_t epoch_of(const struct bundle_addition *additions, size_t n)
{
	return n > 0 && additions[0].document->revocation
		       ? additions[0].document->revocation->header.epoch
		       : 0;
}

/* What stands at the end without a signature would become part of the next text. */
static int check_end(const struct exemption_bundle *bundle)
{
	const struct admin_file *file;
	size_t end = strlen(SSH_ARMOUR_END);

	if (bundle->n == 0)
		return EXIT_DONE;
	file = &bundle->items[bundle->n - 1].file;
	if (file->size >= end && memcmp(file->bytes + file->size - end, SSH_ARMOUR_END, end) == 0)
		return EXIT_DONE;
	admin_complain(
		"%s is damaged: what begins in line %u is not signed to its end, and nothing "
		"can be written behind it. Take it out, or put the file back as it was",
		bundle->path, bundle->lines[bundle->n - 1] + 1);
	return EXIT_NO;
}

/* The item that the addition is of; NULL: a new one. */
static const struct admin_document *find(
	const struct exemption_bundle *bundle, const struct admin_document *document)
{
	if (document->exemption)
		return exemption_bundle_find(bundle, document->exemption->id);
	for (size_t i = 0; i < bundle->n; i++)
		if (is_same(&bundle->items[i].parts.text, &document->parts.text))
			return &bundle->items[i];
	return NULL;
}

static bool has_armour(const struct admin_document *document, const char *armour)
{
	const struct document_slice slice = {armour, strlen(armour)};

	for (size_t i = 0; i < document->parts.n_signatures; i++)
		if (is_same(&document->parts.signatures[i], &slice))
			return true;
	return false;
}

static void write_slice(FILE *to, const struct document_slice *slice)
{
	fwrite(slice->bytes, 1, slice->size, to);
}

static void write_old(FILE *to, const struct admin_document *item,
	const struct bundle_addition *additions, size_t n)
{
	size_t n_signatures = item->parts.n_signatures;

	fwrite(item->file.bytes, 1, item->file.size, to);
	for (size_t i = 0; i < n; i++) {
		const struct admin_document *document = additions[i].document;

		if (!is_same(&item->parts.text, &document->parts.text) ||
			has_armour(item, additions[i].armour) ||
			n_signatures == DOCUMENT_SIGNATURES_MAX)
			continue;
		fputs(additions[i].armour, to);
		n_signatures++;
	}
}

static void write_new(FILE *to, const struct bundle_addition *addition)
{
	const struct signed_document *parts = &addition->document->parts;

	write_slice(to, &parts->text);
	for (size_t i = 0; i < parts->n_signatures; i++)
		write_slice(to, &parts->signatures[i]);
	fputs(addition->armour, to);
}

/* What is in *ret is for free(); *ret_n documents in it bind terminals: of revocations those of the
 * epoch. */
static int make(const struct exemption_bundle *bundle, const struct bundle_addition *additions,
	size_t n, int64_t now_s, struct admin_file *ret, size_t *ret_n)
{
	FILE *to = open_memstream(&ret->bytes, &ret->size);
	uint32_t epoch = epoch_of(additions, n);

	if (!to)
		return admin_no_memory();
	*ret_n = 0;
	for (size_t i = 0; i < bundle->n; i++) {
		const struct admin_document *item = &bundle->items[i];

		if (is_long_over(item, now_s) || is_of_another_epoch(item, epoch))
			continue;
		write_old(to, item, additions, n);
		*ret_n += !item->revocation || item->revocation->header.epoch >= epoch;
	}
	for (size_t i = 0; i < n; i++) {
		if (find(bundle, additions[i].document))
			continue;
		write_new(to, &additions[i]);
		++*ret_n;
	}
	return fclose(to) == 0 ? EXIT_DONE : admin_no_memory();
}

static int check_room(
	enum document_kind kind, const struct admin_file *made, size_t n, const char *path)
{
	if (n <= bundle_documents_max(kind) && made->size <= BUNDLE_SIZE_MAX)
		return EXIT_DONE;
	if (kind == DOCUMENT_REVOCATION) {
		admin_complain(
			"%s would hold %zu revocations of this epoch in %zu bytes, and with more "
			"than %zu, or in more than %d bytes, terminals let no exemption count at "
			"all: nothing was written. Begin a new epoch with sekisho-admin root "
			"rotate "
			"--new-epoch: whatever was approved before counts no more then, and what "
			"revoked it leaves the file",
			path, n, made->size, bundle_documents_max(kind), BUNDLE_SIZE_MAX);
		return EXIT_NO;
	}
	admin_complain(
		"%s would hold %zu documents in %zu bytes, and terminals read at most %zu in "
		"%d: nothing was written. What ended more than seven days ago goes by itself",
		path, n, made->size, bundle_documents_max(kind), BUNDLE_SIZE_MAX);
	return EXIT_NO;
}

/* Whether somebody else wrote another text of a number meanwhile. */
static bool is_overtaken(
	const struct exemption_bundle *bundle, const struct bundle_addition *additions, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct admin_document *same = find(bundle, additions[i].document);

		if (same && !is_same(&same->parts.text, &additions[i].document->parts.text))
			return true;
	}
	return false;
}

static int make_change(const struct exemption_bundle *bundle,
	const struct bundle_addition *additions, size_t n, int64_t now_s, struct admin_file *ret)
{
	size_t n_documents = 0;
	int code = make(bundle, additions, n, now_s, ret, &n_documents);

	return code == EXIT_DONE ? check_room(bundle->kind, ret, n_documents, bundle->path) : code;
}

int bundle_change_begin(const char *path, enum document_kind kind,
	const struct bundle_addition *additions, size_t n, int64_t now_s, enum bundle_outcome *ret,
	struct bundle_change *ret_change)
{
	CLEANUP(exemption_bundle_clear) struct exemption_bundle bundle = {0};
	/* "FOLDER/terminals/desk-17" before the first exemption of that terminal. */
	int code = shared_folders_above(path);

	*ret = BUNDLE_WRITTEN;
	if (code == EXIT_DONE)
		code = file_lock(path, &ret_change->lock);
	ret_change->is_open = code == EXIT_DONE;
	if (code == EXIT_DONE)
		code = exemption_bundle_read(strdup(path), kind, &bundle);
	if (code == EXIT_DONE)
		code = check_end(&bundle);
	if (code != EXIT_DONE)
		return code;
	if (is_overtaken(&bundle, additions, n)) {
		*ret = BUNDLE_OTHER_TEXT;
		return EXIT_DONE;
	}
	ret_change->path = strdup(path);
	return ret_change->path ? make_change(&bundle, additions, n, now_s, &ret_change->made)
				: admin_no_memory();
}

int bundle_change_stage(struct bundle_change *change)
{
	return admin_stage(change->path, change->made.bytes, change->made.size, &change->staged) < 0
		       ? EXIT_UNKNOWN
		       : EXIT_DONE;
}

int bundle_change_commit(struct bundle_change *change)
{
	return admin_staged_take(&change->staged) < 0 ? EXIT_UNKNOWN : EXIT_DONE;
}

void bundle_change_clear(struct bundle_change *change)
{
	admin_staged_drop(&change->staged);
	if (change->is_open)
		file_unlock(&change->lock);
	admin_file_free(&change->made);
	free(change->path);
	*change = (struct bundle_change){0};
}

int exemption_bundle_add(const char *path, enum document_kind kind,
	const struct bundle_addition *additions, size_t n, int64_t now_s, enum bundle_outcome *ret)
{
	CLEANUP(bundle_change_clear) struct bundle_change change = {0};
	int code = bundle_change_begin(path, kind, additions, n, now_s, ret, &change);

	if (code != EXIT_DONE || *ret != BUNDLE_WRITTEN)
		return code;
	code = bundle_change_stage(&change);
	return code == EXIT_DONE ? bundle_change_commit(&change) : code;
}
