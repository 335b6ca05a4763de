/*
 * The exemptions of this terminal in the core: the list of them, what comes to know, and what of it
 * is asked at each event. Refuses to know who fits what (core_exemption_fit.c), how one ends
 * (core_exemption_end.c) and the worker (core_exemption_medium.c).
 */
#include "agent/core_exemption.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct life *find_life(const struct core *core, const char *id)
{
	for (size_t i = 0; i < core->exemptions.n_lives; i++)
		if (strcmp(core->exemptions.lives[i]->state.id, id) == 0)
			return core->exemptions.lives[i];
	return NULL;
}

struct life *life_of_device(const struct core *core, uint64_t device_id)
{
	for (size_t i = 0; device_id != 0 && i < core->exemptions.n_lives; i++)
		if (core->exemptions.lives[i]->device_id == device_id)
			return core->exemptions.lives[i];
	return NULL;
}

void exemptions_free(struct core *core)
{
	for (size_t i = 0; i < core->exemptions.n_lives; i++)
		free(core->exemptions.lives[i]);
	free(core->exemptions.lives);
}

/* --- the list --- */

static int life_new(struct core *core, const char *id, struct life **ret)
{
	struct exemptions *all = &core->exemptions;
	struct life **lives, *life;

	lives = reallocarray(all->lives, all->n_lives + 1, sizeof(*lives));
	if (!lives)
		return -ENOMEM;
	all->lives = lives;
	life = calloc(1, sizeof(*life));
	if (!life)
		return -ENOMEM;
	snprintf(life->state.id, sizeof(life->state.id), "%s", id);
	lives[all->n_lives++] = life;
	*ret = life;
	return 0;
}

void life_know(struct life *life, const struct core_exemption *document)
{
	life->exemption = *document->exemption;
	life->known = *document;
	life->known.exemption = &life->exemption;
	life->is_known = true;
	life->document = &life->known;
	life->state.not_after = document->exemption->header.not_after;
}

/* One that came now; what does not count here is not one yet, unless only its time is missing. */
static int receive(struct core *core, const struct core_exemption *document)
{
	struct life *life;
	int r;

	if (document->fault != EXEMPTION_FAULT_NONE && document->fault != EXEMPTION_FAULT_NOT_YET)
		return 0;
	r = lives_make_room(core);
	if (r == -ENOSPC)
		return life_leave_out(core, document);
	if (r == 0)
		r = life_new(core, document->exemption->id, &life);
	if (r < 0)
		return r;
	life_know(life, document);
	life->has_news = core->exemptions.has_news;
	life->news_ms = core->exemptions.news_ms;
	life->state.phase = EXEMPTION_APPROVED;
	r = life_keep(core, life);
	return r < 0 ? r : life_record(core, life, RECORD_EXEMPTION_RECEIVED, NULL, NULL);
}

static int take_documents(struct core *core, const struct core_event *event)
{
	int r = 0;

	for (size_t i = 0; i < core->exemptions.n_lives; i++)
		core->exemptions.lives[i]->document = NULL;
	for (size_t i = 0; r == 0 && i < event->exemptions.count; i++) {
		const struct core_exemption *document = &event->exemptions.items[i];
		struct life *life = find_life(core, document->exemption->id);

		if (life)
			life_know(life, document);
		else
			r = receive(core, document);
	}
	core->exemptions.has_documents = true;
	return r;
}

/* A restart begins one lease: for how long nothing was heard before it, nobody knows. */
static int take_states(struct core *core, const struct core_event *event)
{
	struct exemptions *all = &core->exemptions;

	snprintf(all->boot_id, sizeof(all->boot_id), "%s", event->states.boot_id);
	for (size_t i = 0; i < event->states.count; i++) {
		const struct exemption_state *state = &event->states.items[i];
		struct life *life = find_life(core, state->id);

		if (!life && life_new(core, state->id, &life) < 0)
			return -ENOMEM;
		life->state = *state;
		life->is_dirty = state->phase == EXEMPTION_ENDED && !state->is_clean;
		if (life_runs(life) && strcmp(state->boot_id, all->boot_id) == 0) {
			life->has_news = true;
			life->news_ms = core->now_ms;
		}
	}
	all->has_states = true;
	return 0;
}

