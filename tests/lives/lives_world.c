/* What there is in a life: devices, policies, people, exemptions of chance; and its beginnings
 * anew. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lives/lives.h"
#include "tests/scenarios/materials.h"
#include "tests/unit/chance.h"

/* 2026-06-01T09:00:00+09:00 */
#define BEGINNING_S 1780272000ll
#define SERIAL      "001A92053B6A"

static const struct {
	const char *port, *descriptors, *serial;
} kinds[DEVICES] = {
	{"1-1", "0951:1666 08/06/50", SERIAL},
	{"1-2", "0951:1666 08/06/50", SERIAL},
	{"1-3", "1234:0001 08/06/50", "77"},
	{"1-4", "0951:1666 08/06/50 03/01/01", SERIAL},
};

unsigned long dice(struct lives *lives, unsigned long below)
{
	return chance_next(&lives->state) % below;
}

/* --- what the shell tells --- */

void world_policy(struct lives *lives)
{
	struct core_event event = {.kind = EVENT_POLICY};
	const struct policy *policy = lives->policies[lives->policy];

	say(lives, "policy %s %s %u",
		policy->media[CLASS_USB_STORAGE].access == VERDICT_BLOCK ? "block" : "allow",
		policy->has_exemption ? "exemptions" : "none", policy->exemption_lease_s);
	event.policy.policy = policy;
	event.policy.media = lives->media;
	hand_in(lives, &event);
}

void world_exemptions(struct lives *lives)
{
	struct core_event event = {.kind = EVENT_EXEMPTIONS};
	struct core_exemption here[EXEMPTIONS];

	for (size_t i = 0; i < lives->n_exemptions; i++) {
		lives->documents[i].exemption = &lives->exemptions[i];
		if (lives->is_here[i])
			here[event.exemptions.count++] = lives->documents[i];
	}
	event.exemptions.items = here;
	hand_in(lives, &event);
}

void world_sessions(struct lives *lives)
{
	struct core_event event = {.kind = EVENT_SESSIONS};

	event.sessions.items = lives->sessions;
	event.sessions.count = lives->n_sessions;
	hand_in(lives, &event);
}

static void tell_states(struct lives *lives)
{
	struct core_event event = {.kind = EVENT_EXEMPTION_STATES};
	char boot[BOOT_ID_SIZE];

	snprintf(boot, sizeof(boot), "boot-%u", lives->boot);
	event.states.items = lives->states;
	event.states.count = lives->n_states;
	event.states.boot_id = boot;
	hand_in(lives, &event);
}

/* --- an exemption of chance --- */

/* Returns which device was meant, where one was. */
static size_t choose_medium(struct lives *lives, struct exemption *new)
{
	struct usb_facts *usb;
	size_t i = dice(lives, DEVICES);

	switch (dice(lives, 4)) {
	case 0: new->medium.kind = EXEMPTION_MEDIUM_CLASS; break;
	case 1:
		if (usb_facts_parse(lives->devices[i].descriptors,
			    lives->devices[i].descriptors_size, &usb) < 0)
			abort();
		new->medium.kind = EXEMPTION_MEDIUM_DEVICE;
		new->medium.identity.vendor = usb->vendor;
		new->medium.identity.product = usb->product;
		snprintf(new->medium.identity.serial, sizeof(new->medium.identity.serial), "%s",
			kinds[i].serial);
		memcpy(new->medium.descriptors_sha256, usb->sha256, SHA256_SIZE);
		usb_facts_free(usb);
		break;
	default:
		new->medium.kind = EXEMPTION_MEDIUM_REGISTERED;
		snprintf(new->medium.number, sizeof(new->medium.number), "M-00123");
	}
	new->medium.device_class = CLASS_USB_STORAGE;
	return i;
}

static void say_exemption(const struct lives *lives, const struct exemption *new,
	enum exemption_method method, size_t meant)
{
	static const char *const media[] = {"none", "registered", "device", "class"};

	say(lives,
		"exemption %s %s %zu %s %s %u from=%lld to=%lld insertions=%u unplug=%d reboot=%d "
		"logout=%d online=%d code=%d phone=%d",
		new->id, media[new->medium.kind], meant, new->n_users == 0 ? "any" : new->users[0],
		new->use.access == VERDICT_ALLOW ? "write" : "read", new->use.duration_s,
		(long long)new->header.not_before, (long long)new->header.not_after,
		new->use.insertions, new->use.until != 0,
		(new->use.survives &EXEMPTION_SURVIVES_REBOOT) != 0,
		(new->use.survives &EXEMPTION_SURVIVES_LOGOUT) != 0, new->use.is_online,
		new->code_hash[0] != '\0', method == EXEMPTION_METHOD_PHONE);
}

