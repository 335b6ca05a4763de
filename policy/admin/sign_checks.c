#include "policy/admin/sign_checks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/bundle_file.h"
#include "policy/admin/doubts.h"
#include "policy/admin/judge.h"
#include "policy/admin/kind.h"
#include "policy/admin/place.h"
#include "policy/cleanup.h"
#include "policy/text_form.h"

/* Whether nothing in the file or its name says that it is a document: no kind, no section. A form
 * that editors break is left to the parser, which names it. */
static bool is_foreign(const struct admin_file *file)
{
	struct document_slice text = file_text(file->bytes, file->size);
	struct text_form form = text_form_of(file->bytes, file->size);
	struct file_kind said = file_kind_of_text(text.bytes, text.size);

	return text.size > 0 && !said.kind && !said.is_site && !said.is_shard &&
	       !file_kind_of_name(file->path).kind && !text_form_fault(&form) &&
	       text.bytes[0] != '[' && !memmem(text.bytes, text.size, "\n[", 2);
}

/* A signature is of one text. */
static bool refuse_several(const struct admin_file *file)
{
	enum document_kind kind = bundle_file_kind(file);
	size_t n = kind == DOCUMENT_NONE ? 0 : bundle_count(file->bytes, file->size);

	if (n < 2)
		return false;
	admin_complain("%s holds %zu documents: \"sekisho-admin exemption %s\" signs one of them",
		file->path, n, kind == DOCUMENT_EXEMPTION ? "approve" : "revoke");
	return true;
}

int sign_read_document(const char *path, struct admin_document *ret)
{
	struct admin_file file = {0};

	if (admin_read_document(path, &file) < 0)
		return EXIT_UNKNOWN;
	if (refuse_several(&file)) {
		admin_file_free(&file);
		return EXIT_NO;
	}
	if (!is_foreign(&file))
		return admin_parse_file(&file, ret);
	admin_file_free(&file);
	admin_complain("%s is no document of sekisho: it has no [section] and no \"kind =\"", path);
	return EXIT_NO;
}

bool sign_epoch_is_raised(const struct admin_document *document, const struct root *root)
{
	return document->kind != DOCUMENT_ROOT &&
	       admin_document_header(document)->epoch < root->header.epoch;
}

const char *sign_epoch_advice(const struct admin_document *document, const struct root *root)
{
	return sign_epoch_is_raised(document, root)
		       ? "--raise sets the epoch and begins with serial 1"
		       : "Is it the right root (--root)?";
}

/* Where no more signatures would help. */
static int refuse_epoch(const struct admin_document *document, const struct root *root)
{
	const struct document_header *header = admin_document_header(document);

	admin_complain("%s is of epoch %" PRIu32 ", the root of epoch %" PRIu32
		       ": terminals refuse it. %s",
		document->file.path, header->epoch, root->header.epoch,
		sign_epoch_advice(document, root));
	return EXIT_NO;
}

int sign_check_place(const struct admin_document *document, const struct root *root)
{
	const struct document_header *header = admin_document_header(document);
	uint32_t ahead;

	if (!root)
		return EXIT_DONE;
	if (strcmp(header->site, root->header.site) != 0) {
		admin_complain("%s is for the site %s, the root for %s: terminals refuse it",
			document->file.path, header->site, root->header.site);
		return EXIT_NO;
	}
	ahead = header->epoch - root->header.epoch;
	if (ahead == 0 || (ahead == 1 && document->kind == DOCUMENT_ROOT))
		return EXIT_DONE;
	return refuse_epoch(document, root);
}

static void warn_place(const struct admin_document *document)
{
	const struct document_header *header = admin_document_header(document);
	CLEANUP(place_clear) struct place place = {0};

	if (place_find(document->file.path, NULL, &place) != EXIT_DONE || !place.site_path)
		return;
	if (strcmp(header->site, place.site.site) != 0)
		printf("  warning    %s is for the site %s, this for %s\n", place.site_path,
			place.site.site, header->site);
	if (document->kind != DOCUMENT_ROOT && strcmp(header->tier, place.site.tier) != 0)
		printf("  warning    %s is for the tier %s, this for %s\n", place.site_path,
			place.site.tier, header->tier);
}

void sign_print_warnings(const struct admin_document *document, const struct signing_roots *roots)
{
	struct header_doubt doubts[HEADER_DOUBTS_MAX];
	int offset_minutes;
	size_t n =
		header_doubts(admin_document_header(document), admin_now(&offset_minutes), doubts);

	for (size_t i = 0; i < n; i++)
		printf("  warning    %s\n", doubts[i].text);
	if (roots->count == 0)
		printf("  warning    no root was found: nobody can say whether terminals count "
		       "your key (--root)\n");
	warn_place(document);
}

void sign_print_refusal(const struct admin_document *document, const struct root *root,
	struct admin_file *signed_file)
{
	CLEANUP(judged_document_clear)
	struct judged_document judged = {.file = *signed_file, .kind = document->kind};
	struct verify_request request = {.root = root};
	int offset_minutes;

	signed_file->bytes = NULL;
	request.now_s = admin_now(&offset_minutes);
	request.site = root ? root->header.site : NULL;
	if (judge_bytes(&request, &judged) < 0 || judged.verification.verdict != DOCUMENT_REFUSED ||
		judged.verification.fault == DOCUMENT_FAULT_THRESHOLD)
		return;
	printf("  but        terminals refuse it (%s): %s\n",
		document_fault_name(judged.verification.fault), judged.verification.detail);
}
