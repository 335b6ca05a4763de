/* The core's side of a life: what it is told, what it asks for, and what becomes of that. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lives/lives.h"

#define ACT_MS     400
#define NOT_AT_ALL UINT64_MAX
#define ROUNDS_MAX 5000 /* so many things in one wait are a loop */

void say(const struct lives *lives, const char *format, ...)
{
	va_list arguments;

	printf("%llu %lld ", (unsigned long long)lives->now_ms,
		(long long)(lives->clock_ms + (int64_t)lives->now_ms));
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

static bool is_open(const struct model_device *device)
{
	for (size_t i = 0; i < device->n_interfaces; i++)
		if (device->interfaces[i].is_bound &&
			strcmp(device->interfaces[i].driver, "usb-storage") == 0)
			return device->is_plugged && device->is_authorized;
	return false;
}

void say_ports(struct lives *lives)
{
	for (size_t i = 0; i < DEVICES; i++) {
		bool is = is_open(&lives->devices[i]);
		struct worker *worker = &lives->workers[i];

		if (is != lives->was_open[i])
			say(lives, "%s %zu", is ? "open" : "shut", i);
		lives->was_open[i] = is;
		/* The worker sees the disk go. */
		if (!is && worker->is_there && !worker->is_last) {
			worker->answer = (struct medium_answer){.kind = MEDIUM_ANSWER_GONE};
			worker->answer_ms = lives->now_ms + dice(lives, 200);
			worker->is_last = true;
		}
	}
}

/* --- what the core asks for --- */

static size_t device_of(const struct lives *lives, uint64_t id)
{
	for (size_t i = 0; i < DEVICES; i++)
		if (lives->devices[i].is_plugged && lives->devices[i].id == id)
			return i;
	return DEVICES;
}

/* What is written down is what holds after a power cut. */
static void say_claim(const struct lives *lives, const struct exemption_state *state)
{
	bool runs = state->phase == EXEMPTION_ACTIVE || state->phase == EXEMPTION_WARNED;

	for (size_t i = 0; i < DEVICES; i++)
		if (runs && !state->is_detached && lives->devices[i].is_plugged &&
			state->bus == lives->devices[i].bus &&
			state->number == lives->devices[i].number)
			say(lives, "claim %zu %s", i, state->id);
}

static void keep(struct lives *lives, const struct exemption_state *state)
{
	char text[EXEMPTION_STATE_SIZE];
	size_t size = exemption_state_format(state, text), i = 0;

	struct exemption_state before = {.phase = EXEMPTION_APPROVED};

	while (i < lives->n_states && strcmp(lives->states[i].id, state->id) != 0)
		i++;
	if (i < lives->n_states)
		before = lives->states[i];
	if (i == STATES || exemption_state_parse(text, size, &lives->states[i]) < 0)
		abort();
	if (i == lives->n_states)
		lives->n_states++;
	if (before.phase == EXEMPTION_APPROVED || before.number != state->number)
		say_claim(lives, state);
	if ((state->phase == EXEMPTION_ENDED || state->phase == EXEMPTION_RETURNED) &&
		(before.phase != state->phase || before.end != state->end))
		say(lives, "over %s %s", state->id,
			state->phase == EXEMPTION_RETURNED ? "returned"
							   : exemption_end_name(state->end));
}

static void take_record(struct lives *lives, const struct record *record)
{
	for (size_t i = 0; i < DEVICES; i++)
		if (record->event == RECORD_DEVICE_ALLOWED &&
			strcmp(record->device.name, lives->devices[i].port) == 0 &&
			lives->devices[i].is_plugged && record->reason.code == REASON_EXEMPTION)
			say(lives, "claim %zu %s", i, record->reason.text);
}

static void answer_later(
	struct lives *lives, struct worker *worker, const struct medium_answer *answer, uint64_t ms)
{
	worker->answer = *answer;
	worker->answer_ms = lives->now_ms + ms;
	worker->is_last =
		answer->kind != MEDIUM_ANSWER_SHOWN && answer->kind != MEDIUM_ANSWER_HOLDERS;
}

static void open_medium(struct lives *lives, size_t i, const struct medium_order *order)
{
	struct worker *worker = &lives->workers[i];
	struct medium_answer answer = {.kind = MEDIUM_ANSWER_SHOWN};
	unsigned long luck = dice(lives, 100);
	bool is_known = worker->is_there && !worker->is_last;

	say(lives, "show %zu %s %s %s", i, order->id, order->user,
		order->is_writable ? "write" : "read");
	*worker = (struct worker){.is_there = true, .answer_ms = NOT_AT_ALL};
	worker->deadline_ms = order->deadline_ms;
	memcpy(worker->id, order->id, sizeof(worker->id));
	worker->is_silent = luck < 3 && !is_known;
	answer.capacity_bytes = lives->capacities[i];
	snprintf(answer.volume, sizeof(answer.volume), "V%llu",
		(unsigned long long)lives->capacities[i]);
	/* One worker in fifty compares nothing: then the core has to. */
	if (luck >= 5 && luck != 7 && order->capacity_bytes &&
		order->capacity_bytes != answer.capacity_bytes) {
		answer.kind = MEDIUM_ANSWER_FAILED;
		snprintf(answer.word, sizeof(answer.word), "another-medium");
	}
	if (luck < 5 && !is_known)
		answer.kind = MEDIUM_ANSWER_FAILED;
	if (!worker->is_silent)
		answer_later(lives, worker, &answer, 1 + dice(lives, 2000));
}

static void end_medium(struct lives *lives, size_t i, const char *word)
{
	struct worker *worker = &lives->workers[i];
	struct medium_answer answer = {.kind = MEDIUM_ANSWER_ENDED};
	unsigned long luck = dice(lives, 10);

	say(lives, "end %zu %s", i, word);
	if (!worker->is_there) {
		*worker = (struct worker){.is_there = true};
		answer.kind = MEDIUM_ANSWER_FAILED;
	}
	worker->is_silent |= luck == 0;
	answer.end = luck < 3 ? MEDIUM_END_FORCED : MEDIUM_END_CLEAN;
	snprintf(answer.word, sizeof(answer.word), "%s", word);
	if (worker->is_silent)
		worker->answer_ms = NOT_AT_ALL;
	else
		answer_later(lives, worker, &answer, dice(lives, luck < 3 ? 10000 : 1000));
}

static void take_medium(
	struct lives *lives, enum core_action_kind kind, const struct core_medium *medium)
{
	size_t i = device_of(lives, medium->device_id);

	if (i == DEVICES)
		return;
	if (kind == ACTION_MEDIUM_OPEN)
		return open_medium(lives, i, &medium->order);
	if (kind == ACTION_MEDIUM_END)
		return end_medium(lives, i, medium->order.word);
	say(lives, "claim %zu %s", i, medium->order.id);
	lives->workers[i].deadline_ms = medium->order.deadline_ms;
	memcpy(lives->workers[i].id, medium->order.id, sizeof(lives->workers[i].id));
}

static void take_action(struct lives *lives, const struct core_action *action)
{
	size_t i;

	switch (action->kind) {
	case ACTION_EXEMPTION_STATE: keep(lives, &action->state); break;
	case ACTION_RECORD: take_record(lives, action->record); break;
	case ACTION_MEDIUM_OPEN:
	case ACTION_MEDIUM_DEADLINE:
	case ACTION_MEDIUM_END: take_medium(lives, action->kind, &action->medium); break;
	case ACTION_CARRY_OUT:
		i = device_of(lives, action->plan.device_id);
		if (i == DEVICES)
			break;
		lives->is_busy[i] = true;
		lives->plans[i] = action->plan;
		lives->done_ms[i] = lives->now_ms + dice(lives, ACT_MS);
		break;
	case ACTION_NONE:
	case ACTION_SCAN:
	case ACTION_TRIAL_BEGAN:
	case ACTION_TRIAL_PASSED:
	case ACTION_TRIAL_FAILED:
	case ACTION_EXEMPTION_FORGET: break;
	}
}

void hand_in(struct lives *lives, struct core_event *event)
{
	struct core_actions actions = {};
	bool is_cut = false;

	event->time_ms = lives->now_ms - lives->boot_ms;
	event->realtime_ms = event->trusted_ms = lives->clock_ms + (int64_t)lives->now_ms;
	if (core_handle(lives->core, event, &actions, &lives->wake_ms) < 0)
		abort();
	if (lives->wake_ms != CORE_NEVER)
		lives->wake_ms += lives->boot_ms;
	if (lives->wake_ms <= lives->now_ms) {
		say(lives, "loop: to be woken at %llu", (unsigned long long)lives->wake_ms);
		exit(1);
	}
	/* kill -9 between two acts: what stands before is done, what follows is not. */
	for (size_t i = 0; i < actions.count && !is_cut; i++) {
		is_cut = lives->cut == 0;
		lives->cut -= lives->cut >= 0;
		if (!is_cut)
			take_action(lives, &actions.items[i]);
	}
	core_actions_clear(&actions);
	say_ports(lives);
	if (is_cut)
		world_restart(lives);
}

void observe(struct lives *lives, size_t i, enum observed_because because)
{
	struct observation observation;
	struct core_event event = {
		.kind = EVENT_DEVICE_OBSERVED,
		.device_id = lives->devices[i].id,
		.observed.because = because,
		.observed.observation = &observation,
	};

	model_observe(&lives->devices[i], &observation);
	hand_in(lives, &event);
}

/* --- time --- */

static void finish_act(struct lives *lives, size_t i)
{
	lives->is_busy[i] = false;
	if (!lives->devices[i].is_plugged)
		return;
	model_carry_out(&lives->devices[i], &lives->plans[i]);
	say_ports(lives);
	observe(lives, i, OBSERVED_RESULT);
}

static void answer(struct lives *lives, size_t i)
{
	struct worker *worker = &lives->workers[i];
	struct medium_answer now = worker->answer;
	struct core_event event = {
		.kind = EVENT_MEDIUM, .device_id = lives->devices[i].id, .medium = &now};

	memcpy(now.id, worker->id, sizeof(worker->id));
	say(lives, "answer %zu %s %llu %s", i, medium_answer_name(now.kind),
		(unsigned long long)now.capacity_bytes, now.id);
	worker->answer_ms = NOT_AT_ALL;
	if (worker->is_last)
		worker->is_there = worker->is_last = false;
	hand_in(lives, &event);
}

/* The worker keeps its deadline by itself. */
static uint64_t worker_ms(const struct lives *lives, const struct worker *worker)
{
	uint64_t deadline = worker->deadline_ms + lives->boot_ms;

	if (!worker->is_there)
		return NOT_AT_ALL;
	if (worker->answer_ms != NOT_AT_ALL || worker->is_silent || worker->is_last)
		return worker->answer_ms;
	return deadline < lives->now_ms ? lives->now_ms : deadline;
}

static void work(struct lives *lives, size_t i)
{
	struct worker *worker = &lives->workers[i];

	if (worker->answer_ms == NOT_AT_ALL) {
		worker->answer = (struct medium_answer){
			.kind = MEDIUM_ANSWER_ENDED, .end = MEDIUM_END_CLEAN, .word = "time"};
		worker->is_last = true;
	}
	answer(lives, i);
}

static uint64_t next_ms(const struct lives *lives)
{
	uint64_t next = lives->wake_ms;

	for (size_t i = 0; i < DEVICES; i++) {
		uint64_t at = worker_ms(lives, &lives->workers[i]);

		if (lives->is_busy[i] && lives->done_ms[i] < next)
			next = lives->done_ms[i];
		if (at < next)
			next = at;
	}
	return next;
}

void pass(struct lives *lives, uint64_t ms)
{
	uint64_t until = lives->now_ms + ms;
	struct core_event tick = {.kind = EVENT_TICK};
	unsigned rounds = 0;

	for (uint64_t next; (next = next_ms(lives)) <= until;) {
		size_t i = 0;

		if (next > lives->now_ms)
			lives->now_ms = next;
		if (++rounds > ROUNDS_MAX) {
			for (size_t k = 0; k < DEVICES; k++)
				say(lives,
					"loop %zu busy %d worker %d silent %d last %d answer %llu "
					"kind %d dl %llu wake %llu",
					k, lives->is_busy[k], lives->workers[k].is_there,
					lives->workers[k].is_silent, lives->workers[k].is_last,
					(unsigned long long)lives->workers[k].answer_ms,
					lives->workers[k].answer.kind,
					(unsigned long long)lives->workers[k].deadline_ms,
					(unsigned long long)lives->wake_ms);
			exit(1);
		}
		while (i < DEVICES && !(lives->is_busy[i] && lives->done_ms[i] <= next) &&
			worker_ms(lives, &lives->workers[i]) > next)
			i++;
		if (i == DEVICES)
			hand_in(lives, &tick);
		else if (lives->is_busy[i] && lives->done_ms[i] <= next)
			finish_act(lives, i);
		else
			work(lives, i);
	}
	lives->now_ms = until;
}
