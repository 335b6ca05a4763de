#include "tests/scenarios/play.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenarios/action_text.h"
#include "tests/scenarios/exemptions.h"

void play_begin(struct play *play, const char *file)
{
	*play = (struct play){.file = file, .next_id = 1, .wake_ms = CORE_NEVER};
	if (core_new(&play->core) < 0)
		abort();
	begin_exemptions(play);
}

void play_end(struct play *play)
{
	core_free(play->core);
	for (size_t i = 0; i < play->n_devices; i++)
		model_clear(&play->devices[i]);
	for (size_t i = 0; i < play->n_policies; i++)
		policy_free(play->policies[i]);
	for (size_t i = 0; i < play->n_tables; i++)
		media_free(play->tables[i]);
}

void play_fail(struct play *play, const char *format, ...)
{
	va_list arguments;
	int n;

	if (play->failure[0])
		return;
	n = snprintf(play->failure, sizeof(play->failure), "%s:%u: ", play->file, play->line);
	va_start(arguments, format);
	vsnprintf(play->failure + n, sizeof(play->failure) - (size_t)n, format, arguments);
	va_end(arguments);
}

struct model_device *play_device(struct play *play, const char *name)
{
	for (size_t i = 0; name && i < play->n_devices; i++)
		if (strcmp(play->devices[i].name, name) == 0)
			return &play->devices[i];
	play_fail(play, "no device is called '%s'", name ? name : "");
	return NULL;
}

static const char *name_of(const void *userdata, const char *port)
{
	const struct play *play = userdata;
	const char *name = port;

	/* Two devices may share a port, one after the other: the one that is plugged in speaks. */
	for (size_t i = 0; i < play->n_devices; i++)
		if (strcmp(play->devices[i].port, port) == 0 &&
			(name == port || play->devices[i].is_plugged))
			name = play->devices[i].name;
	return name;
}

static void remember_plan(struct play *play, const struct core_plan *plan)
{
	for (size_t i = 0; i < play->n_devices; i++) {
		if (play->devices[i].id != plan->device_id)
			continue;
		if (play->is_busy[i])
			play_fail(play, "a second act on %s while one is under way",
				play->devices[i].name);
		play->is_busy[i] = true;
		play->plans[i] = *plan;
	}
}

static void take_answers(struct play *play, struct core_actions *actions)
{
	for (size_t i = 0; i < actions->count; i++) {
		if (actions->items[i].kind == ACTION_CARRY_OUT)
			remember_plan(play, &actions->items[i].plan);
		exemptions_take_action(play, &actions->items[i]);
		if (play->n_answers == PLAY_ANSWERS_MAX) {
			play_fail(play, "more than %d answers", PLAY_ANSWERS_MAX);
			return;
		}
		action_text(&actions->items[i], name_of, play, play->answers[play->n_answers++],
			PLAY_TEXT_MAX);
	}
}

void play_event(struct play *play, struct core_event *event)
{
	struct core_actions actions = {};

	event->time_ms = play->now_ms - play->boot_ms;
	event->realtime_ms = (int64_t)play->now_ms;
	event->trusted_ms = play->clock_ms + (int64_t)play->now_ms;
	if (core_handle(play->core, event, &actions, &play->wake_ms) < 0)
		abort();
	if (play->wake_ms != CORE_NEVER)
		play->wake_ms += play->boot_ms;
	take_answers(play, &actions);
	core_actions_clear(&actions);
	if (play->wake_ms <= play->now_ms)
		play_fail(play, "the core wants to be woken at %llums, which is over",
			(unsigned long long)play->wake_ms);
}

void play_observe(
	struct play *play, struct model_device *device, enum observed_because because, int error)
{
	struct observation observation;
	struct core_event event = {
		.kind = EVENT_DEVICE_OBSERVED,
		.device_id = device->id,
		.observed.because = because,
		.observed.error = error,
	};

	if (because == OBSERVED_RESULT)
		play->is_busy[device - play->devices] = false;
	model_observe(device, &observation);
	if (device->is_plugged)
		event.observed.observation = &observation;
	play_event(play, &event);
}

/* What is expected may stop short of the details, at the end of a word. */
static bool says(const char *answer, const char *expected)
{
	size_t length = strlen(expected);

	return strncmp(answer, expected, length) == 0 &&
	       (answer[length] == '\0' || answer[length] == ' ');
}

static void fail_answer(struct play *play, const char *expected)
{
	char got[2048] = "nothing more";
	size_t used = 0;

	for (size_t i = play->n_expected; i < play->n_answers && used + 1 < sizeof(got); i++)
		used += (size_t)snprintf(got + used, sizeof(got) - used, "%s%s",
			i == play->n_expected ? "" : "\n     then ", play->answers[i]);
	play_fail(play, "\n expected %s\n      got %s", expected, got);
}

void play_expect(struct play *play, const char *text)
{
	play->is_answered = true;
	if (strcmp(text, "nothing") == 0) {
		if (play->n_expected < play->n_answers)
			fail_answer(play, text);
	} else if (strcmp(text, "no wake") == 0) {
		if (play->wake_ms != CORE_NEVER)
			play_fail(play, "\n expected no wake\n      got wake at %llums",
				(unsigned long long)play->wake_ms);
	} else if (play->n_expected == play->n_answers ||
		   !says(play->answers[play->n_expected], text)) {
		fail_answer(play, text);
	} else {
		play->n_expected++;
	}
}

void play_check_answers(struct play *play)
{
	if (play->n_expected < play->n_answers)
		fail_answer(play, "nothing more");
	play->n_answers = play->n_expected = 0;
}
