/*
 * Writes one JSON text (RFC 8259) into a buffer: valid UTF-8 always, bounded always. Pure. What no
 * longer fits is left out and is_full stays set; a caller that copied the struct before can go back
 * to that point. Refuses to know what the text says.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
	char *buffer; /* borrowed; no NUL is written */
	size_t size, length;
	bool needs_comma;
	bool is_full;
};

void json_init(struct json *json, char *buffer, size_t size);

/*
 * Everywhere below, key is NULL inside an array and for the outermost value; it is a plain word
 * that needs no escape.
 */
void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);

/*
 * A string of at most size_max bytes between its quotes, escapes counted; cut between characters.
 * Each byte that is not UTF-8 becomes U+FFFD. False when it was cut.
 */
bool json_string(struct json *json, const char *key, const char *value, size_t size_max);
void json_unsigned(struct json *json, const char *key, uint64_t value);
void json_signed(struct json *json, const char *key, int64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_hex(struct json *json, const char *key, const uint8_t *bytes, size_t size);
