/*
 * What was ever revoked. It only grows, and no document that is missing brings anything back: the
 * list is a file of its own, and the ratchet knows how many of each epoch it must have.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "agent/policies_internal.h"
#include "agent/store.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"

static uint32_t newest_epoch(const struct policies *policies)
{
	return policies_newest_root(policies)->header.epoch;
}

/* Of the epoch: with another one, every exemption of before is dead without any list. 0 or
 * -ENOMEM. */
static int check_ratchet(struct policies *policies)
{
	int state_fd = policies->config.state_fd;
	uint32_t epoch = newest_epoch(policies);
	uint64_t n = revoked_count(&policies->revoked, epoch);
	struct store_serial last;
	int r = store_read_serial(state_fd, DOCUMENT_REVOCATION, epoch, &last);

	if (r == -ENOMEM)
		return r;
	/* A damaged ratchet refuses every document; what is stored is believed without it. */
	policies->is_revoked_lost = r == 0 && n < last.serial;
	policies->is_revoked_full = n >= REVOKED_MAX;
	if (r == 0 && n > last.serial)
		(void)store_raise_serial(state_fd, DOCUMENT_REVOCATION, epoch, n, NULL);
	return 0;
}

int policies_load_revoked(struct policies *policies)
{
	CLEANUP(cleanup_free) char *file = NULL;
	size_t size;
	int r = store_read(
		policies->config.state_fd, FILE_REVOKED, REVOKED_FILE_SIZE, &file, &size);

	policies->is_revoked_unread =
		faccessat(policies->config.state_fd, FILE_UNREAD, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	revoked_clear(&policies->revoked);
	if (r == 0)
		r = revoked_decode(file, size, &policies->revoked);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		revoked_clear(&policies->revoked);
	return policies_recheck_revoked(policies);
}

int policies_recheck_revoked(struct policies *policies)
{
	int r = check_ratchet(policies);

	if (r == 0)
		r = policies_strike_media(policies);
	return r < 0 ? r : 0;
}

int policies_strike_media(struct policies *policies)
{
	int is_news = 0;

	for (size_t i = 0; policies->media.table && i < policies->revoked.n; i++) {
		const struct revoked *revoked = &policies->revoked.items[i];
		int r = 0;

		if (revoked->kind == REVOCATION_MEDIUM)
			r = media_strike(policies->media.table, revoked->subject);
		if (r < 0)
			return r;
		is_news |= r;
	}
	return is_news;
}

int policies_store_revoked(struct policies *policies)
{
	CLEANUP(cleanup_free) char *file = NULL;
	size_t size;
	int r;

	if (!policies->is_revoked_unstored)
		return 0;
	r = revoked_encode(&policies->revoked, &file, &size);
	if (r == 0)
		r = store_write(policies->config.state_fd, FILE_REVOKED, file, size);
	if (r == 0)
		r = policies_raise(policies, DOCUMENT_REVOCATION, newest_epoch(policies),
			revoked_count(&policies->revoked, newest_epoch(policies)), NULL);
	if (r < 0)
		return r;
	policies->is_revoked_unstored = false;
	return check_ratchet(policies);
}

/* The file is that of the whole site: of most of it nothing is to be recorded here. What became of
 * a request is recorded by who asks for it. */
static bool concerns_us(const struct policies *policies, const struct revocation *revocation)
{
	if (revocation->kind == REVOCATION_MEDIUM)
		return true;
	for (size_t i = 0; i < policies->n_kept; i++)
		if (revocation->kind == REVOCATION_EXEMPTION &&
			strcmp(policies->kept[i].exemption->id, revocation->subject) == 0)
			return true;
	return false;
}

/*
 * It closes at once, also where it cannot be stored now: the next offer tries that again. What
 * another of the epoch said already takes no room: the ratchet counts what is revoked.
 */
static int take(struct policies *policies, const struct revocation *revocation,
	struct policies_answer *answer)
{
	int r;

	if (revoked_has(&policies->revoked, revocation)) {
		answer->outcome = POLICIES_UNCHANGED;
		snprintf(answer->detail, sizeof(answer->detail), "revoked already");
		return 0;
	}
	r = revoked_add(&policies->revoked, revocation, answer->text_sha256);
	if (r == -ENOSPC) {
		policies_refuse(answer, "too-many", 0,
			"this terminal remembers no more revocations, so no exemption counts: "
			"begin a new epoch");
		return 0;
	}
	if (r < 0)
		return r;
	policies->is_revoked_full =
		revoked_count(&policies->revoked, revocation->header.epoch) >= REVOKED_MAX;
	policies->is_revoked_unstored = true;
	answer->outcome = POLICIES_TAKEN;
	answer->is_known = !concerns_us(policies, revocation);
	snprintf(answer->detail, sizeof(answer->detail), "%s",
		revocation->reason[0] ? revocation->reason : "no reason is given");
	return 0;
}

/* The file is that of a whole site, of all its epochs and tiers: what is not for here is no fault.
 */
static bool is_for_others(const struct verification *verification)
{
	return verification->fault == DOCUMENT_FAULT_TIER ||
	       verification->fault == DOCUMENT_FAULT_EPOCH;
}

static int judge(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *answer)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(revocation_cleanup) struct revocation *revocation = NULL;
	struct verification verification = {};
	const struct source none = {};
	struct verify_request request;
	int r;

	if (!policies_request(policies, NULL, &none, clock, answer, &request))
		return 0;
	r = verify_revocation(&request, bytes, size, &problems, &verification, &revocation);
	if (r < 0)
		return r;
	policies_take_verification(answer, "revocations.ini", &verification, &problems);
	if (is_for_others(&verification)) {
		*answer = (struct policies_answer){
			.kind = DOCUMENT_REVOCATION, .outcome = POLICIES_UNCHANGED};
		snprintf(answer->detail, sizeof(answer->detail), "%s", verification.detail);
		return 0;
	}
	if (!revocation)
		return 0;
	snprintf(answer->subject, sizeof(answer->subject), "%s", revocation->subject);
	answer->revoked = revocation->kind;
	return take(policies, revocation, answer);
}

