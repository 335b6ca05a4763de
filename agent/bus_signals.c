#include "agent/bus_signals.h"

#include <stdio.h>
#include <string.h>

#include "agent/bus.h"
#include "agent/bus_reason.h"
#include "policy/printable.h"
#include "policy/sha256_text.h"

#define SEVERITY_OF_WARNINGS 3 /* medium, by record_severity() */

static int append_decision(sd_bus_message *signal, const struct record *record, uint64_t sequence)
{
	char name[DEVICE_NAME_MAX + 1];
	int r;

	printable_copy(name, sizeof(name), record->device.name);
	r = sd_bus_message_append(signal, "sss", name, device_class_name(record->device_class),
		verdict_name(record->verdict));
	if (r >= 0)
		r = bus_reason_append(signal, &record->reason);
	return r < 0 ? r : sd_bus_message_append(signal, "t", sequence);
}

static int append_removal(sd_bus_message *signal, const struct record *record, uint64_t sequence)
{
	char name[DEVICE_NAME_MAX + 1];

	printable_copy(name, sizeof(name), record->device.name);
	return sd_bus_message_append(signal, "st", name, sequence);
}

static int append_policy(sd_bus_message *signal, const struct record *record, uint64_t sequence)
{
	char hex[SHA256_TEXT_SIZE];

	sha256_text(record->policy_sha256, hex);
	return sd_bus_message_append(signal, "tst", record->policy_serial, hex, sequence);
}

/* What everybody may read of it: a device's own words and where documents came from are left out.
 */
static void describe(const struct record *record, char *buffer, size_t size)
{
	struct record shown = {
		.event = record->event,
		.device =
			{
				.vendor = record->device.vendor,
				.product = record->device.product,
				.bus = record->device.bus,
				.number = record->device.number,
			},
		.device_class = record->device_class,
		.verdict = record->verdict,
		.reason = record->reason,
		.error = record->error,
		.number = record->number,
		.policy_serial = record->policy_serial,
	};

	memcpy(shown.device.name, record->device.name, sizeof(shown.device.name));
	memcpy(shown.fault, record->fault, sizeof(shown.fault));
	record_describe(&shown, buffer, size);
}

static int append_warning(sd_bus_message *signal, const struct record *record, uint64_t sequence)
{
	char name[DEVICE_NAME_MAX + 1], text[RECORD_MESSAGE_SIZE];

	printable_copy(name, sizeof(name), record->device.name);
	describe(record, text, sizeof(text));
	return sd_bus_message_append(
		signal, "ssst", record_event_name(record->event), name, text, sequence);
}

struct maker {
	const char *member; /* NULL: no signal */
	int (*append)(sd_bus_message *signal, const struct record *record, uint64_t sequence);
};

static struct maker maker_of(enum record_event event)
{
	if (event == RECORD_DEVICE_BLOCKED)
		return (struct maker){"DeviceRefused", append_decision};
	if (event == RECORD_DEVICE_ALLOWED)
		return (struct maker){"DeviceLetIn", append_decision};
	if (event == RECORD_DEVICE_REMOVED)
		return (struct maker){"DeviceRemoved", append_removal};
	if (event == RECORD_POLICY_APPLIED)
		return (struct maker){"PolicyApplied", append_policy};
	if (record_severity(event) >= SEVERITY_OF_WARNINGS)
		return (struct maker){"Warning", append_warning};
	return (struct maker){NULL, NULL};
}

static int new_signal(sd_bus *connection, const char *member, sd_bus_message **ret)
{
	return sd_bus_message_new_signal(connection, ret, BUS_PATH, BUS_INTERFACE, member);
}

int bus_signal_of_record(
	sd_bus *connection, const struct record *record, uint64_t sequence, sd_bus_message **ret)
{
	struct maker maker = maker_of(record->event);
	sd_bus_message *signal = NULL;
	int r;

	if (!maker.member)
		return 0;
	r = new_signal(connection, maker.member, &signal);
	if (r >= 0)
		r = maker.append(signal, record, sequence);
	if (r < 0) {
		sd_bus_message_unref(signal);
		return r;
	}
	*ret = signal;
	return 1;
}

int bus_signal_of_exemption(
	sd_bus *connection, const struct bus_exemption_news *news, sd_bus_message **ret)
{
	sd_bus_message *signal = NULL;
	int r = new_signal(connection, "ExemptionChanged", &signal);

	if (r >= 0)
		r = sd_bus_message_append(signal, "sssxt", news->id, news->phase, news->reason,
			news->until, news->record);
	if (r < 0) {
		sd_bus_message_unref(signal);
		return r;
	}
	*ret = signal;
	return 1;
}

int bus_signal_of_skipped(sd_bus *connection, size_t n, sd_bus_message **ret)
{
	sd_bus_message *signal = NULL;
	char text[128];
	int r = new_signal(connection, "Warning", &signal);

	snprintf(text, sizeof(text),
		"%zu more events came too fast to be announced; they are in "
		"the records",
		n);
	if (r >= 0)
		r = sd_bus_message_append(
			signal, "ssst", BUS_WARNING_SKIPPED, "", text, (uint64_t)0);
	if (r < 0) {
		sd_bus_message_unref(signal);
		return r;
	}
	*ret = signal;
	return 1;
}
