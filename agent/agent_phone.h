/*
 * Approvals by telephone: what is read out, the digits that come back, and the exemptions that came
 * of them. Holds files below /var/lib/sekisho/phone:
 *
 *	attempts              phone_attempts.h
 *	request               what the challenge that waits is about
 *	E-….                  an exemption that desks have given
 *
 * The last two begin with a line "desks NAME NAME"; then comes the text of a request or of an
 * exemption, which nobody has signed: they are as good as the folder, which is root's.
 *
 * Touches disk. Knows neither the bus nor the core.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/bus_exemptions.h"
#include "agent/core.h"
#include "policy/phone_attempts.h"
#include "policy/desks.h"
#include "policy/media.h"
#include "policy/policy.h"
#include "policy/root.h"

#define PHONE_FOLDER     "phone"
#define PHONE_GRANTS_MAX 16

/* What holds while something is asked; all borrowed, for one call. */
struct phone_now {
	const struct policy *policy; /* in force, or NULL */
	const struct root *root;     /* the newest, or NULL */
	const struct desks *desks;   /* policies_desks() */
	const struct media *media;   /* registered, or NULL */
	const char *site, *tier, *terminal;
	int64_t trusted_s; /* since 1970 */
	uint64_t boottime_ms;
	const char *boot_id;
	/* Whether the exemption or the medium was revoked here, each "" where it is not asked for;
	 * NULL: none was. */
	bool (*is_revoked)(void *context, const char *id, const char *medium);
	void *context;
	bool is_revoked_unknown; /* what was revoked is not known: nothing counts */
};

struct phone_request {
	char user[ACCOUNT_NAME_MAX + 1]; /* whose it will be: at the screen now */
	char medium[MEDIUM_NUMBER_MAX + 1];
	enum verdict access;
	uint32_t minutes;
	char desks[PHONE_DESKS_ASKED][DESK_NAME_MAX + 1];
	size_t n_desks;
	struct exemption_form form;
};

struct phone; /* opaque */

/* Whether a folder is on a file system that outlasts a reboot, as far as its kind tells: what lies
 * in memory, or in an overlay whose upper layer may, does not. */
bool phone_is_lasting(int state_fd);

/*
 * Opens what is kept below state_fd (/var/lib/sekisho), borrowed. keys_folder: where sekisho-unseal
 * opens keys into, such as /run/sekisho-otp; copied, and looked at when a code is judged. Where the
 * state does not outlast a reboot, or attempts cannot be read, nothing is approved by telephone:
 * phone_fault() says why. 0 and *ret, or -ENOMEM.
 */
int phone_open(int state_fd, const char *keys_folder, bool is_lasting, struct phone **ret);
void phone_close(struct phone *phone);

/* One English sentence why nothing is approved by telephone, or NULL. */
const char *phone_fault(const struct phone *phone);

/* The desks that can grant something now, in the policy's order; false beyond the last. */
bool phone_desk_at(const struct phone_now *now, size_t index, struct agent_phone_desk *ret);

/*
 * Shows a challenge. 1 with ret_id and ret_challenge, lines "KEY VALUE" to be read out: challenge
 * (with its check digit), terminal, user, medium, direction, minutes, and desk, once or twice; 0
 * with *ret_refusal; or -ENOMEM. Any challenge that waited is void.
 */
int phone_begin(struct phone *phone, const struct phone_now *now,
	const struct phone_request *request, char ret_id[BUS_EXEMPTION_ID_SIZE],
	char ret_challenge[BUS_CHALLENGE_SIZE], struct agent_refusal *ret_refusal);

/* What waits for a code, or NULL; its desks that have agreed already in *ret_answered. */
const struct phone_request *phone_waiting(
	const struct phone *phone, const char **ret_id, unsigned *ret_answered);

enum phone_outcome {
	PHONE_OUTCOME_REFUSED = 0, /* *ret_refusal says why */
	PHONE_OUTCOME_ONE_MORE,    /* it was right; the other desk is to be called, too */
	PHONE_OUTCOME_GRANTED,     /* phone_grants() has it from now on */
};

/*
 * Judges a code for the exemption that user asked for. Refused with WRONG_CODE, LOCKED and the
 * seconds, NO_EXEMPTION, NOT_AVAILABLE or NOT_NOW. 0 with *ret, or -ENOMEM.
 */
int phone_redeem(struct phone *phone, const struct phone_now *now, const char *user, const char *id,
	const char *code, enum phone_outcome *ret, struct agent_refusal *ret_refusal);

/*
 * The exemptions that desks gave, each with the fault that it has now; for EVENT_EXEMPTIONS.
 * Borrowed until the next call with the same phone. *ret_n of them.
 */
const struct core_exemption *phone_grants(
	struct phone *phone, const struct phone_now *now, size_t *ret_n);

/* The core has forgotten it: its file goes. */
void phone_forget(struct phone *phone, const char *id);

/* Each hour and at a stop: so that time that ran is not lost with the next reboot. 0 or a negative
 * errno. */
int phone_save(struct phone *phone, const struct phone_now *now);

/* What records say of one that is asked for: of what phone_waiting() or phone_begin() had. */
void phone_record(const struct phone_now *now, const char *id, const struct phone_request *request,
	struct record_exemption *ret);
