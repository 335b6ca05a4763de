/*
 * What a refusal is to whoever stands before the terminal: what happened, what to do, whom to ask
 * and which number to name. Two or three short sentences, no word that a clerk would not know, and
 * none that tells how a rule is got round. What IT staff need is in `explain`.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "agent/cli_device.h"

/* What does not depend on the device. */
struct cli_site {
	char contact[128]; /* empty: the policy does not say */
	bool has_media;    /* some media are registered here */
	bool is_rehearsing;
	int64_t policy_not_after; /* 0: it has no end */
	bool knows_exemptions; /* cli_site_learn(): the policy in force lets somebody permit the use
				  of a medium */
};

struct cli_notice {
	enum cli_outcome outcome;
	const char *class; /* by name */
	const char *state; /* "slowed", …; NULL: not known */
	enum reason_code code;
	bool is_last_input;
	uint64_t record;
	bool is_registered; /* it has a control number */
	bool may_be_asked;  /* an exemption can open such a device */
};

/* Asks the agent. 0, or a negative errno after it told the person. */
int cli_site_get(struct cli_site *ret);

/* Fills knows_exemptions in; behind what the caller may have to give a password for. */
void cli_site_learn(struct cli_site *site);

struct cli_notice cli_notice_of(const struct cli_device *device);

/* Prints lines that each begin with indent. False where there is nothing to tell. */
bool cli_notice_print(FILE *out, const struct cli_notice *notice, const struct cli_site *site,
	const char *indent);
