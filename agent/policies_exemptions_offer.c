/* A bundle from outside: each document is judged by itself, and all that came of it is stored at
 * once. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/policies_internal.h"
#include "agent/store.h"
#include "policy/cleanup.h"
#include "policy/exemption_asked.h"

/* --- exemptions --- */

static struct kept_exemption *find_id(struct staged_exemptions *staged, const char *id)
{
	for (size_t i = 0; i < staged->n; i++)
		if (strcmp(staged->kept[i].exemption->id, id) == 0)
			return &staged->kept[i];
	return NULL;
}

static struct kept_exemption *find_text(
	struct staged_exemptions *staged, const uint8_t text_sha256[SHA256_SIZE])
{
	for (size_t i = 0; i < staged->n; i++)
		if (source_has_text(&staged->kept[i].source, text_sha256))
			return &staged->kept[i];
	return NULL;
}

static void drop(struct staged_exemptions *staged, size_t i)
{
	if (staged->kept[i].is_new)
		kept_exemption_clear(&staged->kept[i]);
	staged->n--;
	memmove(&staged->kept[i], &staged->kept[i + 1], (staged->n - i) * sizeof(staged->kept[0]));
	staged->kept[staged->n] = (struct kept_exemption){};
	staged->is_changed = true;
}

/* Over for ever: the floor never runs ahead, as a clock may. */
static void drop_ended(struct staged_exemptions *staged, int64_t by_s)
{
	for (size_t i = staged->n; i > 0; i--)
		if (staged->kept[i - 1].exemption->header.not_after < by_s)
			drop(staged, i - 1);
}

static bool has_room(const struct policies *policies, struct staged_exemptions *staged,
	const struct policies_clock *clock)
{
	if (staged->n < BUNDLE_EXEMPTIONS_MAX)
		return true;
	drop_ended(staged, policies_floor(policies, clock));
	if (staged->n == BUNDLE_EXEMPTIONS_MAX)
		drop_ended(staged, policies_now(policies, clock));
	return staged->n < BUNDLE_EXEMPTIONS_MAX;
}

/* What no other policy, and no later day, makes count here. */
static bool is_hopeless(enum exemption_fault fault)
{
	return fault == EXEMPTION_FAULT_TERMINAL || fault == EXEMPTION_FAULT_OWN_REQUEST ||
	       fault == EXEMPTION_FAULT_PAST_FISCAL_YEAR || fault == EXEMPTION_FAULT_REVOKED ||
	       fault == EXEMPTION_FAULT_MEDIUM_REVOKED;
}

/* Also one that was taken once is taken no more where the terminal forgot its request since: what
 * is kept is never asked again. */
static enum exemption_fault ask_for_request(const struct policies *policies,
	struct staged_exemptions *staged, const struct exemption *exemption, char *why, size_t size)
{
	const struct policies_config *config = &policies->config;
	const struct kept_exemption *extended =
		exemption->extends[0] ? find_id(staged, exemption->extends) : NULL;

	if (!config->find_request)
		return EXEMPTION_FAULT_NONE;
	return exemption_asked(exemption, config->find_request(config->context, exemption->id),
		extended ? extended->exemption : NULL, why, size);
}

/* Whether another document of the same number may take its place: it never counted. */
static bool may_be_replaced(const struct kept_exemption *by, const struct kept_exemption *kept,
	enum exemption_fault fault)
{
	return by->exemption->header.issued > kept->exemption->header.issued &&
	       (fault == EXEMPTION_FAULT_THRESHOLD || fault == EXEMPTION_FAULT_TOO_LONG ||
		       fault == EXEMPTION_FAULT_SCAN || fault == EXEMPTION_FAULT_NO_EXEMPTIONS);
}

static void refuse_fault(const struct policies *policies, const struct kept_exemption *kept,
	enum exemption_fault fault, const struct policies_clock *clock,
	struct policies_answer *answer)
{
	char detail[sizeof(answer->detail)];

	policies_exemption_explain(policies, kept, fault, clock, detail, sizeof(detail));
	policies_refuse(answer, exemption_fault_name(fault), 0, detail);
}

static bool refuse_unasked(const struct policies *policies, struct staged_exemptions *staged,
	const struct exemption *exemption, struct policies_answer *answer)
{
	char why[sizeof(answer->detail)];
	enum exemption_fault fault = ask_for_request(policies, staged, exemption, why, sizeof(why));

	if (fault != EXEMPTION_FAULT_NONE)
		policies_refuse(answer, exemption_fault_name(fault), 0, why);
	return fault != EXEMPTION_FAULT_NONE;
}

/* Puts it among the others. False with a refusal, or where nothing is to be said of it. */
static bool place(const struct policies *policies, struct staged_exemptions *staged,
	struct kept_exemption *kept, const struct policies_clock *clock,
	struct policies_answer *answer)
{
	struct kept_exemption *same = find_id(staged, kept->exemption->id);

	if (same && !may_be_replaced(kept, same, policies_exemption_fault(policies, same, clock))) {
		if (kept->exemption->header.issued > same->exemption->header.issued)
			policies_refuse(answer, "same-number", 0,
				"another exemption of this number is here; give this one a number "
				"of its own");
		else
			answer->outcome = POLICIES_UNCHANGED;
		return false;
	}
	if (same)
		drop(staged, (size_t)(same - staged->kept));
	if (!has_room(policies, staged, clock)) {
		policies_refuse(answer, "too-many", 0, "this terminal has as many as it can keep");
		return false;
	}
	kept->is_new = true;
	staged->kept[staged->n++] = *kept;
	*kept = (struct kept_exemption){};
	staged->is_changed = true;
	return true;
}

