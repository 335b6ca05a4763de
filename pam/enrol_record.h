/* What somebody's record says of his enrolment, and its end there. Touches disk. */
#pragma once

#include "pam/enrolment.h"
#include "pam/judge.h"
#include "pam/verify_state.h"
#include "policy/enrol_line.h"

struct enrol_state {
	enum enrolment enrolment;
	enum enrol_closed why; /* where neither secret nor codes are to be given */
	struct user_head head; /* without the secret */
	uint64_t next;         /* of login_state.memory */
};

/* Reads it; what cannot be known is closed. Waits for the record's lock. Cannot fail. */
void enrol_state_read(const struct login *login, struct enrol_state *ret);

/*
 * The recovery codes are about to be given, and never again. 0; -EALREADY: they were given, or no
 * code of the token was right; or another negative errno: then nobody gets them.
 */
int enrol_state_end(const struct login *login);
