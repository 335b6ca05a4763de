/*
 * The policy in force on this terminal, and how another one takes its place: verified, stored so
 * that a power cut at any moment leaves the old or the new one, tried, kept or taken back. Touches
 * disk. Refuses to know devices.
 *
 * Files below the state folder: policy.ini (in force), policy.last-good.ini (passed its self-test),
 * policy.next.ini (waits for its not-before), policy.candidate.ini (half-way), serials (ratchet),
 * policy-seen (marker: tells "never had one" from "lost it").
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "agent/record.h"
#include "policy/policy.h"

struct policies;

enum policies_outcome {
	POLICIES_REFUSED = 0,
	POLICIES_UNCHANGED, /* is in force, or waits, already */
	POLICIES_NEXT,      /* verified, kept for its not-before */
	POLICIES_APPLIED,   /* in force now, on trial */
};

const char *policies_outcome_name(enum policies_outcome outcome);

struct policies_answer {
	enum policies_outcome outcome;
	char fault[32]; /* document_fault_name(), "not-stored", …; empty unless refused */
	char detail[RECORD_TEXT_MAX]; /* for people */
	int error;                    /* positive errno where storing failed */
	uint64_t serial;              /* 0 where it was not read */
	uint8_t sha256[SHA256_SIZE];
	bool is_known_refusal; /* these very bytes were refused before in this run: not recorded
				  again */
};

struct policies_config {
	int etc_fd;   /* /etc/sekisho: root.ini, site.ini; borrowed */
	int state_fd; /* /var/lib/sekisho; borrowed */
	int64_t now_s;
};

/*
 * Loads what is there. Whatever is missing or damaged, some policy is in force afterwards: the
 * applied one, the last good one, or the built-in one. 0 and *ret, or -ENOMEM.
 */
int policies_open(const struct policies_config *config, struct policies **ret);
void policies_close(struct policies *policies);

/* The policy in force; valid until the second next change. sha256 is zeros for the built-in one. */
const struct policy *policies_current(
	const struct policies *policies, uint8_t ret_sha256[SHA256_SIZE]);

/* It was stored, but has not passed its self-test yet. */
bool policies_is_on_trial(const struct policies *policies);

/* A policy had been seen, and its file cannot be believed any more: what is in force is a stand-in.
 */
bool policies_is_lost(const struct policies *policies);

/* The names of this terminal's site and tier; empty when site.ini could not be read. */
void policies_site(const struct policies *policies, const char **ret_site, const char **ret_tier);

/* What keeps this terminal from taking policies ("no /etc/sekisho/root.ini: …"); empty: nothing. */
const char *policies_health(const struct policies *policies);

/* The one that waits, or NULL. */
const struct policy *policies_next(const struct policies *policies);
/* Of its document; zeros when none waits. */
void policies_next_sha256(const struct policies *policies, uint8_t ret_sha256[SHA256_SIZE]);

/* Judges bytes from outside; *ret says what became of them. 0, or -ENOMEM. */
int policies_offer(struct policies *policies, const char *bytes, size_t size, int64_t now_s,
	struct policies_answer *ret);

/*
 * If a policy waits and its time has come, judges it again and puts it in force. 1 with *ret when
 * something was decided, 0 when nothing is due, or -ENOMEM.
 */
int policies_check_next(struct policies *policies, int64_t now_s, struct policies_answer *ret);

/* The self-test was passed: it becomes the last good one. 0 or the negative errno of storing. */
int policies_keep(struct policies *policies);

/* The self-test failed: the last good one, else the built-in one, is in force again; serials stay.
 */
int policies_revert(struct policies *policies);