static void take_sessions(struct core *core, const struct core_event *event)
{
	struct exemptions *all = &core->exemptions;
	size_t n = event->sessions.count;

	all->n_sessions = n < CORE_SESSIONS_MAX ? n : CORE_SESSIONS_MAX;
	for (size_t i = 0; i < all->n_sessions; i++)
		all->sessions[i] = event->sessions.items[i];
	all->has_sessions = true;
}

/* Each holds when it last heard something, for a restart gives a lease to what was in use only. */
static void take_news(struct core *core)
{
	core->exemptions.has_news = true;
	core->exemptions.news_ms = core->now_ms;
	for (size_t i = 0; i < core->exemptions.n_lives; i++) {
		core->exemptions.lives[i]->has_news = true;
		core->exemptions.lives[i]->news_ms = core->now_ms;
	}
}

/* --- what people do --- */

static int redeem(struct core *core, struct life *life, const char *user)
{
	int r;

	if (life->state.phase != EXEMPTION_APPROVED || life->state.is_redeemed || !user || !user[0])
		return 0;
	life->state.is_redeemed = true;
	snprintf(life->state.user, sizeof(life->state.user), "%s", user);
	r = life_keep(core, life);
	return r < 0 ? r : life_record(core, life, RECORD_EXEMPTION_REDEEMED, NULL, NULL);
}

static int eject(struct core *core, struct life *life, bool keeps)
{
	if (!life_runs(life))
		return 0;
	if (!keeps)
		return life_end(core, life, EXEMPTION_END_EJECT);
	return life->stage == MEDIUM_ASKED || life->stage == MEDIUM_IN_USE
		       ? life_close(core, life, EXEMPTION_END_EJECT)
		       : 0;
}

static int take_return(struct core *core, struct life *life, const char *place)
{
	int r;

	snprintf(life->place, sizeof(life->place), "%s", place ? place : "");
	if (life_runs(life))
		return life_end(core, life, EXEMPTION_END_RETURNED);
	/* It is over for good, whatever takes it away just now. */
	if (life->state.phase == EXEMPTION_ENDING) {
		life->state.end = EXEMPTION_END_RETURNED;
		return life_keep(core, life);
	}
	if (life->state.phase != EXEMPTION_ENDED)
		return 0;
	life->state.phase = EXEMPTION_RETURNED;
	r = life_keep(core, life);
	return r < 0 ? r : life_record(core, life, RECORD_EXEMPTION_RETURNED, NULL, NULL);
}

static int take_command(struct core *core, const struct core_event *event)
{
	struct life *life = find_life(core, event->command.id);
	int r;

	if (!life)
		return 0;
	switch (event->command.command) {
	case EXEMPTION_REDEEMED: return redeem(core, life, event->command.user);
	case EXEMPTION_EJECT: return eject(core, life, event->command.keeps);
	case EXEMPTION_RETURN: return take_return(core, life, event->command.text);
	case EXEMPTION_REPORTED:
		life->state.is_report_due = false;
		r = life_keep(core, life);
		return r < 0 ? r
			     : life_record(core, life, RECORD_EXEMPTION_REPORTED, NULL,
				       event->command.text);
	case EXEMPTION_COMMAND_NONE: break;
	}
	return 0;
}

int exemptions_take(struct core *core, const struct core_event *event)
{
	switch ((int)event->kind) {
	case EVENT_EXEMPTION_STATES: return take_states(core, event);
	case EVENT_EXEMPTIONS: return take_documents(core, event);
	case EVENT_SESSIONS: take_sessions(core, event); return 0;
	case EVENT_NEWS: take_news(core); return 0;
	case EVENT_MEDIUM: return exemptions_take_report(core, event);
	case EVENT_EXEMPTION_COMMAND: return take_command(core, event);
	default: return 0;
	}
}

/* --- at every event --- */

static bool is_ready(const struct core *core)
{
	const struct exemptions *all = &core->exemptions;

	return !core->only_watches && core->has_scanned && all->has_states && all->has_documents &&
	       all->has_sessions;
}

/* It is what it was when it was opened. */
static bool is_same_device(
	const struct core *core, const struct life *life, const struct device *device)
{
	return life_fits(core, life, device) &&
	       memcmp(life->descriptors_sha256, device->facts->sha256, SHA256_SIZE) == 0;
}

