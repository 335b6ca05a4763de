#include "policy/admin/replay_record.h"

#include <inttypes.h>
#include <string.h>

#include "policy/base64.h"
#include "policy/characters.h"

/* --- typed members; each is false where the member is missing or not right --- */

static bool get_string(struct json_object *object, const char *key, char *ret, size_t size)
{
	struct json_object *value = json_line_get(object, key, json_type_string);
	size_t length = value ? (size_t)json_object_get_string_len(value) : size;

	/* A NUL inside would hide what follows it. */
	if (length >= size || strlen(json_object_get_string(value)) != length)
		return false;
	memcpy(ret, json_object_get_string(value), length + 1);
	return true;
}

/* One that may be missing: then it is empty. */
static bool get_claim(struct json_object *object, const char *key, char *ret, size_t size)
{
	struct json_object *value;

	ret[0] = '\0';
	return !json_object_object_get_ex(object, key, &value) ||
	       get_string(object, key, ret, size);
}

static bool get_number(struct json_object *object, const char *key, uint64_t max, uint64_t *ret)
{
	return json_line_get_number(object, key, ret) && *ret <= max;
}

static bool get_byte(struct json_object *object, const char *key, uint8_t *ret)
{
	uint64_t number;

	if (!get_number(object, key, UINT8_MAX, &number))
		return false;
	*ret = (uint8_t)number;
	return true;
}

/* Four lower-case hexadecimal digits. */
static bool read_id(const char *text, uint16_t *ret)
{
	unsigned id = 0;

	if (strlen(text) != 4)
		return false;
	for (unsigned i = 0; i < 4; i++) {
		int digit = hex_digit_value(text[i]);

		if (digit < 0)
			return false;
		id = id << 4 | (unsigned)digit;
	}
	*ret = (uint16_t)id;
	return true;
}

static bool get_class(struct json_object *object, const char *key, enum device_class *ret)
{
	char word[REPLAY_WORD_SIZE];

	return get_string(object, key, word, sizeof(word)) &&
	       device_class_from_name(word, ret) == 0;
}

static bool get_verdict(struct json_object *object, enum verdict *ret)
{
	char word[REPLAY_WORD_SIZE];

	return get_string(object, "verdict", word, sizeof(word)) &&
	       verdict_from_name(word, ret) == 0;
}

/* --- parts of a record --- */

static bool read_vendor(struct json_object *device, uint16_t *ret)
{
	struct json_object *list = json_line_get(device, "vendor_id_list", json_type_array), *first;
	const char *text;

	if (!list || json_object_array_length(list) != 1)
		return false;
	first = json_object_array_get_idx(list, 0);
	text = json_object_is_type(first, json_type_string) ? json_object_get_string(first) : "";
	return read_id(text, ret);
}

static bool read_device(
	struct json_object *root, struct json_object *ours, struct replay_record *ret)
{
	struct json_object *device = json_line_get(root, "peripheral_device", json_type_object);
	char product[REPLAY_WORD_SIZE];
	uint64_t number;

	if (!device || !get_string(device, "name", ret->port, sizeof(ret->port)) ||
		!get_number(ours, "number_on_bus", UINT32_MAX, &number))
		return false;
	ret->number = (uint32_t)number;
	return read_vendor(device, &ret->vendor) &&
	       get_string(ours, "product_id", product, sizeof(product)) &&
	       read_id(product, &ret->product) && get_class(device, "type", &ret->device_class) &&
	       get_claim(device, "vendor_name", ret->manufacturer, sizeof(ret->manufacturer)) &&
	       get_claim(device, "model", ret->model, sizeof(ret->model)) &&
	       get_claim(device, "serial_number", ret->serial, sizeof(ret->serial)) &&
	       get_claim(ours, "medium", ret->medium, sizeof(ret->medium));
}

static bool read_interface(struct json_object *object, void *ret)
{
	struct replay_interface *interface = ret;

	return get_byte(object, "configuration", &interface->configuration) &&
	       get_byte(object, "interface", &interface->interface) &&
	       get_verdict(object, &interface->verdict);
}

static bool read_finding(struct json_object *object, void *ret)
{
	struct finding *finding = ret;
	char source[REPLAY_WORD_SIZE];

	return get_byte(object, "configuration", &finding->configuration) &&
	       get_byte(object, "interface", &finding->interface) &&
	       get_string(object, "source", source, sizeof(source)) &&
	       finding_source_from_name(source, &finding->source) == 0 &&
	       finding->source != FINDING_NONE &&
	       get_class(object, "class", &finding->device_class) &&
	       get_claim(object, "driver", finding->driver, sizeof(finding->driver));
}

