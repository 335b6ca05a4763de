#include "policy/verify.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <openssl/evp.h>

#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/names.h"
#include "policy/signers.h"
#include "policy/timestamp.h"

#define JAPAN_MINUTES (9 * 60)

static const char *const faults[DOCUMENT_FAULT_COUNT] = {
	[DOCUMENT_FAULT_UNJUDGED] = "unjudged",
	[DOCUMENT_FAULT_NONE] = "none",
	[DOCUMENT_FAULT_UNREADABLE] = "unreadable",
	[DOCUMENT_FAULT_TOO_LARGE] = "too-large",
	[DOCUMENT_FAULT_CUT] = "cut",
	[DOCUMENT_FAULT_UNSIGNED] = "unsigned",
	[DOCUMENT_FAULT_SIGNATURE_FORM] = "signature-form",
	[DOCUMENT_FAULT_NAMESPACE] = "namespace",
	[DOCUMENT_FAULT_SIGNATURE_WRONG] = "signature-wrong",
	[DOCUMENT_FAULT_NO_USER_PRESENCE] = "no-user-presence",
	[DOCUMENT_FAULT_NO_USER_VERIFICATION] = "no-user-verification",
	[DOCUMENT_FAULT_UNKNOWN_KEY] = "unknown-key",
	[DOCUMENT_FAULT_NOT_IN_ROLE] = "not-in-role",
	[DOCUMENT_FAULT_THRESHOLD] = "threshold",
	[DOCUMENT_FAULT_TEXT] = "text",
	[DOCUMENT_FAULT_KIND] = "kind",
	[DOCUMENT_FAULT_SITE] = "site",
	[DOCUMENT_FAULT_TIER] = "tier",
	[DOCUMENT_FAULT_EPOCH] = "epoch",
	[DOCUMENT_FAULT_SERIAL] = "serial",
	[DOCUMENT_FAULT_EXPIRED] = "expired",
	[DOCUMENT_FAULT_ROOT_EXPIRED] = "root-expired",
	[DOCUMENT_FAULT_SCOPE] = "scope",
	[DOCUMENT_FAULT_CHAIN] = "chain",
	[DOCUMENT_FAULT_FUTURE] = "future",
};

static void free_policy(struct policy **policy)
{
	policy_free(*policy);
}

static void free_root(struct root **root)
{
	root_free(*root);
}

static void free_document(struct ini_document **document)
{
	ini_document_free(*document);
}

const char *document_fault_name(enum document_fault fault)
{
	return names_get(faults, DOCUMENT_FAULT_COUNT, fault);
}

/* Size, cut, signatures: what is judged before a byte of the text is parsed. */
static bool check_envelope(enum document_kind kind, const char *bytes, size_t size,
	struct problems *problems, struct signed_document *document,
	struct sshsig signatures[DOCUMENT_SIGNATURES_MAX], struct verification *ret)
{
	size_t size_max = document_kind_size_max(kind);

	if (EVP_Digest(bytes, size, ret->sha256, NULL, EVP_sha256(), NULL) != 1)
		return verification_refuse(
			ret, DOCUMENT_FAULT_UNJUDGED, "the document's hash could not be computed");
	if (size > size_max)
		return verification_refuse(ret, DOCUMENT_FAULT_TOO_LARGE,
			"the document has %zu bytes; %zu are allowed", size, size_max);
	if (document_split(bytes, size, problems, document) < 0)
		return verification_refuse(ret, DOCUMENT_FAULT_CUT,
			"something else than signatures stands behind the text, or there are more "
			"than %d",
			DOCUMENT_SIGNATURES_MAX);
	return signers_check_signatures(document, kind, signatures, ret);
}

static bool refuse_text(struct problems *problems, struct verification *ret)
{
	size_t found = problems_found(problems);
	const struct problem *first = problems->items;

	problems_sort(problems);
	if (problems->count == 0)
		return verification_refuse(ret, DOCUMENT_FAULT_TEXT,
			"%zu mistakes in the text, and no memory to keep them", found);
	return verification_refuse(ret, DOCUMENT_FAULT_TEXT,
		"%zu mistake%s in the text; line %u, column %u: read '%s', expected %s", found,
		found == 1 ? "" : "s", first->line, first->column, first->read, first->expected);
}

/* A document of another kind, however well signed, is named as such. Returns 0, -EBADMSG, -ENOMEM.
 */
static int check_kind(
	enum document_kind kind, const struct document_slice *text, struct verification *ret)
{
	CLEANUP(free_document) struct ini_document *document = NULL;
	struct problems ignored = {0};
	enum document_kind found;
	int r;

	r = ini_document_read(text->bytes, text->size, &ignored, &document);
	problems_clear(&ignored);
	if (r < 0)
		return r;
	found = document_header_kind(document);
	if (found == DOCUMENT_NONE || found == kind)
		return 0;
	verification_refuse(ret, DOCUMENT_FAULT_KIND, "the document is a %s, not a %s",
		document_kind_name(found), document_kind_name(kind));
	return -EBADMSG;
}

