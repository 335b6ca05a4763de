/* The medium of an exemption: when the worker is to show it and to end, and what it reports. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/core_exemption.h"

uint64_t life_until_ms(const struct core *core, const struct life *life)
{
	const struct exemption_moment moment = core_moment(core);

	if (!life->is_known)
		return life->state.deadline_ms;
	return exemption_until_ms(life_exemption(life), &life->state, &moment);
}

static struct core_medium *medium_action(
	struct core *core, const struct life *life, enum core_action_kind kind)
{
	struct core_action *action = core_action(core, kind);
	const struct device *device = core_find_device(core, life->device_id);

	if (!action)
		return NULL;
	action->medium.device_id = life->device_id;
	if (device)
		memcpy(action->medium.name, device->seen.name, sizeof(action->medium.name));
	return &action->medium;
}

/* The medium that it is bound to since it was shown, else the one that the document names. */
static void name_medium(const struct life *life, struct medium_order *order)
{
	const struct exemption_medium *medium = &life_exemption(life)->medium;
	const char *volume = life->state.capacity ? life->state.volume : medium->volume;

	order->capacity_bytes =
		life->state.capacity ? life->state.capacity : medium->capacity_bytes;
	snprintf(order->volume, sizeof(order->volume), "%s", volume);
}

static int ask(struct core *core, struct life *life, enum core_action_kind kind)
{
	struct core_medium *medium = medium_action(core, life, kind);
	struct medium_order *order;

	if (!medium)
		return -ENOMEM;
	order = &medium->order;
	order->kind = kind == ACTION_MEDIUM_OPEN ? MEDIUM_ORDER_OPEN : MEDIUM_ORDER_DEADLINE;
	memcpy(order->id, life->state.id, sizeof(life->state.id));
	order->deadline_ms = life->told_ms = life_until_ms(core, life);
	if (kind != ACTION_MEDIUM_OPEN)
		return 0;
	memcpy(order->device, medium->name, sizeof(order->device));
	memcpy(order->user, life->state.user, sizeof(order->user));
	order->uid = life->state.uid;
	order->is_writable = life_exemption(life)->use.access == VERDICT_ALLOW;
	order->grace_ms = MEDIUM_GRACE_MS;
	name_medium(life, order);
	life->stage = MEDIUM_ASKED;
	return 0;
}

static bool is_let_in(const struct device *device)
{
	return device->act == ACT_NONE && device->seen.is_authorized &&
	       device->seen.access == DISK_ACCESS_MEDIUM &&
	       device->decision.reason.code == REASON_EXEMPTION && device_is_as_wished(device);
}

static bool has_moved(uint64_t a, uint64_t b)
{
	return a > b ? a - b > DEADLINE_SLACK_MS : b - a > DEADLINE_SLACK_MS;
}

int life_follow(struct core *core, struct life *life)
{
	const struct device *device = core_find_device(core, life->device_id);

	if (!device)
		return 0;
	if (life->stage == MEDIUM_LETTING_IN)
		return is_let_in(device) ? ask(core, life, ACTION_MEDIUM_OPEN) : 0;
	if ((life->stage == MEDIUM_ASKED || life->stage == MEDIUM_IN_USE) &&
		has_moved(life->told_ms, life_until_ms(core, life)))
		return ask(core, life, ACTION_MEDIUM_DEADLINE);
	return 0;
}

int life_close(struct core *core, struct life *life, enum exemption_end why)
{
	struct core_medium *medium;

	/* Whoever is killed meanwhile does not show it again. */
	if (life->state.phase != EXEMPTION_ENDING) {
		life->state.is_detached = true;
		if (life_keep(core, life) < 0)
			return -ENOMEM;
	}
	medium = medium_action(core, life, ACTION_MEDIUM_END);
	if (!medium)
		return -ENOMEM;
	medium->order.kind = MEDIUM_ORDER_END;
	medium->order.grace_ms = MEDIUM_GRACE_MS;
	snprintf(medium->order.word, sizeof(medium->order.word), "%s", exemption_end_name(why));
	life->stage = MEDIUM_CLOSING;
	life->bar = REASON_EXEMPTION_DETACHED;
	life->closing_ms = core->now_ms + MEDIUM_GRACE_MS + MEDIUM_SILENT_MS;
	return 0;
}

