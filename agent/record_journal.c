#include "agent/record_journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <syslog.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#define FIELDS_MAX 8
#define FIELD_SIZE 128

struct entry {
	struct iovec fields[FIELDS_MAX];
	int n_fields;
};

static void add(struct entry *entry, char *field)
{
	entry->fields[entry->n_fields++] =
		(struct iovec){.iov_base = field, .iov_len = strlen(field)};
}

static int priority_of(enum record_event event)
{
	static const int priorities[] = {LOG_ERR, LOG_INFO, LOG_NOTICE, LOG_WARNING, LOG_ERR};
	int severity = record_severity(event);

	return severity < (int)(sizeof(priorities) / sizeof(priorities[0])) ? priorities[severity]
									    : LOG_ERR;
}

void record_journal_send(const struct record *record, uint64_t sequence)
{
	static const char message_key[] = "MESSAGE=", line_key[] = "SEKISHO_RECORD=";
	char message[sizeof(message_key) + RECORD_MESSAGE_SIZE];
	char line[sizeof(line_key) + RECORD_LINE_MAX];
	char priority[FIELD_SIZE], event[FIELD_SIZE], device[FIELD_SIZE], number[FIELD_SIZE];
	struct entry entry = {.n_fields = 0};

	memcpy(message, message_key, sizeof(message_key));
	record_describe(record, message + strlen(message_key), RECORD_MESSAGE_SIZE);
	add(&entry, message);
	snprintf(priority, sizeof(priority), "PRIORITY=%d", priority_of(record->event));
	add(&entry, priority);
	snprintf(event, sizeof(event), "SEKISHO_EVENT=%s", record_event_name(record->event));
	add(&entry, event);
	if (record->device.name[0]) {
		snprintf(device, sizeof(device), "SEKISHO_DEVICE=%s", record->device.name);
		add(&entry, device);
	}
	if (sequence > 0) {
		snprintf(number, sizeof(number), "SEKISHO_SEQUENCE=%" PRIu64, sequence);
		add(&entry, number);
	} else {
		struct record_link link = {.sequence = 0};
		int length;

		memcpy(line, line_key, sizeof(line_key));
		length = record_format(record, &link, line + strlen(line_key), RECORD_LINE_MAX);
		if (length > 0) {
			line[strlen(line_key) + (size_t)length - 1] = '\0'; /* instead of LF */
			add(&entry, line);
		}
	}
	(void)sd_journal_sendv(entry.fields, entry.n_fields);
}
