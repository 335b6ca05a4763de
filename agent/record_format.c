/* The JSON line of a record; its layout is described in the header. */
#include "agent/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "agent/json.h"
#include "agent/record_judged.h"
#include "agent/record_login.h"
#include "agent/record_ocsf.h"

#define CLASS_PERIPHERAL_ACTIVITY 1010
#define CLASS_CONFIG_STATE_CHANGE 5019
#define SEVERITY_ALERT            4

/* Of OCSF's security_control profile. */
enum { ACTION_ALLOWED = 1, ACTION_DENIED = 2, ACTION_OBSERVED = 3 };
enum { DISPOSITION_ALLOWED = 1, DISPOSITION_BLOCKED = 2, DISPOSITION_LOGGED = 17 };

/*
 * Bytes that a text may take, escapes counted. All of them together with the names and the numbers
 * fit into a line; what is left of it is for the interfaces.
 */
#define NAME_BYTES_MAX   64
#define CLAIM_BYTES_MAX  384 /* a whole string descriptor without escapes */
#define TEXT_BYTES_MAX   640
#define REASON_BYTES_MAX 256
#define CLOSING          "],\"truncated\":true}}}\n"

/* A line being written. */
struct writer {
	struct json json;
	bool is_truncated;
};

static void put_string(struct writer *writer, const char *key, const char *value, size_t size_max)
{
	if (value && value[0] && !json_string(&writer->json, key, value, size_max))
		writer->is_truncated = true;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

/* Events whose record says what became of a device. */
static bool has_verdict(enum record_event event)
{
	return event == RECORD_DEVICE_BLOCKED || event == RECORD_DEVICE_ALLOWED ||
	       event == RECORD_ALERT_LAST_INPUT || event == RECORD_DEVICE_DISGUISED;
}

static void put_metadata(struct json *json, const struct record_link *link)
{
	json_open(json, "metadata", '{');
	json_unsigned(json, "sequence", link->sequence);
	json_string(json, "version", "1.7.0", NAME_BYTES_MAX);
	json_open(json, "product", '{');
	json_string(json, "name", "sekisho", NAME_BYTES_MAX);
	json_string(json, "vendor_name", "sekisho", NAME_BYTES_MAX);
	json_string(json, "version", SEKISHO_VERSION, NAME_BYTES_MAX);
	json_close(json, '}');
	json_open(json, "profiles", '[');
	json_string(json, NULL, "security_control", NAME_BYTES_MAX);
	json_close(json, ']');
	json_close(json, '}');
}

static void put_class(
	struct writer *writer, const struct record *record, enum record_activity activity)
{
	struct json *json = &writer->json;
	unsigned activity_id = 1, class_uid = record_login_class(record->event, &activity_id);
	int severity = record_severity(record->event);

	if (class_uid == 0) {
		class_uid = activity ? CLASS_PERIPHERAL_ACTIVITY : CLASS_CONFIG_STATE_CHANGE;
		activity_id = activity ? activity : 1;
	}
	json_unsigned(json, "class_uid", class_uid);
	json_unsigned(json, "category_uid", class_uid / 1000);
	json_unsigned(json, "activity_id", activity_id);
	if (activity_id == RECORD_ACTIVITY_OTHER)
		put_string(
			writer, "activity_name", record_event_name(record->event), NAME_BYTES_MAX);
	json_unsigned(json, "type_uid", class_uid * 100 + activity_id);
	json_signed(json, "time", record->realtime_ms);
	json_signed(json, "severity_id", severity);
	if (severity >= SEVERITY_ALERT)
		json_bool(json, "is_alert", true);
}

static void put_verdict_and_policy(struct json *json, const struct record *record)
{
	char serial[24];

	if (has_verdict(record->event)) {
		bool is_refused = record->verdict == VERDICT_BLOCK;

		json_unsigned(json, "action_id",
			!is_refused            ? ACTION_ALLOWED
			: record->is_rehearsed ? ACTION_OBSERVED
					       : ACTION_DENIED);
		json_unsigned(json, "disposition_id",
			!is_refused            ? DISPOSITION_ALLOWED
			: record->is_rehearsed ? DISPOSITION_LOGGED
					       : DISPOSITION_BLOCKED);
	}
	if (is_zero(record->policy_sha256, SHA256_SIZE))
		return;
	snprintf(serial, sizeof(serial), "%" PRIu64, record->policy_serial);
	json_open(json, "policy", '{');
	json_hex(json, "uid", record->policy_sha256, SHA256_SIZE);
	json_string(json, "version", serial, NAME_BYTES_MAX);
	json_close(json, '}');
}

static void put_actor(struct writer *writer, const struct record *record)
{
	if (!record->operator)
		return;
	json_open(&writer->json, "actor", '{');
	json_open(&writer->json, "user", '{');
	put_string(writer, "name", record->operator, NAME_BYTES_MAX);
	json_close(&writer->json, '}');
	json_close(&writer->json, '}');
}

static void put_id(struct writer *writer, const char *key, uint16_t id)
{
	char digits[8];

	snprintf(digits, sizeof(digits), "%04" PRIx16, id);
	put_string(writer, key, digits, NAME_BYTES_MAX);
}

static void put_peripheral(struct writer *writer, const struct record *record)
{
	struct json *json = &writer->json;
	const struct record_device *device = &record->device;

	json_open(json, "peripheral_device", '{');
	put_string(writer, "name", device->name, NAME_BYTES_MAX);
	if (device->number) {
		json_signed(json, "type_id", record_peripheral_type(record->device_class));
		put_string(writer, "type", device_class_name(record->device_class), NAME_BYTES_MAX);
		json_open(json, "vendor_id_list", '[');
		put_id(writer, NULL, device->vendor);
		json_close(json, ']');
		put_string(writer, "vendor_name", device->manufacturer, CLAIM_BYTES_MAX);
		put_string(writer, "model", device->model, CLAIM_BYTES_MAX);
		put_string(writer, "serial_number", device->serial, CLAIM_BYTES_MAX);
	}
	json_close(json, '}');
}

static void put_reason(struct writer *writer, const struct reason *reason)
{
	struct json *json = &writer->json;
	char sentence[REASON_BYTES_MAX];

	reason_describe(reason, sentence, sizeof(sentence));
	json_open(json, "reason", '{');
	put_string(writer, "code", reason_code_name(reason->code), NAME_BYTES_MAX);
	put_string(writer, "text", sentence, REASON_BYTES_MAX);
	put_string(writer, "rule", reason->text, NAME_BYTES_MAX);
	if (reason->line)
		json_unsigned(json, "line", reason->line);
	if (reason->number)
		json_unsigned(json, "number", reason->number);
	json_close(json, '}');
}

static void put_error(struct writer *writer, int error)
{
	const char *name = strerrorname_np(error);

	if (error && name)
		put_string(writer, "error", name, NAME_BYTES_MAX);
	else if (error)
		json_signed(&writer->json, "error", error);
}

static void put_unmapped(
	struct writer *writer, const struct record *record, const struct record_link *link)
{
	struct json *json = &writer->json;
	const struct record_device *device = &record->device;

	put_string(writer, "event", record_event_name(record->event), NAME_BYTES_MAX);
	put_string(writer, "boot_id", link->boot_id, NAME_BYTES_MAX);
	json_unsigned(json, "boottime_ms", record->boottime_ms);
	json_hex(json, "previous_sha256", link->previous_sha256, SHA256_SIZE);
	if (link->missing)
		json_unsigned(json, "missing", link->missing);
	if (device->number == 0)
		put_string(writer, "object", device->name, NAME_BYTES_MAX);
	if (has_verdict(record->event))
		put_string(writer, "verdict", verdict_name(record->verdict), NAME_BYTES_MAX);
	if (record->reason.code != REASON_NOT_JUDGED)
		put_reason(writer, &record->reason);
	if (device->number) {
		put_id(writer, "product_id", device->product);
		json_unsigned(json, "bus", device->bus);
		json_unsigned(json, "number_on_bus", device->number);
		json_hex(json, "descriptors_sha256", device->descriptors_sha256, SHA256_SIZE);
		put_string(writer, "medium", device->medium, NAME_BYTES_MAX);
	}
	put_string(writer, "fault", record->fault, NAME_BYTES_MAX);
	put_error(writer, record->error);
	if (record->number)
		json_unsigned(json, "number", record->number);
	put_string(writer, "text", record->text, TEXT_BYTES_MAX);
	if (record->is_rehearsed)
		json_bool(json, "rehearsed", true);
	put_string(writer, "operator", record->operator, NAME_BYTES_MAX);
	record_put_login(json, record);
	if (!record_put_exemption(json, record))
		writer->is_truncated = true;
}

static void put_interface(struct writer *writer, const struct record_interface *interface)
{
	struct json *json = &writer->json;

	json_open(json, NULL, '{');
	json_unsigned(json, "configuration", interface->configuration);
	json_unsigned(json, "interface", interface->interface);
	put_string(writer, "class", device_class_name(interface->device_class), NAME_BYTES_MAX);
	put_string(writer, "verdict", verdict_name(interface->verdict), NAME_BYTES_MAX);
	put_string(writer, "reason", reason_code_name(interface->reason.code), NAME_BYTES_MAX);
	put_string(writer, "rule", interface->reason.text, NAME_BYTES_MAX);
	if (interface->reason.line)
		json_unsigned(json, "line", interface->reason.line);
	json_close(json, '}');
}

/* As many as there is room for; the room for CLOSING is kept. */
static void put_interfaces(struct writer *writer, const struct record *record)
{
	struct json *json = &writer->json;
	size_t n = record->n_interfaces;

	if (n == 0)
		return;
	if (n > RECORD_INTERFACES_MAX) {
		n = RECORD_INTERFACES_MAX;
		writer->is_truncated = true;
	}
	json_open(json, "interfaces", '[');
	json->size -= strlen(CLOSING);
	for (size_t i = 0; i < n; i++) {
		struct writer before = *writer;

		put_interface(writer, &record->interfaces[i]);
		if (json->is_full) {
			*writer = before;
			writer->is_truncated = true;
			break;
		}
	}
	json->size += strlen(CLOSING);
	json_close(json, ']');
}

int record_format(
	const struct record *record, const struct record_link *link, char *buffer, size_t size)
{
	struct writer writer = {.is_truncated = false};
	enum record_activity activity = record_activity(record);
	char message[RECORD_MESSAGE_SIZE];

	if (size < RECORD_LINE_MAX)
		return -ENOBUFS;
	json_init(&writer.json, buffer, RECORD_LINE_MAX - 1);
	record_describe(record, message, sizeof(message));
	json_open(&writer.json, NULL, '{');
	put_metadata(&writer.json, link);
	put_class(&writer, record, activity);
	put_string(&writer, "message", message, RECORD_MESSAGE_SIZE);
	put_verdict_and_policy(&writer.json, record);
	put_actor(&writer, record);
	record_put_authentication(&writer.json, record);
	if (activity) {
		put_peripheral(&writer, record);
	} else {
		json_open(&writer.json, "device", '{');
		json_unsigned(&writer.json, "type_id", 0);
		json_close(&writer.json, '}');
	}
	json_open(&writer.json, "unmapped", '{');
	json_open(&writer.json, "sekisho", '{');
	put_unmapped(&writer, record, link);
	put_interfaces(&writer, record);
	if (!record_put_judged(&writer.json, record, strlen(CLOSING)))
		writer.is_truncated = true;
	if (writer.is_truncated)
		json_bool(&writer.json, "truncated", true);
	json_close(&writer.json, '}');
	json_close(&writer.json, '}');
	json_close(&writer.json, '}');
	writer.json.buffer[writer.json.length++] = '\n';
	return (int)writer.json.length;
}
