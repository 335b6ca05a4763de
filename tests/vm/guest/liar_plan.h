/* What this run of liar is to pretend: a mode's defaults and the command line. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "liar_persona.h"

/* A request that is left without an answer. */
enum stall {
	STALL_NOTHING = 0,
	STALL_CONFIGURATION, /* SET_CONFIGURATION: blocks the write to "authorized" */
	STALL_REPORT,        /* the HID report descriptor: blocks the driver's binding */
	STALL_STRING,        /* every string: blocks the hub's own worker */
	STALL_VENDOR,        /* the vendor's endpoints: some drivers wait for ever */
};

/* How the changed device gets the PC to look at it anew. */
enum reset {
	RESET_NONE = 0,
	RESET_BY_DEVICE, /* its endpoints fail until the driver resets it */
	RESET_BY_ROOT,   /* USBDEVFS_RESET from here */
};

struct plan {
	const char *mode;
	const char *shows; /* first persona, in the words of liar_persona.h */
	const char *then;  /* second persona, or NULL: it stays as it is */
	struct persona_id id;
	enum stall stall;
	int64_t stall_for_ms;   /* then it does answer; 0: never */
	bool is_change_at_plug; /* count from the plug, not from SET_CONFIGURATION */
	int64_t change_after_ms;
	enum reset reset;
	const char *type;
	const char *image;
	int port;
	int times; /* plugs, for flap; 0: one, until killed */
	int64_t every_ms;
	bool is_staying; /* the last plug of flap lasts until killed */
};

/* Reads the command line. Returns 0, or -1 after it has said what is wrong
 * (or the help that was asked for). The plan points into argv. */
int plan_read(struct plan *ret, int argc, char **argv);
