#include "policy/otpauth.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define DIGITS_MEANT   6
#define PERIOD_MEANT_S 30

void base32_encode(const uint8_t *bytes, size_t size, char ret[BASE32_TEXT_SIZE])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned held = 0, n_bits = 0;
	size_t used = 0;

	for (size_t i = 0; i < size; i++) {
		held = (held << 8 | bytes[i]) & 0xfff; /* at most 4 bits are left from before */
		for (n_bits += 8; n_bits >= 5; n_bits -= 5)
			ret[used++] = alphabet[held >> (n_bits - 5) & 31];
	}
	if (n_bits > 0)
		ret[used++] = alphabet[held << (5 - n_bits) & 31];
	ret[used] = '\0';
}

static const char *hash_name(enum code_hash hash)
{
	switch (hash) {
	case CODE_SHA1: return "SHA1";
	case CODE_SHA256: return "SHA256";
	case CODE_SHA512: return "SHA512";
	}
	return NULL;
}

/* A text being written; n is negative once it does not fit. */
struct writer {
	char *text;
	int n;
};

__attribute__((format(printf, 2, 3))) static void add(
	struct writer *writer, const char *format, ...)
{
	va_list arguments;
	int n;

	if (writer->n < 0)
		return;
	va_start(arguments, format);
	n = vsnprintf(
		writer->text + writer->n, (size_t)(OTPAUTH_SIZE - writer->n), format, arguments);
	va_end(arguments);
	writer->n = n < 0 || n >= OTPAUTH_SIZE - writer->n ? -1 : writer->n + n;
}

int otpauth_write(const struct otpauth *otpauth, bool says_all, char ret[OTPAUTH_SIZE])
{
	const char *hash = hash_name(otpauth->hash);
	bool counts = otpauth->type == CODE_HOTP;
	struct writer writer = {.text = ret};

	if (!hash || otpauth->type == CODE_NONE)
		return -EINVAL;
	add(&writer, "otpauth://%s/%s:%s?secret=%s&issuer=%s", counts ? "hotp" : "totp",
		otpauth->site, otpauth->user, otpauth->secret, otpauth->site);
	if (says_all || otpauth->hash != CODE_SHA1)
		add(&writer, "&algorithm=%s", hash);
	if (says_all || otpauth->digits != DIGITS_MEANT)
		add(&writer, "&digits=%u", otpauth->digits);
	if (counts)
		add(&writer, "&counter=%" PRIu64, otpauth->count);
	else if (says_all || otpauth->period_s != PERIOD_MEANT_S)
		add(&writer, "&period=%u", otpauth->period_s);
	return writer.n < 0 ? -EINVAL : writer.n;
}
