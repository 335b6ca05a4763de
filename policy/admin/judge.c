#include "policy/admin/judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/judge_shards.h"
#include "policy/admin/print.h"
#include "policy/cleanup.h"

void judged_document_clear(struct judged_document *judged)
{
	admin_file_free(&judged->file);
	trust_clear(&judged->trust);
	problems_clear(&judged->problems);
	policy_free(judged->policy);
	root_free(judged->root);
	media_index_free(judged->media);
	fresh_free(judged->fresh);
}

/* Only what it wants to be; it is judged afterwards. What says nothing is judged as a policy. */
static void look(struct judged_document *judged, uint64_t *ret_root_number)
{
	struct signed_document document;
	struct problems ignored = {0};
	struct root *root = NULL;

	judged->kind = DOCUMENT_POLICY;
	*ret_root_number = 1;
	if (document_split(judged->file.bytes, judged->file.size, &ignored, &document) == 0) {
		enum document_kind kind = admin_kind(document.text.bytes, document.text.size);

		judged->kind = kind == DOCUMENT_NONE ? DOCUMENT_POLICY : kind;
		if (kind == DOCUMENT_ROOT &&
			root_parse(document.text.bytes, document.text.size, &ignored, &root) == 0)
			*ret_root_number = root->header.serial;
	}
	root_free(root);
	problems_clear(&ignored);
}

/* The root that comes before a root, or the newest one for all else. */
static int find_trust(
	const struct judge_options *options, struct judged_document *judged, uint64_t root_number)
{
	bool is_root = judged->kind == DOCUMENT_ROOT;
	CLEANUP(cleanup_free) char *found = NULL;

	if (is_root && root_number == 1)
		return EXIT_DONE;
	if (!options->root)
		found = is_root ? trust_chain_of(judged->file.path, root_number)
				: trust_find(judged->file.path);
	if (!options->root && !found) {
		admin_complain("by which root shall %s be judged? Say --root", judged->file.path);
		return EXIT_UNKNOWN;
	}
	return trust_load(options->root ? options->root : found,
		is_root ? root_number - 1 : TRUST_ALL, options->request.now_s,
		is_root ? TRUST_STRICT : TRUST_AS_TERMINALS, &judged->trust);
}

static int judge(const struct verify_request *request, struct judged_document *judged)
{
	const char *bytes = judged->file.bytes;
	size_t size = judged->file.size;

	switch (judged->kind) {
	case DOCUMENT_ROOT:
		return (request->root ? verify_next_root : verify_first_root)(request, bytes, size,
			&judged->problems, &judged->verification, &judged->root);
	case DOCUMENT_MEDIA:
		return verify_media(request, bytes, size, &judged->problems, &judged->verification,
			&judged->media);
	case DOCUMENT_FRESH:
		return verify_fresh(request, bytes, size, &judged->problems, &judged->verification,
			&judged->fresh);
	case DOCUMENT_POLICY:
	case DOCUMENT_NONE:
	case DOCUMENT_KIND_COUNT: break;
	}
	return verify_policy(
		request, bytes, size, &judged->problems, &judged->verification, &judged->policy);
}

int judge_file(const struct judge_options *options, const char *path, struct judged_document *ret)
{
	struct verify_request request = options->request;
	uint64_t root_number;
	int code;

	if (admin_read(path, 16 * POLICY_SIZE_MAX, &ret->file) < 0)
		return EXIT_UNKNOWN;
	look(ret, &root_number);
	code = find_trust(options, ret, root_number);
	if (code != EXIT_DONE)
		return code;
	request.root = ret->trust.root;
	if (!request.site && request.root)
		request.site = request.root->header.site;
	if (judge(&request, ret) == 0)
		return EXIT_DONE;
	admin_complain("there is not enough memory for %s", path);
	return EXIT_UNKNOWN;
}

static void print_sha256(const uint8_t sha256[SHA256_SIZE])
{
	printf("  SHA-256: ");
	for (size_t i = 0; i < SHA256_SIZE; i++)
		printf("%02x%s", sha256[i], i % 8 == 7 && i + 1 < SHA256_SIZE ? " " : "");
	printf("\n");
}

static void print_signers(const struct judged_document *judged)
{
	/* A first root names its signers itself. */
	const struct root *root = judged->trust.root ? judged->trust.root : judged->root;

	printf("  signed by:");
	admin_print_persons(root, judged->verification.signers);
	if (judged->trust.root)
		printf(", by root %" PRIu64, root->header.serial);
	printf("\n");
}

int judge_report(const struct judge_options *options, struct judged_document *judged)
{
	const struct verification *verification = &judged->verification;
	const char *path = judged->file.path;

	if (verification->verdict == DOCUMENT_REFUSED) {
		admin_print_problems(path, &judged->problems);
		printf("%s: refused (%s): %s\n", path, document_fault_name(verification->fault),
			verification->detail);
		return EXIT_NO;
	}
	printf("%s: %s\n", path, verification->detail);
	print_sha256(verification->sha256);
	print_signers(judged);
	if (judged->fresh) {
		printf("  newest:");
		admin_print_newest(judged->fresh);
	}
	if (!judged->media || !options->shards)
		return EXIT_DONE;
	return judge_shards(judged->media, options->shards);
}
