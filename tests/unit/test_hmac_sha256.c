/* Against libcrypto, at every length round a block's end and at random. */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/hmac_sha256.h"

#define SIZE_MAX_TRIED 300

static uint8_t bytes[SIZE_MAX_TRIED];

static void fill(unsigned seed)
{
	for (size_t i = 0; i < sizeof(bytes); i++) {
		seed = seed * 1103515245u + 12345u;
		bytes[i] = (uint8_t)(seed >> 16);
	}
}

static void it_is_libcryptos_at_every_length(void **state)
{
	static const size_t key_sizes[] = {0, 1, 20, 32, 63, 64, 65, 131};

	for (size_t k = 0; k < COUNT(key_sizes); k++)
		for (size_t size = 0; size <= SIZE_MAX_TRIED; size++) {
			uint8_t wanted[OCRA_HMAC_MAX], found[OCRA_HMAC_MAX];
			uint8_t key[131];
			size_t n;

			fill((unsigned)(k * 1000 + size));
			memcpy(key, bytes + 100, sizeof(key));
			assert_int_equal(ocra_hmac_openssl(CODE_SHA256, key, key_sizes[k], bytes,
						 size, wanted, &n),
				0);
			assert_int_equal(ocra_hmac_small(CODE_SHA256, key, key_sizes[k], bytes,
						 size, found, &n),
				0);
			assert_int_equal(n, 32);
			assert_memory_equal(wanted, found, 32);
		}
}

/* RFC 4231, test case 2. */
static void it_is_the_rfcs(void **state)
{
	static const uint8_t wanted[] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04,
		0x24, 0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83,
		0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
	uint8_t found[32];

	hmac_sha256((const uint8_t *)"Jefe", 4, (const uint8_t *)"what do ya want for nothing?", 28,
		found);
	assert_memory_equal(found, wanted, sizeof(wanted));
}

static void another_hash_is_refused(void **state)
{
	uint8_t found[OCRA_HMAC_MAX];
	size_t n = 7;

	assert_int_equal(ocra_hmac_small(CODE_SHA1, bytes, 20, bytes, 20, found, &n), -EINVAL);
	assert_int_equal(n, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_libcryptos_at_every_length),
		cmocka_unit_test(it_is_the_rfcs),
		cmocka_unit_test(another_hash_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
