/* CRC-32 as everybody else computes it. */
#include "tests/unit/fixture.h"

#include "policy/checksum.h"

/* The polynomial division of IEEE 802.3, bit by bit. */
static uint32_t divide(const uint8_t *bytes, size_t size)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < 8 * size; i++) {
		uint32_t bit = (bytes[i / 8] >> i % 8 ^ crc) & 1;

		crc = crc >> 1 ^ (bit ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void the_check_value_of_the_standard_comes_out(void **state)
{
	assert_int_equal(checksum((const uint8_t *)"123456789", 9), 0xcbf43926);
	assert_int_equal(checksum((const uint8_t *)"", 0), 0);
}

static void every_byte_is_divided_as_the_standard_says(void **state)
{
	uint8_t bytes[1024];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
	for (size_t size = 0; size <= sizeof(bytes); size++)
		assert_int_equal(checksum(bytes, size), divide(bytes, size));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_check_value_of_the_standard_comes_out),
		cmocka_unit_test(every_byte_is_divided_as_the_standard_says),
	};

	return cmocka_run_group_tests_name("checksum", tests, NULL, NULL);
}
