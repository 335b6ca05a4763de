#include "tests/scenarios/action_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text {
	char *buffer;
	size_t size, used;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(text->buffer + text->used, text->size - text->used, format, arguments);
	va_end(arguments);
	text->used += (size_t)n;
	if (text->used >= text->size)
		text->used = text->size - 1;
}

static void add_exemption(struct text *text, const struct record_exemption *exemption)
{
	add(text, " %s", exemption->id);
	if (exemption->reason[0])
		add(text, " %s", exemption->reason);
	if (exemption->has_ended)
		add(text, "%s", exemption->is_clean ? " clean" : " unclean");
	if (exemption->holders[0])
		add(text, " held by %s", exemption->holders);
}

/* What matters beside the event and the device, for those that have it. */
static void add_details(struct text *text, const struct record *record)
{
	unsigned long long number = record->number;

	if (record->exemption)
		add_exemption(text, record->exemption);
	switch ((int)record->event) {
	case RECORD_DEVICE_BLOCKED:
	case RECORD_DEVICE_ALLOWED:
	case RECORD_ALERT_LAST_INPUT:
		add(text, " %s", reason_code_name(record->reason.code));
		if (record->is_rehearsed)
			add(text, " rehearsed");
		if (record->device.medium[0])
			add(text, " medium %s", record->device.medium);
		break;
	case RECORD_DEVICE_DISGUISED:
		add(text, " %s %s", reason_code_name(record->reason.code),
			device_class_name(record->reason.device_class));
		break;
	case RECORD_DEVICE_FAILED:
		add(text, " %s %llu", strerrorname_np(record->error), number);
		break;
	case RECORD_DEVICE_SLOW: add(text, " %llums", number); break;
	case RECORD_DEVICE_FLAPPING:
		add(text, " %llu times%s%s", number, record->text[0] ? " " : "", record->text);
		break;
	case RECORD_EXEMPTION_WARNED: add(text, " %lluminutes", number); break;
	case RECORD_REHEARSAL_BEGAN: add(text, " %s", record->text); break;
	default: break;
	}
}

static void add_plan(struct text *text, const struct core_plan *plan, const char *name)
{
	if (!plan->authorize) {
		add(text, "shut %s", name);
		return;
	}
	if (plan->takes_all) {
		add(text, "allow %s everything", name);
		return;
	}
	add(text, "allow %s %u:", name, plan->configuration);
	for (size_t i = 0; i < plan->n_interfaces; i++)
		add(text, " %u", plan->interfaces[i]);
	if (plan->access == DISK_ACCESS_READ_ONLY)
		add(text, " read-only");
	if (plan->access == DISK_ACCESS_WRITE)
		add(text, " to write");
	if (plan->access == DISK_ACCESS_MEDIUM)
		add(text, " ours");
}

static void add_medium(struct text *text, enum core_action_kind kind,
	const struct medium_order *order, const char *name)
{
	unsigned long long deadline_ms = order->deadline_ms;

	if (kind == ACTION_MEDIUM_END) {
		add(text, "end %s %s", name, order->word);
		return;
	}
	if (kind == ACTION_MEDIUM_OPEN)
		add(text, "open %s %s %s %s until %llums", name, order->id, order->user,
			order->is_writable ? "to write" : "read-only", deadline_ms);
	else
		add(text, "deadline %s %s %llums", name, order->id, deadline_ms);
	if (order->capacity_bytes)
		add(text, " capacity %llu", (unsigned long long)order->capacity_bytes);
	if (order->volume[0])
		add(text, " volume %s", order->volume);
}

static void add_state(struct text *text, const struct exemption_state *state)
{
	add(text, "state %s %s", state->id, exemption_phase_name(state->phase));
	if (state->end != EXEMPTION_END_NONE)
		add(text, " %s", exemption_end_name(state->end));
}

void action_text(const struct core_action *action,
	const char *(*name_of)(const void *userdata, const char *port), const void *userdata,
	char *buffer, size_t size)
{
	struct text text = {.buffer = buffer, .size = size};
	const char *port;

	buffer[0] = '\0';
	switch (action->kind) {
	case ACTION_RECORD:
		port = action->record->device.name;
		add(&text, "record %s", record_event_name(action->record->event));
		if (port[0])
			add(&text, " %s", name_of(userdata, port));
		add_details(&text, action->record);
		break;
	case ACTION_CARRY_OUT:
		add_plan(&text, &action->plan, name_of(userdata, action->plan.name));
		break;
	case ACTION_SCAN: add(&text, "scan"); break;
	case ACTION_TRIAL_BEGAN: add(&text, "trial began"); break;
	case ACTION_TRIAL_PASSED: add(&text, "trial passed"); break;
	case ACTION_TRIAL_FAILED: add(&text, "trial failed"); break;
	case ACTION_EXEMPTION_STATE: add_state(&text, &action->state); break;
	case ACTION_EXEMPTION_FORGET: add(&text, "forget %s", action->state.id); break;
	case ACTION_MEDIUM_OPEN:
	case ACTION_MEDIUM_DEADLINE:
	case ACTION_MEDIUM_END:
		add_medium(&text, action->kind, &action->medium.order,
			name_of(userdata, action->medium.name));
		break;
	case ACTION_NONE: add(&text, "none"); break;
	}
}
