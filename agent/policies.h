/*
 * The documents of this terminal, and how others take their place: verified, stored so that a power
 * cut at any moment leaves the old or the new one. A policy is tried, and kept or taken back.
 * Touches disk. Refuses to know devices.
 *
 * Which document it is says its text, document_text_sha256(): the same text with other signatures,
 * if they are good, is the same document.
 *
 * Files below the state folder:
 *	policy.ini            in force
 *	policy.last-good.ini  passed its self-test
 *	policy.next.ini       waits for its not-before; gives way to higher serials only
 *	policy.candidate.ini  half-way
 *	policy-seen           marker: tells "never had one" from "lost it"
 *	policy-could-type     marker: somebody could type before the policy on trial
 *	root/2.ini …          the roots after that of /etc/sekisho, each signed by the one before it
 *	media.ini, media/…    the list of registered media; each shard under the name of its hash
 *	media-end-told        of which list it was recorded that it has ended
 *	fresh.ini             what was said of the newest documents, and when
 *	tokens.ini            whose codes count here; sekisho-unseal opens it
 *	exemptions.ini        the exemptions of this terminal
 *	revoked               what was ever revoked (revoked.h)
 *	desks.ini             who approves by telephone; likewise
 *	serials, time         what never goes back (store.h)
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "agent/record.h"
#include "policy/bundle.h"
#include "policy/desks.h"
#include "policy/exemption.h"
#include "policy/exemption_check.h"
#include "policy/exemption_request.h"
#include "policy/fresh.h"
#include "policy/media.h"
#include "policy/policy.h"
#include "policy/revocation.h"
#include "policy/tokens.h"

struct policies;

enum policies_outcome {
	POLICIES_REFUSED = 0,
	POLICIES_UNCHANGED, /* is in force, or waits, already */
	POLICIES_NEXT,      /* verified; a policy is kept for its not-before, others are not */
	POLICIES_NOT_HERE,  /* good, but its roll-out has not reached this terminal */
	POLICIES_APPLIED,   /* a policy: in force now, on trial */
	POLICIES_TAKEN,     /* any other document: in force now */
};

const char *policies_outcome_name(enum policies_outcome outcome);

struct policies_answer {
	enum document_kind kind;
	enum policies_outcome outcome;
	char fault[32]; /* document_fault_name(), "not-stored", …; empty unless refused */
	char detail[RECORD_TEXT_MAX];        /* for people */
	int error;                           /* positive errno where storing failed */
	uint64_t serial;                     /* 0 where it was not read */
	char subject[MEDIUM_NUMBER_MAX + 1]; /* of an exemption or a revocation: its number */
	enum revocation_kind revoked;        /* what a revocation revokes */
	uint8_t text_sha256[SHA256_SIZE];
	bool is_known;          /* this text got this answer before in this run: not recorded again
				 */
	bool is_policy_changed; /* a root made a policy that was lost readable again */
};

struct policies_clock {
	int64_t realtime_s;   /* what the real-time clock shows */
	uint64_t boottime_ms; /* CLOCK_BOOTTIME */
};

struct policies_config {
	int etc_fd;   /* /etc/sekisho: root.ini, site.ini; borrowed */
	int state_fd; /* /var/lib/sekisho; borrowed */
	struct policies_clock clock;
	/* The request of that number that was made at this terminal, or NULL; borrowed for a
	 * moment. NULL: exemptions are compared with none. */
	const struct exemption_request *(*find_request)(void *context, const char *id);
	void *context;
};

/*
 * Loads what is there. Whatever is missing or damaged, some policy is in force afterwards: the
 * applied one, the last good one, or the built-in one. 0 and *ret, or -ENOMEM.
 */
int policies_open(const struct policies_config *config, struct policies **ret);
void policies_close(struct policies *policies);

/* The policy in force; valid until the second next change. The hash is zeros for the built-in one.
 */
const struct policy *policies_current(
	const struct policies *policies, uint8_t ret_text_sha256[SHA256_SIZE]);

/*
 * The text of the policy in force, without its signatures, from the disk: a string for free(),
 * empty for the built-in one. 0 and *ret; -ESTALE where no file holds it any more, or another
 * negative errno.
 */
int policies_read_text(const struct policies *policies, char **ret);

