/* Policies: offered, put in force on trial, kept or taken back. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/policies_internal.h"
#include "agent/store.h"
#include "policy/cleanup.h"
#include "policy/login_rules.h"

void loaded_clear(struct loaded *loaded)
{
	policy_free(loaded->policy);
	source_clear(&loaded->source);
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

/*
 * Puts a verified policy in force. The ratchet is durable before the policy speaks, and the
 * candidate is whole on disk before the ratchet moves, so that a cut between the two is finished at
 * the next start. The ratchet knows the candidate's hash, so whatever step fails or is lost later,
 * the same document can be put back. The marker means without a policy that one was lost, so it
 * comes late, and goes again where the first policy of all could not be put in place.
 */
static int put_in_force(
	struct policies *policies, struct loaded *loaded, struct policies_answer *answer)
{
	const struct document_header *header = &loaded->policy->header;
	int state_fd = policies->config.state_fd;
	bool is_first = faccessat(state_fd, POLICY_SEEN_FILE, F_OK, AT_SYMLINK_NOFOLLOW) < 0;
	int r = store_write(state_fd, FILE_CANDIDATE, loaded->source.bytes, loaded->source.size);

	if (r == 0)
		r = policies_raise(policies, DOCUMENT_POLICY, header->epoch, header->serial,
			loaded->source.text_sha256);
	if (r == 0)
		r = store_write(state_fd, POLICY_SEEN_FILE, "", 0);
	if (r == 0)
		r = store_rename(state_fd, FILE_CANDIDATE, FILE_POLICY);
	if (r < 0) {
		store_remove(state_fd, FILE_CANDIDATE);
		if (is_first)
			store_remove(state_fd, POLICY_SEEN_FILE);
		policies_refuse_unstored(answer, r);
		return 0;
	}
	answer->outcome = POLICIES_APPLIED;
	policies->is_on_trial = true;
	policies->is_lost = false;
	policies_put_in_force(policies, loaded);
	return 0;
}

/*
 * The ratchet does not move before a policy is in force, so among those that wait the serial is
 * compared here: whoever hands in an older one takes nothing back.
 */
static bool is_older_than_next(const struct policies *policies, const struct loaded *loaded)
{
	const struct policy *next = policies->next.policy;

	return next && next->header.epoch == loaded->policy->header.epoch &&
	       next->header.serial >= loaded->policy->header.serial;
}

static int keep_as_next(
	struct policies *policies, struct loaded *loaded, struct policies_answer *answer)
{
	int r;

	if (is_older_than_next(policies, loaded)) {
		policies_refuse(answer, document_fault_name(DOCUMENT_FAULT_SERIAL), 0,
			"another policy that waits for its day has this serial or a higher one");
		return 0;
	}
	r = store_write(
		policies->config.state_fd, FILE_NEXT, loaded->source.bytes, loaded->source.size);
	if (r < 0) {
		policies_refuse_unstored(answer, r);
		return 0;
	}
	answer->outcome = POLICIES_NEXT;
	loaded_clear(&policies->next);
	policies->next = *loaded;
	*loaded = (struct loaded){};
	return 0;
}

/* Whether the ratchet stands at the very document that is lost. */
static bool can_be_put_back(const struct policies *policies, const struct loaded *loaded)
{
	const struct document_header *header = &loaded->policy->header;
	struct store_serial last;

	return store_read_serial(
		       policies->config.state_fd, DOCUMENT_POLICY, header->epoch, &last) == 0 &&
	       last.serial == header->serial && store_serial_is(&last, loaded->source.text_sha256);
}

/* Where the one in force came from. The last good one may stand in for itself: then it is still to
 * be put back, as any that is lost. */
static const struct source *source_in_force(const struct policies *policies)
{
	static const struct source none;

	return policies->is_lost && can_be_put_back(policies, &policies->current)
		       ? &none
		       : &policies->current.source;
}

static bool is_same_text(const struct policies *policies, const uint8_t text_sha256[SHA256_SIZE])
{
	return source_has_text(&policies->next.source, text_sha256) ||
	       source_has_text(source_in_force(policies), text_sha256);
}

/*
 * Judges bytes under the root and the ratchet. *ret_loaded and *ret_verdict are set where something
 * is to be done with them: not where their text is in force, or waits, already.
 */
static int judge(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *answer,
	struct loaded *ret_loaded, enum document_verdict *ret_verdict)
{
	CLEANUP(problems_clear) struct problems problems = {};
	struct verification verification = {};
	struct verify_request request;
	struct loaded loaded = {};
	int r;

	if (!policies_request(policies, &policies->current.policy->header,
		    source_in_force(policies), clock, answer, &request))
		return 0;
	r = verify_policy(&request, bytes, size, &problems, &verification, &loaded.policy);
	if (r < 0)
		return r;
	policies_take_verification(answer, FILE_POLICY, &verification, &problems);
	if (!loaded.policy) {
		/* Only the verdict that asks for nothing goes without a policy. */
		if (verification.verdict == DOCUMENT_NOT_HERE)
			*ret_verdict = verification.verdict;
		return 0;
	}
	answer->serial = loaded.policy->header.serial;
	if (is_same_text(policies, verification.text_sha256)) {
		answer->outcome = POLICIES_UNCHANGED;
		loaded_clear(&loaded);
		return 0;
	}
	policies_lift(policies, &loaded.policy->header, clock);
	r = source_make(verification.text_sha256, bytes, size, &loaded.source);
	if (r < 0) {
		loaded_clear(&loaded);
		return r;
	}
	*ret_loaded = loaded;
	*ret_verdict = verification.verdict;
	return 0;
}

