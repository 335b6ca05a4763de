/*
 * A report: how a terminal is, as it says itself, signed by its own key and handed up. Read by
 * administrators' tools; nothing of it changes a verdict anywhere.
 *
 *	[report]
 *	kind = report
 *	format = 1
 *	site, tier, issued as everywhere
 *	terminal = desk-17
 *	number = 12             rises with every report of this terminal's key
 *	agent = 0.1.0           the version of sekishod
 *	boot = 36 characters    the boot id
 *	reason = start | change | hourly
 *
 *	[applied]
 *	mode = enforce | rehearse | built-in | strict
 *	root-serial, root-sha256, policy-serial, policy-sha256    as in fresh; the pairs may be
 *	                        absent: there is no root; the policy is one of sekishod's own
 *	next-serial = 43        the policy that waits; may be absent, as all that follow
 *	media-serial = 7
 *	fresh-issued = TIME     of the last document fresh
 *	tokens-serial = 1773968400
 *	exemptions = 2          how many are open
 *
 *	[health]
 *	second-factor = on | partial | rehearse | off    partial: some accounts, services or days
 *	                        need none
 *	problem-1 = policy-lost words of `sekisho status`, from 1 without gaps
 *
 *	[today]
 *	since = TIME            from then on is counted
 *	blocked = 3             devices that were refused
 *	alert-1 = device-disguised 2    records of severity 4: the event's word and how many
 *
 *	[records]
 *	sequence = 812          of the last record; 0: none
 *	sha256 = …              of its line
 *	lost = 0                records that could not be written
 *
 *	[open 1]                each exemption that is open, up to 32 of them
 *	id = E-7K3M9Q2X
 *	user = tanaka           absent: whoever has the code
 *	phase = active          word of `sekisho exemptions`
 *	until = TIME            absent: it does not run
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"
#include "policy/exemption.h"
#include "policy/fresh.h"
#include "policy/login_name.h"
#include "policy/problem.h"
#include "policy/site.h"

#define REPORT_NAMESPACE    "report@sekisho" /* of whatever a terminal signs */
#define REPORT_SIZE_MAX     (16 * 1024)      /* bytes, text and signature */
#define REPORT_WORD_MAX     32               /* of a problem or an alert */
#define REPORT_PROBLEMS_MAX 16
#define REPORT_ALERTS_MAX   16
#define REPORT_OPEN_MAX     32
#define REPORT_AGENT_MAX    32 /* of a version */
#define REPORT_BOOT_ID_SIZE 37
#define REPORT_NUMBER_MAX   999999999999ull /* of reports and records: names have 12 digits */

/* Zero is the one that says least. */
enum report_reason { REPORT_HOURLY = 0, REPORT_START, REPORT_CHANGE };

/* Zero is the one that looks worst. */
enum report_mode { REPORT_STRICT = 0, REPORT_BUILT_IN, REPORT_REHEARSE, REPORT_ENFORCE };
enum report_factor {
	REPORT_FACTOR_OFF = 0,
	REPORT_FACTOR_REHEARSE,
	REPORT_FACTOR_PARTIAL,
	REPORT_FACTOR_ON
};

/* "start", …; NULL out of range. */
const char *report_reason_name(enum report_reason reason);
const char *report_mode_name(enum report_mode mode);
const char *report_factor_name(enum report_factor factor);

struct report_alert {
	char event[REPORT_WORD_MAX + 1];
	uint64_t n;
};

struct report_open {
	char id[EXEMPTION_ID_SIZE];
	char user[ACCOUNT_NAME_MAX + 1]; /* empty: whoever has the code */
	char phase[REPORT_WORD_MAX + 1];
	int64_t until; /* 0: it does not run */
};

struct report {
	char site[SITE_NAME_MAX + 1];
	char tier[TIER_NAME_MAX + 1];
	char terminal[TERMINAL_NAME_MAX + 1];
	int64_t issued;
	uint64_t number;
	char agent[REPORT_AGENT_MAX + 1];
	char boot[REPORT_BOOT_ID_SIZE];
	enum report_reason reason;

	enum report_mode mode;
	struct fresh_entry root, policy;
	uint64_t next, media, tokens; /* serials; 0: none */
	int64_t fresh;                /* 0: none */
	uint64_t n_exemptions;

	enum report_factor factor;
	char problems[REPORT_PROBLEMS_MAX][REPORT_WORD_MAX + 1];
	size_t n_problems;

	int64_t since;
	uint64_t blocked;
	struct report_alert alerts[REPORT_ALERTS_MAX];
	size_t n_alerts;

	uint64_t sequence, lost;
	uint8_t head[SHA256_SIZE];

	struct report_open open[REPORT_OPEN_MAX];
	size_t n_open;
};

/* As policy_parse(). A report holds no pointer. */
int report_parse(const char *text, size_t size, struct problems *problems, struct report **ret);
void report_free(struct report *report);
/* For CLEANUP(). */
void report_cleanup(struct report **report);

/* As exemption_write(): the canonical text, for free(). */
int report_write(const struct report *report, struct problems *problems, char **ret);
