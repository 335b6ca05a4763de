#include "policy/admin/judge_bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/bundle_file.h"
#include "policy/admin/judge_report.h"
#include "policy/admin/kind.h"
#include "policy/cleanup.h"
#include "policy/exemption_check.h"
#include "policy/signers.h"

/* The terminal whose folder the file is in: terminals/NAME/exemptions.ini. NULL: none. Points into
 * *ret_folder, which is for free(). */
static const char *terminal_of(const char *path, char **ret_folder)
{
	static const char above[] = "terminals";
	const char *name = file_folder_name(path, ret_folder);
	size_t size = strlen(above);

	if (!*ret_folder || name == *ret_folder || (size_t)(name - *ret_folder) < size + 2)
		return NULL;
	return memcmp(name - 1 - size, above, size) == 0 && name[-size - 2] == '/' ? name : NULL;
}

/* What is wrong with it whatever the policy says: the policy's part says "exemption list". */
static void check_exemption(const struct judge_options *options, struct judged_document *judged)
{
	CLEANUP(cleanup_free) char *folder = NULL;
	const struct exemption_case at = {
		.root = judged->trust.root,
		.terminal = terminal_of(judged->file.path, &folder),
		.now_s = options->request.now_s,
	};
	struct verification *ret = &judged->verification;
	enum exemption_fault fault;
	char why[sizeof(ret->detail)];

	if (!judged->exemption || !at.root)
		return;
	fault = exemption_check(&at, judged->exemption, ret->signers);
	if (fault == EXEMPTION_FAULT_NONE || fault == EXEMPTION_FAULT_NO_EXEMPTIONS)
		return;
	exemption_explain(&at, judged->exemption, ret->signers, fault, why, sizeof(why));
	judged->refused_as = exemption_fault_name(fault);
	verification_refuse(ret, DOCUMENT_FAULT_SCOPE, "%s: %s", judged->exemption->id, why);
}

/* Terminals pass over what is revoked in another epoch. */
static bool is_of_this_epoch(const struct judged_document *judged)
{
	return judged->revocation && judged->trust.root &&
	       judged->revocation->header.epoch == judged->trust.root->header.epoch;
}

/* *ret_n grows by a revocation of the root's epoch. */
static int judge_part(const struct judge_options *options, const struct admin_file *file,
	const struct bundle_document *document, size_t *ret_n)
{
	CLEANUP(judged_document_clear) struct judged_document judged = {0};
	CLEANUP(cleanup_free) char *label = bundle_file_label(file, document);
	int code = bundle_file_part(file, document, &judged.file);

	if (code == EXIT_DONE)
		code = judge_read(options, &judged);
	if (code != EXIT_DONE)
		return code;
	judged.label = label;
	bundle_file_shift(&judged.problems, document->line);
	if (judged.verification.verdict != DOCUMENT_REFUSED)
		check_exemption(options, &judged);
	*ret_n += is_of_this_epoch(&judged);
	return judge_report(options, &judged);
}

static int refuse_too_large(const struct admin_file *file)
{
	printf("%s: refused (too-large): the file has %zu bytes; %d are allowed%s\n", file->path,
		file->size, BUNDLE_SIZE_MAX,
		bundle_file_kind(file) == DOCUMENT_REVOCATION
			? ". Terminals let no exemption count while this is what they are given"
			: "");
	return EXIT_NO;
}

static int refuse_too_many(const struct admin_file *file, size_t n_max)
{
	if (bundle_file_kind(file) == DOCUMENT_REVOCATION)
		printf("%s: refused (too-many): with more than %zu revocations of one epoch "
		       "terminals let no exemption count\n",
			file->path, n_max);
	else
		printf("%s: refused (too-many): terminals read the first %zu documents of it\n",
			file->path, n_max);
	return EXIT_NO;
}

int judge_bundle(const struct judge_options *options, const struct admin_file *file)
{
	struct bundle bundle = {.bytes = file->bytes, .size = file->size};
	size_t n = 0, n_revoked = 0, n_max = bundle_documents_max(bundle_file_kind(file));
	bool is_revoked = bundle_file_kind(file) == DOCUMENT_REVOCATION;
	struct bundle_document document;
	int worst = EXIT_DONE;

	if (file->size > BUNDLE_SIZE_MAX)
		return refuse_too_large(file);
	while (bundle_next(&bundle, &document)) {
		int code;

		if (n++ == n_max && !is_revoked)
			return refuse_too_many(file, n_max);
		code = judge_part(options, file, &document, &n_revoked);
		worst = code > worst ? code : worst;
	}
	return n_revoked > n_max ? refuse_too_many(file, n_max) : worst;
}
