#include "agent/machine.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "policy/characters.h"
#include "policy/document.h"
#include "policy/sha256_text.h"

#define LABEL "sekisho machine"
/* Names of makers' placeholders are never so long, and serial numbers never so short. */
#define SERIAL_MIN 3

/* What firmware says where its maker filled nothing in. */
static const char *const placeholders[] = {
	"03000200-0400-0500-0006-000700080009",
	"00020003-0004-0005-0006-000700080009",
	"12345678-1234-5678-90ab-cddeefaabbcc",
	"to be filled by o.e.m.",
	"default string",
	"system serial number",
	"base board serial number",
	"not specified",
	"not applicable",
	"not available",
	"unknown",
	"invalid",
	"none",
	"n/a",
	"0123456789",
	"123456789",
	"1234567890",
};

/* "0000…", "ffff…", "----": one character alone says nothing. */
static bool is_one_character(const char *text)
{
	char first = '\0';

	for (; *text; text++) {
		if (*text == '-' || *text == ' ' || *text == '.')
			continue;
		if (first && *text != first)
			return false;
		first = *text;
	}
	return true;
}

/* In any case; placeholders are written in small letters. */
static bool is_same_word(const char *text, const char *small)
{
	while (*text && to_lower(*text) == *small) {
		text++;
		small++;
	}
	return *text == *small;
}

static bool is_telling(const char *text)
{
	if (strlen(text) < SERIAL_MIN || is_one_character(text))
		return false;
	for (size_t i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]); i++)
		if (is_same_word(text, placeholders[i]))
			return false;
	return true;
}

/* Each part with its NUL, so that no two lists of parts are the same bytes. */
static enum machine_source hash(
	enum machine_source source, const char *one, const char *other, char ret[MACHINE_SIZE])
{
	char bytes[sizeof(LABEL) + 1 + 2 * MACHINE_FACT_SIZE] = LABEL;
	uint8_t sha256[SHA256_SIZE];
	char text[SHA256_TEXT_SIZE];
	size_t used = sizeof(LABEL);

	bytes[used++] = (char)('0' + source);
	used += (size_t)snprintf(bytes + used, MACHINE_FACT_SIZE, "%s", one) + 1;
	used += (size_t)snprintf(bytes + used, MACHINE_FACT_SIZE, "%s", other) + 1;
	if (EVP_Digest(bytes, used, sha256, NULL, EVP_sha256(), NULL) != 1)
		return MACHINE_NONE;
	sha256_text(sha256, text);
	memcpy(ret, text, MACHINE_SIZE - 1);
	ret[MACHINE_SIZE - 1] = '\0';
	return source;
}

enum machine_source machine_hash(const struct machine_facts *facts, char ret[MACHINE_SIZE])
{
	bool has_uuid = is_telling(facts->product_uuid);
	bool has_board = is_telling(facts->board_serial);

	ret[0] = '\0';
	if (has_uuid || has_board)
		return hash(MACHINE_FIRMWARE, has_uuid ? facts->product_uuid : "",
			has_board ? facts->board_serial : "", ret);
	if (is_telling(facts->disk_serial))
		return hash(MACHINE_DISK, facts->disk_serial, "", ret);
	/* "uninitialized" stands there while an image was never started. */
	if (is_telling(facts->machine_id) && strcmp(facts->machine_id, "uninitialized") != 0)
		return hash(MACHINE_INSTALLATION, facts->machine_id, "", ret);
	return MACHINE_NONE;
}
