#include "tests/unit/fixture.h"

#include "policy/rollout.h"
#include "policy/site.h"

#define L50       "a2345678901234567890123456789012345678901234567890"
#define LONG_NAME L50 L50 L50 L50 L50 L50

static void a_policy_goes_from_ring_to_ring(void **state)
{
	static const struct {
		const char *name;
		uint8_t policy_ring, percent;
		const char *terminal;
		uint8_t ring;
		bool is_reached;
	} rows[] = {
		{"the first ring of the first ring", 0, 100, "desk-17", 0, true},
		{"the second ring of the first ring", 0, 100, "desk-17", 1, false},
		{"the last ring of all", 9, 100, "desk-17", 9, true},
		{"the last ring of the last but one", 8, 100, "desk-17", 9, false},
		{"a ring that does not exist", 9, 100, "desk-17", 10, false},
		{"nobody", 9, 0, "desk-17", 0, false},
		{"nobody, and no name", 9, 0, NULL, 0, false},
		{"no name counts as one of the first", 9, 1, NULL, 0, true},
		{"no name, and another ring", 0, 100, NULL, 1, false},
		{"straight from calloc", 0, 0, "desk-17", 0, false},
		{"a name too long for a place", 9, 99, LONG_NAME, 0, false},
		{"a name too long for a place, and everybody", 9, 100, LONG_NAME, 0, true},
		/* SHA-256("tosu/desk-17") modulo 100 is 76. */
		{"one hundredth too few", 9, 76, "desk-17", 0, false},
		{"just enough", 9, 77, "desk-17", 0, true},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct policy policy = {.ring = rows[i].policy_ring, .percent = rows[i].percent};

		if (policy_reaches(&policy, "tosu", rows[i].terminal, rows[i].ring) !=
			rows[i].is_reached)
			fail_msg("%s", rows[i].name);
	}
}

static unsigned count_reached(const char *site, uint8_t percent, bool was_reached[1000])
{
	struct policy policy = {.ring = 9, .percent = percent};
	unsigned count = 0;

	for (unsigned i = 0; i < 1000; i++) {
		char terminal[32];
		bool is_reached;

		snprintf(terminal, sizeof(terminal), "desk-%u", i);
		is_reached = policy_reaches(&policy, site, terminal, 0);
		/* Who was reached once stays reached. */
		assert_true(is_reached || !was_reached[i]);
		was_reached[i] = is_reached;
		count += is_reached;
	}
	return count;
}

static void percent_are_percent_and_only_grow(void **state)
{
	bool was_reached[1000] = {false};

	for (uint8_t percent = 0; percent <= 100; percent++) {
		int count = (int)count_reached("tosu", percent, was_reached);

		assert_in_range(count + 60, percent * 10, percent * 10 + 120);
		if (percent == 0 || percent == 100)
			assert_int_equal(count, percent * 10);
	}
}

static void another_site_has_other_pilots(void **state)
{
	bool here[1000] = {false}, there[1000] = {false};

	count_reached("tosu", 10, here);
	count_reached("saga", 10, there);
	assert_memory_not_equal(here, there, sizeof(here));
}

static void a_name_that_is_too_long_comes_last(void **state)
{
	char name[TERMINAL_NAME_MAX + SITE_NAME_MAX + 2];
	struct policy policy = {.ring = 9, .percent = 99};

	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_false(policy_reaches(&policy, "tosu", name, 0));
	policy.percent = 100;
	assert_true(policy_reaches(&policy, "tosu", name, 0));
}

static void the_builtin_policy_is_for_everybody(void **state)
{
	struct policy *policy = NULL;

	assert_int_equal(policy_new_builtin(&policy), 0);
	for (uint8_t ring = 0; ring < POLICY_RINGS; ring++)
		assert_true(policy_reaches(policy, "tosu", "desk-17", ring));
	policy_free(policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_policy_goes_from_ring_to_ring),
		cmocka_unit_test(percent_are_percent_and_only_grow),
		cmocka_unit_test(another_site_has_other_pilots),
		cmocka_unit_test(a_name_that_is_too_long_comes_last),
		cmocka_unit_test(the_builtin_policy_is_for_everybody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
