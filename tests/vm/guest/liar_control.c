#include "liar_control.h"

#include "liar_say.h"

#include <string.h>

/* bmRequestType and bRequest, as one number: USB 2.0, section 9.4; HID 1.11,
 * section 7.2; Bulk-Only Transport 1.0, section 3. */
enum request {
	GET_DEVICE_STATUS = 0x8000,
	GET_INTERFACE_STATUS = 0x8100,
	GET_ENDPOINT_STATUS = 0x8200,
	GET_DESCRIPTOR = 0x8006,
	GET_INTERFACE_DESCRIPTOR = 0x8106,
	GET_CONFIGURATION = 0x8008,
	SET_CONFIGURATION = 0x0009,
	GET_INTERFACE = 0x810a,
	SET_INTERFACE = 0x010b,
	CLEAR_ENDPOINT_FEATURE = 0x0201,
	HID_GET_REPORT = 0xa101,
	HID_GET_IDLE = 0xa102,
	HID_GET_PROTOCOL = 0xa103,
	HID_SET_REPORT = 0x2109,
	HID_SET_IDLE = 0x210a,
	HID_SET_PROTOCOL = 0x210b,
	DISK_GET_MAX_LUN = 0xa1fe,
	DISK_RESET = 0x21ff,
};

enum descriptor {
	DESCRIPTOR_DEVICE = 0x01,
	DESCRIPTOR_CONFIG = 0x02,
	DESCRIPTOR_STRING = 0x03,
	DESCRIPTOR_REPORT = 0x22,
};

#define STRING_MAX 62

static uint8_t scratch[256];

static int request_of(const struct wire_request *request)
{
	return request->setup[0] << 8 | request->setup[1];
}

static uint8_t value_low(const struct wire_request *request)
{
	return request->setup[2];
}

static uint8_t value_high(const struct wire_request *request)
{
	return request->setup[3];
}

static uint8_t index_low(const struct wire_request *request)
{
	return request->setup[4];
}

enum control_kind control_kind(const struct wire_request *request)
{
	switch (request_of(request)) {
	case SET_CONFIGURATION: return CONTROL_SET_CONFIGURATION;
	case DISK_RESET: return CONTROL_DISK_RESET;
	case GET_INTERFACE_DESCRIPTOR:
		return value_high(request) == DESCRIPTOR_REPORT ? CONTROL_REPORT_DESCRIPTOR
								: CONTROL_OTHER;
	case GET_DESCRIPTOR:
		if (value_high(request) == DESCRIPTOR_DEVICE)
			return CONTROL_DEVICE_DESCRIPTOR;
		return value_high(request) == DESCRIPTOR_STRING ? CONTROL_STRING : CONTROL_OTHER;
	default: return CONTROL_OTHER;
	}
}

static const char *descriptor_name(uint8_t type)
{
	switch (type) {
	case DESCRIPTOR_DEVICE: return "device";
	case DESCRIPTOR_CONFIG: return "configuration";
	case DESCRIPTOR_STRING: return "string";
	case DESCRIPTOR_REPORT: return "HID report";
	default: return "other";
	}
}

void control_say(const struct wire_request *request)
{
	static const struct {
		int request;
		const char *name;
	} names[] = {
		{GET_CONFIGURATION, "GET_CONFIGURATION"},
		{SET_CONFIGURATION, "SET_CONFIGURATION"},
		{GET_INTERFACE, "GET_INTERFACE"},
		{SET_INTERFACE, "SET_INTERFACE"},
		{CLEAR_ENDPOINT_FEATURE, "CLEAR_FEATURE endpoint"},
		{HID_GET_REPORT, "HID GET_REPORT"},
		{HID_SET_REPORT, "HID SET_REPORT"},
		{HID_SET_IDLE, "HID SET_IDLE"},
		{HID_SET_PROTOCOL, "HID SET_PROTOCOL"},
		{DISK_GET_MAX_LUN, "GET_MAX_LUN"},
		{DISK_RESET, "BULK_ONLY_RESET"},
	};
	int asked = request_of(request);

	if (asked == GET_DESCRIPTOR || asked == GET_INTERFACE_DESCRIPTOR) {
		say("GET_DESCRIPTOR %s %d, %u bytes", descriptor_name(value_high(request)),
			asked == GET_DESCRIPTOR ? value_low(request) : index_low(request),
			request->length);
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].request == asked) {
			say("%s %d, index %d", names[i].name, value_low(request),
				index_low(request));
			return;
		}
	}
	say("request %04x", (unsigned int)asked);
}

