/*
 * The exemptions of this terminal: which are kept, and whether they count at a moment. They are
 * judged by the newest root, unlike what must not be lost with a key: a key that is retired
 * approves nothing any more.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/policies_internal.h"
#include "agent/store.h"
#include "policy/cleanup.h"

void kept_exemption_clear(struct kept_exemption *kept)
{
	exemption_free(kept->exemption);
	source_clear(&kept->source);
	*kept = (struct kept_exemption){};
}

/* --- a start, or another root --- */

void policies_forget_exemptions(struct policies *policies)
{
	for (size_t i = 0; i < policies->n_kept; i++)
		kept_exemption_clear(&policies->kept[i]);
	for (size_t i = 0; i < policies->n_retired; i++)
		exemption_free(policies->retired_exemptions[i]);
	policies->n_kept = policies->n_retired = 0;
}

/* For whoever still points to them. */
static void retire_all(struct policies *policies)
{
	for (size_t i = 0; i < policies->n_retired; i++)
		exemption_free(policies->retired_exemptions[i]);
	policies->n_retired = policies->n_kept;
	for (size_t i = 0; i < policies->n_kept; i++) {
		policies->retired_exemptions[i] = TAKE(policies->kept[i].exemption);
		kept_exemption_clear(&policies->kept[i]);
	}
	policies->n_kept = 0;
}

static bool is_kept(const struct policies *policies, const char *id)
{
	for (size_t i = 0; i < policies->n_kept; i++)
		if (strcmp(policies->kept[i].exemption->id, id) == 0)
			return true;
	return false;
}

/* What cannot be believed any more is passed over: it opens nothing. 0 or -ENOMEM. */
static int load_one(struct policies *policies, const struct document_slice *document)
{
	CLEANUP(problems_clear) struct problems problems = {};
	struct kept_exemption kept = {};
	struct verification verification = {};
	const struct verify_request request =
		policies_stored_request(policies, policies_newest_root(policies));
	int r = verify_exemption(&request, document->bytes, document->size, &problems,
		&verification, &kept.exemption);

	if (r < 0 || !kept.exemption)
		return r;
	kept.signers = verification.signers;
	r = source_make(verification.text_sha256, document->bytes, document->size, &kept.source);
	if (r < 0 || strcmp(kept.exemption->terminal, policies->site.terminal) != 0 ||
		is_kept(policies, kept.exemption->id) || policies->n_kept == BUNDLE_EXEMPTIONS_MAX)
		kept_exemption_clear(&kept);
	else
		policies->kept[policies->n_kept++] = kept;
	return r;
}

int policies_load_exemptions(struct policies *policies)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct bundle_document document;
	struct bundle bundle = {};
	int r = store_read(
		policies->config.state_fd, FILE_EXEMPTIONS, BUNDLE_SIZE_MAX, &bytes, &bundle.size);

	retire_all(policies);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	bundle.bytes = bytes;
	while (r == 0 && bundle_next(&bundle, &document))
		r = load_one(policies, &document.slice);
	return r;
}

/* --- whether they count --- */

bool policies_is_unconfirmed(const struct policies *policies, const struct policies_clock *clock)
{
	uint32_t max_age_s = policies->current.policy->max_age_s;

	if (max_age_s == POLICY_MAX_AGE_NONE)
		return false;
	return !policies->fresh ||
	       policies_now(policies, clock) - policies->fresh->header.issued > (int64_t)max_age_s;
}

/*
 * The lease is of running time since the source answered; what fresh says bounds for how long a
 * server that was taken over can answer with old news.
 */
static bool is_silent(const struct policies *policies, const struct policies_clock *clock)
{
	const struct policy *policy = policies->current.policy;
	uint64_t lease_ms = (uint64_t)policy->exemption_lease_s * 1000;

	if (clock->boottime_ms > policies->heard_ms &&
		clock->boottime_ms - policies->heard_ms > lease_ms)
		return true;
	return policies_is_unconfirmed(policies, clock);
}