int policies_offer(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *ret)
{
	CLEANUP(loaded_clear) struct loaded loaded = {};
	enum document_verdict verdict = DOCUMENT_REFUSED;
	int r;

	*ret = (struct policies_answer){.kind = DOCUMENT_POLICY};
	if (source_is(&policies->next.source, bytes, size) ||
		source_is(source_in_force(policies), bytes, size)) {
		ret->outcome = POLICIES_UNCHANGED;
		return 0;
	}
	if (policies_refuses_all(policies, ret))
		return 0;
	r = document_text_sha256(bytes, size, ret->text_sha256);
	if (r == 0)
		r = judge(policies, bytes, size, clock, ret, &loaded, &verdict);
	if (r < 0)
		return r;
	switch (verdict) {
	case DOCUMENT_REFUSED: break;
	case DOCUMENT_NOT_HERE: ret->outcome = POLICIES_NOT_HERE; break;
	case DOCUMENT_NOT_YET: r = keep_as_next(policies, &loaded, ret); break;
	case DOCUMENT_ACCEPTED: r = put_in_force(policies, &loaded, ret); break;
	}
	if (r == 0)
		policies_note(policies, ret);
	return r;
}

int policies_check_next(
	struct policies *policies, const struct policies_clock *clock, struct policies_answer *ret)
{
	CLEANUP(loaded_clear) struct loaded next = {}, judged = {};
	enum document_verdict verdict = DOCUMENT_REFUSED;
	int r;

	if (!policies->next.policy || policies->n_chain == 0 || policies->is_root_lost ||
		policies_now(policies, clock) < policies->next.policy->header.not_before)
		return 0;
	*ret = (struct policies_answer){.kind = DOCUMENT_POLICY};
	next = policies->next;
	policies->next = (struct loaded){};
	memcpy(ret->text_sha256, next.source.text_sha256, SHA256_SIZE);
	r = judge(policies, next.source.bytes, next.source.size, clock, ret, &judged, &verdict);
	if (r == 0 && verdict == DOCUMENT_ACCEPTED)
		r = put_in_force(policies, &judged, ret);
	else if (verdict == DOCUMENT_NOT_HERE)
		ret->outcome = POLICIES_NOT_HERE;
	if (r < 0 || ret->error) {
		/* No memory, or not stored: it goes on waiting, and is tried at the next look. */
		policies->next = next;
		next = (struct loaded){};
		return r < 0 ? r : 1;
	}
	store_remove(policies->config.state_fd, FILE_NEXT);
	return 1;
}

int policies_note_could_type(struct policies *policies)
{
	policies->is_on_trial = true;
	return store_write(policies->config.state_fd, FILE_COULD_TYPE, "", 0);
}

bool policies_could_type(const struct policies *policies)
{
	return policies->is_on_trial && faccessat(policies->config.state_fd, FILE_COULD_TYPE, F_OK,
						AT_SYMLINK_NOFOLLOW) == 0;
}

/* What cannot be removed makes the next trial stricter, and no more. */
static void end_trial(struct policies *policies)
{
	policies->is_on_trial = false;
	if (faccessat(policies->config.state_fd, FILE_COULD_TYPE, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		(void)store_remove(policies->config.state_fd, FILE_COULD_TYPE);
}

void policies_rehearse(struct policies *policies)
{
	end_trial(policies);
}

int policies_keep(struct policies *policies)
{
	const struct source *source = &policies->current.source;
	int r;

	r = source->bytes ? store_write(policies->config.state_fd, FILE_LAST_GOOD, source->bytes,
				    source->size)
			  : 0;
	end_trial(policies);
	return r;
}

/*
 * A first policy that failed was never in force: nothing is lost by its going. The marker goes
 * first: a cut between the two leaves a policy that is tried again, and not one that seems lost.
 */
static int revert_to_none(struct policies *policies, bool was_first)
{
	int state_fd = policies->config.state_fd;
	int r = was_first ? store_remove(state_fd, POLICY_SEEN_FILE) : 0;

	policies->is_lost = !was_first;
	return r < 0 ? r : store_remove(state_fd, FILE_POLICY);
}

/* What failed must not be put back: the ratchet forgets its hash and keeps its serial. */
static int forget_failed(struct policies *policies)
{
	const struct document_header *header = &policies->current.policy->header;

	if (!policies->current.source.bytes)
		return 0;
	return store_raise_serial(
		policies->config.state_fd, DOCUMENT_POLICY, header->epoch, header->serial, NULL);
}

int policies_revert(struct policies *policies)
{
	CLEANUP(loaded_clear) struct loaded good = {};
	int r, forgotten;

	r = policies_load_stored(policies, FILE_LAST_GOOD, &good);
	if (r == -ENOMEM)
		return r;
	forgotten = forget_failed(policies);
	if (r == 0)
		r = store_write(policies->config.state_fd, FILE_POLICY, good.source.bytes,
			good.source.size);
	else
		r = revert_to_none(policies, r == -ENOENT);
	if (!good.policy) {
		int builtin = policy_new_builtin(&good.policy);

		if (builtin < 0)
			return builtin;
	}
	policies_put_in_force(policies, &good);
	end_trial(policies);
	return r < 0 ? r : forgotten;
}