void world_approve(struct lives *lives)
{
	size_t i = lives->n_exemptions++, meant;
	struct exemption *new = &lives->exemptions[i];
	int64_t now_s = (lives->clock_ms + (int64_t)lives->now_ms) / 1000;
	enum exemption_method method = EXEMPTION_METHOD_SCREEN;

	memset(new, 0, sizeof(*new));
	snprintf(new->id, sizeof(new->id), "E-0000000%zu", i);
	new->header.issued = now_s;
	new->header.not_before = now_s + (dice(lives, 4) ? 0 : (int64_t)dice(lives, 600));
	new->header.not_after =
		new->header.not_before + (int64_t)(dice(lives, 3) ? 86400 : dice(lives, 2400));
	meant = choose_medium(lives, new);
	new->use.access = dice(lives, 3) ? VERDICT_ALLOW : VERDICT_READ_ONLY;
	new->use.duration_s = (uint32_t)(60 + dice(lives, 2400));
	new->use.insertions = (uint16_t)(dice(lives, 3) ? 0 : 1 + dice(lives, 3));
	new->use.until = dice(lives, 6) ? 0 : EXEMPTION_UNTIL_UNPLUG;
	new->use.survives = (unsigned)dice(lives, 4);
	new->use.is_online = dice(lives, 5) == 0;
	if (dice(lives, 5) == 0) {
		snprintf(new->code_hash, sizeof(new->code_hash), "$y$j9T$x$y");
		method = dice(lives, 2) ? EXEMPTION_METHOD_PHONE : EXEMPTION_METHOD_SEALED;
	}
	if (!new->code_hash[0] || dice(lives, 2)) {
		new->n_users = 1;
		snprintf(new->users[0], sizeof(new->users[0]), "%s",
			dice(lives, 4) ? "tanaka" : "sato");
	}
	lives->documents[i] =
		(struct core_exemption){.fault = EXEMPTION_FAULT_NONE, .method = method};
	lives->is_here[i] = true;
	say_exemption(lives, new, method, meant);
	world_exemptions(lives);
}

/* --- beginnings --- */

static void scan(struct lives *lives)
{
	struct core_event event = {.kind = EVENT_SCAN_BEGAN};

	hand_in(lives, &event);
	for (size_t i = 0; i < DEVICES; i++) {
		lives->is_busy[i] = false;
		if (!lives->devices[i].is_plugged)
			continue;
		lives->devices[i].id = lives->next_id++;
		observe(lives, i, OBSERVED_PRESENT);
	}
	event.kind = EVENT_SCAN_ENDED;
	hand_in(lives, &event);
}

static void start(struct lives *lives)
{
	struct core_event keyboards = {.kind = EVENT_OTHER_KEYBOARDS, .other_keyboards = 1};

	lives->cut = -1;
	core_free(lives->core);
	if (core_new(&lives->core) < 0)
		abort();
	lives->wake_ms = CORE_NEVER;
	hand_in(lives, &keyboards);
	tell_states(lives);
	world_exemptions(lives);
	world_sessions(lives);
	world_policy(lives);
	scan(lives);
}

/* The acts that were under way are over, or were never begun. */
void world_restart(struct lives *lives)
{
	say(lives, "restart");
	for (size_t i = 0; i < DEVICES; i++) {
		if (lives->is_busy[i] && lives->devices[i].is_plugged && dice(lives, 2))
			model_carry_out(&lives->devices[i], &lives->plans[i]);
		lives->is_busy[i] = false;
	}
	say_ports(lives);
	start(lives);
}

void world_reboot(struct lives *lives)
{
	say(lives, "reboot");
	lives->boot++;
	lives->n_sessions = 0;
	for (size_t i = 0; i < DEVICES; i++) {
		lives->workers[i] = (struct worker){};
		if (!lives->devices[i].is_plugged)
			continue;
		model_plug(&lives->devices[i], lives->next_id++);
		say(lives, "plug %zu %u %llu", i, ++lives->plugs[i],
			(unsigned long long)lives->capacities[i]);
	}
	say_ports(lives);
	lives->now_ms += dice(lives, 600000);
	lives->boot_ms = lives->now_ms - 1000;
	start(lives);
}

void world_begin(struct lives *lives, unsigned long seed)
{
	static const char *const names[POLICIES] = {
		"office-exemptions", "office", "sticks-and-exemptions"};
	const struct medium *registered = &lives->registered;

	*lives = (struct lives){.seed = seed, .next_id = 1, .cut = -1};
	lives->state = seed * 0x9e3779b97f4a7c15ul + 1;
	lives->now_ms = 10000;
	lives->clock_ms = BEGINNING_S * 1000;
	for (size_t i = 0; i < POLICIES; i++)
		lives->policies[i] = material_policy_needed(names[i]);
	snprintf(lives->registered.number, sizeof(lives->registered.number), "M-00123");
	lives->registered.identity.vendor = 0x0951;
	lives->registered.identity.product = 0x1666;
	snprintf(lives->registered.identity.serial, sizeof(lives->registered.identity.serial),
		SERIAL);
	lives->media = material_media(&registered, 1);
	if (!lives->media)
		abort();
	for (size_t i = 0; i < DEVICES; i++) {
		model_init(&lives->devices[i], "", kinds[i].port, kinds[i].descriptors);
		snprintf(lives->devices[i].serial, sizeof(lives->devices[i].serial), "%s",
			kinds[i].serial);
		lives->capacities[i] = 1000 * (i + 1);
		lives->workers[i].answer_ms = UINT64_MAX;
	}
	say(lives, "life %lu", seed);
	start(lives);
}

void world_end(struct lives *lives)
{
	core_free(lives->core);
	media_free(lives->media);
	for (size_t i = 0; i < POLICIES; i++)
		policy_free(lives->policies[i]);
	for (size_t i = 0; i < DEVICES; i++)
		model_clear(&lives->devices[i]);
}
