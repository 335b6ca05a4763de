/* What this version makes of the keys of a policy. */
#include "tests/unit/fixture.h"

#include "policy/enforced_key.h"

static void each_key_has_the_effect_that_lint_tells(void **state)
{
	static const struct {
		const char *section, *key;
		enum key_effect effect;
	} keys[] = {
		{"policy", "mode", KEY_ENFORCED},
		{"policy", "contact", KEY_ENFORCED},
		{"policy", "max-age", KEY_ENFORCED},
		{"media", "usb-storage", KEY_ENFORCED},
		{"media", "unknown", KEY_ENFORCED},
		{"media", "sd-card", KEY_NOT_ON_USB},
		{"media", "nvme", KEY_NOT_ON_USB},
		{"media", "loop", KEY_NOT_ON_USB},
		{"device", "access", KEY_ENFORCED},
		{"device", "nvme", KEY_ENFORCED},
		{"medium", "registered", KEY_ENFORCED},
		{"medium", "file-systems", KEY_ENFORCED},
		{"medium", "scan", KEY_NO_SCAN},
		{"exemption", "scan", KEY_ENFORCED},
		{"login", "methods", KEY_ENFORCED},
		{"login", "exempt-1", KEY_ENFORCED},
		{"network", "isolation", KEY_ONLY_READ},
		{"records", "keep", KEY_ONLY_READ},
		{"nothing", "mode", KEY_ONLY_READ},
	};

	for (size_t i = 0; i < COUNT(keys); i++)
		if (enforced_key(keys[i].section, keys[i].key) != keys[i].effect)
			fail_msg("[%s] %s", keys[i].section, keys[i].key);
}

static void each_effect_has_a_word_of_its_own(void **state)
{
	for (unsigned i = 0; i < KEY_EFFECT_COUNT; i++) {
		assert_non_null(key_effect_name(i));
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(key_effect_name(i), key_effect_name(k));
	}
	assert_null(key_effect_name(KEY_EFFECT_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_key_has_the_effect_that_lint_tells),
		cmocka_unit_test(each_effect_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
