/* What agent_redeem.c needs of agent_telephone.c besides agent_internal.h. */
#pragma once

#include "agent/agent_phone.h"

struct agent;

/*
 * Judges digits for what waits: there is something. 0 with *ret; of PHONE_OUTCOME_REFUSED, which is
 * recorded, *ret_refusal says why; after PHONE_OUTCOME_GRANTED the core knows the exemption. Or a
 * negative errno.
 */
int agent_telephone_redeem(struct agent *agent, const char *user, const char *code,
	enum phone_outcome *ret, struct agent_refusal *ret_refusal);
