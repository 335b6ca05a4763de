#include "tests/scenarios/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenarios/exemptions.h"
#include "tests/scenarios/settings.h"
#include "tests/scenarios/words.h"

static void event(struct play *play, enum core_event_kind kind)
{
	struct core_event plain = {.kind = kind};

	play_event(play, &plain);
}

/* --- devices come, go and are looked at --- */

/* As the run before had let it in, where that is told. */
static void use(struct model_device *device, char **rest)
{
	if (is_next(rest, "to write"))
		model_say(device, DISK_ACCESS_WRITE);
	else if (is_next(rest, "read-only"))
		model_say(device, DISK_ACCESS_READ_ONLY);
	model_authorize(device);
	for (size_t i = 0; i < device->n_interfaces; i++)
		if (device->interfaces[i].configuration == device->active)
			model_set_interface(&device->interfaces[i], true);
}

static void plug(struct play *play, char **rest)
{
	struct model_device *device = play_device(play, next_word(rest));

	if (!device)
		return;
	if (device->is_plugged)
		return play_fail(play, "%s is plugged in already", device->name);
	model_plug(device, play->next_id++);
	play->is_busy[device - play->devices] = false;
	device->is_probed = !is_next(rest, "unprobed");
	/* Somebody let it in before us. */
	if (is_next(rest, "open"))
		model_authorize(device);
	else if (is_next(rest, "in use"))
		use(device, rest);
	play_observe(play, device, OBSERVED_PRESENT, 0);
}

static void probe(struct play *play, char **rest)
{
	struct model_device *device = play_device(play, next_word(rest));

	if (!device)
		return;
	model_probe(device);
	play_observe(play, device, OBSERVED_PRESENT, 0);
}

static void plug_all(struct play *play, char **rest)
{
	while (*text_of(rest) && !play->failure[0])
		plug(play, rest);
}

static void scan(struct play *play, char **rest)
{
	if (is_next(rest, "ends"))
		return event(play, EVENT_SCAN_ENDED);
	event(play, EVENT_SCAN_BEGAN);
	if (is_next(rest, "begins"))
		return plug_all(play, rest);
	plug_all(play, rest);
	event(play, EVENT_SCAN_ENDED);
}

static void unplug(struct play *play, char **rest)
{
	struct model_device *device = play_device(play, next_word(rest));
	struct core_event removed = {.kind = EVENT_DEVICE_REMOVED};

	if (!device)
		return;
	removed.device_id = device->id;
	play_event(play, &removed);
	model_unplug(device);
}

static void look(struct play *play, char **rest)
{
	struct model_device *device = play_device(play, next_word(rest));

	if (device)
		play_observe(play, device, OBSERVED_PRESENT, 0);
}

static void lose_interfaces(struct play *play, char **rest)
{
	struct model_device *device = play_device(play, next_word(rest));

	if (!device)
		return;
	model_set_configuration(device, 0);
	play_observe(play, device, OBSERVED_PRESENT, 0);
}

static void change(struct play *play, char **rest)
{
	struct model_device *device = play_device(play, next_word(rest));

	if (!device)
		return;
	model_change(device, all_text(rest));
	play_observe(play, device, OBSERVED_PRESENT, 0);
}

/* Another one that looks like it is what comes next. */
static void become(struct play *play, char **rest)
{
	struct model_device *device = play_device(play, next_word(rest));

	if (device)
		model_change(device, all_text(rest));
	play->is_answered = true;
}

/* --- acts end --- */

static struct model_device *busy_device(struct play *play, char **rest)
{
	struct model_device *device = play_device(play, next_word(rest));

	if (device && !play->is_busy[device - play->devices]) {
		play_fail(play, "nothing was asked for %s", device->name);
		return NULL;
	}
	return device;
}

