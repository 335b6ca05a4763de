#include "tests/scenarios/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/timestamp.h"
#include "tests/scenarios/exemptions.h"
#include "tests/scenarios/materials.h"
#include "tests/scenarios/words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void take_truth(struct play *play, struct model_interface *interface, char **rest)
{
	const char *driver = next_word(rest);

	snprintf(interface->driver, sizeof(interface->driver), "%s",
		driver && strcmp(driver, "none") != 0 ? driver : "");
	interface->types = interface->points = interface->other = interface->is_malformed = false;
	interface->n_children = 0;
	while (*text_of(rest) && !play->failure[0]) {
		if (is_next(rest, "types"))
			interface->types = true;
		else if (is_next(rest, "points"))
			interface->points = true;
		else if (is_next(rest, "other"))
			interface->other = true;
		else if (is_next(rest, "rubbish"))
			interface->is_malformed = true;
		else if (!is_next(rest, "makes") ||
			 interface->n_children == OBSERVATION_CHILDREN_MAX ||
			 device_class_from_name(next_word(rest),
				 &interface->children[interface->n_children++]) < 0)
			play_fail(play, "a driver makes what? '%s'", text_of(rest));
	}
	interface->has_report = interface->types || interface->points || interface->other ||
				interface->is_malformed;
}

/* "2:0" is interface 0 of configuration 2; "0" of configuration 1. */
static struct model_interface *next_interface(
	struct play *play, struct model_device *device, char **rest)
{
	const char *word = next_word(rest), *colon = word ? strchr(word, ':') : NULL;
	struct model_interface *interface = NULL;

	if (word)
		interface = model_interface(device, colon ? (uint8_t)strtoul(word, NULL, 10) : 1,
			(uint8_t)strtoul(colon ? colon + 1 : word, NULL, 10));
	if (!interface)
		play_fail(play, "%s has no interface '%s'", device->name, word ? word : "");
	return interface;
}

struct model_interface *take_driver(
	struct play *play, char **rest, struct model_device **ret_device)
{
	struct model_device *device = play_device(play, next_word(rest));
	struct model_interface *interface = device ? next_interface(play, device, rest) : NULL;

	if (!interface)
		return NULL;
	take_truth(play, interface, rest);
	*ret_device = device;
	return interface;
}

static struct policy *read_policy(struct play *play, const char *name)
{
	char why[1024];
	struct policy *policy = material_policy(name ? name : "", why, sizeof(why));

	if (!policy)
		play_fail(play, "%s", why);
	return policy;
}

void take_policy(struct play *play, char **rest)
{
	struct core_event new = {.kind = EVENT_POLICY};
	const char *name = next_word(rest);
	struct policy *policy = NULL;

	if (play->n_policies == PLAY_POLICIES_MAX)
		return play_fail(play, "more than %d policies", PLAY_POLICIES_MAX);
	if (name && strcmp(name, "builtin") == 0)
		(void)policy_new_builtin(&policy);
	else
		policy = read_policy(play, name);
	if (!policy)
		return;
	play->policies[play->n_policies++] = policy;
	new.policy.policy = policy;
	new.policy.media = play->registered;
	new.policy.on_trial = is_next(rest, "on trial");
	new.policy.could_type = is_next(rest, "since before a restart");
	play_event(play, &new);
}

void take_other_keyboards(struct play *play, char **rest)
{
	struct core_event others = {.kind = EVENT_OTHER_KEYBOARDS};

	others.other_keyboards = play->other_keyboards = next_number(play, rest);
	play_event(play, &others);
}

/* A table of all media so far. */
static struct media *make_table(struct play *play)
{
	const struct medium *media[PLAY_MEDIA_MAX];
	struct media *table;

	for (size_t i = 0; i < play->n_media; i++)
		media[i] = &play->media[i];
	table = material_media(media, play->n_media);
	if (!table)
		play_fail(play, "such media cannot be registered");
	return table;
}

static bool parse_ids(const char *text, struct medium_identity *ret)
{
	if (!text || strlen(text) != 9 || text[4] != ':')
		return false;
	ret->vendor = (uint16_t)strtoul(text, NULL, 16);
	ret->product = (uint16_t)strtoul(text + 5, NULL, 16);
	return true;
}

void take_registration(struct play *play, char **rest)
{
	struct core_event event = {.kind = EVENT_MEDIA};
	struct medium *medium = &play->media[play->n_media];
	const char *number, *serial;

	if (play->n_media == PLAY_MEDIA_MAX || play->n_tables == PLAY_MEDIA_MAX)
		return play_fail(play, "more than %d media", PLAY_MEDIA_MAX);
	play->registered = NULL;
	if (is_next(rest, "nothing"))
		return play_event(play, &event);
	number = next_word(rest);
	if (!number || !parse_ids(next_word(rest), &medium->identity) ||
		!(serial = next_word(rest)))
		return play_fail(play, "a medium has a number, VID:PID and a serial");
	snprintf(medium->number, sizeof(medium->number), "%s", number);
	snprintf(medium->identity.serial, sizeof(medium->identity.serial), "%s", serial);
	play->n_media++;
	event.media = play->registered = play->tables[play->n_tables++] = make_table(play);
	play_event(play, &event);
}

/* The same table, as the agent tells of it. */
void strike_medium(struct play *play, char **rest)
{
	struct core_event event = {.kind = EVENT_MEDIA, .media = play->registered};
	const char *number = next_word(rest);

	if (!number || !play->registered ||
		media_strike(play->tables[play->n_tables - 1], number) < 0)
		return play_fail(play, "a medium that is registered has a number to be struck");
	play_event(play, &event);
}

void take_clock(struct play *play, char **rest)
{
	const char *word = next_word(rest);
	int64_t time_s = 0;

	if (!word || timestamp_parse(word, &time_s) < 0)
		play_fail(play, "a time like 2026-04-01T00:00:00+09:00 is missing");
	play->clock_ms = time_s * 1000 - (int64_t)play->now_ms;
}

static void serial(struct play *play, char **rest)
{
	struct model_device *model = play_device(play, next_word(rest));

	if (model)
		snprintf(model->serial, sizeof(model->serial), "%s", all_text(rest));
}

static void device(struct play *play, char **rest)
{
	const char *name = next_word(rest), *port = next_word(rest);

	if (!port || play->n_devices == PLAY_DEVICES_MAX)
		return play_fail(play, "a device has a name, a port and descriptors");
	model_init(&play->devices[play->n_devices++], name, port, text_of(rest));
}

static void driver(struct play *play, char **rest)
{
	struct model_device *ignored;

	(void)take_driver(play, rest, &ignored);
}

/* That it has come, before anything happens, is no news. */
static void exemption(struct play *play, char **rest)
{
	take_exemption(play, rest);
	play->n_answers = play->n_expected = 0;
}

bool play_setting(struct play *play, const char *verb, char *rest)
{
	static const struct {
		const char *name;
		void (*take)(struct play *play, char **rest);
	} settings[] = {
		{"clock", take_clock},
		{"device", device},
		{"driver", driver},
		{"exemption", exemption},
		{"login", login},
		{"policy", take_policy},
		{"ps2-keyboards", take_other_keyboards},
		{"registered", take_registration},
		{"serial", serial},
	};

	for (size_t i = 0; i < COUNT(settings); i++) {
		if (strcmp(settings[i].name, verb) != 0)
			continue;
		settings[i].take(play, &rest);
		return true;
	}
	return false;
}
