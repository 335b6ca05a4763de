#include "tests/scenarios/exemptions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/timestamp.h"
#include "policy/value.h"
#include "tests/scenarios/settings.h"
#include "tests/scenarios/words.h"

#define DAY_S          86400
#define SECONDS_OF_TWO (2 * DAY_S)

static void take_id(struct play *play, char **rest, char ret[EXEMPTION_ID_SIZE])
{
	const char *word = next_word(rest);

	if (!word || !exemption_id_is_valid(word)) {
		play_fail(play, "'%s' is no id of an exemption", word ? word : "");
		word = "";
	}
	snprintf(ret, EXEMPTION_ID_SIZE, "%s", word);
}

/* --- documents --- */

void send_exemptions(struct play *play)
{
	struct core_event event = {.kind = EVENT_EXEMPTIONS};

	for (size_t i = 0; i < play->n_exemptions; i++)
		play->documents[i].exemption = &play->exemptions[i];
	event.exemptions.items = play->documents;
	event.exemptions.count = play->n_exemptions;
	play_event(play, &event);
}

static size_t find_exemption(struct play *play, char **rest)
{
	char id[EXEMPTION_ID_SIZE];

	take_id(play, rest, id);
	for (size_t i = 0; i < play->n_exemptions; i++)
		if (strcmp(play->exemptions[i].id, id) == 0)
			return i;
	play_fail(play, "there is no exemption %s", id);
	return 0;
}

static int64_t next_day(struct play *play, char **rest)
{
	const char *word = next_word(rest);
	int64_t time_s = 0;

	if (!word || timestamp_parse(word, &time_s) < 0)
		play_fail(play, "a time like 2026-04-01T00:00:00+09:00 is missing");
	return time_s;
}

static void take_medium_of(
	struct play *play, char **rest, const struct model_device *device, struct exemption *ret)
{
	struct usb_facts *facts;

	if (!device || usb_facts_parse(device->descriptors, device->descriptors_size, &facts) < 0)
		return;
	ret->medium.kind = EXEMPTION_MEDIUM_DEVICE;
	ret->medium.identity.vendor = facts->vendor;
	ret->medium.identity.product = facts->product;
	snprintf(ret->medium.identity.serial, sizeof(ret->medium.identity.serial), "%.126s",
		device->serial);
	memcpy(ret->medium.descriptors_sha256, facts->sha256, SHA256_SIZE);
	usb_facts_free(facts);
}

static void take_medium(struct play *play, char **rest, struct exemption *ret)
{
	const char *word;

	if (is_next(rest, "registered")) {
		word = next_word(rest);
		ret->medium.kind = EXEMPTION_MEDIUM_REGISTERED;
		snprintf(ret->medium.number, sizeof(ret->medium.number), "%s", word ? word : "");
	} else if (is_next(rest, "device")) {
		take_medium_of(play, rest, play_device(play, next_word(rest)), ret);
	} else if (is_next(rest, "class")) {
		ret->medium.kind = EXEMPTION_MEDIUM_CLASS;
		ret->medium.device_class = CLASS_USB_STORAGE;
	} else {
		play_fail(play, "an exemption is for registered, device or class");
	}
}

static void take_users(char **rest, struct exemption *ret)
{
	char *list = next_word(rest), *user;

	if (list && strcmp(list, "any") == 0)
		return;
	while (list && (user = strsep(&list, ",")) && ret->n_users < EXEMPTION_USERS_MAX)
		snprintf(ret->users[ret->n_users++], sizeof(ret->users[0]), "%s", user);
}

static bool take_flag(struct play *play, char **rest, struct exemption *ret)
{
	if (is_next(rest, "until unplug"))
		ret->use.until |= EXEMPTION_UNTIL_UNPLUG;
	else if (is_next(rest, "survives reboot"))
		ret->use.survives |= EXEMPTION_SURVIVES_REBOOT;
	else if (is_next(rest, "survives logout"))
		ret->use.survives |= EXEMPTION_SURVIVES_LOGOUT;
	else if (is_next(rest, "online"))
		ret->use.is_online = true;
	else if (is_next(rest, "code"))
		snprintf(ret->code_hash, sizeof(ret->code_hash), "$y$j9T$x$y");
	else
		return false;
	return true;
}

