#include "agent/cli_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/checked_lines.h"
#include "agent/record.h"
#include "policy/json/json_line.h"

struct cli_record_reader {
	struct json_line_reader lines;
};

int cli_record_reader_new(struct cli_record_reader **ret)
{
	struct cli_record_reader *reader = calloc(1, sizeof(*reader));

	if (!reader || json_line_reader_init(&reader->lines) < 0) {
		free(reader);
		return -ENOMEM;
	}
	*ret = reader;
	return 0;
}

void cli_record_reader_free(struct cli_record_reader **reader)
{
	if (!*reader)
		return;
	json_line_reader_clear(&(*reader)->lines);
	free(*reader);
}

/* The string, or "" where there is none. */
static const char *get_string(struct json_object *object, const char *key)
{
	struct json_object *value = json_line_get(object, key, json_type_string);

	return value ? json_object_get_string(value) : "";
}

static bool get_true(struct json_object *object, const char *key)
{
	return json_object_get_boolean(json_line_get(object, key, json_type_boolean));
}

static bool is_partly(struct json_object *ours)
{
	struct json_object *list = json_line_get(ours, "interfaces", json_type_array);
	size_t n = list ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n; i++)
		if (strcmp(get_string(json_object_array_get_idx(list, i), "verdict"), "block") == 0)
			return true;
	return false;
}

/* Sequence, hash and boot must be there: they are the chain. */
static bool read_link(struct json_object *root, struct json_object *ours, struct cli_record *record)
{
	struct json_object *metadata = json_line_get(root, "metadata", json_type_object);
	const char *previous = get_string(ours, "previous_sha256");
	const char *boot_id = get_string(ours, "boot_id");
	struct json_object *missing;

	if (!json_line_get_number(metadata, "sequence", &record->sequence) ||
		record->sequence == 0 || !read_sha256(&previous, '\0', record->previous_sha256) ||
		!boot_id[0] || strlen(boot_id) >= sizeof(record->boot_id))
		return false;
	memcpy(record->boot_id, boot_id, strlen(boot_id) + 1);
	return !json_object_object_get_ex(ours, "missing", &missing) ||
	       json_line_get_number(ours, "missing", &record->missing);
}

static void read_login(struct json_object *root, struct json_object *ours, struct cli_login *login)
{
	struct json_object *member = json_line_get(ours, "login", json_type_object);
	struct json_object *endpoint = json_line_get(root, "src_endpoint", json_type_object);
	struct json_object *drift = json_line_get(member, "drift", json_type_int);

	login->reason = get_string(member, "reason");
	login->reference = get_string(member, "reference");
	login->user = get_string(json_line_get(root, "user", json_type_object), "name");
	login->service = get_string(json_line_get(root, "service", json_type_object), "name");
	login->terminal = get_string(member, "terminal");
	login->host = get_string(endpoint, "hostname");
	if (!login->host[0])
		login->host = get_string(endpoint, "ip");
	login->token = get_string(member, "token");
	(void)json_line_get_number(member, "number", &login->number);
	(void)json_line_get_number(member, "wait", &login->wait_s);
	login->drift = drift ? json_object_get_int64(drift) : 0;
}

static void read_words(
	struct json_object *root, struct json_object *ours, struct cli_record *record)
{
	struct json_object *device = json_line_get(root, "peripheral_device", json_type_object);
	struct json_object *vendors = json_line_get(device, "vendor_id_list", json_type_array);
	struct json_object *vendor = vendors ? json_object_array_get_idx(vendors, 0) : NULL;

	record->device = get_string(device, "name");
	if (!record->device[0])
		record->device = get_string(ours, "object");
	record->vendor =
		json_object_is_type(vendor, json_type_string) ? json_object_get_string(vendor) : "";
	record->product = get_string(ours, "product_id");
	record->manufacturer = get_string(device, "vendor_name");
	record->model = get_string(device, "model");
	record->verdict = get_string(ours, "verdict");
	record->reason = get_string(json_line_get(ours, "reason", json_type_object), "text");
	record->text = get_string(ours, "text");
	record->fault = get_string(ours, "fault");
	record->operator= get_string(ours, "operator");
	record->is_alert = get_true(root, "is_alert");
	record->is_rehearsed = get_true(ours, "rehearsed");
	record->is_partly = is_partly(ours);
	(void)json_line_get_number(ours, "number", &record->number);
	read_login(root, ours, &record->login);
}

static bool read_record(struct json_object *root, struct cli_record *record)
{
	struct json_object *product = json_line_get(
		json_line_get(root, "metadata", json_type_object), "product", json_type_object);
	struct json_object *ours = json_line_get(
		json_line_get(root, "unmapped", json_type_object), "sekisho", json_type_object);
	struct json_object *time = json_line_get(root, "time", json_type_int);

	record->event = get_string(ours, "event");
	if (strcmp(get_string(product, "name"), "sekisho") != 0 || !record->event[0] || !time ||
		!read_link(root, ours, record))
		return false;
	record->time_ms = json_object_get_int64(time);
	read_words(root, ours, record);
	return true;
}

enum cli_line_form cli_record_read(
	struct cli_record_reader *reader, const char *line, size_t size, struct cli_record *ret)
{
	struct cli_record record = {.root = NULL};

	if (size >= RECORD_LINE_MAX)
		return LINE_TOO_LONG;
	if (memchr(line, '\0', size))
		return LINE_HAS_NUL;
	record.root = json_line_parse(&reader->lines, line, size);
	if (!record.root)
		return LINE_NO_JSON;
	if (strncmp(line, RECORD_LINE_START, strlen(RECORD_LINE_START)) != 0 ||
		!read_record(record.root, &record)) {
		cli_record_clear(&record);
		return LINE_NO_RECORD;
	}
	*ret = record;
	return LINE_IS_RECORD;
}

void cli_record_clear(struct cli_record *record)
{
	json_object_put(record->root);
	record->root = NULL;
}
