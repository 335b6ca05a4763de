/* In what the kinds of documents differ when they are judged: one table each. */
#include "policy/verify_internal.h"

#include <inttypes.h>
#include <string.h>

/* Parsing by type, as one type of function. */
#define RULES_OF(type) \
	static int parse_##type( \
		const char *text, size_t size, struct problems *problems, void **ret) \
	{ \
		struct type *value = NULL; \
		int r = type##_parse(text, size, problems, &value); \
\
		if (r == 0) \
			*ret = value; \
		return r; \
	} \
\
	static void free_##type(void *value) \
	{ \
		type##_free(value); \
	}

#define PARSED_BY(type) \
	.parse = parse_##type, .free = free_##type, .header_at = offsetof(struct type, header)

RULES_OF(root)
RULES_OF(policy)
RULES_OF(media_index)
RULES_OF(fresh)
RULES_OF(tokens)
RULES_OF(exemption)
RULES_OF(revocation)
RULES_OF(desks)

static bool check_unread(struct judged *judged)
{
	return signers_check_role(judged->request->root, judged->rules->role, NULL,
		&judged->signatures, &judged->result);
}

static bool check_scope(struct judged *judged)
{
	return signers_check_role(judged->request->root, judged->rules->role,
		judged_header(judged)->tier, &judged->signatures, &judged->result);
}

static bool check_epoch(struct judged *judged)
{
	const struct document_header *header = judged_header(judged);
	uint32_t epoch = judged->request->root->header.epoch;

	if (header->epoch == epoch)
		return true;
	return verification_refuse(&judged->result, DOCUMENT_FAULT_EPOCH,
		"the document is of epoch %" PRIu32 ", the root of epoch %" PRIu32, header->epoch,
		epoch);
}

#define BY_ROLE .unread = check_unread, .signers = check_scope, .sequence = check_epoch

const struct verify_rules verify_policy_rules = {
	.kind = DOCUMENT_POLICY, .role = ROLE_POLICY, PARSED_BY(policy), BY_ROLE};
const struct verify_rules verify_media_rules = {
	.kind = DOCUMENT_MEDIA, .role = ROLE_POLICY, PARSED_BY(media_index), BY_ROLE};
const struct verify_rules verify_fresh_rules = {
	.kind = DOCUMENT_FRESH, .role = ROLE_FRESH, PARSED_BY(fresh), BY_ROLE};
const struct verify_rules verify_tokens_rules = {
	.kind = DOCUMENT_TOKENS, .role = ROLE_TOKEN_OFFICER, PARSED_BY(tokens), BY_ROLE};
const struct verify_rules verify_desks_rules = {
	.kind = DOCUMENT_DESKS, .role = ROLE_TOKEN_OFFICER, PARSED_BY(desks), BY_ROLE};
const struct verify_rules verify_exemption_rules = {
	.kind = DOCUMENT_EXEMPTION, .role = ROLE_APPROVER, PARSED_BY(exemption), BY_ROLE};

/* Who may open with another may close alone. */
static bool check_one_unread(struct judged *judged)
{
	return signers_check_one(judged->request->root, judged->rules->role, NULL,
		&judged->signatures, &judged->result);
}

static bool check_one(struct judged *judged)
{
	return signers_check_one(judged->request->root, judged->rules->role,
		judged_header(judged)->tier, &judged->signatures, &judged->result);
}

const struct verify_rules verify_revocation_rules = {
	.kind = DOCUMENT_REVOCATION,
	.role = ROLE_APPROVER,
	PARSED_BY(revocation),
	.unread = check_one_unread,
	.signers = check_one,
	.sequence = check_epoch,
};

/* Nobody stands behind a first root: its text must be read to know who may sign it. */
static bool allow_unread(struct judged *judged)
{
	return true;
}

static bool check_own_signers(struct judged *judged)
{
	return signers_check_role(
		judged->value, judged->rules->role, NULL, &judged->signatures, &judged->result);
}

static bool allow_sequence(struct judged *judged)
{
	return true;
}

const struct verify_rules verify_first_root_rules = {
	.kind = DOCUMENT_ROOT,
	.role = ROLE_ROOT,
	PARSED_BY(root),
	.unread = allow_unread,
	.signers = check_own_signers,
	.sequence = allow_sequence,
};

/* value is NULL as long as the text is unread: then the trusted root's persons alone are asked. */
static bool check_both_signers(struct judged *judged)
{
	return signers_check_chain(
		judged->request->root, judged->value, &judged->signatures, &judged->result);
}

static bool check_next(struct judged *judged)
{
	const struct document_header *trusted = &judged->request->root->header;
	const struct document_header *next = judged_header(judged);
	struct verification *ret = &judged->result;

	if (strcmp(next->site, trusted->site) != 0)
		return verification_refuse(ret, DOCUMENT_FAULT_SITE,
			"the document is for the site %s, the root before it for %s", next->site,
			trusted->site);
	if (next->serial != trusted->serial + 1)
		return verification_refuse(ret, DOCUMENT_FAULT_CHAIN,
			"the document is root %" PRIu64 "; after root %" PRIu64
			" comes root %" PRIu64,
			next->serial, trusted->serial, trusted->serial + 1);
	if (next->epoch < trusted->epoch || next->epoch - trusted->epoch > 1)
		return verification_refuse(ret, DOCUMENT_FAULT_EPOCH,
			"the document is of epoch %" PRIu32 ", the root before it of epoch %" PRIu32
			"; it must be the same or one higher",
			next->epoch, trusted->epoch);
	return true;
}

const struct verify_rules verify_next_root_rules = {
	.kind = DOCUMENT_ROOT,
	.role = ROLE_ROOT,
	PARSED_BY(root),
	.unread = check_both_signers,
	.signers = check_both_signers,
	.sequence = check_next,
};