/* The exemption goes on; its device is refused until it is plugged in again. */
static int detach(struct core *core, struct life *life, enum reason_code code)
{
	life->state.is_detached = life->state.number != 0;
	life_let_go(core, life, code);
	return life_keep(core, life);
}

int life_closed(struct core *core, struct life *life, bool is_clean)
{
	enum reason_code code =
		life->stage == MEDIUM_CLOSING ? life->bar : REASON_EXEMPTION_DETACHED;

	life->is_dirty = life->is_dirty && !is_clean;
	if (life->state.phase == EXEMPTION_ENDING)
		return life_finish(core, life);
	return detach(core, life, code);
}

int life_insertion_over(struct core *core, struct life *life)
{
	const struct exemption *exemption = life_exemption(life);
	struct exemption_state *state = &life->state;

	state->bus = state->number = 0;
	state->is_detached = false;
	if (!life_may_go_on(life))
		return 0;
	if (exemption->use.until & EXEMPTION_UNTIL_UNPLUG) {
		state->end = EXEMPTION_END_UNPLUG;
		return life_finish(core, life);
	}
	if (exemption->use.insertions && state->insertions >= exemption->use.insertions) {
		state->end = EXEMPTION_END_INSERTIONS;
		return life_finish(core, life);
	}
	return life_keep(core, life);
}

int life_pulled_out(struct core *core, struct life *life)
{
	if (life->state.phase == EXEMPTION_ENDING) {
		life->state.bus = life->state.number = 0;
		return life_finish(core, life);
	}
	life_let_go(core, life, REASON_EXEMPTION_ANOTHER_MEDIUM);
	return life_insertion_over(core, life);
}

int exemptions_lose_device(struct core *core, const struct device *device)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < core->exemptions.n_lives; i++) {
		struct life *life = core->exemptions.lives[i];
		bool is_in = life_is_same_insertion(life, device) &&
			     strcmp(life->state.boot_id, core->exemptions.boot_id) == 0;

		if (life->device_id == device->id)
			r = life_pulled_out(core, life);
		else if (is_in && core->exemptions.is_resumed)
			r = life_insertion_over(core, life);
	}
	return r;
}

/* A keyboard that came to light in it would go on typing until the disk is unmounted. */
static bool is_more_than_a_disk(const struct device *device)
{
	for (size_t i = 0; i < device->n_findings; i++)
		if (device->findings[i].device_class != CLASS_USB_STORAGE)
			return true;
	return false;
}

bool exemptions_hold(const struct core *core, const struct device *device)
{
	const struct life *life = life_of_device(core, device->id);

	return life && life->stage == MEDIUM_CLOSING && !is_more_than_a_disk(device);
}

/* --- reports --- */

static bool is_other_medium(const struct life *life, const struct medium_answer *answer)
{
	struct medium_order expected = {.kind = MEDIUM_ORDER_OPEN};

	name_medium(life, &expected);
	return (expected.capacity_bytes && expected.capacity_bytes != answer->capacity_bytes) ||
	       (expected.volume[0] && strcmp(expected.volume, answer->volume) != 0);
}

/* What was shown first is what is meant from then on. */
static int bind_medium(struct core *core, struct life *life, const struct medium_answer *answer)
{
	if (life->state.capacity || answer->capacity_bytes == 0 ||
		life_exemption(life)->medium.kind == EXEMPTION_MEDIUM_CLASS)
		return 0;
	life->state.capacity = answer->capacity_bytes;
	memcpy(life->state.volume, answer->volume, sizeof(life->state.volume));
	return life_keep(core, life);
}

static int take_shown(struct core *core, struct life *life, const struct medium_answer *answer)
{
	bool is_new = !life->is_resumed && life->stage != MEDIUM_IN_USE;
	int r;

	if (life->stage == MEDIUM_CLOSING)
		return 0;
	if (is_other_medium(life, answer)) {
		r = life_record(core, life, RECORD_MEDIUM_REFUSED, "another-medium", answer->text);
		if (r == 0)
			r = life_close(core, life, EXEMPTION_END_EJECT);
		life->bar = REASON_EXEMPTION_ANOTHER_MEDIUM;
		return r;
	}
	/* Of its own accord, after a restart: it is asked all the same, for the deadline. */
	if (life->stage != MEDIUM_LETTING_IN) {
		life->stage = MEDIUM_IN_USE;
		life->is_resumed = false;
	}
	life->is_dirty = true;
	memcpy(life->path, answer->path, sizeof(life->path));
	r = bind_medium(core, life, answer);
	return r < 0 || !is_new ? r : life_record(core, life, RECORD_MEDIUM_SHOWN, NULL, NULL);
}

