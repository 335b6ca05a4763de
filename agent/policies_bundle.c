/* Bundles of exemptions and revocations: cut, and each document answered by itself. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/policies_internal.h"
#include "policy/cleanup.h"

/* One bundle while it is judged. */
struct offered {
	struct policies *policies;
	enum document_kind kind;
	const struct policies_clock *clock;
	struct staged_exemptions *staged;
	struct policies_answer *answers;
	size_t n;
	size_t n_refused, n_unchanged;
};

/* Each that is taken, those that are refused up to POLICIES_REFUSALS_MAX, what is said in their
 * stead, and one for all that changes nothing. */
static size_t answers_max(enum document_kind kind)
{
	return kind == DOCUMENT_REVOCATION ? REVOKED_MAX + POLICIES_REFUSALS_MAX + 2
					   : bundle_documents_max(kind) + 2;
}

static int offer(struct offered *offered, const struct document_slice *document,
	struct policies_answer *answer)
{
	struct policies *policies = offered->policies;
	int r;

	*answer = (struct policies_answer){.kind = offered->kind};
	if (policies_refuses_all(policies, answer))
		return 0;
	r = document_text_sha256(document->bytes, document->size, answer->text_sha256);
	if (r < 0)
		return r;
	return offered->kind == DOCUMENT_EXEMPTION
		       ? policies_offer_exemption(policies, offered->staged, document->bytes,
				 document->size, offered->clock, answer)
		       : policies_offer_revocation(
				 policies, document->bytes, document->size, offered->clock, answer);
}

static int offer_exemptions(struct offered *offered, const char *bytes, size_t size)
{
	struct bundle bundle = {.bytes = bytes, .size = size};
	size_t n_max = bundle_documents_max(offered->kind);
	struct bundle_document document;

	while (bundle_next(&bundle, &document)) {
		struct policies_answer *answer = &offered->answers[offered->n];
		int r;

		offered->n++;
		if (offered->n > n_max) {
			*answer = (struct policies_answer){.kind = offered->kind};
			policies_refuse(answer, "too-many", 0,
				"the file has more documents than it may: those behind are not "
				"read");
			break;
		}
		r = offer(offered, &document.slice, answer);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Of what is refused no end is told: anybody can put that there. */
static bool is_told(struct offered *offered, struct policies_answer *answer)
{
	if (answer->outcome == POLICIES_UNCHANGED)
		return offered->n_unchanged++ == 0;
	if (answer->outcome != POLICIES_REFUSED)
		return true;
	offered->n_refused++;
	if (offered->n_refused == POLICIES_REFUSALS_MAX + 1) {
		*answer = (struct policies_answer){.kind = offered->kind};
		policies_refuse(answer, "too-many", 0,
			"so many documents of the file are refused that no more are told; all were "
			"read");
	}
	return offered->n_refused <= POLICIES_REFUSALS_MAX + 1;
}

/* To the last one, whatever stands before it: the size of the file is bound enough. */
static int offer_revocations(struct offered *offered, const char *bytes, size_t size)
{
	struct bundle bundle = {.bytes = bytes, .size = size};
	struct bundle_document document;

	while (bundle_next(&bundle, &document)) {
		struct policies_answer answer;
		int r = offer(offered, &document.slice, &answer);

		if (r < 0)
			return r;
		if (is_told(offered, &answer))
			offered->answers[offered->n++] = answer;
	}
	return 0;
}

static int offer_all(struct offered *offered, const char *bytes, size_t size)
{
	return offered->kind == DOCUMENT_EXEMPTION ? offer_exemptions(offered, bytes, size)
						   : offer_revocations(offered, bytes, size);
}

/* What was taken and not stored comes again: nothing of it is said to be in force. */
static void settle(struct offered *offered, int stored)
{
	for (size_t i = 0; i < offered->n; i++) {
		struct policies_answer *answer = &offered->answers[i];

		if (stored < 0 && answer->outcome == POLICIES_TAKEN)
			policies_refuse_unstored(answer, stored);
		policies_note(offered->policies, answer);
	}
}

static int refuse_size(struct policies *policies, enum document_kind kind, size_t size,
	struct policies_answer *ret)
{
	char detail[128];

	*ret = (struct policies_answer){.kind = kind};
	snprintf(detail, sizeof(detail), "the file has %zu bytes; %d are allowed", size,
		BUNDLE_SIZE_MAX);
	policies_refuse(ret, document_fault_name(DOCUMENT_FAULT_TOO_LARGE), 0, detail);
	policies_note(policies, ret);
	if (kind == DOCUMENT_REVOCATION)
		policies_note_revoked_unread(policies);
	return 0;
}

static int judge(struct offered *offered, const char *bytes, size_t size)
{
	CLEANUP(cleanup_free) struct staged_exemptions *staged = calloc(1, sizeof(*staged));
	int r, stored;

	if (!staged)
		return -ENOMEM;
	offered->staged = staged;
	policies_stage_exemptions(offered->policies, staged);
	r = offer_all(offered, bytes, size);
	/* What was judged before memory ran out is as good as the rest. */
	stored = offered->kind == DOCUMENT_EXEMPTION
			 ? policies_commit_exemptions(offered->policies, staged, offered->clock)
			 : policies_store_revoked(offered->policies);
	if (r < 0)
		return r;
	settle(offered, stored);
	if (offered->kind == DOCUMENT_REVOCATION) {
		policies_forget_revoked_unread(offered->policies);
		r = policies_strike_media(offered->policies);
	}
	return r < 0 ? r : 0;
}

int policies_offer_bundle(struct policies *policies, enum document_kind kind, const char *bytes,
	size_t size, const struct policies_clock *clock, struct policies_answer **ret,
	size_t *ret_n)
{
	CLEANUP(cleanup_free)
	struct policies_answer *answers = calloc(answers_max(kind), sizeof(*answers));
	struct offered offered = {
		.policies = policies, .kind = kind, .clock = clock, .answers = answers};
	int r;

	if (!answers)
		return -ENOMEM;
	if (size > BUNDLE_SIZE_MAX) {
		r = refuse_size(policies, kind, size, answers);
		offered.n = 1;
	} else {
		r = judge(&offered, bytes, size);
	}
	if (r < 0)
		return r;
	*ret = TAKE(answers);
	*ret_n = offered.n;
	return 0;
}
