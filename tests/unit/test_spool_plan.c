#include "tests/unit/fixture.h"

#include "agent/spool_plan.h"

static const uint8_t a[SHA256_SIZE] = {1}, b[SHA256_SIZE] = {2};

static void take(struct spool_group *group, const uint8_t *seen, const uint8_t *bytes, bool is_bad,
	uint64_t now_ms)
{
	assert_true(spool_group_is_due(group, seen, now_ms));
	assert_true(spool_group_wants(group, seen, bytes, now_ms));
	spool_group_judged(group, is_bad, now_ms);
}

static void what_is_in_force_is_judged_once(void **state)
{
	struct spool_group group = {};

	take(&group, a, a, false, 0);
	assert_int_equal(spool_group_next_ms(&group), UINT64_MAX);
	assert_false(spool_group_is_due(&group, a, UINT64_MAX));
	take(&group, b, b, false, 1);
}

static void the_same_bytes_in_another_file_are_read_but_not_judged(void **state)
{
	struct spool_group group = {};

	take(&group, a, a, true, 0);
	assert_true(spool_group_is_due(&group, b, 1));
	assert_false(spool_group_wants(&group, b, a, 1));
	assert_false(spool_group_is_due(&group, b, 1));
}

static void what_was_refused_is_tried_again_ever_less_often(void **state)
{
	static const uint64_t minutes[] = {1, 2, 4, 8, 16, 32, 64, 64, 64};
	struct spool_group group = {};
	uint64_t now = 0;

	take(&group, a, a, true, now);
	for (size_t i = 0; i < COUNT(minutes); i++) {
		uint64_t next = spool_group_next_ms(&group);

		assert_int_equal(next - now, minutes[i] * 60000);
		assert_false(spool_group_is_due(&group, a, next - 1));
		now = next;
		take(&group, a, a, true, now);
	}
	/* Something new is judged at once, and its own waits begin anew. */
	take(&group, b, b, true, now + 1);
	assert_int_equal(spool_group_next_ms(&group), now + 1 + 60000);
}

static void a_new_root_has_everything_judged_again(void **state)
{
	struct spool_group group = {};

	take(&group, a, a, false, 0);
	spool_group_forget(&group);
	take(&group, a, a, false, 1);
	assert_false(spool_group_is_due(&group, a, 2));
}

static void refusals_have_a_budget_that_time_earns(void **state)
{
	struct spool_budget budget;

	spool_budget_begin(&budget, 1000);
	spool_budget_spend(&budget, SPOOL_REFUSALS_MAX - 1);
	assert_true(spool_budget_allows(&budget, 1000));
	spool_budget_spend(&budget, 500); /* no more than there is */
	assert_false(spool_budget_allows(&budget, 1000 + SPOOL_REFUSAL_EVERY_MS - 1));
	assert_true(spool_budget_allows(&budget, 1000 + SPOOL_REFUSAL_EVERY_MS));
	spool_budget_spend(&budget, 1);
	assert_false(spool_budget_allows(&budget, 1000 + SPOOL_REFUSAL_EVERY_MS));
	/* Part of the next one is not lost, and there is never more than at the beginning. */
	assert_true(spool_budget_allows(&budget, 1000 + 2 * SPOOL_REFUSAL_EVERY_MS));
	assert_true(spool_budget_allows(&budget, UINT64_MAX / 2));
	spool_budget_spend(&budget, SPOOL_REFUSALS_MAX);
	assert_false(spool_budget_allows(&budget, UINT64_MAX / 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_in_force_is_judged_once),
		cmocka_unit_test(the_same_bytes_in_another_file_are_read_but_not_judged),
		cmocka_unit_test(what_was_refused_is_tried_again_ever_less_often),
		cmocka_unit_test(a_new_root_has_everything_judged_again),
		cmocka_unit_test(refusals_have_a_budget_that_time_earns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
