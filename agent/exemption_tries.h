/*
 * Wrong codes of envelopes, for each exemption: five, then none for ten minutes that the terminal
 * runs, and so on. Counted over restarts and reboots; whoever was right is not held to anything.
 * Pure; the text of the file too.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/exemption.h"
#include "policy/running_time.h"

#define EXEMPTION_TRIES_MAX       5
#define EXEMPTION_TRIES_LOCKED_MS (600 * UINT64_C(1000))
#define EXEMPTION_TRIES_KEPT      64 /* as many as a terminal has in its bundle */
#define EXEMPTION_TRIES_SIZE      4096

/* All zeros: nobody has tried. */
struct exemption_tries {
	struct running_time run; /* to be counted before anything is asked */
	struct exemption_tries_of {
		char id[EXEMPTION_ID_SIZE];
		unsigned n;       /* 1 to EXEMPTION_TRIES_MAX */
		uint64_t last_ms; /* run.ms at the last of them */
	} items[EXEMPTION_TRIES_KEPT];
	size_t n;
};

/* Milliseconds of running until another may be tried; 0: now. */
uint64_t exemption_tries_wait_ms(const struct exemption_tries *tries, const char *id);

/*
 * One is tried: to be durable before anything is compared. There is no wait. Returns how many are
 * left. Where all places are taken, the one with the fewest tries gives way.
 */
unsigned exemption_tries_charge(struct exemption_tries *tries, const char *id);

/* That one was right. */
void exemption_tries_forgive(struct exemption_tries *tries, const char *id);

/* The text into ret, with a checksum. 0 with *ret_size, or -ENOMEM. */
int exemption_tries_format(
	const struct exemption_tries *tries, char ret[EXEMPTION_TRIES_SIZE], size_t *ret_size);
/* text is NUL-terminated beyond size. 0 and *ret, -EBADMSG, or -ENOMEM. */
int exemption_tries_parse(const char *text, size_t size, struct exemption_tries *ret);