static bool check_place(const struct verify_request *request, const struct document_header *header,
	struct verification *ret)
{
	if (request->site && strcmp(header->site, request->site) != 0)
		return verification_refuse(ret, DOCUMENT_FAULT_SITE,
			"the document is for the site %s, this is %s", header->site, request->site);
	if (header->kind != DOCUMENT_ROOT && request->tier &&
		strcmp(header->tier, request->tier) != 0)
		return verification_refuse(ret, DOCUMENT_FAULT_TIER,
			"the document is for the tier %s, this is %s", header->tier, request->tier);
	if (header->kind != DOCUMENT_ROOT && header->epoch != request->root->header.epoch)
		return verification_refuse(ret, DOCUMENT_FAULT_EPOCH,
			"the document is of epoch %" PRIu32 ", the root of epoch %" PRIu32,
			header->epoch, request->root->header.epoch);
	if (header->serial <= request->serial_floor)
		return verification_refuse(ret, DOCUMENT_FAULT_SERIAL,
			"the document has serial %" PRIu64 ", and %" PRIu64
			" was seen already; it must be higher",
			header->serial, request->serial_floor);
	return true;
}

/* Both ends belong to the validity. */
static bool check_validity(const struct verify_request *request,
	const struct document_header *header, struct verification *ret)
{
	bool is_root = header->kind == DOCUMENT_ROOT;
	char time[TIMESTAMP_SIZE];

	if (!is_root && request->now_s > request->root->header.not_after) {
		timestamp_format(request->root->header.not_after, JAPAN_MINUTES, time);
		return verification_refuse(ret, DOCUMENT_FAULT_ROOT_EXPIRED,
			"the root ended on %s: a new root is needed", time);
	}
	if (request->now_s > header->not_after) {
		timestamp_format(header->not_after, JAPAN_MINUTES, time);
		return verification_refuse(
			ret, DOCUMENT_FAULT_EXPIRED, "the document ended on %s", time);
	}
	return true;
}

static bool accept(const struct verify_request *request, const struct document_header *header,
	struct verification *ret)
{
	char time[TIMESTAMP_SIZE];

	if (!check_place(request, header, ret) ||
		(!request->is_stored && !check_validity(request, header, ret)))
		return false;
	timestamp_format(header->not_before, JAPAN_MINUTES, time);
	ret->fault = DOCUMENT_FAULT_NONE;
	if (!request->is_stored && request->now_s < header->not_before) {
		ret->verdict = DOCUMENT_NOT_YET;
		snprintf(ret->detail, sizeof(ret->detail), "good, and starts on %s", time);
	} else {
		ret->verdict = DOCUMENT_ACCEPTED;
		snprintf(ret->detail, sizeof(ret->detail), "good, serial %" PRIu64 " since %s",
			header->serial, time);
	}
	return true;
}

int verify_policy(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct policy **ret_policy)
{
	CLEANUP(free_policy) struct policy *policy = NULL;
	struct sshsig signatures[DOCUMENT_SIGNATURES_MAX];
	struct signed_document document = {0};
	struct verification result = {0};
	int r;

	if (!check_envelope(
		    DOCUMENT_POLICY, bytes, size, problems, &document, signatures, &result) ||
		!signers_check_role(
			request->root, ROLE_POLICY, signatures, document.n_signatures, &result)) {
		*ret = result;
		return 0;
	}
	r = check_kind(DOCUMENT_POLICY, &document.text, &result);
	if (r == 0)
		r = policy_parse(document.text.bytes, document.text.size, problems, &policy);
	if (r == -ENOMEM)
		return r;
	if (policy)
		accept(request, &policy->header, &result);
	else if (result.fault == DOCUMENT_FAULT_UNJUDGED)
		refuse_text(problems, &result);
	*ret = result;
	if (result.verdict != DOCUMENT_REFUSED)
		*ret_policy = TAKE(policy);
	return 0;
}

int verify_first_root(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct root **ret_root)
{
	CLEANUP(free_root) struct root *root = NULL;
	struct sshsig signatures[DOCUMENT_SIGNATURES_MAX];
	struct signed_document document = {0};
	struct verification result = {0};
	int r;

	if (!check_envelope(DOCUMENT_ROOT, bytes, size, problems, &document, signatures, &result)) {
		*ret = result;
		return 0;
	}
	r = check_kind(DOCUMENT_ROOT, &document.text, &result);
	if (r == 0)
		r = root_parse(document.text.bytes, document.text.size, problems, &root);
	if (r == -ENOMEM)
		return r;
	if (!root && result.fault == DOCUMENT_FAULT_UNJUDGED)
		refuse_text(problems, &result);
	else if (root &&
		 signers_check_role(root, ROLE_ROOT, signatures, document.n_signatures, &result))
		accept(request, &root->header, &result);
	*ret = result;
	if (result.verdict != DOCUMENT_REFUSED)
		*ret_root = TAKE(root);
	return 0;
}
