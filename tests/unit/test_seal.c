#include "tests/unit/fixture.h"

#include <errno.h>
#include <string.h>

#include "policy/seal.h"
#include "policy/characters.h"

#define PLAIN "Beauty is truth, truth beauty"
#define INFO  "Ode on a Grecian Urn"

static const struct seal_context context = {
	.info = (const uint8_t *)INFO,
	.info_size = sizeof(INFO) - 1,
	.aad = (const uint8_t *)"Count-0",
	.aad_size = 7,
};

static size_t from_hex(const char *text, uint8_t *ret)
{
	size_t n = strlen(text) / 2;

	for (size_t i = 0; i < n; i++)
		ret[i] = (uint8_t)(hex_digit_value(text[2 * i]) << 4 |
				   hex_digit_value(text[2 * i + 1]));
	return n;
}

/* RFC 9180, appendix A.2.1, sequence number 0. */
static void the_vector_of_the_rfc_opens(void **state)
{
	uint8_t receiver[SEAL_KEY_SIZE], public_key[SEAL_KEY_SIZE], known[SEAL_KEY_SIZE];
	uint8_t plain[SEAL_PLAIN_MAX];
	struct sealed sealed;
	size_t size = 0;

	from_hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb", receiver);
	from_hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a", known);
	from_hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a", sealed.key);
	sealed.size = from_hex("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db"
			       "21993c62ce81883d2dd1b51a28",
		sealed.bytes);
	assert_int_equal(seal_public_key(receiver, public_key), 0);
	assert_memory_equal(public_key, known, SEAL_KEY_SIZE);
	assert_int_equal(seal_open(receiver, &context, &sealed, plain, &size), 0);
	assert_int_equal(size, strlen(PLAIN));
	assert_memory_equal(plain, PLAIN, size);
}

struct pair {
	uint8_t private_key[SEAL_KEY_SIZE], public_key[SEAL_KEY_SIZE];
};

static struct pair make_pair(void)
{
	struct pair pair;

	assert_int_equal(seal_make_key(pair.private_key, pair.public_key), 0);
	return pair;
}

static void assert_shut(const struct pair *pair, const struct seal_context *with,
	const struct sealed *sealed, int expected)
{
	uint8_t plain[SEAL_PLAIN_MAX] = {0x5a};
	size_t size = 12345;

	assert_int_equal(seal_open(pair->private_key, with, sealed, plain, &size), expected);
	assert_int_equal(size, 12345);
	assert_int_equal(plain[0], 0x5a);
}

static void every_size_is_sealed_and_opened(void **state)
{
	struct pair pair = make_pair();
	uint8_t secret[SEAL_PLAIN_MAX + 1], plain[SEAL_PLAIN_MAX];
	struct sealed sealed = {.size = 7};
	size_t opened;

	for (size_t i = 0; i < sizeof(secret); i++)
		secret[i] = (uint8_t)(i * 7);
	for (size_t size = 0; size <= SEAL_PLAIN_MAX; size++) {
		assert_int_equal(seal_to(pair.public_key, &context, secret, size, &sealed), 0);
		assert_int_equal(sealed.size, size + SEAL_TAG_SIZE);
		assert_int_equal(seal_open(pair.private_key, &context, &sealed, plain, &opened), 0);
		assert_int_equal(opened, size);
		assert_memory_equal(plain, secret, size);
	}
	sealed.size = 7;
	assert_int_equal(
		seal_to(pair.public_key, &context, secret, SEAL_PLAIN_MAX + 1, &sealed), -EINVAL);
	assert_int_equal(sealed.size, 7);
}

