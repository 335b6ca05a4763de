#include "agent/rehearse_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/printable.h"

#define CLAIM_SIZE 384

static void describe_claim(const struct record_device *device, char buffer[CLAIM_SIZE])
{
	bool has_both = device->manufacturer[0] && device->model[0];

	if (!device->manufacturer[0] && !device->model[0])
		snprintf(buffer, CLAIM_SIZE, "(says no name)");
	else
		snprintf(buffer, CLAIM_SIZE, "\"%.150s%s%.150s\"%s%s", device->manufacturer,
			has_both ? " " : "", device->model,
			device->medium[0] ? ", registered as " : "", device->medium);
}

static size_t count_let_in(const struct record *record)
{
	size_t count = 0;

	for (size_t i = 0; i < record->n_interfaces; i++)
		count += record->interfaces[i].verdict != VERDICT_BLOCK;
	return count;
}

/* Without the reason. */
static void describe_verdict(const struct record *record, char *buffer, size_t size)
{
	size_t let_in = count_let_in(record);

	if (record->event == RECORD_ALERT_LAST_INPUT)
		snprintf(buffer, size, "would be refused, but kept to type on");
	else if (record->verdict == VERDICT_BLOCK)
		snprintf(buffer, size, "would be refused");
	else if (record->verdict == VERDICT_READ_ONLY && let_in == record->n_interfaces)
		snprintf(buffer, size, "would be let in to be read only");
	else if (let_in < record->n_interfaces)
		snprintf(buffer, size, "would be let in partly, %zu of %zu interfaces", let_in,
			record->n_interfaces);
	else
		snprintf(buffer, size, "would be let in");
}

/* False: not of interest. */
static bool describe_event(const struct record *record, char *buffer, size_t size)
{
	switch ((int)record->event) {
	case RECORD_DEVICE_BLOCKED:
	case RECORD_DEVICE_ALLOWED:
	case RECORD_ALERT_LAST_INPUT: describe_verdict(record, buffer, size); return true;
	case RECORD_DEVICE_REMOVED: snprintf(buffer, size, "was unplugged"); return true;
	case RECORD_DEVICE_FLAPPING:
		snprintf(buffer, size, "comes and goes, %" PRIu64 " times", record->number);
		return true;
	default: return false;
	}
}

size_t rehearse_describe(const struct record *record, char buffer[REHEARSE_LINE_SIZE])
{
	char claim[CLAIM_SIZE], event[96], reason[256] = "", line[2 * REHEARSE_LINE_SIZE];
	const struct record_device *device = &record->device;
	bool has_reason =
		record->event != RECORD_DEVICE_REMOVED && record->reason.code != REASON_NOT_JUDGED;

	if (!describe_event(record, event, sizeof(event)))
		return 0;
	describe_claim(device, claim);
	if (has_reason)
		reason_describe(&record->reason, reason, sizeof(reason));
	snprintf(line, sizeof(line), "%-7s %04" PRIx16 ":%04" PRIx16 "  %s  %s%s%s", device->name,
		device->vendor, device->product, claim, event, reason[0] ? ": " : "", reason);
	return printable_copy(buffer, REHEARSE_LINE_SIZE, line);
}

static void remove_at(struct rehearse_lines *lines, size_t index)
{
	lines->count--;
	memmove(&lines->waiting[index], &lines->waiting[index + 1],
		(lines->count - index) * sizeof(lines->waiting[0]));
}

bool rehearse_lines_add(
	struct rehearse_lines *lines, const char *name, const char *text, uint64_t due_ms)
{
	for (size_t i = 0; i < lines->count; i++)
		if (strcmp(lines->waiting[i].name, name) == 0) {
			remove_at(lines, i);
			break;
		}
	if (lines->count == REHEARSE_WAITING_MAX)
		return false;
	snprintf(lines->waiting[lines->count].name, sizeof(lines->waiting[0].name), "%s", name);
	snprintf(lines->waiting[lines->count].text, sizeof(lines->waiting[0].text), "%s", text);
	lines->waiting[lines->count++].due_ms = due_ms;
	return true;
}

bool rehearse_lines_take(
	struct rehearse_lines *lines, uint64_t now_ms, char buffer[REHEARSE_LINE_SIZE])
{
	for (size_t i = 0; i < lines->count; i++) {
		if (lines->waiting[i].due_ms > now_ms)
			continue;
		memcpy(buffer, lines->waiting[i].text, REHEARSE_LINE_SIZE);
		remove_at(lines, i);
		return true;
	}
	return false;
}

uint64_t rehearse_lines_due_ms(const struct rehearse_lines *lines)
{
	uint64_t due = REHEARSE_NEVER;

	for (size_t i = 0; i < lines->count; i++)
		if (lines->waiting[i].due_ms < due)
			due = lines->waiting[i].due_ms;
	return due;
}
