/* What is written down of exemptions, and how it comes back: sekishod starts anew, or the machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenarios/exemptions.h"
#include "tests/scenarios/settings.h"
#include "tests/scenarios/words.h"

static struct exemption_state *find_state(struct play *play, const char *id)
{
	for (size_t i = 0; i < play->n_states; i++)
		if (strcmp(play->states[i].id, id) == 0)
			return &play->states[i];
	return NULL;
}

/* Through the text of the file: what it cannot carry is lost, as on a disk. */
void exemptions_take_action(struct play *play, const struct core_action *action)
{
	struct exemption_state *state = find_state(play, action->state.id);
	char text[EXEMPTION_STATE_SIZE];

	if (action->kind != ACTION_EXEMPTION_STATE)
		return;
	if (!state && play->n_states == PLAY_EXEMPTIONS_MAX)
		return play_fail(play, "more than %d states", PLAY_EXEMPTIONS_MAX);
	if (!state)
		state = &play->states[play->n_states++];
	if (exemption_state_parse(text, exemption_state_format(&action->state, text), state) < 0)
		play_fail(play, "a state cannot be read again: %s", text);
}

static void send_states(struct play *play)
{
	struct core_event event = {.kind = EVENT_EXEMPTION_STATES};
	char boot[BOOT_ID_SIZE];

	snprintf(boot, sizeof(boot), "boot-%u", play->boot);
	event.states.items = play->states;
	event.states.count = play->n_states;
	event.states.boot_id = boot;
	play_event(play, &event);
}

static void send_sessions(struct play *play)
{
	struct core_event event = {.kind = EVENT_SESSIONS};

	event.sessions.items = play->sessions;
	event.sessions.count = play->n_sessions;
	play_event(play, &event);
}

void begin_exemptions(struct play *play)
{
	send_states(play);
	send_exemptions(play);
	send_sessions(play);
}

static void look_at_all(struct play *play)
{
	struct core_event event = {.kind = EVENT_SCAN_BEGAN};

	play_event(play, &event);
	for (size_t i = 0; i < play->n_devices; i++) {
		struct model_device *device = &play->devices[i];

		play->is_busy[i] = false;
		if (!device->is_plugged)
			continue;
		device->id = play->next_id++;
		play_observe(play, device, OBSERVED_PRESENT, 0);
	}
	event.kind = EVENT_SCAN_ENDED;
	play_event(play, &event);
}

static void start(struct play *play)
{
	struct core_event policy = {.kind = EVENT_POLICY};
	struct core_event others = {.kind = EVENT_OTHER_KEYBOARDS};

	core_free(play->core);
	if (core_new(&play->core) < 0)
		abort();
	play->wake_ms = CORE_NEVER;
	others.other_keyboards = play->other_keyboards;
	play_event(play, &others);
	begin_exemptions(play);
	policy.policy.policy = play->n_policies ? play->policies[play->n_policies - 1] : NULL;
	policy.policy.media = play->registered;
	if (policy.policy.policy)
		play_event(play, &policy);
	look_at_all(play);
}

/* "restart", "restart without stick", "restart after logout 1": what happened meanwhile. */
void restart(struct play *play, char **rest)
{
	struct model_device *device = NULL;
	const char *id;

	if (is_next(rest, "without")) {
		device = play_device(play, next_word(rest));
		if (device)
			model_unplug(device);
	} else if (is_next(rest, "after logout")) {
		id = next_word(rest);
		for (size_t i = 0; id && i < play->n_sessions; i++)
			if (strcmp(play->sessions[i].id, id) == 0)
				play->sessions[i] = play->sessions[--play->n_sessions];
	}
	start(play);
}

/* Another boot: its clock begins anew, nobody is logged in, and every device is enumerated. */
void reboot(struct play *play, char **rest)
{
	if (is_next(rest, "with clock"))
		take_clock(play, rest);
	play->boot++;
	play->boot_ms = play->now_ms - 1000;
	play->n_sessions = 0;
	for (size_t i = 0; i < play->n_devices; i++)
		if (play->devices[i].is_plugged)
			model_plug(&play->devices[i], play->next_id++);
	start(play);
}

/* Time passes, and nobody is there for the alarms. */
void sleep_until(struct play *play, char **rest)
{
	play->now_ms = next_time(play, rest);
	play->wake_ms = CORE_NEVER;
	play->is_answered = true;
}

/* The file of it is damaged: all that is known is its name. */
void lose_state(struct play *play, char **rest)
{
	const char *id = next_word(rest);
	struct exemption_state *state = id ? find_state(play, id) : NULL;

	if (!state)
		return play_fail(play, "nothing is kept of '%s'", id ? id : "");
	*state = (struct exemption_state){.phase = EXEMPTION_LOST};
	snprintf(state->id, sizeof(state->id), "%s", id);
	start(play);
}

static bool holds(const struct play *play, const struct core_exemption_view *view, const char *word)
{
	uint64_t left_ms = view->until_ms - (play->now_ms - play->boot_ms);
	char left[32];

	snprintf(left, sizeof(left), "left=%llumin", (unsigned long long)(left_ms / 60000));
	if (strcmp(word, "sealed") == 0)
		return view->is_sealed;
	if (strcmp(word, "report-due") == 0)
		return view->state->is_report_due;
	if (strncmp(word, "user=", 5) == 0)
		return strcmp(view->state->user, word + 5) == 0;
	if (strncmp(word, "path=", 5) == 0)
		return strcmp(view->path, word + 5) == 0;
	if (strncmp(word, "holders=", 8) == 0)
		return strcmp(view->holders, word + 8) == 0;
	if (strncmp(word, "left=", 5) == 0)
		return view->until_ms && strcmp(left, word) == 0;
	return strcmp(exemption_phase_name(view->state->phase), word) == 0;
}

void check_exemption(struct play *play, const char *id, char *rest)
{
	struct core_exemption_view view;
	const char *word;

	for (size_t i = 0; core_exemption_at(play->core, i, &view); i++) {
		if (strcmp(view.state->id, id) != 0)
			continue;
		while ((word = next_word(&rest)))
			if (!holds(play, &view, word))
				play_fail(play, "%s is not %s but %s", id, word,
					exemption_phase_name(view.state->phase));
		return;
	}
	play_fail(play, "the core does not know %s", id);
}