/* What becomes of one that is well signed. */
static void settle(const struct policies *policies, struct staged_exemptions *staged,
	struct kept_exemption *kept, const struct policies_clock *clock,
	struct policies_answer *answer)
{
	enum exemption_fault fault = policies_exemption_fault(policies, kept, clock);
	struct kept_exemption *same = find_text(staged, answer->text_sha256);
	bool is_stronger = same && persons_count(kept->signers) > persons_count(same->signers);

	answer->outcome = same && !is_stronger ? POLICIES_UNCHANGED : POLICIES_TAKEN;
	if (is_hopeless(fault)) {
		refuse_fault(policies, kept, fault, clock, answer);
		return;
	}
	if (!same && refuse_unasked(policies, staged, kept->exemption, answer))
		return;
	if (fault == EXEMPTION_FAULT_ENDED) {
		answer->outcome = POLICIES_UNCHANGED;
		return;
	}
	if (fault != EXEMPTION_FAULT_NONE && fault != EXEMPTION_FAULT_NOT_YET)
		refuse_fault(policies, kept, fault, clock, answer);
	if (is_stronger)
		drop(staged, (size_t)(same - staged->kept));
	if (!same || is_stronger)
		(void)place(policies, staged, kept, clock, answer);
}

int policies_offer_exemption(struct policies *policies, struct staged_exemptions *staged,
	const char *bytes, size_t size, const struct policies_clock *clock,
	struct policies_answer *answer)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(kept_exemption_clear) struct kept_exemption kept = {};
	const struct kept_exemption *same = find_text(staged, answer->text_sha256);
	const struct source none = {};
	struct verification verification = {};
	struct verify_request request;
	int r;

	if (!policies_request(
		    policies, NULL, same ? &same->source : &none, clock, answer, &request))
		return 0;
	r = verify_exemption(&request, bytes, size, &problems, &verification, &kept.exemption);
	if (r < 0)
		return r;
	policies_take_verification(answer, FILE_EXEMPTIONS, &verification, &problems);
	if (!kept.exemption)
		return 0;
	snprintf(answer->subject, sizeof(answer->subject), "%s", kept.exemption->id);
	kept.signers = verification.signers;
	r = source_make(answer->text_sha256, bytes, size, &kept.source);
	if (r == 0)
		settle(policies, staged, &kept, clock, answer);
	return r;
}

void policies_stage_exemptions(const struct policies *policies, struct staged_exemptions *ret)
{
	*ret = (struct staged_exemptions){.n = policies->n_kept};
	memcpy(ret->kept, policies->kept, sizeof(ret->kept));
}

static void unstage(struct staged_exemptions *staged)
{
	for (size_t i = 0; i < staged->n; i++)
		if (staged->kept[i].is_new)
			kept_exemption_clear(&staged->kept[i]);
	staged->n = 0;
}

static int write_bundle(const struct policies *policies, const struct staged_exemptions *staged)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	size_t size = 0, used = 0;

	for (size_t i = 0; i < staged->n; i++)
		size += staged->kept[i].source.size;
	bytes = malloc(size + 1);
	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < staged->n; i++) {
		memcpy(bytes + used, staged->kept[i].source.bytes, staged->kept[i].source.size);
		used += staged->kept[i].source.size;
	}
	return store_write(policies->config.state_fd, FILE_EXEMPTIONS, bytes, size);
}

static bool is_staged(const struct staged_exemptions *staged, const struct exemption *exemption)
{
	for (size_t i = 0; i < staged->n; i++)
		if (staged->kept[i].exemption == exemption)
			return true;
	return false;
}

/* Those that go are kept for one change longer: the core points to them until it is told. */
static void retire(struct policies *policies, const struct staged_exemptions *staged)
{
	for (size_t i = 0; i < policies->n_retired; i++)
		exemption_free(policies->retired_exemptions[i]);
	policies->n_retired = 0;
	for (size_t i = 0; i < policies->n_kept; i++) {
		if (is_staged(staged, policies->kept[i].exemption))
			continue;
		policies->retired_exemptions[policies->n_retired++] = policies->kept[i].exemption;
		source_clear(&policies->kept[i].source);
	}
}

int policies_commit_exemptions(struct policies *policies, struct staged_exemptions *staged,
	const struct policies_clock *clock)
{
	int r = staged->is_changed ? write_bundle(policies, staged) : 0;

	if (r < 0 || !staged->is_changed) {
		unstage(staged);
		return r;
	}
	retire(policies, staged);
	memcpy(policies->kept, staged->kept, sizeof(policies->kept));
	policies->n_kept = staged->n;
	for (size_t i = 0; i < policies->n_kept; i++) {
		struct kept_exemption *kept = &policies->kept[i];
		enum exemption_fault fault = policies_exemption_fault(policies, kept, clock);

		/* What does not count says nothing of the time. */
		if (kept->is_new &&
			(fault == EXEMPTION_FAULT_NONE || fault == EXEMPTION_FAULT_NOT_YET))
			policies_lift(policies, &kept->exemption->header, clock);
		kept->is_new = false;
	}
	return 0;
}
