/*
 * How long a terminal has run, over its reboots. Time that it was off does not count, nor what any
 * clock shows. Pure.
 */
#pragma once

#include <stdint.h>

#define BOOT_TEXT_SIZE 37 /* of /proc/sys/kernel/random/boot_id, with a NUL */

/* All zeros: it was never looked at. */
struct running_time {
	uint64_t ms;
	char boot_id[BOOT_TEXT_SIZE];
	uint64_t boottime_ms; /* CLOCK_BOOTTIME of that boot, up to which ms was counted */
};

/*
 * Counts what of this boot was not counted. Of a new boot all of it ran, and nothing is known of
 * the end of the one before; a boottime that went back counts nothing.
 */
void running_time_count(struct running_time *time, const char *boot_id, uint64_t boottime_ms);