/* It was stored, but has not passed its self-test yet. */
bool policies_is_on_trial(const struct policies *policies);

/*
 * Somebody could type before the policy on trial: kept over a restart, because then the policy may
 * have taken the keyboard away already. 0, or the negative errno of storing.
 */
int policies_note_could_type(struct policies *policies);
bool policies_could_type(const struct policies *policies);

/* A policy had been seen, and its file cannot be believed any more: what is in force is a stand-in.
 */
bool policies_is_lost(const struct policies *policies);

/* The names of this terminal's site and tier; empty when site.ini could not be read. */
void policies_site(const struct policies *policies, const char **ret_site, const char **ret_tier);

/* Whether records are handed up: no syslog carries them on. */
bool policies_sends_records(const struct policies *policies);

/* Its name; empty where site.ini names none. */
const char *policies_terminal(const struct policies *policies);

/* Where its documents come from ("https://…"); empty where site.ini names nothing. */
const char *policies_source(const struct policies *policies);

/* What keeps this terminal from taking documents ("no /etc/sekisho/root.ini: …"); empty: nothing.
 */
const char *policies_health(const struct policies *policies);

/* The one that waits, or NULL. */
const struct policy *policies_next(const struct policies *policies);
/* Of its document; zeros when none waits. */
void policies_next_text_sha256(
	const struct policies *policies, uint8_t ret_text_sha256[SHA256_SIZE]);

/* The newest root of the chain, or NULL. */
const struct document_header *policies_root(const struct policies *policies);
/* Of its text; there is one. */
void policies_root_text_sha256(const struct policies *policies, uint8_t ret[SHA256_SIZE]);
const struct root *policies_newest_root(const struct policies *policies);
/* Roots were in force here that are not here any more: only roots are taken until they are. */
bool policies_is_root_lost(const struct policies *policies);

/*
 * The registered media that count now under the policy in force, or NULL; valid until the second
 * next change. A list of an older epoch than that policy's does not count, nor one that has ended:
 * else whoever withholds the next list keeps a medium registered that was struck off. The files
 * stay, so a clock that is set right brings it back.
 */
const struct media *policies_media(
	const struct policies *policies, const struct policies_clock *clock);
bool policies_is_media_ended(const struct policies *policies, const struct policies_clock *clock);
/*
 * To be called each minute. 1 when the list has ended and that is news, also over a restart: to be
 * recorded; else 0.
 */
int policies_note_media_end(struct policies *policies, const struct policies_clock *clock);
/* The header of the list in force, or NULL. */
const struct document_header *policies_media_header(const struct policies *policies);
/* A list was here and cannot be read any more. */
bool policies_is_media_lost(const struct policies *policies);

/* What was said last of the newest documents, or NULL. */
const struct fresh *policies_fresh(const struct policies *policies);

/*
 * The tokens of the people of this terminal, or NULL. They go on counting after their own day, or
 * that of the root that vouched for them: nothing but another document ends a second factor.
 */
const struct tokens *policies_tokens(const struct policies *policies);
/* There were some, and they cannot be believed any more. Nothing of them is removed. */
bool policies_is_tokens_lost(const struct policies *policies);

/*
 * The desks that approve by telephone here, or NULL: none, they are of an older epoch than the
 * root, or their document has ended. Then nothing is approved so.
 */
const struct desks *policies_desks(
	const struct policies *policies, const struct policies_clock *clock);

/* Trusted time, in seconds since 1970-01-01 UTC, and only its floor. */
int64_t policies_now(const struct policies *policies, const struct policies_clock *clock);
int64_t policies_floor(const struct policies *policies, const struct policies_clock *clock);
/* To be called each minute and at a stop: persists the floor. 0, or the negative errno of storing.
 */
int policies_save_time(struct policies *policies, const struct policies_clock *clock);

/* Judges a policy from outside; *ret says what became of it. 0, or -ENOMEM. */
int policies_offer(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *ret);

/*
 * Judges a root. number is what its file is called by, 0: not known; one that is older than the
 * first root of this terminal cannot be judged and changes nothing. One that has ended is taken, as
 * a link to the next. 0, or -ENOMEM.
 */
int policies_offer_root(struct policies *policies, uint64_t number, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *ret);

struct policies_shard {
	unsigned number; /* "media/3f" is 0x3f */
	const char *bytes;
	size_t size;
};

