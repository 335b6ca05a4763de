#include "agent/exemption_time.h"

#include <stdio.h>

#define MINUTE_MS ((uint64_t)60 * 1000)

static const struct {
	unsigned minutes, bit;
} warnings[] = {{20, EXEMPTION_WARNED_20}, {5, EXEMPTION_WARNED_5}};

#define WARNINGS (sizeof(warnings) / sizeof(warnings[0]))

/* The document's last second is part of its time. */
static int64_t end_ms(const struct exemption *exemption)
{
	return (exemption->header.not_after + 1) * 1000;
}

bool exemption_has_begun(const struct exemption *exemption, const struct exemption_moment *moment)
{
	return moment->trusted_ms >= exemption->header.not_before * 1000;
}

bool exemption_is_past(const struct exemption *exemption, const struct exemption_moment *moment)
{
	return moment->trusted_ms >= end_ms(exemption);
}

static uint64_t duration_ms(const struct exemption *exemption)
{
	return (uint64_t)exemption->use.duration_s * 1000;
}

static void set_boot(struct exemption_state *state, const char *boot_id)
{
	snprintf(state->boot_id, sizeof(state->boot_id), "%s", boot_id);
}

void exemption_begin(const struct exemption *exemption, const struct exemption_moment *moment,
	const char *boot_id, struct exemption_state *state)
{
	set_boot(state, boot_id);
	state->first_s = moment->trusted_ms / 1000;
	state->deadline_ms = moment->now_ms + duration_ms(exemption);
	state->spent_ms = 0;
}

void exemption_carry_over(const struct exemption *exemption, const struct exemption_moment *moment,
	const char *boot_id, struct exemption_state *state)
{
	int64_t since_ms = moment->trusted_ms - state->first_s * 1000;
	uint64_t spent = since_ms > 0 ? (uint64_t)since_ms : 0, whole = duration_ms(exemption);

	/* Up to one interval more was spent than was noted, and no clock can be asked how much. */
	if (spent < state->spent_ms + EXEMPTION_SPENT_EVERY_MS)
		spent = state->spent_ms + EXEMPTION_SPENT_EVERY_MS;
	set_boot(state, boot_id);
	state->spent_ms = spent < whole ? spent : whole;
	state->deadline_ms = moment->now_ms + whole - state->spent_ms;
}

bool exemption_spend(const struct exemption *exemption, const struct exemption_moment *moment,
	struct exemption_state *state)
{
	uint64_t left =
		state->deadline_ms > moment->now_ms ? state->deadline_ms - moment->now_ms : 0;
	uint64_t whole = duration_ms(exemption), spent = left < whole ? whole - left : 0;

	if (spent < state->spent_ms + EXEMPTION_SPENT_EVERY_MS)
		return false;
	state->spent_ms = spent;
	return true;
}

uint64_t exemption_next_spend_ms(
	const struct exemption *exemption, const struct exemption_state *state)
{
	return state->deadline_ms - duration_ms(exemption) + state->spent_ms +
	       EXEMPTION_SPENT_EVERY_MS;
}

uint64_t exemption_wake_ms(int64_t trusted_ms, const struct exemption_moment *moment)
{
	int64_t left = trusted_ms - moment->trusted_ms;

	return moment->now_ms + (left > 1 ? (uint64_t)left : 1);
}

uint64_t exemption_until_ms(const struct exemption *exemption, const struct exemption_state *state,
	const struct exemption_moment *moment)
{
	uint64_t until = state->deadline_ms > moment->now_ms ? state->deadline_ms : moment->now_ms;
	int64_t left = end_ms(exemption) - moment->trusted_ms;
	uint64_t last = moment->now_ms + (left > 0 ? (uint64_t)left : 0);

	return last < until ? last : until;
}

static uint64_t warning_ms(size_t i, uint64_t until_ms)
{
	uint64_t before = warnings[i].minutes * MINUTE_MS;

	return until_ms > before ? until_ms - before : 0;
}

unsigned exemption_warning_due(
	const struct exemption_state *state, uint64_t until_ms, uint64_t now_ms)
{
	unsigned due = 0;

	/* Of two that are due, because nobody was there to say the first, the later one. */
	for (size_t i = 0; i < WARNINGS; i++)
		if (!(state->warned & warnings[i].bit) && now_ms >= warning_ms(i, until_ms))
			due = warnings[i].minutes;
	return due;
}

void exemption_mark_warned(struct exemption_state *state, uint64_t until_ms, uint64_t now_ms)
{
	for (size_t i = 0; i < WARNINGS; i++)
		if (now_ms >= warning_ms(i, until_ms))
			state->warned |= warnings[i].bit;
}

uint64_t exemption_next_warning_ms(const struct exemption_state *state, uint64_t until_ms)
{
	for (size_t i = 0; i < WARNINGS; i++)
		if (!(state->warned & warnings[i].bit))
			return warning_ms(i, until_ms);
	return UINT64_MAX;
}