static void take_term(struct play *play, char **rest, struct exemption *ret)
{
	const char *word;

	if (take_flag(play, rest, ret))
		return;
	if (is_next(rest, "from")) {
		ret->header.not_before = next_day(play, rest);
	} else if (is_next(rest, "to")) {
		ret->header.not_after = next_day(play, rest);
	} else if (is_next(rest, "insertions")) {
		ret->use.insertions = (uint16_t)next_number(play, rest);
	} else if (is_next(rest, "capacity")) {
		ret->medium.capacity_bytes = next_number(play, rest);
	} else if (is_next(rest, "volume")) {
		word = next_word(rest);
		snprintf(ret->medium.volume, sizeof(ret->medium.volume), "%s", word ? word : "");
	} else {
		play_fail(play, "what is '%s' of an exemption?", text_of(rest));
	}
}

static enum exemption_method take_method(char **rest)
{
	if (is_next(rest, "phone"))
		return EXEMPTION_METHOD_PHONE;
	if (is_next(rest, "sealed"))
		return EXEMPTION_METHOD_SEALED;
	return is_next(rest, "prepared") ? EXEMPTION_METHOD_PREPARED : EXEMPTION_METHOD_SCREEN;
}

void take_exemption(struct play *play, char **rest)
{
	struct exemption *new = &play->exemptions[play->n_exemptions];
	struct core_exemption *document = &play->documents[play->n_exemptions];
	int64_t now_s = (play->clock_ms + (int64_t)play->now_ms) / 1000;
	const char *word;

	if (play->n_exemptions == PLAY_EXEMPTIONS_MAX)
		return play_fail(play, "more than %d exemptions", PLAY_EXEMPTIONS_MAX);
	*new = (struct exemption){
		.header = {
			.issued = now_s, .not_before = now_s, .not_after = now_s + SECONDS_OF_TWO}};
	*document = (struct core_exemption){.fault = EXEMPTION_FAULT_NONE, .approvers = "suzuki"};
	take_id(play, rest, new->id);
	document->method = take_method(rest);
	take_medium(play, rest, new);
	take_users(rest, new);
	word = next_word(rest);
	if (!word || exemption_direction_from_name(word, &new->use.access) < 0)
		play_fail(play, "read-only or read-write is missing");
	word = next_word(rest);
	if (!word || duration_parse(word, 60, EXEMPTION_DURATION_MAX_S, &new->use.duration_s) < 0)
		play_fail(play, "a duration like 30m is missing");
	while (*text_of(rest) && !play->failure[0])
		take_term(play, rest, new);
	play->n_exemptions++;
	send_exemptions(play);
}

void withdraw_exemption(struct play *play, char **rest)
{
	size_t i = find_exemption(play, rest);

	if (play->failure[0])
		return;
	memmove(&play->exemptions[i], &play->exemptions[i + 1],
		(play->n_exemptions - i - 1) * sizeof(play->exemptions[0]));
	memmove(&play->documents[i], &play->documents[i + 1],
		(play->n_exemptions - i - 1) * sizeof(play->documents[0]));
	play->n_exemptions--;
	send_exemptions(play);
}

void set_fault(struct play *play, char **rest)
{
	size_t i = find_exemption(play, rest);
	const char *word = next_word(rest);

	if (!word || exemption_fault_from_name(word, &play->documents[i].fault) < 0)
		return play_fail(play, "no fault is called '%s'", word ? word : "");
	send_exemptions(play);
}

void hear_news(struct play *play, char **rest)
{
	struct core_event event = {.kind = EVENT_NEWS};

	play_event(play, &event);
}

/* --- sessions: "login tanaka as 2" --- */

static void send_sessions(struct play *play)
{
	struct core_event event = {.kind = EVENT_SESSIONS};

	event.sessions.items = play->sessions;
	event.sessions.count = play->n_sessions;
	play_event(play, &event);
}

static void make_active(struct play *play, const char *id)
{
	for (size_t i = 0; i < play->n_sessions; i++)
		play->sessions[i].is_active = id && strcmp(play->sessions[i].id, id) == 0;
}

/* The same account has the same uid. */
static uint32_t uid_of(const char *user)
{
	uint32_t uid = 1000;

	for (const char *c = user; *c; c++)
		uid += (uint32_t)(unsigned char)*c;
	return uid;
}

