/*
 * What goes over the bus about temporary exemptions: forms, their list, and what is wished of one.
 * Shapes alone; bus.h says what each means, and who may.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/login_name.h"

/* "E-" and 8 of CODE_ALPHABET, and the NUL. */
#define BUS_EXEMPTION_ID_SIZE 11
/* A form has fewer; a call that holds more is refused as a whole. */
#define BUS_FORM_KEYS_MAX  32
#define BUS_FORM_KEY_MAX   32   /* bytes */
#define BUS_FORM_VALUE_MAX 1024 /* bytes */
#define BUS_CHALLENGE_SIZE 512  /* what is read out on the phone: lines, the last without LF */
#define BUS_REFUSAL_SIZE   512
#define BUS_DESKS_MAX      32

/* Who calls, as the bus says. */
struct bus_caller {
	uint32_t uid;
	uint32_t pid; /* 0: not known */
};

/* A form as it came: keys and values are UTF-8, and nobody has looked at them. */
struct agent_form {
	struct {
		const char *key, *value;
	} entries[BUS_FORM_KEYS_MAX];
	size_t n;
};

/* Why a wish is not fulfilled. */
struct agent_refusal {
	const char *error; /* static: BUS_ERROR_… */
	char text[BUS_REFUSAL_SIZE];
};

/* Says so in *ret. Returns 0, for functions that refuse. */
int agent_refuse(struct agent_refusal *ret, const char *error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* One row of the list. NULL: nothing is known of it, which is told as an empty text. */
struct agent_exemption {
	const char *id, *phase; /* a word of bus.h */
	const char *user;       /* accounts, parted by spaces, or "any" */
	const char *terminal;
	const char *medium;    /* registered number */
	const char *port;      /* name of the device that it opened, such as "1-2" */
	const char *device;    /* as the form names it, such as "0951:1666 001A92053B6A" */
	const char *direction; /* "read-only", "read-write" */
	uint32_t minutes;
	int64_t requested;                    /* seconds since 1970; 0: prepared ahead */
	int64_t not_before, not_after, until; /* 0: none */
	const char *approvers;
	const char *method; /* "screen", "phone", "sealed", "prepared" */
	const char *reason; /* a word */
	const char *text;   /* a sentence */
	const char *path, *holders, *purpose;
	bool is_clean; /* it has ended, and all that was written is on the medium */
	bool is_used;  /* its medium was let in once at least */
	bool is_report_due;
	uint64_t record; /* of its last change; 0: none */
};

struct agent_phone_desk {
	const char *name, *access;
	uint32_t longest_minutes;
};

/*
 * Each returns 1: done, outputs are written; 0: refused, *ret_refusal says why; or a negative errno
 * that the caller gets to see as it is. A NULL function: this agent cannot do it. Whether the
 * caller may, is for the function to judge: others are let through to it.
 */
struct agent_exemption_handlers {
	int (*request)(void *userdata, const struct bus_caller *caller,
		const struct agent_form *form, char ret_id[BUS_EXEMPTION_ID_SIZE],
		struct agent_refusal *ret_refusal);
	int (*withdraw)(void *userdata, const struct bus_caller *caller, const char *id,
		struct agent_refusal *ret_refusal);
	/*
	 * index from 0, those of the caller alone unless is_all; false beyond the last. What *ret
	 * points to is valid until the next call.
	 */
	bool (*list)(void *userdata, const struct bus_caller *caller, bool is_all, size_t index,
		struct agent_exemption *ret);
	/* *ret_phase is static. code is wiped by the caller. */
	int (*redeem)(void *userdata, const struct bus_caller *caller, const char *id,
		const char *code, const char **ret_phase, struct agent_refusal *ret_refusal);
	int (*eject)(void *userdata, const struct bus_caller *caller, const char *id, bool keep,
		struct agent_refusal *ret_refusal);
	int (*give_back)(void *userdata, const struct bus_caller *caller, const char *id,
		const char *place, struct agent_refusal *ret_refusal);
	int (*report_after)(void *userdata, const struct bus_caller *caller, const char *id,
		const struct agent_form *form, struct agent_refusal *ret_refusal);
	int (*begin_phone)(void *userdata, const struct bus_caller *caller,
		const struct agent_form *form, char ret_id[BUS_EXEMPTION_ID_SIZE],
		char ret_challenge[BUS_CHALLENGE_SIZE], struct agent_refusal *ret_refusal);
	/* index from 0; false beyond the last. */
	bool (*desk)(void *userdata, size_t index, struct agent_phone_desk *ret);
};
