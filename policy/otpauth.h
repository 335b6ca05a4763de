/*
 * A token as programs on phones take it over: a secret in base32, and an otpauth URI. Pure. The
 * Key URI Format is that of google-authenticator's wiki, which other programs follow.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/code_kind.h"
#include "policy/document.h"
#include "policy/login_name.h"
#include "policy/policy.h"

#define BASE32_TEXT_SIZE 104 /* of CODE_SECRET_MAX bytes, with its NUL */
#define OTPAUTH_SIZE     (2 * SITE_NAME_MAX + ACCOUNT_NAME_MAX + BASE32_TEXT_SIZE + 160)

struct otpauth {
	enum code_kind type;
	enum code_hash hash;
	uint8_t digits;
	uint16_t period_s; /* of totp */
	uint64_t count;    /* of hotp */
	const char *site, *user;
	const char *secret; /* base32 */
};

/* RFC 4648, without what it pads the end with, which the URI leaves out. */
void base32_encode(const uint8_t *bytes, size_t size, char ret[BASE32_TEXT_SIZE]);

/*
 * Writes the URI, which holds the secret; says_all: also what every program takes for granted
 * (SHA1, 6 digits, 30 s), without which a QR code is smaller. Returns its length, or -EINVAL: a
 * type or hash that is none, or no room.
 */
int otpauth_write(const struct otpauth *otpauth, bool says_all, char ret[OTPAUTH_SIZE]);
