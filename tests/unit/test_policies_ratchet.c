/* The ratchet of policies: what may be put back, and what never comes again. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "agent/checked_lines.h"
#include "agent/policies.h"
#include "agent/store.h"
#include "tests/unit/terminal.h"

/* --- what is put back --- */

static void a_lost_policy_can_be_put_back_and_no_other_of_its_serial(void **state)
{
	apply_and_keep(policy_42);
	remove_file("policy.ini");
	remove_file("policy.last-good.ini");
	terminal_start_anew();
	assert_true(policies_is_lost(terminal.policies));
	assert_refused(offer(other_42), "serial");
	assert_refused(offer(policy_41), "serial");
	take(policy_42);
	assert_false(policies_is_lost(terminal.policies));
	assert_true(policies_is_on_trial(terminal.policies));
	assert_refused(offer(other_42), "serial");
}

static void the_last_good_one_that_stands_in_for_itself_is_put_back(void **state)
{
	apply_and_keep(policy_42);
	damage("policy.ini");
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_true(policies_is_lost(terminal.policies));
	take(policy_42);
	assert_file("policy.ini", policy_42);
	assert_false(policies_is_lost(terminal.policies));
	assert_int_equal(offer(policy_42).outcome, POLICIES_UNCHANGED);
}

static void a_last_good_one_that_stands_in_for_a_newer_one_is_unchanged(void **state)
{
	apply_and_keep(policy_42);
	take(policy_43);
	damage("policy.ini");
	terminal_start_anew();
	assert_int_equal(offer(policy_42).outcome, POLICIES_UNCHANGED);
	assert_true(policies_is_lost(terminal.policies));
	take(policy_43);
}

/* Else a server that offers it again and again would take the keyboard away as often. */
static void what_failed_its_self_test_is_never_put_back(void **state)
{
	apply_and_keep(policy_41);
	take(policy_42);
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_refused(offer(policy_42), "serial");
	assert_refused(offer(other_42), "serial");
	terminal_start_anew();
	assert_refused(offer(policy_42), "serial");
	remove_file("policy.ini");
	remove_file("policy.last-good.ini");
	terminal_start_anew();
	assert_refused(offer(policy_42), "serial");
	take(policy_43);
}

static void what_could_not_be_put_in_place_gets_its_chance_again(void **state)
{
	struct policies_answer answer;

	apply_and_keep(policy_41);
	remove_file("policy.ini");
	assert_int_equal(mkdirat(terminal.state->fd, "policy.ini", 0700), 0);
	answer = offer(policy_42);
	assert_string_equal(answer.fault, "not-stored");
	assert_int_equal(answer.error, EISDIR);
	assert_int_equal(ratchet(DOCUMENT_POLICY, 1).serial, 42);
	assert_int_equal(serial_in_force(), 41);
	assert_int_equal(unlinkat(terminal.state->fd, "policy.ini", AT_REMOVEDIR), 0);
	take(policy_42);
}

/* --- the ratchet --- */

static void without_the_list_of_serials_what_is_in_force_counts(void **state)
{
	apply_and_keep(policy_42);
	remove_file("serials");
	assert_refused(offer(policy_41), "serial");
	assert_refused(offer(other_42), "serial");
	assert_int_equal(offer(policy_42).outcome, POLICIES_UNCHANGED);
	terminal_start_anew();
	assert_int_equal(ratchet(DOCUMENT_POLICY, 1).serial, 42);
	remove_file("serials");
	take(policy_43);
	assert_int_equal(ratchet(DOCUMENT_POLICY, 1).serial, 43);
}

/* A package that is upgraded in place. */
static void a_list_of_an_older_version_is_not_forgotten(void **state)
{
	char line[128], checksum[CHECKSUM_SIZE];

	assert_int_equal(checksum_text("1 42 ", 5, checksum), 0);
	snprintf(line, sizeof(line), "1 42 %s\n", checksum);
	put_file("policy.ini", policy_42);
	put_file("policy.last-good.ini", policy_42);
	temporary_write(terminal.state, "policy-seen", "", 0);
	temporary_write(terminal.state, "serials", line, strlen(line));
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_refused(offer(policy_41), "serial");
	assert_refused(offer(other_42), "serial");
	/* And from the first start on it can be put back. */
	remove_file("policy.ini");
	remove_file("policy.last-good.ini");
	terminal_start_anew();
	take(policy_42);
}

