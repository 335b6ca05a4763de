/* What is written down of an exemption: its state for a restart, and records. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/core_exemption.h"

int life_keep(struct core *core, const struct life *life)
{
	struct core_action *action = core_action(core, ACTION_EXEMPTION_STATE);

	if (!action)
		return -ENOMEM;
	action->state = life->state;
	return 0;
}

/* What its life says, over what its document does. */
static void describe(const struct life *life, struct record_exemption *ret)
{
	const struct exemption_state *state = &life->state;

	if (life->is_known) {
		record_exemption_fill(&life->exemption, ret);
		memcpy(ret->approvers, life->known.approvers, sizeof(ret->approvers));
		memcpy(ret->approver_names, life->known.approver_names,
			sizeof(ret->approver_names));
		ret->method = life->known.method;
	}
	memcpy(ret->id, state->id, sizeof(ret->id));
	ret->insertions = state->insertions;
	if (state->user[0])
		memcpy(ret->user, state->user, sizeof(ret->user));
	if (state->capacity) {
		ret->capacity = state->capacity;
		memcpy(ret->volume, state->volume, sizeof(ret->volume));
	}
	snprintf(ret->path, sizeof(ret->path), "%s", life->path);
	snprintf(ret->place, sizeof(ret->place), "%s", life->place);
}

static void describe_end(
	const struct life *life, enum record_event event, struct record_exemption *ret)
{
	if (event != RECORD_EXEMPTION_ENDING && event != RECORD_EXEMPTION_ENDED)
		return;
	snprintf(ret->reason, sizeof(ret->reason), "%s", exemption_end_name(life->state.end));
	snprintf(ret->holders, sizeof(ret->holders), "%s", life->holders);
	ret->has_ended = event == RECORD_EXEMPTION_ENDED;
	ret->is_clean = ret->has_ended && life->state.is_clean;
}

int life_record(struct core *core, const struct life *life, enum record_event event,
	const char *reason, const char *text)
{
	const struct device *device =
		life->device_id ? core_find_device(core, life->device_id) : NULL;
	struct record_exemption *exemption;
	struct record *record = core_record_and(core, event, device, sizeof(*exemption));

	if (!record)
		return -ENOMEM;
	exemption = (struct record_exemption *)(record + 1);
	describe(life, exemption);
	describe_end(life, event, exemption);
	if (reason)
		snprintf(exemption->reason, sizeof(exemption->reason), "%s", reason);
	if (text)
		snprintf(record->text, sizeof(record->text), "%s", text);
	record->exemption = exemption;
	if (event == RECORD_EXEMPTION_WARNED)
		record->number =
			(life_until_ms(core, life) - core->now_ms + 60 * 1000 - 1) / (60 * 1000);
	return 0;
}
