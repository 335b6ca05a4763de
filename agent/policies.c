#include "agent/policies.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/policies_internal.h"
#include "agent/store.h"
#include "policy/cleanup.h"
#include "policy/names.h"

static const char *const outcome_names[] = {
	[POLICIES_REFUSED] = "refused",
	[POLICIES_UNCHANGED] = "unchanged",
	[POLICIES_NEXT] = "next",
	[POLICIES_APPLIED] = "applied",
};

const char *policies_outcome_name(enum policies_outcome outcome)
{
	return names_get(outcome_names, sizeof(outcome_names) / sizeof(*outcome_names), outcome);
}

const struct policy *policies_current(
	const struct policies *policies, uint8_t ret_sha256[SHA256_SIZE])
{
	memcpy(ret_sha256, policies->current.sha256, SHA256_SIZE);
	return policies->current.policy;
}

bool policies_is_on_trial(const struct policies *policies)
{
	return policies->is_on_trial;
}

bool policies_is_lost(const struct policies *policies)
{
	return policies->is_lost;
}

void policies_site(const struct policies *policies, const char **ret_site, const char **ret_tier)
{
	*ret_site = policies->site.site;
	*ret_tier = policies->site.tier;
}

const char *policies_health(const struct policies *policies)
{
	return policies->health;
}

const struct policy *policies_next(const struct policies *policies)
{
	return policies->next.policy;
}

void policies_next_sha256(const struct policies *policies, uint8_t ret_sha256[SHA256_SIZE])
{
	memcpy(ret_sha256, policies->next.sha256, SHA256_SIZE);
}

void loaded_clear(struct loaded *loaded)
{
	policy_free(loaded->policy);
	free(loaded->bytes);
	*loaded = (struct loaded){};
}

/* The old one is kept for one change longer: the core still points to it until it is told. */
void policies_put_in_force(struct policies *policies, struct loaded *loaded)
{
	loaded_clear(&policies->retired);
	policies->retired = policies->current;
	policies->current = *loaded;
	*loaded = (struct loaded){};
}

static void refuse(struct policies_answer *answer, const char *fault, int error, const char *detail)
{
	answer->outcome = POLICIES_REFUSED;
	answer->error = error;
	snprintf(answer->fault, sizeof(answer->fault), "%s", fault);
	snprintf(answer->detail, sizeof(answer->detail), "%s", detail);
}

static void refuse_unstored(struct policies_answer *answer, int error)
{
	char detail[128];

	snprintf(detail, sizeof(detail), "it could not be stored: %s", strerror(-error));
	refuse(answer, "not-stored", -error, detail);
}

/*
 * Puts a verified policy in force. The ratchet is durable before the policy speaks, and the
 * candidate is whole on disk before the ratchet moves, so that a cut between the two is finished at
 * the next start instead of leaving a serial that nothing on this terminal has.
 */
static int put_in_force(
	struct policies *policies, struct loaded *loaded, struct policies_answer *answer)
{
	const struct document_header *header = &loaded->policy->header;
	int state_fd = policies->config.state_fd;
	int r = store_write(state_fd, FILE_CANDIDATE, loaded->bytes, loaded->size);

	if (r == 0)
		r = store_write(state_fd, FILE_SEEN, "", 0);
	if (r == 0)
		r = store_raise_serial(state_fd, header->epoch, header->serial);
	if (r == 0)
		r = store_rename(state_fd, FILE_CANDIDATE, FILE_POLICY);
	if (r < 0) {
		store_remove(state_fd, FILE_CANDIDATE);
		refuse_unstored(answer, r);
		return 0;
	}
	answer->outcome = POLICIES_APPLIED;
	policies->is_on_trial = true;
	policies->is_lost = false;
	policies_put_in_force(policies, loaded);
	return 0;
}

static int keep_as_next(
	struct policies *policies, struct loaded *loaded, struct policies_answer *answer)
{
	int r = store_write(policies->config.state_fd, FILE_NEXT, loaded->bytes, loaded->size);

	if (r < 0) {
		refuse_unstored(answer, r);
		return 0;
	}
	answer->outcome = POLICIES_NEXT;
	loaded_clear(&policies->next);
	policies->next = *loaded;
	*loaded = (struct loaded){};
	return 0;
}

/* Problems as lines, as many as there is room for. */
static void describe_problems(const struct problems *problems, char *buffer, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < problems->count && used + 1 < size; i++) {
		char line[3 * PROBLEM_TEXT_MAX];

		problem_format(&problems->items[i], "policy.ini", line, sizeof(line));
		used += (size_t)snprintf(buffer + used, size - used, "%s%s", i ? "; " : "", line);
		if (used >= size)
			used = size - 1;
	}
}

/* The latest time that a verified document speaks of: a clock behind it is wrong. */
static int64_t trusted_now(const struct policies *policies, int64_t now_s)
{
	int64_t floor = policies->root ? policies->root->header.issued : 0;

	if (!policies->current.policy->is_builtin &&
		policies->current.policy->header.issued > floor)
		floor = policies->current.policy->header.issued;
	return now_s > floor ? now_s : floor;
}

/* Judges bytes under the root and the ratchet. *ret_loaded is set unless refused. */
static int judge(struct policies *policies, const char *bytes, size_t size, int64_t now_s,
	struct policies_answer *answer, struct loaded *ret_loaded,
	enum document_verdict *ret_verdict)
{
	CLEANUP(problems_clear) struct problems problems = {};
	struct verification verification = {};
	struct verify_request request = {
		.root = policies->root,
		.site = policies->site.site,
		.tier = policies->site.tier,
		.now_s = trusted_now(policies, now_s),
	};
	struct policy *policy = NULL;
	int r;

