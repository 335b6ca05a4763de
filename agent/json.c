#include "agent/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/characters.h"

#define ESCAPE_SIZE 8

void json_init(struct json *json, char *buffer, size_t size)
{
	*json = (struct json){.buffer = buffer, .size = size};
}

static void put(struct json *json, const char *bytes, size_t size)
{
	if (json->is_full || size > json->size - json->length) {
		json->is_full = true;
		return;
	}
	memcpy(json->buffer + json->length, bytes, size);
	json->length += size;
}

static void put_text(struct json *json, const char *text)
{
	put(json, text, strlen(text));
}

static void begin_value(struct json *json, const char *key)
{
	if (json->needs_comma)
		put(json, ",", 1);
	json->needs_comma = true;
	if (!key)
		return;
	put(json, "\"", 1);
	put_text(json, key);
	put(json, "\":", 2);
}

void json_open(struct json *json, const char *key, char bracket)
{
	begin_value(json, key);
	put(json, &bracket, 1);
	json->needs_comma = false;
}

void json_close(struct json *json, char bracket)
{
	put(json, &bracket, 1);
	json->needs_comma = true;
}

/* What stands for the first character of text; *ret_read is how many bytes of text that was. */
static size_t escape(const char *text, size_t left, char buffer[ESCAPE_SIZE], size_t *ret_read)
{
	uint32_t character = 0;
	size_t read = utf8_decode(text, left, &character);

	*ret_read = read > 0 ? read : 1;
	if (read == 0)
		return (size_t)snprintf(buffer, ESCAPE_SIZE, "\xef\xbf\xbd");
	if (character == '"' || character == '\\')
		return (size_t)snprintf(buffer, ESCAPE_SIZE, "\\%c", (char)character);
	if (character < 0x20 || character == 0x7f)
		return (size_t)snprintf(buffer, ESCAPE_SIZE, "\\u%04" PRIx32, character);
	memcpy(buffer, text, read);
	return read;
}

bool json_string(struct json *json, const char *key, const char *value, size_t size_max)
{
	size_t left = strlen(value), written = 0;

	begin_value(json, key);
	put(json, "\"", 1);
	while (left > 0) {
		char escaped[ESCAPE_SIZE];
		size_t read, size = escape(value, left, escaped, &read);

		if (written + size > size_max)
			break;
		put(json, escaped, size);
		written += size;
		value += read;
		left -= read;
	}
	put(json, "\"", 1);
	return left == 0;
}

void json_unsigned(struct json *json, const char *key, uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, value);
	begin_value(json, key);
	put_text(json, digits);
}

void json_signed(struct json *json, const char *key, int64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRId64, value);
	begin_value(json, key);
	put_text(json, digits);
}

void json_bool(struct json *json, const char *key, bool value)
{
	begin_value(json, key);
	put_text(json, value ? "true" : "false");
}

void json_hex(struct json *json, const char *key, const uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";

	begin_value(json, key);
	put(json, "\"", 1);
	for (size_t i = 0; i < size; i++) {
		put(json, &digits[bytes[i] >> 4], 1);
		put(json, &digits[bytes[i] & 15], 1);
	}
	put(json, "\"", 1);
}
