/* What was cut off, damaged, lost or taken back: which policy is in force then. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "agent/policies.h"
#include "agent/store.h"
#include "tests/unit/terminal.h"

static void raise_ratchet(struct made policy, uint64_t serial)
{
	uint8_t text_sha256[SHA256_SIZE];

	assert_int_equal(document_text_sha256(policy.bytes, policy.size, text_sha256), 0);
	assert_int_equal(
		store_raise_serial(terminal.state->fd, DOCUMENT_POLICY, 1, serial, text_sha256), 0);
}

/* --- power cuts --- */

static void a_cut_before_the_serial_was_raised_leaves_the_old_one(void **state)
{
	apply_and_keep(policy_42);
	put_file("policy.candidate.ini", policy_43);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_on_trial(terminal.policies));
	assert_false(temporary_has(terminal.state, "policy.candidate.ini"));
	take(policy_43);
}

static void a_cut_after_the_serial_was_raised_is_finished(void **state)
{
	apply_and_keep(policy_42);
	put_file("policy.candidate.ini", policy_43);
	raise_ratchet(policy_43, 43);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 43);
	assert_true(policies_is_on_trial(terminal.policies));
	assert_file("policy.ini", policy_43);
	assert_false(temporary_has(terminal.state, "policy.candidate.ini"));
	/* And back, as after any trial. */
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(serial_in_force(), 42);
}

static void a_cut_in_the_first_policy_of_all_is_finished_too(void **state)
{
	put_file("policy.candidate.ini", policy_42);
	temporary_write(terminal.state, "policy-seen", "", 0);
	raise_ratchet(policy_42, 42);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_lost(terminal.policies));
}

static void a_candidate_nobody_signed_is_never_finished(void **state)
{
	struct made forged = make(DOCUMENT_POLICY, &(struct wish){.serial = 43});

	apply_and_keep(policy_42);
	memcpy(strstr(forged.bytes, "keyboard = allow"), "keyboard = block", 16);
	put_file("policy.candidate.ini", forged);
	raise_ratchet(policy_43, 43);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_false(temporary_has(terminal.state, "policy.candidate.ini"));
}

static void a_cut_between_revert_and_records_changes_nothing(void **state)
{
	apply_and_keep(policy_42);
	take(policy_43);
	assert_int_equal(policies_revert(terminal.policies), 0);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_on_trial(terminal.policies));
}

/* --- what is damaged or gone --- */

static void a_damaged_policy_is_replaced_by_the_last_good_one(void **state)
{
	apply_and_keep(policy_42);
	take(policy_43);
	damage("policy.ini");
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_true(policies_is_lost(terminal.policies));
	assert_false(policies_is_on_trial(terminal.policies));
	take(policy_44);
	assert_false(policies_is_lost(terminal.policies));
}

static void where_both_are_damaged_the_builtin_one_holds(void **state)
{
	apply_and_keep(policy_42);
	damage("policy.ini");
	damage("policy.last-good.ini");
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 0);
	assert_true(policies_is_lost(terminal.policies));
}

static void a_policy_that_was_deleted_is_lost_and_not_unseen(void **state)
{
	apply_and_keep(policy_42);
	remove_file("policy.ini");
	remove_file("policy.last-good.ini");
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 0);
	assert_true(policies_is_lost(terminal.policies));
	assert_string_equal(offer(policy_41).fault, "serial");
	remove_file("policy-seen");
	terminal_start_anew();
	assert_false(policies_is_lost(terminal.policies));
}

static void damaged_serials_refuse_every_policy_until_they_are_cured(void **state)
{
	apply_and_keep(policy_42);
	damage("serials");
	assert_string_equal(offer(policy_43).fault, "serials-damaged");
	assert_int_equal(serial_in_force(), 42);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	remove_file("serials");
	take(policy_43);
}

static void without_a_root_nothing_is_taken_and_what_was_stored_is_lost(void **state)
{
	apply_and_keep(policy_42);
	assert_int_equal(unlinkat(terminal.etc->fd, "root.ini", 0), 0);
	terminal_start_anew();
	assert_non_null(strstr(policies_health(terminal.policies), "root.ini"));
	assert_int_equal(serial_in_force(), 0);
	assert_true(policies_is_lost(terminal.policies));
	assert_string_equal(offer(policy_43).fault, "no-root");
	assert_file("policy.ini", policy_42);
	put_root();
	terminal_start_anew();
	assert_string_equal(policies_health(terminal.policies), "");
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_lost(terminal.policies));
}