static enum reason_code bar_of_word(const char *word)
{
	return strcmp(word, "another-medium") == 0 ? REASON_EXEMPTION_ANOTHER_MEDIUM
						   : REASON_EXEMPTION_FAILED;
}

/* A plug that showed nothing is no insertion. */
static int take_failed(struct core *core, struct life *life, const struct medium_answer *answer)
{
	int r = life_record(core, life, RECORD_MEDIUM_REFUSED, answer->word, answer->text);

	if (r < 0)
		return r;
	if (life->state.phase == EXEMPTION_ENDING)
		return life_finish(core, life);
	if (!life->is_dirty && life->state.insertions > 0 && !life->is_resumed)
		life->state.insertions--;
	return detach(
		core, life, life->stage == MEDIUM_CLOSING ? life->bar : bar_of_word(answer->word));
}

static int take_holders(struct core *core, struct life *life, const struct medium_answer *answer)
{
	memcpy(life->holders, answer->text, sizeof(life->holders));
	return life->state.phase == EXEMPTION_ENDING
		       ? life_record(core, life, RECORD_EXEMPTION_ENDING, NULL, NULL)
		       : 0;
}

/* At the deadline the worker may be a little faster than we are. */
static bool ended_by_time(
	const struct core *core, const struct life *life, const struct medium_answer *answer)
{
	return life_runs(life) && life->stage != MEDIUM_CLOSING &&
	       strcmp(answer->word, "time") == 0 &&
	       life_until_ms(core, life) <= core->now_ms + DEADLINE_SLACK_MS;
}

static int take_ended(struct core *core, struct life *life, const struct medium_answer *answer)
{
	bool is_clean = medium_end_is_clean(answer->end);
	int r = 0;

	if (answer->end != MEDIUM_END_CLEAN && answer->text[0])
		memcpy(life->holders, answer->text, sizeof(life->holders));
	if (ended_by_time(core, life, answer)) {
		life->state.phase = EXEMPTION_ENDING;
		life->state.end = life->state.deadline_ms <= core->now_ms + DEADLINE_SLACK_MS
					  ? EXEMPTION_END_TIME
					  : EXEMPTION_END_NOT_AFTER;
	} else if (life->stage != MEDIUM_CLOSING) {
		r = life_record(core, life, RECORD_MEDIUM_REFUSED, answer->word, answer->text);
		if (r < 0)
			return r;
		life->stage = MEDIUM_CLOSING;
		life->bar = bar_of_word(answer->word);
	}
	return life_closed(core, life, is_clean);
}

/* Out of a reader that stays, perhaps: what comes next into it is not what was meant. */
static int take_gone(struct core *core, struct life *life)
{
	if (life->state.phase == EXEMPTION_ENDING ||
		(life_exemption(life)->use.until & EXEMPTION_UNTIL_UNPLUG))
		return life_pulled_out(core, life);
	return detach(core, life, REASON_EXEMPTION_ANOTHER_MEDIUM);
}

/* What one worker says at its end may come after the device was opened by another exemption. */
static bool is_about(const struct life *life, const struct medium_answer *answer)
{
	return !answer->id[0] || life->is_resumed || strcmp(answer->id, life->state.id) == 0 ||
	       strcmp(answer->id, life->before) == 0;
}

int exemptions_take_report(struct core *core, const struct core_event *event)
{
	const struct medium_answer *answer = event->medium;
	struct life *life = life_of_device(core, event->device_id);

	if (!life || !is_about(life, answer))
		return 0;
	switch (answer->kind) {
	case MEDIUM_ANSWER_SHOWN: return take_shown(core, life, answer);
	case MEDIUM_ANSWER_FAILED: return take_failed(core, life, answer);
	case MEDIUM_ANSWER_HOLDERS: return take_holders(core, life, answer);
	case MEDIUM_ANSWER_ENDED: return take_ended(core, life, answer);
	case MEDIUM_ANSWER_GONE: return take_gone(core, life);
	case MEDIUM_ANSWER_NONE:
	case MEDIUM_ANSWER_WAITING:
	case MEDIUM_ANSWER_OPENING:
	case MEDIUM_ANSWER_COUNT: break;
	}
	return 0;
}
