#include "policy/ocra.h"

#include <errno.h>
#include <string.h>

#include "policy/characters.h"

#define NUMBER_SIZE 27 /* bytes, that hold any number of OCRA_CHALLENGE_MAX decimal digits */

struct message {
	uint8_t *bytes;
	size_t size;
};

static void add(struct message *message, const void *bytes, size_t size)
{
	if (size > 0)
		memcpy(message->bytes + message->size, bytes, size);
	message->size += size;
}

static void add_number(struct message *message, uint64_t number)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(number >> (56 - 8 * i));
	add(message, bytes, sizeof(bytes));
}

/* The first hex digit is the upper half of the first byte, however many there are. */
static int put_hex(const char *hex, uint8_t ret[OCRA_CHALLENGE_BYTES])
{
	for (size_t i = 0; hex[i] != '\0'; i++) {
		int value = hex_digit_value(hex[i]);

		if (value < 0 || i >= 2 * OCRA_CHALLENGE_BYTES)
			return -EINVAL;
		ret[i / 2] |= (uint8_t)(i % 2 == 0 ? value << 4 : value);
	}
	return 0;
}

/* Section 5.1: a decimal challenge stands there as a hexadecimal number, without zeros before it.
 */
static int put_decimal(const char *decimal, uint8_t ret[OCRA_CHALLENGE_BYTES])
{
	uint8_t number[NUMBER_SIZE] = {0};
	char hex[2 * NUMBER_SIZE + 1];
	const char *first = hex;

	for (const char *at = decimal; *at != '\0'; at++) {
		unsigned carry = (unsigned)(*at - '0');

		if (carry > 9)
			return -EINVAL;
		for (size_t i = NUMBER_SIZE; i-- > 0; carry >>= 8) {
			carry += number[i] * 10u;
			number[i] = (uint8_t)carry;
		}
	}
	for (size_t i = 0; i < NUMBER_SIZE; i++) {
		hex[2 * i] = "0123456789ABCDEF"[number[i] >> 4];
		hex[2 * i + 1] = "0123456789ABCDEF"[number[i] & 15];
	}
	hex[2 * NUMBER_SIZE] = '\0';
	while (first[0] == '0' && first[1] != '\0')
		first++;
	return put_hex(first, ret);
}

static int add_challenge(
	struct message *message, const struct ocra_suite *suite, const char *challenge)
{
	uint8_t bytes[OCRA_CHALLENGE_BYTES] = {0};
	size_t size = challenge ? strlen(challenge) : 0;
	int r = -EINVAL;

	/* Twice: in a mutual exchange both sides' stand there. */
	if (size == 0 || size > 2u * suite->challenge_size)
		return -EINVAL;
	switch (suite->challenge) {
	case OCRA_CHALLENGE_ALPHANUMERIC:
		memcpy(bytes, challenge, size);
		r = 0;
		break;
	case OCRA_CHALLENGE_NUMERIC:
		r = size <= OCRA_CHALLENGE_MAX ? put_decimal(challenge, bytes) : -EINVAL;
		break;
	case OCRA_CHALLENGE_HEX: r = put_hex(challenge, bytes); break;
	case OCRA_CHALLENGE_NONE: break;
	}
	if (r == 0)
		add(message, bytes, sizeof(bytes));
	return r;
}

static int add_session(struct message *message, const struct ocra_suite *suite,
	const uint8_t *session, size_t size)
{
	static const uint8_t zeros[OCRA_SESSION_MAX];

	if (size > suite->session_size || (size > 0 && !session))
		return -EINVAL;
	add(message, zeros, suite->session_size - size);
	add(message, session, size);
	return 0;
}

static size_t hash_size(enum code_hash hash)
{
	switch (hash) {
	case CODE_SHA1: return 20;
	case CODE_SHA256: return 32;
	case CODE_SHA512: return 64;
	}
	return 0;
}

int ocra_message(const struct ocra_suite *suite, const struct ocra_input *input,
	uint8_t ret[OCRA_MESSAGE_MAX], size_t *ret_size)
{
	uint8_t bytes[OCRA_MESSAGE_MAX];
	struct message message = {.bytes = bytes};
	int r = 0;

	if ((suite->pin_hash && !input->pin) || (suite->step_s && input->now_s < 0))
		return -EINVAL;
	add(&message, suite->text, strlen(suite->text) + 1);
	if (suite->has_counter)
		add_number(&message, input->counter);
	r = add_challenge(&message, suite, input->challenge);
	if (r == 0 && suite->pin_hash)
		add(&message, input->pin, hash_size(suite->pin_hash));
	if (r == 0)
		r = add_session(&message, suite, input->session,
			suite->session_size ? input->session_size : 0);
	if (r == 0 && suite->step_s)
		add_number(&message, (uint64_t)input->now_s / suite->step_s);
	if (r == 0) {
		memcpy(ret, bytes, message.size);
		*ret_size = message.size;
	}
	explicit_bzero(bytes, sizeof(bytes));
	return r;
}

/* RFC 4226, section 5.3. */
static void truncate_to_digits(const uint8_t *hash, size_t size, unsigned digits, char *ret)
{
	size_t at = hash[size - 1] & 15;
	uint32_t number = (uint32_t)(hash[at] & 127) << 24 | (uint32_t)hash[at + 1] << 16 |
			  (uint32_t)hash[at + 2] << 8 | hash[at + 3];

	ret[digits] = '\0';
	for (unsigned i = digits; i-- > 0; number /= 10)
		ret[i] = (char)('0' + number % 10);
}

int ocra_code(const struct ocra_suite *suite, ocra_hmac *hmac, const uint8_t *key, size_t key_size,
	const struct ocra_input *input, char ret[OCRA_DIGITS_MAX + 1])
{
	uint8_t message[OCRA_MESSAGE_MAX], hash[OCRA_HMAC_MAX];
	size_t size, n = 0;
	int r;

	if (suite->digits == 0)
		return -EINVAL;
	r = ocra_message(suite, input, message, &size);
	if (r < 0)
		return r;
	r = hmac(suite->hash, key, key_size, message, size, hash, &n);
	if (r == 0 && n != hash_size(suite->hash))
		r = -EIO;
	if (r == 0)
		truncate_to_digits(hash, n, suite->digits, ret);
	explicit_bzero(message, sizeof(message));
	explicit_bzero(hash, sizeof(hash));
	return r;
}
