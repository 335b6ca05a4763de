/* A document while it is judged, and in what the kinds differ. For verify.c and its parts. */
#pragma once

#include "policy/signers.h"
#include "policy/verify.h"

struct judged;

/* One check. False after it has put the reason into judged->result. */
typedef bool (*verify_check)(struct judged *judged);

struct verify_rules {
	enum document_kind kind;
	enum role role;
	int (*parse)(const char *text, size_t size, struct problems *problems, void **ret);
	void (*free)(void *value);
	size_t header_at; /* offset of the struct document_header in what parse gives */

	verify_check unread;   /* are the signers worth parsing for */
	verify_check signers;  /* may they, now that the text is known */
	verify_check sequence; /* epoch, and number of a root */
};

struct judged {
	const struct verify_rules *rules;
	const struct verify_request *request;
	struct signed_document document;
	struct signatures signatures;
	void *value; /* what parse gave; NULL until then */
	struct verification result;
};

const struct document_header *judged_header(const struct judged *judged);

/*
 * The last checks, of a document whose signers are right: is it for this place, in its sequence,
 * and now? Sets verdict, fault and detail.
 */
void verify_place_and_time(struct judged *judged);

/* The rules of the documents that a trusted root stands behind, and of roots. */
extern const struct verify_rules verify_policy_rules, verify_media_rules, verify_fresh_rules,
	verify_tokens_rules, verify_exemption_rules, verify_revocation_rules, verify_desks_rules;
extern const struct verify_rules verify_first_root_rules, verify_next_root_rules;