void login(struct play *play, char **rest)
{
	struct core_session *new = &play->sessions[play->n_sessions];
	const char *user = next_word(rest), *id = is_next(rest, "as") ? next_word(rest) : "1";

	if (!user || !id || play->n_sessions == PLAY_SESSIONS_MAX)
		return play_fail(play, "who logs in?");
	*new = (struct core_session){.uid = uid_of(user)};
	snprintf(new->user, sizeof(new->user), "%s", user);
	snprintf(new->id, sizeof(new->id), "%s", id);
	play->n_sessions++;
	make_active(play, id);
	send_sessions(play);
}

void logout(struct play *play, char **rest)
{
	const char *id = next_word(rest);

	for (size_t i = 0; id && i < play->n_sessions; i++) {
		if (strcmp(play->sessions[i].id, id) != 0)
			continue;
		play->sessions[i] = play->sessions[--play->n_sessions];
		return send_sessions(play);
	}
	play_fail(play, "there is no session '%s'", id ? id : "");
}

void switch_session(struct play *play, char **rest)
{
	make_active(play, next_word(rest));
	send_sessions(play);
}

/* --- the worker --- */

static void answer(struct play *play, struct model_device *device, struct medium_answer *medium)
{
	struct core_event event = {.kind = EVENT_MEDIUM};

	if (!device)
		return;
	event.device_id = device->id;
	event.medium = medium;
	play_event(play, &event);
}

void shown(struct play *play, char **rest)
{
	struct medium_answer medium = {.kind = MEDIUM_ANSWER_SHOWN, .capacity_bytes = 1000};
	struct model_device *device = play_device(play, next_word(rest));
	const char *word;

	snprintf(medium.path, sizeof(medium.path), "/run/media/tanaka/USB");
	if (is_next(rest, "capacity"))
		medium.capacity_bytes = next_number(play, rest);
	word = is_next(rest, "volume") ? next_word(rest) : "1234-ABCD";
	snprintf(medium.volume, sizeof(medium.volume), "%s", word ? word : "");
	answer(play, device, &medium);
}

static void answer_word(struct play *play, char **rest, enum medium_answer_kind kind)
{
	struct medium_answer medium = {.kind = kind};
	struct model_device *device = play_device(play, next_word(rest));
	const char *word = next_word(rest);

	snprintf(medium.word, sizeof(medium.word), "%s", word ? word : "");
	snprintf(medium.text, sizeof(medium.text), "%s", word ? word : "");
	answer(play, device, &medium);
}

void cannot_show(struct play *play, char **rest)
{
	answer_word(play, rest, MEDIUM_ANSWER_FAILED);
}

void held(struct play *play, char **rest)
{
	answer_word(play, rest, MEDIUM_ANSWER_HOLDERS);
}

void medium_gone(struct play *play, char **rest)
{
	answer_word(play, rest, MEDIUM_ANSWER_GONE);
}

/* "clean stick [time]", "forced stick" */
void medium_ended(struct play *play, char **rest)
{
	struct medium_answer medium = {.kind = MEDIUM_ANSWER_ENDED};
	const char *how = next_word(rest);
	struct model_device *device = play_device(play, next_word(rest));
	const char *word = next_word(rest);

	if (!how || medium_end_from_name(how, &medium.end) < 0)
		return play_fail(play, "a medium ends clean, holders or forced");
	snprintf(medium.word, sizeof(medium.word), "%s", word ? word : "");
	if (medium.end == MEDIUM_END_HOLDERS)
		snprintf(medium.text, sizeof(medium.text), "cp (4711)");
	answer(play, device, &medium);
}

/* --- people --- */

static void command(
	struct play *play, char **rest, enum exemption_command what, const char *text, bool keeps)
{
	struct core_event event = {.kind = EVENT_EXEMPTION_COMMAND};
	char id[EXEMPTION_ID_SIZE];

	take_id(play, rest, id);
	event.command.command = what;
	event.command.id = id;
	event.command.user = what == EXEMPTION_REDEEMED ? next_word(rest) : NULL;
	event.command.text = text;
	event.command.keeps = keeps || is_next(rest, "to plug it in again");
	play_event(play, &event);
}

void redeem(struct play *play, char **rest)
{
	command(play, rest, EXEMPTION_REDEEMED, NULL, false);
}

void eject(struct play *play, char **rest)
{
	command(play, rest, EXEMPTION_EJECT, NULL, false);
}

void hand_back(struct play *play, char **rest)
{
	command(play, rest, EXEMPTION_RETURN, "desk", false);
}

void report(struct play *play, char **rest)
{
	command(play, rest, EXEMPTION_REPORTED, "done", false);
}
