/*
 * How far one exemption has come at this terminal: what the core must find again after a restart of
 * sekishod or a reboot, and the text of the file that keeps it. Pure; who reads and writes the file
 * is the shell's.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/medium_line.h"
#include "agent/operators.h"
#include "policy/exemption.h"

#define BOOT_ID_SIZE 37 /* of /proc/sys/kernel/random/boot_id */
/* Bytes of a whole file. */
#define EXEMPTION_STATE_SIZE 2048

/* Zero is what nobody knows, and such an exemption is never used. */
enum exemption_phase {
	EXEMPTION_LOST = 0,
	EXEMPTION_APPROVED, /* nobody has used it yet; with a code: it may still be sealed */
	EXEMPTION_ACTIVE,   /* used once at least; its medium may be out just now */
	EXEMPTION_WARNED,   /* the same, shortly before its end */
	EXEMPTION_ENDING,   /* the medium is being taken away */
	EXEMPTION_ENDED,
	EXEMPTION_RETURNED, /* and the person has handed the medium back */
	EXEMPTION_PHASE_COUNT,
};

/* "lost", "approved", …; NULL out of range. */
const char *exemption_phase_name(enum exemption_phase phase);
int exemption_phase_from_name(const char *name, enum exemption_phase *ret);

/* Why an exemption ended or ends, or its medium is taken away. */
enum exemption_end {
	EXEMPTION_END_NONE = 0,
	EXEMPTION_END_TIME,       /* its duration has run out */
	EXEMPTION_END_NOT_AFTER,  /* the last moment that the document names has come */
	EXEMPTION_END_EJECT,      /* the person is done */
	EXEMPTION_END_RETURNED,   /* the person has handed the medium back */
	EXEMPTION_END_LOGOUT,     /* the session has ended in which it was used first */
	EXEMPTION_END_UNPLUG,     /* it lasted until the medium was pulled out */
	EXEMPTION_END_INSERTIONS, /* they are used up */
	EXEMPTION_END_REBOOT,
	EXEMPTION_END_REVOKED,   /* the exemption, or its medium */
	EXEMPTION_END_POLICY,    /* the policy in force does not let it count */
	EXEMPTION_END_WITHDRAWN, /* its document is gone */
	EXEMPTION_END_LEASE,     /* nothing was heard of the site for too long */
	EXEMPTION_END_LOST,      /* what was known of it cannot be read any more */
	EXEMPTION_END_COUNT,
};

/* "none", "time", …: for records, the bus and the worker; NULL out of range. */
const char *exemption_end_name(enum exemption_end end);
int exemption_end_from_name(const char *name, enum exemption_end *ret);
/* Whether it may count again when what ended it is over: a clock that was ahead, a policy. */
bool exemption_end_is_level(enum exemption_end end);

#define EXEMPTION_WARNED_20 (1u << 0)
#define EXEMPTION_WARNED_5  (1u << 1)

/* Of trusted time: seconds since 1970-01-01 UTC. Of a boot: milliseconds of CLOCK_BOOTTIME. */
struct exemption_state {
	char id[EXEMPTION_ID_SIZE];
	enum exemption_phase phase;
	enum exemption_end end; /* with ENDING and from there on */
	bool is_clean;          /* it ended, and all that was written is on the medium */
	bool is_redeemed;       /* the code was typed, or the digits of the telephone */
	bool is_report_due;     /* an after-the-fact report (jigo houkoku) */
	unsigned warned;        /* EXEMPTION_WARNED_… */

	/* To whom it is bound since its first use, or since the code was typed; empty: nobody. */
	char user[ACCOUNT_NAME_MAX + 1];
	uint32_t uid;
	char session[OPERATOR_SESSION_SIZE]; /* empty: none since a reboot */

	int64_t first_s;            /* of the first use; 0: not used yet */
	char boot_id[BOOT_ID_SIZE]; /* in which deadline_ms, bus and number mean something */
	uint64_t deadline_ms;       /* of its duration */
	uint64_t spent_ms;          /* of its duration at least, by the clock of all boots */

	uint32_t insertions;  /* so far */
	unsigned bus, number; /* busnum and devnum of the device that has it; 0: none has */
	bool is_detached;     /* that device was taken away in order, and is plugged in still */
	char descriptors[2 * SHA256_SIZE + 1]; /* SHA-256 of those of the first use, unless any
						  medium of a class is meant */
	uint64_t capacity; /* of the medium that it is bound to since it was shown; 0: none */
	char volume[MEDIUM_VOLUME_SIZE];

	int64_t not_after; /* of its document */
	int64_t ended_s;   /* 0: not yet */
};

/* The file's text into buffer, with a checksum over it. Returns its length. */
size_t exemption_state_format(
	const struct exemption_state *state, char buffer[EXEMPTION_STATE_SIZE]);

/*
 * Reads one. 0 and *ret, or -EBADMSG for what exemption_state_format() cannot have written. Where
 * the file cannot be read the shell hands the core a state that is zero but for the id, the name of
 * the file: LOST, which is never used.
 */
int exemption_state_parse(const char *text, size_t size, struct exemption_state *ret);