	r = store_read_serial(
		policies->config.state_fd, policies->root->header.epoch, &request.serial_floor);
	if (r < 0) {
		refuse(answer, "serials-damaged", -r, "the list of used serials cannot be read");
		return 0;
	}
	r = verify_policy(&request, bytes, size, &problems, &verification, &policy);
	if (r < 0)
		return r;
	memcpy(answer->sha256, verification.sha256, SHA256_SIZE);
	*ret_verdict = verification.verdict;
	if (verification.verdict == DOCUMENT_REFUSED) {
		refuse(answer, document_fault_name(verification.fault), 0, verification.detail);
		if (problems_any(&problems))
			describe_problems(&problems, answer->detail, sizeof(answer->detail));
		return 0;
	}
	answer->serial = policy->header.serial;
	return loaded_make(policy, verification.sha256, bytes, size, ret_loaded);
}

static bool is_same(const struct loaded *loaded, const char *bytes, size_t size)
{
	return loaded->bytes && loaded->size == size && memcmp(loaded->bytes, bytes, size) == 0;
}

/* Remembers the last refusals, so that a server that repeats one fills no records. */
static bool is_known_refusal(struct policies *policies, const uint8_t sha256[SHA256_SIZE])
{
	for (size_t i = 0; i < REFUSALS_MAX; i++)
		if (memcmp(policies->refusals[i], sha256, SHA256_SIZE) == 0)
			return true;
	memcpy(policies->refusals[policies->next_refusal], sha256, SHA256_SIZE);
	policies->next_refusal = (policies->next_refusal + 1) % REFUSALS_MAX;
	return false;
}

static void clear_loaded(struct loaded *loaded)
{
	loaded_clear(loaded);
}

int policies_offer(struct policies *policies, const char *bytes, size_t size, int64_t now_s,
	struct policies_answer *ret)
{
	CLEANUP(clear_loaded) struct loaded loaded = {};
	enum document_verdict verdict = DOCUMENT_REFUSED;
	int r = 0;

	*ret = (struct policies_answer){};
	if (is_same(&policies->current, bytes, size) || is_same(&policies->next, bytes, size)) {
		ret->outcome = POLICIES_UNCHANGED;
		return 0;
	}
	if (policies->health[0]) {
		refuse(ret, "no-root", 0, policies->health);
		return 0;
	}
	r = judge(policies, bytes, size, now_s, ret, &loaded, &verdict);
	if (r < 0)
		return r;
	switch (verdict) {
	case DOCUMENT_NOT_HERE:
	case DOCUMENT_REFUSED: break;
	case DOCUMENT_NOT_YET: r = keep_as_next(policies, &loaded, ret); break;
	case DOCUMENT_ACCEPTED: r = put_in_force(policies, &loaded, ret); break;
	}
	/* A full disk is no property of the bytes: they get their chance again. */
	if (r == 0 && ret->outcome == POLICIES_REFUSED && ret->error == 0)
		ret->is_known_refusal = is_known_refusal(policies, ret->sha256);
	return r;
}

int policies_check_next(struct policies *policies, int64_t now_s, struct policies_answer *ret)
{
	CLEANUP(clear_loaded) struct loaded next = {}, judged = {};
	enum document_verdict verdict = DOCUMENT_REFUSED;
	int r;

	if (!policies->next.policy || policies->health[0] ||
		trusted_now(policies, now_s) < policies->next.policy->header.not_before)
		return 0;
	*ret = (struct policies_answer){};
	next = policies->next;
	policies->next = (struct loaded){};
	r = judge(policies, next.bytes, next.size, now_s, ret, &judged, &verdict);
	if (r == 0 && verdict == DOCUMENT_ACCEPTED)
		r = put_in_force(policies, &judged, ret);
	if (r < 0)
		return r;
	if (ret->error) {
		/* Not stored: it goes on waiting, and is tried at the next look. */
		policies->next = next;
		next = (struct loaded){};
		return 1;
	}
	store_remove(policies->config.state_fd, FILE_NEXT);
	return 1;
}

int policies_keep(struct policies *policies)
{
	policies->is_on_trial = false;
	if (!policies->current.bytes)
		return 0;
	return store_write(policies->config.state_fd, FILE_LAST_GOOD, policies->current.bytes,
		policies->current.size);
}

/* A first policy that failed was never in force: nothing is lost by its going. */
static int revert_to_none(struct policies *policies, bool was_first)
{
	int state_fd = policies->config.state_fd;
	int r = store_remove(state_fd, FILE_POLICY);

	policies->is_lost = !was_first;
	return r < 0 || !was_first ? r : store_remove(state_fd, FILE_SEEN);
}

int policies_revert(struct policies *policies)
{
	CLEANUP(clear_loaded) struct loaded good = {};
	int r;

	policies->is_on_trial = false;
	r = policies_load_stored(policies, FILE_LAST_GOOD, &good);
	if (r == -ENOMEM)
		return r;
	if (r == 0)
		r = store_write(policies->config.state_fd, FILE_POLICY, good.bytes, good.size);
	else
		r = revert_to_none(policies, r == -ENOENT);
	if (!good.policy) {
		int builtin = policy_new_builtin(&good.policy);

		if (builtin < 0)
			return builtin;
	}
	policies_put_in_force(policies, &good);
	return r;
}
