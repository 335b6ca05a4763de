#include "policy/sha256_text.h"

#include "tests/unit/fixture.h"

static void digits_and_groups_are_those_of_the_bytes(void **state)
{
	uint8_t sha256[SHA256_SIZE];
	char digits[SHA256_TEXT_SIZE], groups[SHA256_GROUPS_SIZE];

	for (size_t i = 0; i < sizeof(sha256); i++)
		sha256[i] = (uint8_t)(i * 7 + 3);
	sha256_text(sha256, digits);
	assert_string_equal(
		digits, "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dc");
	sha256_groups(sha256, groups);
	assert_string_equal(
		groups, "030a11181f262d34 3b424950575e656c 737a81888f969da4 abb2b9c0c7ced5dc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_and_groups_are_those_of_the_bytes),
	};

	return cmocka_run_group_tests_name("sha256 text", tests, NULL, NULL);
}