static struct exemption_case case_of(
	const struct policies *policies, const struct policies_clock *clock)
{
	return (struct exemption_case){
		.policy = policies->is_lost || policies->is_root_lost ? NULL
								      : policies->current.policy,
		.root = policies_newest_root(policies),
		.terminal = policies->site.terminal,
		.now_s = policies_now(policies, clock),
		.is_silent = is_silent(policies, clock),
	};
}

/* By its number, also where the exemption names ids and serial only. NULL: it is not revoked. */
static const char *medium_reason(
	const struct policies *policies, const struct exemption_medium *medium)
{
	const struct medium *known = NULL;

	if (medium->kind == EXEMPTION_MEDIUM_REGISTERED)
		return policies_revoked(policies, REVOCATION_MEDIUM, medium->number);
	if (medium->kind == EXEMPTION_MEDIUM_DEVICE && policies->media.table)
		known = media_find_struck(policies->media.table, &medium->identity);
	return known ? policies_revoked(policies, REVOCATION_MEDIUM, known->number) : NULL;
}

static bool is_medium_revoked(
	const struct policies *policies, const struct exemption_medium *medium)
{
	return medium_reason(policies, medium) != NULL;
}

enum exemption_fault policies_exemption_fault(const struct policies *policies,
	const struct kept_exemption *kept, const struct policies_clock *clock)
{
	const struct exemption *exemption = kept->exemption;
	const struct exemption_case at = case_of(policies, clock);

	if (policies_revoked(policies, REVOCATION_EXEMPTION, exemption->id))
		return EXEMPTION_FAULT_REVOKED;
	if (is_medium_revoked(policies, &exemption->medium))
		return EXEMPTION_FAULT_MEDIUM_REVOKED;
	if (policies_is_revoked_unknown(policies))
		return EXEMPTION_FAULT_REVOCATIONS_LOST;
	return exemption_check(&at, exemption, kept->signers);
}

static const char *reason_of(const struct policies *policies, const struct exemption *exemption)
{
	const char *reason = policies_revoked(policies, REVOCATION_EXEMPTION, exemption->id);

	if (!reason)
		reason = medium_reason(policies, &exemption->medium);
	return reason ? reason : "";
}

void policies_exemption_explain(const struct policies *policies, const struct kept_exemption *kept,
	enum exemption_fault fault, const struct policies_clock *clock, char *buffer, size_t size)
{
	const struct exemption_case at = case_of(policies, clock);
	const char *reason = reason_of(policies, kept->exemption);

	if (reason[0])
		snprintf(buffer, size, "%s: %s", exemption_fault_sentence(fault), reason);
	else
		exemption_explain(&at, kept->exemption, kept->signers, fault, buffer, size);
}

const struct live_exemption *policies_exemptions(
	struct policies *policies, const struct policies_clock *clock, size_t *ret_n)
{
	for (size_t i = 0; i < policies->n_kept; i++) {
		const struct kept_exemption *kept = &policies->kept[i];
		struct live_exemption *live = &policies->live[i];

		*live = (struct live_exemption){
			.exemption = kept->exemption,
			.fault = policies_exemption_fault(policies, kept, clock),
			.signers = kept->signers,
			.reason = reason_of(policies, kept->exemption),
		};
		exemption_approvers(policies_newest_root(policies), kept->signers, live->approvers);
		exemption_approver_names(
			policies_newest_root(policies), kept->signers, live->approver_names);
	}
	*ret_n = policies->n_kept;
	return policies->n_kept > 0 ? policies->live : NULL;
}

bool policies_is_approver(
	const struct policies *policies, const struct live_exemption *live, const char *account)
{
	const struct root *root = policies_newest_root(policies);

	return !root || exemption_is_approver(root, live->signers, account);
}

void policies_note_heard(struct policies *policies, const struct policies_clock *clock)
{
	policies->heard_ms = clock->boottime_ms;
}
