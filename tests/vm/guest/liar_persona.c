#include "liar_persona.h"

#include "liar_hid.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* USB 2.0, chapter 9, and HID 1.11, section 6.2.1 */
enum {
	DT_DEVICE = 1,
	DT_CONFIG = 2,
	DT_INTERFACE = 4,
	DT_ENDPOINT = 5,
	DT_HID = 0x21,
	DT_REPORT = 0x22,
	CLASS_HID = 0x03,
	CLASS_STORAGE = 0x08,
	CLASS_VENDOR = 0xff,
	BULK = 2,
	INTERRUPT = 3,
	STRING_PRODUCT = 2,
};

struct triple {
	uint8_t class;
	uint8_t subclass;
	uint8_t protocol;
};

/* Where the next interface of the configuration goes. */
struct place {
	struct persona *persona;
	struct bytes *bytes;
	uint8_t configuration;
	uint8_t interfaces;
	uint8_t endpoint;
};

#define U16(value) (uint8_t)((value)&0xff), (uint8_t)((value) >> 8)
#define EMIT(bytes, ...) \
	emit(bytes, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void emit(struct bytes *bytes, const uint8_t *from, size_t size)
{
	if (size > sizeof(bytes->at) - bytes->size) {
		bytes->is_full = true;
		return;
	}
	memcpy(bytes->at + bytes->size, from, size);
	bytes->size += size;
}

static void emit_interface(struct place *place, uint8_t number, uint8_t alternate,
	uint8_t endpoints, struct triple triple)
{
	EMIT(place->bytes, 9, DT_INTERFACE, number, alternate, endpoints, triple.class,
		triple.subclass, triple.protocol, STRING_PRODUCT);
}

static void emit_bulk_pair(struct place *place, uint8_t number)
{
	EMIT(place->bytes, 7, DT_ENDPOINT, 0x80 | number, BULK, U16(512), 0);
	EMIT(place->bytes, 7, DT_ENDPOINT, number, BULK, U16(512), 0);
}

static void emit_bulk_function(struct place *place, struct triple triple, uint8_t endpoint)
{
	emit_interface(place, place->interfaces++, 0, 2, triple);
	emit_bulk_pair(place, endpoint);
}

static void emit_hid(struct place *place, struct triple triple, enum hid_report kind)
{
	struct persona *persona = place->persona;
	size_t size;
	const uint8_t *report = hid_report(kind, &size);
	uint8_t endpoint = place->endpoint <= ENDPOINT_HID_LAST ? place->endpoint++ : 0;
	uint8_t number = place->interfaces++;

	emit_interface(place, number, 0, endpoint ? 1 : 0, triple);
	EMIT(place->bytes, 9, DT_HID, U16(0x0111), 0, 1, DT_REPORT, U16(size));
	if (endpoint) /* 2^(7-1) microframes of 125 us: asked every 8 ms */
		EMIT(place->bytes, 7, DT_ENDPOINT, 0x80 | endpoint, INTERRUPT, U16(8), 7);
	if (persona->hid_count == PERSONA_FUNCTIONS_MAX) {
		place->bytes->is_full = true;
		return;
	}
	persona->hids[persona->hid_count++] = (struct hid_function){
		.configuration = place->configuration,
		.interface = number,
		.endpoint = endpoint,
		.is_keyboard = kind == HID_KEYBOARD,
		.report = report,
		.report_size = size,
	};
}

/* A subclass and protocol of its own for every i; none of them a boot device. */
static struct triple odd_hid(unsigned int i)
{
	return (struct triple){CLASS_HID, (uint8_t)(2 + i / 200), (uint8_t)(i % 200)};
}

static void emit_hids(struct place *place, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		emit_hid(place, odd_hid(i), HID_NOTHING);
}

static void emit_alternates(struct place *place, unsigned int count)
{
	uint8_t number = place->interfaces++;

	for (unsigned int i = 0; i < count; i++)
		emit_interface(place, number, (uint8_t)i, 0, odd_hid(i));
}

static bool read_counted(const char *word, const char *name, unsigned int *ret)
{
	size_t length = strlen(name);
	char *end;
	unsigned long value;

	if (strncmp(word, name, length) != 0)
		return false;
	value = strtoul(word + length, &end, 10);
	if (*end != '\0' || value < 1 || value > 250)
		return false;
	*ret = (unsigned int)value;
	return true;
}

static int emit_word(struct place *place, const char *word)
{
	static const struct triple keyboard = {CLASS_HID, 1, 1};
	static const struct triple mouse = {CLASS_HID, 1, 2};
	unsigned int count;

	if (strcmp(word, "keyboard") == 0)
		emit_hid(place, keyboard, HID_KEYBOARD);
	else if (strcmp(word, "mouse") == 0)
		emit_hid(place, mouse, HID_MOUSE);
	else if (strcmp(word, "typing-mouse") == 0)
		emit_hid(place, mouse, HID_KEYBOARD);
	else if (strcmp(word, "disk") == 0)
		emit_bulk_function(
			place, (struct triple){CLASS_STORAGE, 0x06, 0x50}, ENDPOINT_DISK);
	else if (strcmp(word, "vendor") == 0)
		emit_bulk_function(place, (struct triple){CLASS_VENDOR, 0, 0}, ENDPOINT_VENDOR);
	else if (strcmp(word, "gap") == 0)
		EMIT(place->bytes, 2, 0xfe);
	else if (read_counted(word, "hid:", &count))
		emit_hids(place, count);
	else if (read_counted(word, "alt:", &count))
		emit_alternates(place, count);
	else
		return -EINVAL;
	return 0;
}

static int build_config(struct persona *persona, char *spec)
{
	struct place place = {
		.persona = persona,
		.bytes = &persona->configs[persona->config_count],
		.configuration = (uint8_t)(persona->config_count + 1),
		.endpoint = ENDPOINT_HID_FIRST,
	};
	char *rest = spec;
	char *word;

	EMIT(place.bytes, 9, DT_CONFIG, 0, 0, 0, place.configuration, 0, 0x80, 50);
	while ((word = strsep(&rest, "+"))) {
		int r = emit_word(&place, word);

		if (r < 0)
			return r;
	}
	if (place.bytes->is_full)
		return -E2BIG;
	place.bytes->at[2] = (uint8_t)(place.bytes->size & 0xff);
	place.bytes->at[3] = (uint8_t)(place.bytes->size >> 8);
	place.bytes->at[4] = place.interfaces;
	persona->config_count++;
	return 0;
}

static const char *product_name(const char *spec)
{
	if (strncmp(spec, "disk", 4) == 0)
		return "Plain Stick";
	if (strncmp(spec, "vendor", 6) == 0)
		return "Plain Reader";
	return strstr(spec, "mouse") ? "Plain Mouse" : "Plain Keyboard";
}

int persona_build(struct persona *ret, const char *spec, const struct persona_id *id)
{
	char words[256];
	char *rest = words;
	char *config;

	memset(ret, 0, sizeof(*ret));
	ret->spec = spec;
	ret->is_rubbish = strcmp(spec, "rubbish") == 0;
	if (ret->is_rubbish)
		return 0;
	if (strlen(spec) >= sizeof(words))
		return -E2BIG;
	memcpy(words, spec, strlen(spec) + 1);
	while ((config = strsep(&rest, ","))) {
		int r;

		if (ret->config_count == PERSONA_CONFIGS_MAX)
			return -E2BIG;
		r = build_config(ret, config);
		if (r < 0)
			return r;
	}
	memcpy(ret->device,
		(const uint8_t[]){18, DT_DEVICE, U16(0x0200), 0, 0, 0, 64, U16(id->vendor),
			U16(id->product), U16(0x0100), 1, STRING_PRODUCT, 3, ret->config_count},
		sizeof(ret->device));
	ret->strings[1] = "Liar";
	ret->strings[2] = product_name(spec);
	ret->strings[3] = id->serial;
	return 0;
}

const struct hid_function *persona_hid(
	const struct persona *persona, uint8_t configuration, uint8_t interface)
{
	for (size_t i = 0; i < persona->hid_count; i++) {
		const struct hid_function *hid = &persona->hids[i];

		if (hid->configuration == configuration && hid->interface == interface)
			return hid;
	}
	return NULL;
}

uint8_t persona_keyboard(const struct persona *persona)
{
	for (size_t i = 0; i < persona->hid_count; i++)
		if (persona->hids[i].is_keyboard)
			return persona->hids[i].endpoint;
	return 0;
}
