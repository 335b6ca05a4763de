/*
 * Why an exemption that is well signed does not count here and now. Zero is unjudged, so that what
 * nobody judged opens nothing.
 */
#pragma once

enum exemption_fault {
	EXEMPTION_FAULT_UNJUDGED = 0,
	EXEMPTION_FAULT_NONE,          /* it counts */
	EXEMPTION_FAULT_NO_EXEMPTIONS, /* the policy has no [exemption], or there is none */
	EXEMPTION_FAULT_REHEARSAL,     /* the policy is tried out: nothing is refused */
	EXEMPTION_FAULT_SCAN,          /* the policy wants a virus check, which is not there yet */
	EXEMPTION_FAULT_TERMINAL,      /* it is for another terminal */
	EXEMPTION_FAULT_THRESHOLD,     /* signed by fewer persons than the policy asks for */
	EXEMPTION_FAULT_OWN_REQUEST,   /* who asked, or is to use it, is among the approvers */
	EXEMPTION_FAULT_TOO_LONG,      /* longer than the policy allows */
	EXEMPTION_FAULT_PAST_FISCAL_YEAR, /* it would outlive 31 March */
	EXEMPTION_FAULT_REVOKED,
	EXEMPTION_FAULT_MEDIUM_REVOKED,   /* its medium is */
	EXEMPTION_FAULT_NOT_YET,          /* it begins later */
	EXEMPTION_FAULT_ENDED,            /* its not-after is over */
	EXEMPTION_FAULT_POLICY_ENDED,     /* the policy or the root is over: exemptions stop */
	EXEMPTION_FAULT_ONLINE,           /* nothing was heard of the source for too long */
	EXEMPTION_FAULT_REVOCATIONS_LOST, /* what is revoked here is not known */
	EXEMPTION_FAULT_NO_REQUEST,       /* it names who asked, and nobody asked here */
	EXEMPTION_FAULT_OTHER_REQUEST,    /* something else was asked for under its number */
	EXEMPTION_FAULT_COUNT,
};

/* "own-request", … for records and the bus; NULL out of range. */
const char *exemption_fault_name(enum exemption_fault fault);
/* 0 and *ret, or -EINVAL. */
int exemption_fault_from_name(const char *name, enum exemption_fault *ret);
/* One English sentence without its full stop; NULL out of range. */
const char *exemption_fault_sentence(enum exemption_fault fault);