/* Judges a list of registered media. Shards that the terminal has already need not be there. */
int policies_offer_media(struct policies *policies, const char *bytes, size_t size,
	const struct policies_shard *shards, size_t n_shards, const struct policies_clock *clock,
	struct policies_answer *ret);

int policies_offer_fresh(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *ret);

/* Judges the tokens of this terminal; those that are sealed to the key of another are refused. */
int policies_offer_tokens(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *ret);

/* Judges the desks of this terminal; those of another are refused. */
int policies_offer_desks(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *ret);

/* Of revocations.ini so many that are refused are told one by one. */
#define POLICIES_REFUSALS_MAX 1024

/*
 * Judges a bundle, exemptions.ini or revocations.ini by kind, document by document: *ret is an
 * array of *ret_n answers in the order of the bundle, for free(). What is stored already stays
 * where the bundle does not hold it any more: whoever withholds documents ends nothing and revives
 * nothing.
 *
 * Exemptions that are well signed for this terminal are kept also where they do not count now, and
 * refused in their answers by exemption_fault_name(): another policy may come. Those that are
 * revoked, or can never count, are not kept. A revocations.ini that is too large to be read lets no
 * exemption count any more. 0, or -ENOMEM.
 */
int policies_offer_bundle(struct policies *policies, enum document_kind kind, const char *bytes,
	size_t size, const struct policies_clock *clock, struct policies_answer **ret,
	size_t *ret_n);

/* One that is kept, and whether it counts now. */
struct live_exemption {
	const struct exemption *exemption;
	enum exemption_fault fault; /* _NONE: it counts */
	uint64_t signers;           /* persons of the newest root */
	char approvers[EXEMPTION_APPROVERS_SIZE];
	char approver_names[EXEMPTION_APPROVER_NAMES_SIZE];
	const char *reason; /* of a revocation: what the employee is told; else "" */
};

/* All that are kept, as they are judged at this moment: *ret_n of them, NULL where there are none.
 * The array is valid until the next call, the exemptions until the second next change. */
const struct live_exemption *policies_exemptions(
	struct policies *policies, const struct policies_clock *clock, size_t *ret_n);
/* Whether the account is one of an approver of the exemption, by the newest root. */
bool policies_is_approver(
	const struct policies *policies, const struct live_exemption *live, const char *account);

/* Why the exemption, the medium or the request of this number was revoked, "" where nobody said
 * why; NULL: it was not. Valid until the next change. */
const char *policies_revoked(
	const struct policies *policies, enum revocation_kind kind, const char *subject);
/* More was revoked here than is known now: no exemption counts. */
bool policies_is_revoked_lost(const struct policies *policies);
/* No more of this epoch can be remembered, so what is revoked next is not known: the same. */
bool policies_is_revoked_full(const struct policies *policies);

/* A revocations.ini was offered that cannot be read: the same, until one is. */
bool policies_is_revoked_unread(const struct policies *policies);
void policies_note_revoked_unread(struct policies *policies);
/* Any of these three. */
bool policies_is_revoked_unknown(const struct policies *policies);

/* The source of documents answered: silence begins anew. */
void policies_note_heard(struct policies *policies, const struct policies_clock *clock);
/* What fresh says is older than the policy allows, or there is none: that the source answers says
 * nothing then. Never, where the policy asks for no fresh. */
bool policies_is_unconfirmed(const struct policies *policies, const struct policies_clock *clock);

/*
 * If a policy waits and its time has come, judges it again and puts it in force. 1 with *ret when
 * something was decided, 0 when nothing is due, or -ENOMEM.
 */
int policies_check_next(
	struct policies *policies, const struct policies_clock *clock, struct policies_answer *ret);

/*
 * The policy on trial is only rehearsed, so nothing was tried. It is no longer on trial, but does
 * not become the last good one; policies_note_could_type() puts it on trial again.
 */
void policies_rehearse(struct policies *policies);

/* The self-test was passed: it becomes the last good one. 0 or the negative errno of storing. */
int policies_keep(struct policies *policies);

/*
 * The self-test failed: the last good one, else the built-in one, is in force again; serials stay,
 * and the one that failed is not taken again. 0, -ENOMEM, or the negative errno of storing.
 */
int policies_revert(struct policies *policies);
