/*
 * What may be said of a terminal, in words: what is an alarm, and what is only to be known. Knows
 * how they are called, not how they are found.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The worst first. */
enum fleet_flaw {
	/* Remembered until somebody closes them. */
	FLEET_TWO_SPEAK = 0,   /* two reports of one number: two machines have its key */
	FLEET_NUMBER_FELL,     /* a report has gone, or an old state came back */
	FLEET_RECORDS_FELL,    /* there were more records before */
	FLEET_RECORDS_CHANGED, /* the last record was another one before */
	/* As long as they are so. */
	FLEET_FACTOR_OFF,
	FLEET_POLICY_LOST,
	FLEET_POLICY_FOREIGN, /* one that is not published, or another text of that serial */
	FLEET_RECORDS_LOST,   /* some could not be written */
	FLEET_ALERTED,        /* it recorded alerts that day */
	FLEET_TROUBLED,       /* problems that it says itself */
	/* No alarms. */
	FLEET_NEVER,       /* it joined, and never reported */
	FLEET_SILENT,      /* for too long */
	FLEET_NO_POLICY,   /* the built-in one */
	FLEET_BEHIND,      /* on an older policy, and the published one does not wait there */
	FLEET_ROOT_BEHIND, /* likewise */
	FLEET_MEDIA_BEHIND,
	FLEET_FACTOR_REHEARSED,
	FLEET_FACTOR_PARTIAL,
	FLEET_REHEARSED,   /* its policy refuses nothing so far */
	FLEET_CLOCK_AHEAD, /* it reported from the future */
	FLEET_FLAW_COUNT
};

#define FLEET_FLAW(flaw) (1u << (flaw))

/* "two-speak", …: the stable word; NULL out of range. */
const char *fleet_flaw_name(enum fleet_flaw flaw);
/* 0 and *ret, or -EINVAL. */
int fleet_flaw_from_name(const char *name, enum fleet_flaw *ret);
bool fleet_flaw_is_alarm(enum fleet_flaw flaw);
/* Whether it stays once it was found. */
bool fleet_flaw_is_kept(enum fleet_flaw flaw);
/* In words for a table, English or Japanese. */
const char *fleet_flaw_text(enum fleet_flaw flaw, bool is_japanese);

/* Those of a set. */
unsigned fleet_flaws_alarms(unsigned flaws);
unsigned fleet_flaws_kept(unsigned flaws);
