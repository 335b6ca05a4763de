/*
 * What time does to an exemption, written down once; pure, and the core's own clocks are arguments.
 *
 * - Its duration runs from the first use, on CLOCK_BOOTTIME: suspend counts, and no setting of any
 *   clock makes it shorter or longer. What has run out is over for good.
 * - The last moment of its document (not-after) is trusted time's, at every moment anew: a clock
 *   that is ahead takes the medium away, and setting it right is the whole cure. Trusted time never
 *   goes below what documents prove, so a clock set back gives nothing.
 * - Its first moment (not-before) counts until the first use only: what was begun is not taken away
 *   because a clock went back.
 * - After a reboot, where it survives one, what is left is the duration less what passed by trusted
 *   time since the first use. What is spent is written down each minute, and whoever starts again
 * is charged that whole minute, too: a clock set back and a reboot shortly before the next note win
 *   nothing, however often. With a clock that is right it costs less than a minute.
 * - The lease of an online one runs on CLOCK_BOOTTIME from the last news of the site. News of
 * another boot count for nothing; a restart of sekishod begins one lease.
 * - 20 and 5 minutes before the end it warns, once each. What is shorter from the start warns
 * later, or not at all.
 */
#pragma once

#include "agent/exemption_state.h"

/* As the floor of trusted time. */
#define EXEMPTION_SPENT_EVERY_MS (60 * 1000)

/* One moment. */
struct exemption_moment {
	uint64_t now_ms;    /* CLOCK_BOOTTIME */
	int64_t trusted_ms; /* since 1970-01-01 UTC */
};

/* Whether not-before has come; whether not-after is over. */
bool exemption_has_begun(const struct exemption *exemption, const struct exemption_moment *moment);
bool exemption_is_past(const struct exemption *exemption, const struct exemption_moment *moment);

/* The first use, in that boot. */
void exemption_begin(const struct exemption *exemption, const struct exemption_moment *moment,
	const char *boot_id, struct exemption_state *state);

/* The same exemption in another boot. */
void exemption_carry_over(const struct exemption *exemption, const struct exemption_moment *moment,
	const char *boot_id, struct exemption_state *state);

/* Notes how much of its duration is spent. Whether that is to be written down now. */
bool exemption_spend(const struct exemption *exemption, const struct exemption_moment *moment,
	struct exemption_state *state);

/* CLOCK_BOOTTIME of the next time that it is. */
uint64_t exemption_next_spend_ms(
	const struct exemption *exemption, const struct exemption_state *state);

/* CLOCK_BOOTTIME of the end of one that was used, as things are: of its duration or by not-after.
 * Not before now. */
uint64_t exemption_until_ms(const struct exemption *exemption, const struct exemption_state *state,
	const struct exemption_moment *moment);

/* When trusted time will be that, if no clock is set; at least a millisecond from now. */
uint64_t exemption_wake_ms(int64_t trusted_ms, const struct exemption_moment *moment);

/*
 * Which warning is due, given the end: 20 or 5 (minutes), 0: none. state->warned is what was said
 * already; exemption_mark_warned() takes what is due then as said.
 */
unsigned exemption_warning_due(
	const struct exemption_state *state, uint64_t until_ms, uint64_t now_ms);
void exemption_mark_warned(struct exemption_state *state, uint64_t until_ms, uint64_t now_ms);
/* CLOCK_BOOTTIME of the next warning, UINT64_MAX: none. */
uint64_t exemption_next_warning_ms(const struct exemption_state *state, uint64_t until_ms);
