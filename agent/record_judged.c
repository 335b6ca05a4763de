#include "agent/record_judged.h"

#include "policy/base64.h"

#define NAME_BYTES_MAX 64

static bool put_finding(struct json *json, const struct finding *finding)
{
	bool is_whole;

	json_open(json, NULL, '{');
	json_unsigned(json, "configuration", finding->configuration);
	json_unsigned(json, "interface", finding->interface);
	is_whole =
		json_string(json, "source", finding_source_name(finding->source), NAME_BYTES_MAX);
	is_whole &= json_string(
		json, "class", device_class_name(finding->device_class), NAME_BYTES_MAX);
	if (finding->driver[0])
		is_whole &= json_string(json, "driver", finding->driver, NAME_BYTES_MAX);
	json_close(json, '}');
	return is_whole;
}

static bool put_findings(struct json *json, const struct record *record)
{
	bool is_whole = true;

	if (record->n_findings == 0)
		return true;
	json_open(json, "findings", '[');
	for (size_t i = 0; i < record->n_findings; i++)
		is_whole &= put_finding(json, &record->findings[i]);
	json_close(json, ']');
	return is_whole;
}

static bool put_descriptors(struct json *json, const struct record *record)
{
	char text[BASE64_SIZE(RECORD_DESCRIPTORS_MAX) + 1];

	base64_encode(record->descriptors, record->descriptors_size, text);
	return json_string(json, "descriptors", text, sizeof(text));
}

bool record_put_judged(struct json *json, const struct record *record, size_t size)
{
	struct json before = *json;
	bool is_whole;

	if (record->descriptors_size == 0)
		return true;
	if (!record->descriptors || record->descriptors_size > RECORD_DESCRIPTORS_MAX ||
		record->n_findings > RECORD_FINDINGS_MAX || json->size - json->length < size)
		return false;
	json->size -= size;
	json_unsigned(json, "active_configuration", record->active_configuration);
	is_whole = put_findings(json, record);
	is_whole &= put_descriptors(json, record);
	if (json->is_full || !is_whole) {
		*json = before;
		return false;
	}
	json->size += size;
	return true;
}