static int check_device(struct core *core, struct life *life)
{
	struct device *device = core_find_device(core, life->device_id);

	if (!device)
		return 0;
	if (!is_same_device(core, life, device))
		return life_pulled_out(core, life);
	/* Policy itself speaks for it now, or something else than a disk came to light in it. */
	if (life->stage == MEDIUM_CLOSING || life_is_needed(core, life, device))
		return 0;
	if (life->stage != MEDIUM_LETTING_IN || life->is_resumed)
		return life_close(core, life, EXEMPTION_END_POLICY);
	life->device_id = 0;
	life->stage = MEDIUM_NO_STAGE;
	return 0;
}

int exemptions_settle(struct core *core)
{
	int r = 0;

	for (size_t i = 0; i < core->n_devices; i++)
		core->devices[i]->grant = (struct exemption_grant){};
	if (!is_ready(core))
		return 0;
	r = lives_resume(core);
	for (size_t i = 0; r == 0 && i < core->exemptions.n_lives; i++) {
		struct life *life = core->exemptions.lives[i];

		r = life_check(core, life);
		if (r == 0)
			r = check_device(core, life);
	}
	return r < 0 ? r : exemptions_assign(core);
}

int exemptions_follow(struct core *core)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < core->exemptions.n_lives; i++)
		r = life_follow(core, core->exemptions.lives[i]);
	return r;
}

/* --- when it is to be asked again --- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* What is over by now was seen to. */
static uint64_t later_than_now(const struct core *core, uint64_t wake_ms)
{
	return wake_ms > core->now_ms ? wake_ms : CORE_NEVER;
}

static uint64_t wake_of_running(const struct core *core, const struct life *life)
{
	uint64_t until_ms = life_until_ms(core, life);
	uint64_t lease_ms = (uint64_t)core->policy->exemption_lease_s * 1000;
	uint64_t wake = later_than_now(core, until_ms);

	wake = earlier(
		wake, later_than_now(core, exemption_next_warning_ms(&life->state, until_ms)));
	wake = earlier(wake, later_than_now(core, until_ms - earlier(until_ms, HAND_OVER_MS)));
	if (life->has_news)
		wake = earlier(wake, later_than_now(core, life->news_ms + lease_ms));
	return wake;
}

static uint64_t wake_of(const struct core *core, const struct life *life)
{
	const struct exemption_moment moment = core_moment(core);
	uint64_t wake = CORE_NEVER;

	if (life->stage == MEDIUM_CLOSING)
		wake = life->closing_ms;
	if (life_spends(life))
		wake = earlier(
			wake, later_than_now(core,
				      exemption_next_spend_ms(life_exemption(life), &life->state)));
	if (!life->document)
		return wake;
	if (life_runs(life))
		return earlier(wake, wake_of_running(core, life));
	if (life->state.phase != EXEMPTION_APPROVED)
		return wake;
	wake = earlier(wake,
		exemption_wake_ms((life_exemption(life)->header.not_after + 1) * 1000, &moment));
	if (!exemption_has_begun(life_exemption(life), &moment))
		wake = earlier(wake,
			exemption_wake_ms(life_exemption(life)->header.not_before * 1000, &moment));
	return wake;
}

uint64_t exemptions_wake_ms(const struct core *core)
{
	uint64_t wake = CORE_NEVER;

	for (size_t i = 0; is_ready(core) && i < core->exemptions.n_lives; i++)
		wake = earlier(wake, wake_of(core, core->exemptions.lives[i]));
	return wake;
}

bool core_exemption_at(const struct core *core, size_t index, struct core_exemption_view *ret)
{
	const struct life *life;

	if (index >= core->exemptions.n_lives)
		return false;
	life = core->exemptions.lives[index];
	*ret = (struct core_exemption_view){
		.state = &life->state,
		.exemption = life->is_known ? &life->known : NULL,
		.is_sealed =
			life->is_known && life->exemption.code_hash[0] && !life->state.is_redeemed,
		.until_ms = life_runs(life) ? life_until_ms(core, life) : 0,
		.device_id = life->device_id,
		.path = life->path,
		.holders = life->holders,
	};
	return true;
}