static void done(struct play *play, char **rest)
{
	struct model_device *device = busy_device(play, rest);

	if (!device)
		return;
	if (device->is_plugged)
		model_carry_out(device, &play->plans[device - play->devices]);
	play_observe(play, device, OBSERVED_RESULT, device->is_plugged ? 0 : -ENODEV);
}

static int next_error(struct play *play, char **rest)
{
	const char *word = next_word(rest);

	for (int error = 1; word && error < 134; error++)
		if (strerrorname_np(error) && strcmp(strerrorname_np(error), word) == 0)
			return -error;
	play_fail(play, "no error is called '%s'", word ? word : "");
	return -EIO;
}

static void failed(struct play *play, char **rest)
{
	struct model_device *device = busy_device(play, rest);
	int error;

	if (!device)
		return;
	error = next_error(play, rest);
	/* The kernel may say "authorized" after a failure; otherwise the doer could shut it. */
	if (is_next(rest, "still open"))
		model_authorize(device);
	else
		model_deauthorize(device);
	play_observe(play, device, OBSERVED_RESULT, error);
}

static void stale(struct play *play, char **rest)
{
	struct model_device *device = busy_device(play, rest);

	if (!device)
		return;
	model_deauthorize(device);
	model_change(device, all_text(rest));
	play_observe(play, device, OBSERVED_RESULT, -ESTALE);
}

/* --- others interfere --- */

static void somebody_writes(struct play *play, struct model_device *device, bool opens, char **rest)
{
	struct model_interface *interface;

	if (!is_next(rest, "interface")) {
		if (opens)
			model_authorize(device);
		else
			model_deauthorize(device);
		return;
	}
	interface = model_interface(device, device->active, (uint8_t)next_number(play, rest));
	if (interface)
		model_set_interface(interface, opens);
	else
		play_fail(play, "%s has no such interface now", device->name);
}

static void somebody(struct play *play, char **rest)
{
	bool uses = is_next(rest, "uses"), opens = is_next(rest, "opens");
	bool known = uses || opens || is_next(rest, "shuts");
	struct model_device *device = known ? play_device(play, next_word(rest)) : NULL;

	if (!known)
		return play_fail(play, "somebody does what? '%s'", text_of(rest));
	if (!device)
		return;
	if (is_next(rest, "configuration"))
		model_set_configuration(device, (uint8_t)next_number(play, rest));
	if (uses)
		use(device, rest);
	else
		somebody_writes(play, device, opens, rest);
	play_observe(play, device, OBSERVED_PRESENT, 0);
}

static void controller(struct play *play, char **rest)
{
	struct core_event found = {.kind = EVENT_CONTROLLER_OPEN};
	const char *name = next_word(rest);

	snprintf(found.controller.name, sizeof(found.controller.name), "%s", name ? name : "");
	found.controller.is_new = is_next(rest, "is new");
	if (!found.controller.is_new && !is_next(rest, "was opened"))
		return play_fail(play, "a controller is new, or was opened");
	play_event(play, &found);
}

/* Its module was loaded only now: the kernel binds what is let in, and says so. */
static void binds(struct play *play, char **rest)
{
	struct model_device *device;
	struct model_interface *interface = take_driver(play, rest, &device);

	if (!interface)
		return;
	model_set_interface(interface, interface->is_authorized);
	play_observe(play, device, OBSERVED_PRESENT, 0);
}

/* --- the rest --- */

static void events_lost(struct play *play, char **rest)
{
	event(play, EVENT_EVENTS_LOST);
}

static void resumed(struct play *play, char **rest)
{
	event(play, EVENT_RESUMED);
}

static void set_clock(struct play *play, char **rest)
{
	take_clock(play, rest);
	event(play, EVENT_RESUMED);
}

static void only_watch(struct play *play, char **rest)
{
	core_only_watch(play->core);
}

static void wake(struct play *play, char **rest)
{
	if (play->wake_ms != play->now_ms)
		play_fail(play, "the core did not ask to be woken now but at %lldms",
			(long long)play->wake_ms);
	event(play, EVENT_TICK);
}