static void what_is_on_trial_does_not_raise_the_list_at_a_start(void **state)
{
	take(policy_42);
	remove_file("serials");
	terminal_start_anew();
	assert_true(policies_is_on_trial(terminal.policies));
	assert_int_equal(ratchet(DOCUMENT_POLICY, 1).serial, 0);
	assert_refused(offer(policy_41), "serial");
}

/* --- files that end in the middle --- */

static void a_state_file_that_was_cut_is_never_believed(void **state)
{
	static const char *const names[] = {"policy.ini", "policy.last-good.ini", "policy.next.ini",
		"policy.candidate.ini", "serials", "time"};
	struct made later = make(DOCUMENT_POLICY,
		&(struct wish){.serial = 44, .not_before = "2026-06-02T00:00:00+00:00"});

	for (size_t i = 0; i < COUNT(names); i++) {
		temporary_empty(terminal.state);
		terminal_start_anew();
		apply_and_keep(policy_42);
		assert_int_equal(offer(later).outcome, POLICIES_NEXT);
		put_file("policy.candidate.ini", policy_43);
		assert_int_equal(policies_save_time(terminal.policies, &terminal.clock), 0);
		assert_true(temporary_has(terminal.state, names[i]));
		cut_in_half(names[i]);
		terminal_start_anew();
		if (serial_in_force() != 42)
			fail_msg("%s", names[i]);
		assert_int_equal(policies_is_lost(terminal.policies), i == 0);
		assert_int_equal(policies_next(terminal.policies) == NULL, i == 2);
		assert_false(temporary_has(terminal.state, "policy.candidate.ini"));
		if (strcmp(names[i], "serials") == 0)
			assert_refused(offer(policy_43), "serials-damaged");
		else
			take(policy_43);
	}
}

/* --- the trial --- */

static void that_somebody_could_type_is_known_as_long_as_the_trial_lasts(void **state)
{
	apply_and_keep(policy_41);
	take(policy_42);
	assert_false(policies_could_type(terminal.policies));
	assert_int_equal(policies_note_could_type(terminal.policies), 0);
	terminal_start_anew();
	assert_true(policies_is_on_trial(terminal.policies));
	assert_true(policies_could_type(terminal.policies));
	take(policy_43);
	assert_true(policies_could_type(terminal.policies));
	assert_int_equal(policies_keep(terminal.policies), 0);
	assert_false(policies_could_type(terminal.policies));
	take(policy_44);
	assert_false(policies_could_type(terminal.policies));
	assert_int_equal(policies_note_could_type(terminal.policies), 0);
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_false(policies_could_type(terminal.policies));
	assert_false(temporary_has(terminal.state, "policy-could-type"));
}

/* It was not tried, so what was good before stays the last good one until it is. */
static void a_policy_that_is_only_rehearsed_is_no_last_good_one(void **state)
{
	apply_and_keep(policy_41);
	take(policy_42);
	assert_int_equal(policies_note_could_type(terminal.policies), 0);
	policies_rehearse(terminal.policies);
	assert_false(policies_is_on_trial(terminal.policies));
	assert_false(temporary_has(terminal.state, "policy-could-type"));
	assert_int_equal(serial_in_force(), 42);
	assert_file("policy.last-good.ini", policy_41);
	terminal_start_anew();
	assert_true(policies_is_on_trial(terminal.policies));
	policies_rehearse(terminal.policies);
	/* Its day has come, and somebody could type until now. */
	assert_int_equal(policies_note_could_type(terminal.policies), 0);
	assert_true(policies_is_on_trial(terminal.policies));
	assert_true(policies_could_type(terminal.policies));
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(serial_in_force(), 41);
	assert_false(policies_is_on_trial(terminal.policies));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, terminal_setup_policies, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_lost_policy_can_be_put_back_and_no_other_of_its_serial),
		TEST(the_last_good_one_that_stands_in_for_itself_is_put_back),
		TEST(a_last_good_one_that_stands_in_for_a_newer_one_is_unchanged),
		TEST(what_failed_its_self_test_is_never_put_back),
		TEST(what_could_not_be_put_in_place_gets_its_chance_again),
		TEST(without_the_list_of_serials_what_is_in_force_counts),
		TEST(a_list_of_an_older_version_is_not_forgotten),
		TEST(what_is_on_trial_does_not_raise_the_list_at_a_start),
		TEST(a_state_file_that_was_cut_is_never_believed),
		TEST(that_somebody_could_type_is_known_as_long_as_the_trial_lasts),
		TEST(a_policy_that_is_only_rehearsed_is_no_last_good_one),
	};

	return cmocka_run_group_tests_name("ratchet of policies", tests, NULL, NULL);
}
