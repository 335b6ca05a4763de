/*
 * May this document be believed? Size, cut, signatures, threshold by person, canonical form, scope
 * of the signers, site, tier, epoch, serial, validity, roll-out: in this order, and nothing is
 * parsed before it was verified. Pure: the root, the time and what was seen before come in as
 * arguments.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/desks.h"
#include "policy/document.h"
#include "policy/exemption.h"
#include "policy/fresh.h"
#include "policy/media_index.h"
#include "policy/policy.h"
#include "policy/problem.h"
#include "policy/revocation.h"
#include "policy/root.h"
#include "policy/tokens.h"

enum document_verdict {
	DOCUMENT_REFUSED = 0,
	DOCUMENT_NOT_YET,  /* good, but not-before lies ahead: kept as next */
	DOCUMENT_NOT_HERE, /* good, but its roll-out has not reached this terminal: leave it,
			      whether or not its day has come */
	DOCUMENT_ACCEPTED,
};

/* Why it was refused. */
enum document_fault {
	DOCUMENT_FAULT_UNJUDGED = 0, /* never the answer: what could not be judged is -ENOMEM */
	DOCUMENT_FAULT_NONE,
	DOCUMENT_FAULT_UNREADABLE, /* for callers: it could not be read at all */
	DOCUMENT_FAULT_TOO_LARGE,
	DOCUMENT_FAULT_CUT, /* text among or after the signatures, too many of them */
	DOCUMENT_FAULT_UNSIGNED,
	DOCUMENT_FAULT_SIGNATURE_FORM,
	DOCUMENT_FAULT_NAMESPACE,
	DOCUMENT_FAULT_SIGNATURE_WRONG,
	DOCUMENT_FAULT_NO_USER_PRESENCE,
	DOCUMENT_FAULT_NO_USER_VERIFICATION,
	DOCUMENT_FAULT_UNKNOWN_KEY,
	DOCUMENT_FAULT_NOT_IN_ROLE, /* a known person who may not sign this kind */
	DOCUMENT_FAULT_THRESHOLD,
	DOCUMENT_FAULT_TEXT, /* not canonical, or a value that is not right: see problems */
	DOCUMENT_FAULT_KIND,
	DOCUMENT_FAULT_SITE,
	DOCUMENT_FAULT_TIER,
	DOCUMENT_FAULT_EPOCH,
	DOCUMENT_FAULT_SERIAL,
	DOCUMENT_FAULT_EXPIRED,
	DOCUMENT_FAULT_ROOT_EXPIRED,
	DOCUMENT_FAULT_SCOPE,  /* a person of the role, but not for this tier */
	DOCUMENT_FAULT_CHAIN,  /* a root that is not the next one after the trusted one */
	DOCUMENT_FAULT_FUTURE, /* fresh: issued later than it can be */
	DOCUMENT_FAULT_COUNT,
};

/* "unsigned", "threshold", … for records. */
const char *document_fault_name(enum document_fault fault);

struct verify_request {
	const struct root *root; /* the trusted one */
	const char *site, *tier; /* this terminal's; tier NULL: any (tools of an administrator) */
	const char *terminal;    /* this terminal's name for percent; NULL: 100 percent */
	uint8_t ring;            /* this terminal's; 0 is the first */
	uint64_t serial_floor;   /* the document's serial must be higher; 0: any */
	int64_t now_s;           /* seconds since 1970-01-01 UTC */
	bool is_stored; /* was applied before: its validity is over or not, its blocks stay */
};

struct verification {
	enum document_verdict verdict;
	enum document_fault fault;
	char detail[256]; /* one English sentence for people: what was read, what would be right */
	uint8_t text_sha256[SHA256_SIZE]; /* document_text_sha256(), set whenever it was read */
	uint64_t signers; /* bit i: root.persons[i] signed well and may; of a next root:
			     the persons of the trusted one */
};

/*
 * Judges a policy. Problems are filled for DOCUMENT_FAULT_TEXT and _CUT. Every signature must be
 * good: one bad one among good ones refuses. *ret_policy (for policy_free()) is set on
 * DOCUMENT_ACCEPTED and DOCUMENT_NOT_YET, else left alone. Returns 0 with *ret, or -ENOMEM.
 */
int verify_policy(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct policy **ret_policy);

/*
 * Judges a first root, which vouches for itself: signed by the threshold of its own role root.
 * request->root is not used; site NULL: any. Outputs as above.
 */
int verify_first_root(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct root **ret_root);

/*
 * Judges the root that follows request->root (N): number N + 1 exactly (else _CHAIN), the same
 * site, epoch the same or one higher, signed by the threshold of N's role root and by that of its
 * own; a signer may be known to only one of the two. That N has ended does not matter, so that a
 * terminal that slept can follow the chain; whether the new one has ended is judged unless
 * is_stored. A not-before that lies ahead is DOCUMENT_NOT_YET. Outputs as above.
 */
int verify_next_root(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct root **ret_root);

/* Judges the index of registered media; role policy. Its shards: media_shard_parse(). As above. */
int verify_media(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct media_index **ret_media);

/*
 * Judges fresh; role fresh. One that was issued more than FRESH_AHEAD_MAX_S after now_s is refused
 * with _FUTURE, whoever signed it and whether or not it is_stored: a stolen key must not bring the
 * end of everything. As above.
 */
#define FRESH_AHEAD_MAX_S (24 * 3600)
int verify_fresh(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct fresh **ret_fresh);

/* Judges the tokens of one terminal; role token-officer. Whether they are sealed to this terminal's
 * key is the caller's to see. As above. */
int verify_tokens(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct tokens **ret_tokens);

/*
 * Judges an exemption; role approver of its tier. Whether it counts here and now, whoever signed
 * it, is exemption_check()'s to say. It has no serial, so serial_floor is not asked. As above.
 */
int verify_exemption(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct exemption **ret_exemption);

/*
 * Judges a revocation; one person of the role approver of its tier is enough, whatever the
 * threshold. It closes only: so it counts from the moment it is read, also when the root has ended.
 * As above, but never DOCUMENT_NOT_YET.
 */
int verify_revocation(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct revocation **ret_revocation);

/* Judges the desks of one terminal; role token-officer. Whether they are for this terminal is the
 * caller's to see. As above. */
int verify_desks(const struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct desks **ret_desks);
