#include "policy/exemption_fault.h"

#include "tests/unit/fixture.h"

static void each_fault_has_a_word_and_a_sentence_of_its_own(void **state)
{
	for (unsigned i = 0; i < EXEMPTION_FAULT_COUNT; i++) {
		enum exemption_fault again = EXEMPTION_FAULT_COUNT;

		assert_non_null(exemption_fault_sentence(i));
		assert_int_equal(exemption_fault_from_name(exemption_fault_name(i), &again), 0);
		assert_int_equal(again, i);
	}
	assert_null(exemption_fault_name(EXEMPTION_FAULT_COUNT));
	assert_null(exemption_fault_sentence(EXEMPTION_FAULT_COUNT));
}

static void what_nobody_judged_does_not_count(void **state)
{
	enum exemption_fault fault = EXEMPTION_FAULT_NONE;

	memset(&fault, 0, sizeof(fault));
	assert_int_not_equal(fault, EXEMPTION_FAULT_NONE);
	assert_true(exemption_fault_from_name("other", &fault) < 0);
	assert_int_equal(fault, EXEMPTION_FAULT_UNJUDGED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_has_a_word_and_a_sentence_of_its_own),
		cmocka_unit_test(what_nobody_judged_does_not_count),
	};

	return cmocka_run_group_tests_name("exemption fault", tests, NULL, NULL);
}