/* A list that may be missing; each element goes to the next of items. */
static bool read_list(struct json_object *object, const char *key,
	bool (*read)(struct json_object *object, void *ret), void *items, size_t item_size,
	size_t max, size_t *ret_count)
{
	struct json_object *list;
	size_t count;

	if (!json_object_object_get_ex(object, key, &list))
		return true;
	if (!json_object_is_type(list, json_type_array))
		return false;
	count = json_object_array_length(list);
	if (count > max)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!read(json_object_array_get_idx(list, i), (char *)items + i * item_size))
			return false;
	*ret_count = count;
	return true;
}

/* Which exemption had opened it. False: the reason has no words. */
static bool read_exemption(struct json_object *ours, struct replay_record *ret)
{
	struct json_object *reason = json_line_get(ours, "reason", json_type_object);
	char code[REPLAY_WORD_SIZE];

	if (!reason || !get_string(reason, "code", code, sizeof(code)) ||
		strcmp(code, "exemption") != 0)
		return true;
	return get_string(reason, "rule", ret->exemption, sizeof(ret->exemption));
}

/* Descriptors that are there are whole, and so is what stands beside them. */
static bool read_judged(struct json_object *ours, struct replay_record *ret)
{
	struct json_object *text;

	if (!json_object_object_get_ex(ours, "descriptors", &text))
		return true;
	return json_object_is_type(text, json_type_string) &&
	       base64_decode(json_object_get_string(text), (size_t)json_object_get_string_len(text),
		       ret->descriptors, sizeof(ret->descriptors), &ret->descriptors_size) == 0 &&
	       ret->descriptors_size > 0 &&
	       get_byte(ours, "active_configuration", &ret->active_configuration) &&
	       read_list(ours, "findings", read_finding, ret->findings, sizeof(ret->findings[0]),
		       REPLAY_FINDINGS_MAX, &ret->n_findings);
}

static bool read_place(
	struct json_object *root, struct json_object *ours, struct replay_record *ret)
{
	struct json_object *metadata = json_line_get(root, "metadata", json_type_object);
	struct json_object *time = json_line_get(root, "time", json_type_int);

	if (!time || !get_number(metadata, "sequence", UINT64_MAX, &ret->sequence))
		return false;
	ret->time_ms = json_object_get_int64(time);
	return get_string(ours, "boot_id", ret->boot_id, sizeof(ret->boot_id));
}

static enum replay_kind read_event(
	struct json_object *root, struct json_object *ours, struct replay_record *ret)
{
	bool is_removal = strcmp(ret->event, "device-removed") == 0;

	ret->is_last_input = strcmp(ret->event, "alert-last-input") == 0;
	if (!is_removal && !ret->is_last_input && strcmp(ret->event, "device-blocked") != 0 &&
		strcmp(ret->event, "device-allowed") != 0)
		return REPLAY_OTHER;
	if (!read_place(root, ours, ret) || !read_device(root, ours, ret))
		return REPLAY_DAMAGED;
	if (is_removal)
		return REPLAY_REMOVED;
	if (!get_verdict(ours, &ret->verdict) ||
		!read_list(ours, "interfaces", read_interface, ret->interfaces,
			sizeof(ret->interfaces[0]), REPLAY_INTERFACES_MAX, &ret->n_interfaces) ||
		!read_exemption(ours, ret) || !read_judged(ours, ret))
		return REPLAY_DAMAGED;
	return REPLAY_JUDGED;
}

static enum replay_kind read_root(struct json_object *root, struct replay_record *ret)
{
	struct json_object *metadata = json_line_get(root, "metadata", json_type_object);
	struct json_object *product = json_line_get(metadata, "product", json_type_object);
	struct json_object *unmapped = json_line_get(root, "unmapped", json_type_object);
	struct json_object *ours = json_line_get(unmapped, "sekisho", json_type_object);
	char name[REPLAY_WORD_SIZE];

	if (!get_string(product, "name", name, sizeof(name)) || strcmp(name, "sekisho") != 0)
		return REPLAY_FOREIGN;
	if (!get_string(ours, "event", ret->event, sizeof(ret->event)))
		return REPLAY_DAMAGED;
	return read_event(root, ours, ret);
}

enum replay_kind replay_record_read(
	struct json_line_reader *reader, const char *line, size_t size, struct replay_record *ret)
{
	enum replay_kind kind;
	struct json_object *root;

	memset(ret, 0, sizeof(*ret));
	if (size > 0 && line[size - 1] == '\n')
		size--;
	root = json_line_parse(reader, line, size);
	if (!root)
		return REPLAY_FOREIGN;
	kind = read_root(root, ret);
	json_object_put(root);
	return kind;
}