static void without_a_site_nothing_is_taken(void **state)
{
	temporary_write(terminal.etc, "site.ini", "site = tosu\n", 12);
	terminal_start_anew();
	assert_non_null(strstr(policies_health(terminal.policies), "site.ini"));
	assert_string_equal(offer(policy_43).fault, "no-root");
}

/* --- the way back --- */

static void a_failed_policy_gives_way_to_the_last_good_one(void **state)
{
	apply_and_keep(policy_42);
	take(policy_43);
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_on_trial(terminal.policies));
	assert_file("policy.ini", policy_42);
	/* The ratchet stays where it was. */
	assert_string_equal(offer(policy_43).fault, "serial");
	take(policy_44);
}

static void two_that_failed_give_way_to_the_one_that_was_kept(void **state)
{
	apply_and_keep(policy_42);
	take(policy_43);
	take(policy_44);
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(serial_in_force(), 42);
}

static void a_first_policy_that_failed_leaves_the_builtin_one(void **state)
{
	take(policy_42);
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(serial_in_force(), 0);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 0);
	assert_false(policies_is_lost(terminal.policies));
	assert_string_equal(offer(policy_42).fault, "serial");
}

/* It had a good one, so it is not as one that never had any. */
static void a_failed_policy_whose_last_good_one_is_damaged_is_lost(void **state)
{
	apply_and_keep(policy_42);
	take(policy_43);
	damage("policy.last-good.ini");
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(serial_in_force(), 0);
	assert_true(policies_is_lost(terminal.policies));
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 0);
	assert_true(policies_is_lost(terminal.policies));
}

static void a_cut_before_the_marker_of_the_first_policy_is_finished_too(void **state)
{
	put_file("policy.candidate.ini", policy_42);
	raise_ratchet(policy_42, 42);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_true(temporary_has(terminal.state, "policy-seen"));
	assert_false(policies_is_lost(terminal.policies));
}

/* The ratchet knows which document it stands at. */
static void another_candidate_of_that_serial_is_litter(void **state)
{
	apply_and_keep(policy_41);
	put_file("policy.candidate.ini", other_42);
	raise_ratchet(policy_42, 42);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 41);
	assert_false(temporary_has(terminal.state, "policy.candidate.ini"));
	take(policy_42);
}

static void a_candidate_waits_on_where_the_marker_cannot_be_written(void **state)
{
	put_file("policy.candidate.ini", policy_42);
	raise_ratchet(policy_42, 42);
	assert_int_equal(mkdirat(terminal.state->fd, ".new-policy-seen", 0700), 0);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 0);
	assert_true(temporary_has(terminal.state, "policy.candidate.ini"));
	assert_int_equal(unlinkat(terminal.state->fd, ".new-policy-seen", AT_REMOVEDIR), 0);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, terminal_setup_policies, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_cut_before_the_serial_was_raised_leaves_the_old_one),
		TEST(a_cut_after_the_serial_was_raised_is_finished),
		TEST(a_cut_in_the_first_policy_of_all_is_finished_too),
		TEST(a_candidate_nobody_signed_is_never_finished),
		TEST(a_cut_between_revert_and_records_changes_nothing),
		TEST(a_damaged_policy_is_replaced_by_the_last_good_one),
		TEST(where_both_are_damaged_the_builtin_one_holds),
		TEST(a_policy_that_was_deleted_is_lost_and_not_unseen),
		TEST(damaged_serials_refuse_every_policy_until_they_are_cured),
		TEST(without_a_root_nothing_is_taken_and_what_was_stored_is_lost),
		TEST(without_a_site_nothing_is_taken),
		TEST(a_failed_policy_gives_way_to_the_last_good_one),
		TEST(two_that_failed_give_way_to_the_one_that_was_kept),
		TEST(a_first_policy_that_failed_leaves_the_builtin_one),
		TEST(a_failed_policy_whose_last_good_one_is_damaged_is_lost),
		TEST(a_cut_before_the_marker_of_the_first_policy_is_finished_too),
		TEST(another_candidate_of_that_serial_is_litter),
		TEST(a_candidate_waits_on_where_the_marker_cannot_be_written),
	};

	return cmocka_run_group_tests_name("lost policies", tests, NULL, NULL);
}