static void nothing(struct play *play, char **rest)
{
}

static const struct verb {
	const char *name;
	void (*play)(struct play *play, char **rest);
} verbs[] = {
	{"scan", scan},
	{"plug", plug},
	{"probed", probe},
	{"unplug", unplug},
	{"look", look},
	{"loses-interfaces", lose_interfaces},
	{"changes", change},
	{"done", done},
	{"failed", failed},
	{"stale", stale},
	{"somebody", somebody},
	{"controller", controller},
	{"binds", binds},
	{"policy", take_policy},
	{"ps2-keyboards", take_other_keyboards},
	{"registered", take_registration},
	{"struck", strike_medium},
	{"exemption", take_exemption},
	{"withdrawn", withdraw_exemption},
	{"fault", set_fault},
	{"news", hear_news},
	{"login", login},
	{"logout", logout},
	{"switch", switch_session},
	{"shown", shown},
	{"cannot show", cannot_show},
	{"held", held},
	{"medium ends", medium_ended},
	{"medium gone", medium_gone},
	{"redeemed", redeem},
	{"eject", eject},
	{"return", hand_back},
	{"reported", report},
	{"slept until", sleep_until},
	{"becomes", become},
	{"restart", restart},
	{"reboot", reboot},
	{"state lost", lose_state},
	{"events lost", events_lost},
	{"resumed", resumed},
	{"clock", set_clock},
	{"only-watches", only_watch},
	{"wake", wake},
	{"nothing happens", nothing},
};

void play_verb(struct play *play, char *rest)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!is_next(&rest, verbs[i].name))
			continue;
		verbs[i].play(play, &rest);
		if (*text_of(&rest))
			play_fail(play, "what is '%s'?", text_of(&rest));
		return;
	}
	play_fail(play, "nothing is called '%s'", rest ? rest : "");
}

static bool find_view(
	const struct play *play, const struct model_device *device, struct core_device_view *ret)
{
	for (size_t i = 0; core_device_at(play->core, i, ret); i++)
		if (ret->id == device->id)
			return true;
	return false;
}

static bool holds(
	const struct model_device *device, const struct core_device_view *view, const char *word)
{
	static const char *const states[] = {
		[DEVICE_SETTLED] = "settled",
		[DEVICE_BUSY] = "busy",
		[DEVICE_RETRYING] = "retrying",
		[DEVICE_SLOWED] = "slowed",
	};

	if (strcmp(word, "last-input") == 0)
		return view->is_last_input;
	if (strncmp(word, "medium=", 7) == 0)
		return strcmp(view->medium, word + 7) == 0;
	if (strcmp(word, "open") == 0)
		return device->is_authorized;
	if (strcmp(word, "read-only") == 0)
		return device->is_authorized && model_disks_are(device, DISK_ACCESS_READ_ONLY);
	if (strcmp(word, "ours") == 0)
		return device->is_authorized && model_disks_are(device, DISK_ACCESS_MEDIUM);
	if (strcmp(word, "writable") == 0)
		return device->is_authorized && model_disks_are(device, DISK_ACCESS_WRITE);
	if (strcmp(word, "shut") == 0)
		return !device->is_authorized;
	return strcmp(states[view->state], word) == 0;
}

void play_look(struct play *play, char *rest)
{
	const char *name = next_word(&rest), *word;
	struct core_device_view view;
	struct model_device *seen;

	if (name && strncmp(name, "E-", 2) == 0)
		return check_exemption(play, name, rest);
	seen = play_device(play, name);
	if (!seen)
		return;
	if (!find_view(play, seen, &view))
		return play_fail(play, "the core does not know %s", seen->name);
	while ((word = next_word(&rest)))
		if (!holds(seen, &view, word))
			play_fail(play, "%s is not %s", seen->name, word);
}