static struct answer stall(void)
{
	return (struct answer){.status = WIRE_STALL};
}

static struct answer zeroes(size_t size)
{
	memset(scratch, 0, size);
	return (struct answer){.data = scratch, .size = size};
}

static struct answer one_byte(uint8_t value)
{
	scratch[0] = value;
	return (struct answer){.data = scratch, .size = 1};
}

static struct answer rubbish(void)
{
	for (size_t i = 0; i < sizeof(scratch); i++)
		scratch[i] = (uint8_t)(0xa5 ^ (i * 37));
	return (struct answer){.data = scratch, .size = sizeof(scratch)};
}

/* A string descriptor is UTF-16, little endian; number 0 lists languages. */
static struct answer string_answer(const struct persona *persona, uint8_t number)
{
	const char *text;
	size_t length;

	if (number == 0) {
		memcpy(scratch, (const uint8_t[]){4, DESCRIPTOR_STRING, 0x09, 0x04}, 4);
		return (struct answer){.data = scratch, .size = 4};
	}
	if (number >= sizeof(persona->strings) / sizeof(persona->strings[0]))
		return stall();
	text = persona->strings[number];
	length = text ? strlen(text) : 0;
	if (length > STRING_MAX)
		length = STRING_MAX;
	for (size_t i = 0; i < length; i++) {
		scratch[2 + 2 * i] = (uint8_t)text[i];
		scratch[3 + 2 * i] = 0;
	}
	scratch[0] = (uint8_t)(2 + 2 * length);
	scratch[1] = DESCRIPTOR_STRING;
	return (struct answer){.data = scratch, .size = scratch[0]};
}

static struct answer descriptor_answer(
	const struct persona *persona, const struct wire_request *request)
{
	const struct bytes *config;

	if (persona->is_rubbish)
		return rubbish();
	switch (value_high(request)) {
	case DESCRIPTOR_DEVICE:
		return (struct answer){.data = persona->device, .size = sizeof(persona->device)};
	case DESCRIPTOR_CONFIG:
		if (value_low(request) >= persona->config_count)
			return stall();
		config = &persona->configs[value_low(request)];
		return (struct answer){.data = config->at, .size = config->size};
	case DESCRIPTOR_STRING: return string_answer(persona, value_low(request));
	default: return stall();
	}
}

static struct answer report_answer(
	const struct persona *persona, uint8_t configuration, const struct wire_request *request)
{
	const struct hid_function *hid;

	if (persona->is_rubbish)
		return rubbish();
	hid = persona_hid(persona, configuration, index_low(request));
	if (!hid || value_high(request) != DESCRIPTOR_REPORT)
		return stall();
	return (struct answer){.data = hid->report, .size = hid->report_size};
}

struct answer control_answer(
	const struct persona *persona, uint8_t configuration, const struct wire_request *request)
{
	switch (request_of(request)) {
	case GET_DESCRIPTOR: return descriptor_answer(persona, request);
	case GET_INTERFACE_DESCRIPTOR: return report_answer(persona, configuration, request);
	case GET_DEVICE_STATUS:
	case GET_INTERFACE_STATUS:
	case GET_ENDPOINT_STATUS: return zeroes(2);
	case GET_CONFIGURATION: return one_byte(configuration);
	case GET_INTERFACE:
	case HID_GET_IDLE:
	case DISK_GET_MAX_LUN: return one_byte(0);
	case HID_GET_PROTOCOL: return one_byte(1);
	case HID_GET_REPORT: return zeroes(8);
	default:
		/* What the PC only sets is always fine; what we do not know is not. */
		if (request->endpoint & 0x80)
			return stall();
		return (struct answer){.size = request->length};
	}
}
