#include "policy/verify.h"

#include <errno.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/names.h"
#include "policy/verify_internal.h"

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

static void free_value(struct judged *judged)
{
	if (judged->value)
		judged->rules->free(judged->value);
}

const char *document_fault_name(enum document_fault fault)
{
	return names_get(faults, DOCUMENT_FAULT_COUNT, fault);
}

const struct document_header *judged_header(const struct judged *judged)
{
	return (const struct document_header *)((const char *)judged->value +
						judged->rules->header_at);
}

/* Size, cut, signatures: what is judged before a byte of the text is parsed. */
static bool check_envelope(
	struct judged *judged, const char *bytes, size_t size, struct problems *problems)
{
	enum document_kind kind = judged->rules->kind;
	size_t size_max = document_kind_size_max(kind);
	struct verification *ret = &judged->result;

	if (size > size_max)
		return verification_refuse(ret, DOCUMENT_FAULT_TOO_LARGE,
			"the document has %zu bytes; %zu are allowed", size, size_max);
	if (document_split(bytes, size, problems, &judged->document) < 0)
		return verification_refuse(ret, DOCUMENT_FAULT_CUT,
			"something else than signatures stands behind the text, or there are more "
			"than %d",
			DOCUMENT_SIGNATURES_MAX);
	return signers_check_signatures(&judged->document, kind, &judged->signatures, ret);
}

static bool refuse_text(struct problems *problems, struct verification *ret)
{
	size_t found = problems->count + problems->omitted;
	char text[2 * PROBLEM_TEXT_MAX];

	problems_sort(problems);
	if (problems->count == 0)
		return verification_refuse(ret, DOCUMENT_FAULT_TEXT,
			"%zu mistakes in the text, and no memory to keep them", found);
	problem_text(problems->items, text, sizeof(text));
	return verification_refuse(ret, DOCUMENT_FAULT_TEXT,
		"%zu mistake%s in the text; line %u, column %u: %s", found, found == 1 ? "" : "s",
		problems->items->line, problems->items->column, text);
}

/* A document of another kind, however well signed, is named as such. Returns 0, -EBADMSG, -ENOMEM.
 */
static int check_kind(struct judged *judged)
{
	static const char *const nouns[DOCUMENT_KIND_COUNT] = {
		[DOCUMENT_ROOT] = "a root",
		[DOCUMENT_POLICY] = "a policy",
		[DOCUMENT_MEDIA] = "a list of media",
		[DOCUMENT_FRESH] = "a fresh",
		[DOCUMENT_TOKENS] = "a list of tokens",
		[DOCUMENT_EXEMPTION] = "an exemption",
		[DOCUMENT_REVOCATION] = "a revocation",
		[DOCUMENT_DESKS] = "a list of desks",
	};
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	const struct document_slice *text = &judged->document.text;
	struct problems ignored = {0};
	enum document_kind found;
	int r;

	r = ini_document_read(text->bytes, text->size, &ignored, &document);
	problems_clear(&ignored);
	if (r < 0)
		return r;
	found = document_header_kind(document);
	if (found == DOCUMENT_NONE || found == judged->rules->kind)
		return 0;
	verification_refuse(&judged->result, DOCUMENT_FAULT_KIND, "the document is %s, not %s",
		nouns[found], nouns[judged->rules->kind]);
	return -EBADMSG;
}

/* Sets judged->value, or the fault. Returns 0 or -ENOMEM. */
static int read_text(struct judged *judged, struct problems *problems)
{
	const struct document_slice *text = &judged->document.text;
	int r = check_kind(judged);

	if (r == -EBADMSG)
		return 0;
	if (r == 0)
		r = judged->rules->parse(text->bytes, text->size, problems, &judged->value);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		refuse_text(problems, &judged->result);
	return 0;
}

/* *ret_value is what parse gave, where the verdict is _ACCEPTED or _NOT_YET. */
static int judge(const struct verify_rules *rules, const struct verify_request *request,
	const char *bytes, size_t size, struct problems *problems, struct verification *ret,
	void **ret_value)
{
	CLEANUP(free_value) struct judged judged = {.rules = rules, .request = request};
	int r = document_text_sha256(bytes, size, judged.result.text_sha256);

	if (r == 0 && check_envelope(&judged, bytes, size, problems) && rules->unread(&judged))
		r = read_text(&judged, problems);
	if (r < 0)
		return r;
	if (judged.value && rules->signers(&judged))
		verify_place_and_time(&judged);
	/* Not the document's fault: it gets its chance again. */
	if (judged.result.fault == DOCUMENT_FAULT_UNJUDGED)
		return -ENOMEM;
	*ret = judged.result;
	if (ret->verdict == DOCUMENT_ACCEPTED || ret->verdict == DOCUMENT_NOT_YET)
		*ret_value = TAKE(judged.value);
	return 0;
}

int verify_policy(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct policy **ret_policy)
{
	void *value = NULL;
	int r = judge(&verify_policy_rules, request, bytes, size, problems, ret, &value);

	if (value)
		*ret_policy = value;
	return r;
}

int verify_media(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct media_index **ret_media)
{
	void *value = NULL;
	int r = judge(&verify_media_rules, request, bytes, size, problems, ret, &value);

	if (value)
		*ret_media = value;
	return r;
}

int verify_fresh(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct fresh **ret_fresh)
{
	void *value = NULL;
	int r = judge(&verify_fresh_rules, request, bytes, size, problems, ret, &value);

	if (value)
		*ret_fresh = value;
	return r;
}

int verify_tokens(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct tokens **ret_tokens)
{
	void *value = NULL;
	int r = judge(&verify_tokens_rules, request, bytes, size, problems, ret, &value);

	if (value)
		*ret_tokens = value;
	return r;
}

int verify_exemption(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct exemption **ret_exemption)
{
	void *value = NULL;
	int r = judge(&verify_exemption_rules, request, bytes, size, problems, ret, &value);

	if (value)
		*ret_exemption = value;
	return r;
}

int verify_revocation(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct revocation **ret_revocation)
{
	void *value = NULL;
	int r = judge(&verify_revocation_rules, request, bytes, size, problems, ret, &value);

	if (value)
		*ret_revocation = value;
	return r;
}

int verify_desks(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct desks **ret_desks)
{
	void *value = NULL;
	int r = judge(&verify_desks_rules, request, bytes, size, problems, ret, &value);

	if (value)
		*ret_desks = value;
	return r;
}

int verify_first_root(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct root **ret_root)
{
	void *value = NULL;
	int r = judge(&verify_first_root_rules, request, bytes, size, problems, ret, &value);

	if (value)
		*ret_root = value;
	return r;
}

int verify_next_root(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct root **ret_root)
{
	void *value = NULL;
	int r = judge(&verify_next_root_rules, request, bytes, size, problems, ret, &value);

	if (value)
		*ret_root = value;
	return r;
}
