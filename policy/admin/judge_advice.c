#include "policy/admin/judge_advice.h"

#include <stdio.h>

#include "policy/admin/parse.h"
#include "policy/admin/shell_quote.h"
#include "policy/admin/sign_checks.h"
#include "policy/admin/signing.h"
#include "policy/cleanup.h"

/* As far as it can be read. The bytes stay those of judged. */
struct refused_document {
	struct admin_document document;
	bool is_parsed;
};

static void refused_document_clear(struct refused_document *refused)
{
	refused->document.file.bytes = NULL;
	admin_document_clear(&refused->document);
}

/* What is wrong with the text was printed or is not what it was refused for. */
static void read_refused(const struct judged_document *judged, struct refused_document *ret)
{
	ret->document.file = judged->file;
	ret->document.kind = judged->kind;
	ret->is_parsed = admin_parse_silently(&ret->document);
}

static void print_command(const struct judge_options *options, const char *option, const char *path)
{
	CLEANUP(cleanup_free) char *file = shell_quote(SHELL_POSIX, path);
	CLEANUP(cleanup_free)
	char *root = options->root ? shell_quote(SHELL_POSIX, options->root) : NULL;

	if (file && (root || !options->root))
		printf("             sekisho-admin sign%s%s%s --key KEY %s\n", option,
			root ? " --root " : "", root ? root : "", file);
}

static void advise_signing(const struct judge_options *options,
	const struct judged_document *judged, const struct refused_document *refused)
{
	struct signing_roots roots = signing_roots_by(&refused->document, &judged->trust);

	if (judged->said.kind == DOCUMENT_NONE)
		return; /* it may be anything, and sign would not take it */
	if (refused->is_parsed && roots.count > 0)
		signing_print_state(&refused->document, &roots);
	printf("  next       have it signed:\n");
	print_command(options, "", judged->file.path);
}

static void advise_again(const struct judge_options *options, const struct judged_document *judged)
{
	if (judged->kind == DOCUMENT_FRESH) {
		printf("  next       make a new one: \"sekisho-admin fresh\"\n");
		return;
	}
	printf("  next       %s\n", signing_begin_again(judged->kind));
	print_command(
		options, judged->kind == DOCUMENT_ROOT ? " --anew" : " --raise", judged->file.path);
}

static void advise_stranger(const struct judge_options *options,
	const struct judged_document *judged, const struct refused_document *refused)
{
	struct signing_roots roots = signing_roots_by(&refused->document, &judged->trust);

	if (!refused->is_parsed || !signing_print_uncounted(&refused->document, &roots))
		advise_again(options, judged);
}

static void advise_epoch(const struct judge_options *options, const struct judged_document *judged,
	const struct refused_document *refused)
{
	const struct root *root = judged->trust.root;

	if (!refused->is_parsed || !root)
		return;
	printf("  next       %s\n", sign_epoch_advice(&refused->document, root));
	if (sign_epoch_is_raised(&refused->document, root))
		print_command(options, " --raise", judged->file.path);
}

void judge_advise(const struct judge_options *options, const struct judged_document *judged)
{
	CLEANUP(refused_document_clear) struct refused_document refused = {0};

	read_refused(judged, &refused);
	switch (judged->verification.fault) {
	case DOCUMENT_FAULT_UNSIGNED:
	case DOCUMENT_FAULT_THRESHOLD: advise_signing(options, judged, &refused); return;
	case DOCUMENT_FAULT_UNKNOWN_KEY: advise_stranger(options, judged, &refused); return;
	case DOCUMENT_FAULT_SIGNATURE_FORM:
	case DOCUMENT_FAULT_NAMESPACE:
	case DOCUMENT_FAULT_SIGNATURE_WRONG:
	case DOCUMENT_FAULT_NO_USER_PRESENCE:
	case DOCUMENT_FAULT_NO_USER_VERIFICATION:
	case DOCUMENT_FAULT_NOT_IN_ROLE:
	case DOCUMENT_FAULT_SCOPE: advise_again(options, judged); return;
	case DOCUMENT_FAULT_EPOCH: advise_epoch(options, judged, &refused); return;
	case DOCUMENT_FAULT_UNJUDGED:
	case DOCUMENT_FAULT_NONE:
	case DOCUMENT_FAULT_UNREADABLE:
	case DOCUMENT_FAULT_TOO_LARGE:
	case DOCUMENT_FAULT_CUT:
	case DOCUMENT_FAULT_TEXT:
	case DOCUMENT_FAULT_KIND:
	case DOCUMENT_FAULT_SITE:
	case DOCUMENT_FAULT_TIER:
	case DOCUMENT_FAULT_SERIAL:
	case DOCUMENT_FAULT_EXPIRED:
	case DOCUMENT_FAULT_ROOT_EXPIRED:
	case DOCUMENT_FAULT_CHAIN:
	case DOCUMENT_FAULT_FUTURE:
	case DOCUMENT_FAULT_COUNT: return;
	}
}
