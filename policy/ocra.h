/*
 * OCRA (RFC 6287): one-time codes that answer a challenge, one way, with everything that the RFC
 * lets a code depend on: a counter, the challenge, a PIN's hash, session information, the time.
 * Pure; whose HMAC it is is the caller's choice.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/code_kind.h"

#define OCRA_DIGITS_MAX      10
#define OCRA_CHALLENGE_MAX   64  /* characters of one side's */
#define OCRA_CHALLENGE_BYTES 128 /* as it stands in what is hashed; also two sides' in a row */
#define OCRA_SESSION_MAX     512
#define OCRA_SUITE_MAX       63
#define OCRA_HMAC_MAX        64
#define OCRA_MESSAGE_MAX \
	(OCRA_SUITE_MAX + 1 + 8 + OCRA_CHALLENGE_BYTES + OCRA_HMAC_MAX + OCRA_SESSION_MAX + 8)

enum ocra_challenge {
	OCRA_CHALLENGE_NONE = 0,
	OCRA_CHALLENGE_ALPHANUMERIC, /* A: as its characters are */
	OCRA_CHALLENGE_NUMERIC,      /* N: decimal */
	OCRA_CHALLENGE_HEX,          /* H */
};

struct ocra_suite {
	char text[OCRA_SUITE_MAX + 1];
	enum code_hash hash;
	uint8_t digits; /* 4 to 10; 0: the whole HMAC, which ocra_code() does not give */
	bool has_counter;
	enum ocra_challenge challenge;
	uint8_t challenge_size;  /* 4 to 64 characters, at most */
	enum code_hash pin_hash; /* 0: no PIN */
	uint16_t session_size;   /* 0: none; 64, 128, 256, 512 bytes */
	uint32_t step_s;         /* 0: no time */
};

/* What a suite does not name is not looked at. */
struct ocra_input {
	uint64_t counter;
	const char *challenge; /* or both sides' of a mutual one, in a row */
	const uint8_t *pin;    /* its hash: 20, 32 or 64 bytes */
	const uint8_t *session;
	size_t session_size; /* at most the suite's; zero bytes go before what is shorter */
	int64_t now_s;       /* since 1970 */
};

/* HMAC by hash: 0, ret and *ret_size; or a negative errno. */
typedef int ocra_hmac(enum code_hash hash, const uint8_t *key, size_t key_size,
	const uint8_t *message, size_t size, uint8_t ret[OCRA_HMAC_MAX], size_t *ret_size);

/* Reads "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1" (section 6). 0 and *ret, or -EINVAL. */
int ocra_suite_parse(const char *text, struct ocra_suite *ret);

/* Section 5.1: what is hashed. 0, ret and *ret_size; -EINVAL: the input does not fit the suite. */
int ocra_message(const struct ocra_suite *suite, const struct ocra_input *input,
	uint8_t ret[OCRA_MESSAGE_MAX], size_t *ret_size);

/* The code as digits. 0 and ret; -EINVAL as above, also where the suite has no digits; or what hmac
 * gave. */
int ocra_code(const struct ocra_suite *suite, ocra_hmac *hmac, const uint8_t *key, size_t key_size,
	const struct ocra_input *input, char ret[OCRA_DIGITS_MAX + 1]);

/* ocra_hmac by libcrypto; -EIO where that fails. A file of its own: who links it links that. */
int ocra_hmac_openssl(enum code_hash hash, const uint8_t *key, size_t key_size,
	const uint8_t *message, size_t size, uint8_t ret[OCRA_HMAC_MAX], size_t *ret_size);