static void no_flipped_bit_opens(void **state)
{
	struct pair pair = make_pair();
	struct sealed sealed;

	assert_int_equal(seal_to(pair.public_key, &context, (const uint8_t *)"twenty bytes of key!",
				 20, &sealed),
		0);
	for (size_t bit = 0; bit < 8 * sealed.size; bit++) {
		struct sealed flipped = sealed;

		flipped.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_shut(&pair, &context, &flipped, -EBADMSG);
	}
	for (size_t bit = 0; bit < sizeof(sealed.key) * 8; bit++) {
		struct sealed flipped = sealed;

		/* The highest bit is no part of a key (RFC 7748), but of the context. */
		flipped.key[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_shut(&pair, &context, &flipped, -EBADMSG);
	}
}

static void another_key_or_context_does_not_open(void **state)
{
	static const struct seal_context others[] = {
		{(const uint8_t *)"Ode on a Grecian urn", 20, (const uint8_t *)"Count-0", 7},
		{(const uint8_t *)INFO, sizeof(INFO) - 2, (const uint8_t *)"Count-0", 7},
		{NULL, 0, (const uint8_t *)"Count-0", 7},
		{(const uint8_t *)INFO, sizeof(INFO) - 1, (const uint8_t *)"Count-1", 7},
		{(const uint8_t *)INFO, sizeof(INFO) - 1, (const uint8_t *)"Count-0", 6},
		{(const uint8_t *)INFO, sizeof(INFO) - 1, NULL, 0},
	};
	struct pair pair = make_pair(), other = make_pair();
	struct sealed sealed;

	assert_int_equal(
		seal_to(pair.public_key, &context, (const uint8_t *)PLAIN, 29, &sealed), 0);
	assert_shut(&other, &context, &sealed, -EBADMSG);
	for (size_t i = 0; i < COUNT(others); i++)
		assert_shut(&pair, &others[i], &sealed, -EBADMSG);
}

static void what_is_too_short_or_too_long_does_not_open(void **state)
{
	static const size_t sizes[] = {0, SEAL_TAG_SIZE - 1, SEAL_PLAIN_MAX + SEAL_TAG_SIZE + 1,
		SIZE_MAX, SEAL_TAG_SIZE + 28, SEAL_TAG_SIZE + 30};
	struct pair pair = make_pair();
	struct sealed sealed = {0};

	assert_int_equal(
		seal_to(pair.public_key, &context, (const uint8_t *)PLAIN, 29, &sealed), 0);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		sealed.size = sizes[i];
		assert_shut(&pair, &context, &sealed, -EBADMSG);
	}
}

/* Each of them makes the same zero of every secret (RFC 7748, section 6.1). */
static void a_key_of_low_order_is_refused(void **state)
{
	static const char *const keys[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	};
	struct pair pair = make_pair();

	for (size_t i = 0; i < COUNT(keys); i++) {
		uint8_t key[SEAL_KEY_SIZE];
		struct sealed sealed = {.size = 29 + SEAL_TAG_SIZE};

		from_hex(keys[i], key);
		memcpy(sealed.key, key, sizeof(key));
		assert_shut(&pair, &context, &sealed, -EBADMSG);
		assert_int_equal(
			seal_to(key, &context, (const uint8_t *)PLAIN, 29, &sealed), -EINVAL);
	}
}

static void two_seals_of_the_same_have_nothing_in_common(void **state)
{
	struct pair pair = make_pair();
	struct sealed one, two;

	assert_int_equal(seal_to(pair.public_key, &context, (const uint8_t *)PLAIN, 29, &one), 0);
	assert_int_equal(seal_to(pair.public_key, &context, (const uint8_t *)PLAIN, 29, &two), 0);
	assert_memory_not_equal(one.key, two.key, sizeof(one.key));
	assert_memory_not_equal(one.bytes, two.bytes, one.size);
}

static void a_key_has_a_fingerprint_like_others(void **state)
{
	/* SHA-256 of 32 zeros, as openssl dgst and base64 print it */
	static const uint8_t zeros[SEAL_KEY_SIZE];
	char text[SEAL_FINGERPRINT_SIZE];

	assert_int_equal(seal_fingerprint(zeros, text), 0);
	assert_string_equal(text, "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vector_of_the_rfc_opens),
		cmocka_unit_test(every_size_is_sealed_and_opened),
		cmocka_unit_test(no_flipped_bit_opens),
		cmocka_unit_test(another_key_or_context_does_not_open),
		cmocka_unit_test(what_is_too_short_or_too_long_does_not_open),
		cmocka_unit_test(a_key_of_low_order_is_refused),
		cmocka_unit_test(two_seals_of_the_same_have_nothing_in_common),
		cmocka_unit_test(a_key_has_a_fingerprint_like_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
