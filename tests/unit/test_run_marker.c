#include "agent/run_marker.h"

#include "tests/unit/fixture.h"

#include "tests/unit/temporary.h"

#define THIS_BOOT  "5c2c0000-0000-4000-8000-000000000001"
#define OTHER_BOOT "5c2c0000-0000-4000-8000-000000000002"

static void a_run_that_ended_by_itself_leaves_nothing(void **state)
{
	const struct temporary *temporary = *state;

	assert_int_equal(run_marker_begin(temporary->fd, THIS_BOOT), RUN_ENDED_BY_ITSELF);
	run_marker_end(temporary->fd);
	assert_int_equal(temporary_count(temporary), 0);
	assert_int_equal(run_marker_begin(temporary->fd, OTHER_BOOT), RUN_ENDED_BY_ITSELF);
}

static void a_run_that_was_killed_is_told_from_a_machine_that_went_off(void **state)
{
	const struct temporary *temporary = *state;

	run_marker_begin(temporary->fd, THIS_BOOT);
	assert_int_equal(run_marker_begin(temporary->fd, THIS_BOOT), RUN_DIED);
	assert_int_equal(run_marker_begin(temporary->fd, OTHER_BOOT), RUN_CUT_OFF);
	assert_int_equal(run_marker_begin(temporary->fd, OTHER_BOOT), RUN_DIED);
}

static void a_damaged_marker_is_no_good_end(void **state)
{
	const struct temporary *temporary = *state;

	temporary_write(temporary, "running", "", 0);
	assert_int_equal(run_marker_begin(temporary->fd, THIS_BOOT), RUN_CUT_OFF);
	temporary_write(temporary, "running", "rubbish\n", 8);
	assert_int_equal(run_marker_begin(temporary->fd, THIS_BOOT), RUN_CUT_OFF);
}

static void only_a_bad_end_has_words(void **state)
{
	assert_string_equal(run_end_words(RUN_ENDED_BY_ITSELF), "");
	assert_non_null(strstr(run_end_words(RUN_DIED), "killed"));
	assert_non_null(strstr(run_end_words(RUN_CUT_OFF), "power cut"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_run_that_ended_by_itself_leaves_nothing,
			temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(
			a_run_that_was_killed_is_told_from_a_machine_that_went_off, temporary_setup,
			temporary_teardown),
		cmocka_unit_test_setup_teardown(
			a_damaged_marker_is_no_good_end, temporary_setup, temporary_teardown),
		cmocka_unit_test(only_a_bad_end_has_words),
	};

	return cmocka_run_group_tests_name("run marker", tests, NULL, NULL);
}