int policies_offer_revocation(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *answer)
{
	/* What was taken once is not judged by a root that has other persons. */
	if (revoked_has_text(&policies->revoked, answer->text_sha256)) {
		answer->outcome = POLICIES_UNCHANGED;
		snprintf(answer->detail, sizeof(answer->detail), "known already");
		return 0;
	}
	return judge(policies, bytes, size, clock, answer);
}

const char *policies_revoked(
	const struct policies *policies, enum revocation_kind kind, const char *subject)
{
	const struct revoked *revoked = revoked_find(&policies->revoked, kind, subject);

	return revoked ? revoked->reason : NULL;
}

bool policies_is_revoked_full(const struct policies *policies)
{
	return policies->is_revoked_full;
}

bool policies_is_revoked_lost(const struct policies *policies)
{
	return policies->is_revoked_lost;
}

/* Also over a restart, before which whoever offered it may have gone. Where the disk is full this
 * one holds on for as long as sekishod runs. */
void policies_note_revoked_unread(struct policies *policies)
{
	if (!policies->is_revoked_unread)
		(void)store_write(policies->config.state_fd, FILE_UNREAD, "", 0);
	policies->is_revoked_unread = true;
}

void policies_forget_revoked_unread(struct policies *policies)
{
	if (policies->is_revoked_unread)
		(void)store_remove(policies->config.state_fd, FILE_UNREAD);
	policies->is_revoked_unread = false;
}

bool policies_is_revoked_unread(const struct policies *policies)
{
	return policies->is_revoked_unread;
}

bool policies_is_revoked_unknown(const struct policies *policies)
{
	return policies->is_revoked_lost || policies->is_revoked_full ||
	       policies->is_revoked_unread;
}
