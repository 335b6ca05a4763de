/*
 * May this document be believed? Size, cut, signatures, threshold by person, canonical form, site,
 * tier, epoch, serial, validity: in this order, and nothing is parsed before it was verified.
 * Pure: the root, the time and what was seen before come in as arguments.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"
#include "policy/policy.h"
#include "policy/problem.h"
#include "policy/root.h"

enum document_verdict {
	DOCUMENT_REFUSED = 0,
	DOCUMENT_NOT_YET, /* good, but not-before lies ahead: kept as next */
	DOCUMENT_ACCEPTED,
};

/* Why it was refused. */
enum document_fault {
	DOCUMENT_FAULT_UNJUDGED = 0,
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
	DOCUMENT_FAULT_COUNT,
};

/* "unsigned", "threshold", … for records. */
const char *document_fault_name(enum document_fault fault);

struct verify_request {
	const struct root *root; /* the trusted one */
	const char *site, *tier; /* this terminal's; tier NULL: any (tools of an administrator) */
	uint64_t serial_floor;   /* the document's serial must be higher; 0: any */
	int64_t now_s;           /* seconds since 1970-01-01 UTC */
	bool is_stored; /* was applied before: its validity is over or not, its blocks stay */
};

struct verification {
	enum document_verdict verdict;
	enum document_fault fault;
	char detail[256]; /* one English sentence for people: what was read, what would be right */
	uint8_t sha256[SHA256_SIZE]; /* of the whole document, set whenever it was read */
	uint64_t signers;            /* bit i: root.persons[i] signed well and may */
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
