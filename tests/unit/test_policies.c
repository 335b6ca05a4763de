/* Which policy is in force, with real signed documents and real files. */
#include <errno.h>

#include "tests/unit/fixture.h"

#include "agent/policies.h"
#include "agent/store.h"
#include "tests/unit/terminal.h"

static struct made policy_later;

static int setup(void **state)
{
	if (terminal_setup_policies(state) < 0)
		return -1;
	policy_later = make(DOCUMENT_POLICY,
		&(struct wish){.serial = 43, .not_before = "2026-06-02T00:00:00+00:00"});
	return 0;
}

/* --- taking one --- */

static void a_terminal_that_never_saw_a_policy_has_the_builtin_one(void **state)
{
	assert_int_equal(serial_in_force(), 0);
	assert_false(policies_is_lost(terminal.policies));
	assert_false(policies_is_on_trial(terminal.policies));
	assert_null(policies_next(terminal.policies));
	assert_string_equal(policies_health(terminal.policies), "");
	assert_int_equal(temporary_count(terminal.state), 0);
}

static void a_good_policy_is_in_force_and_on_trial(void **state)
{
	struct policies_answer answer = offer(policy_42);

	assert_int_equal(answer.outcome, POLICIES_APPLIED);
	assert_int_equal(answer.serial, 42);
	assert_int_equal(serial_in_force(), 42);
	assert_true(policies_is_on_trial(terminal.policies));
	assert_file("policy.ini", policy_42);
	assert_int_equal(ratchet(DOCUMENT_POLICY, 1).serial, 42);
	assert_false(temporary_has(terminal.state, "policy.candidate.ini"));
	assert_false(temporary_has(terminal.state, "policy.last-good.ini"));
}

static void it_survives_a_new_start(void **state)
{
	apply_and_keep(policy_42);
	assert_false(policies_is_on_trial(terminal.policies));
	assert_file("policy.last-good.ini", policy_42);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_on_trial(terminal.policies));
	assert_false(policies_is_lost(terminal.policies));
}

static void a_start_amid_the_trial_begins_it_anew(void **state)
{
	apply_and_keep(policy_42);
	take(policy_43);
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 43);
	assert_true(policies_is_on_trial(terminal.policies));
}

static void the_same_bytes_again_change_nothing(void **state)
{
	apply_and_keep(policy_42);
	assert_int_equal(offer(policy_42).outcome, POLICIES_UNCHANGED);
	assert_false(policies_is_on_trial(terminal.policies));
}

static void a_lower_or_equal_serial_is_refused(void **state)
{
	struct made other = make(DOCUMENT_POLICY,
		&(struct wish){.serial = 43, .not_after = "2027-05-01T00:00:00+09:00"});

	apply_and_keep(policy_43);
	assert_string_equal(offer(policy_42).fault, "serial");
	assert_string_equal(offer(other).fault, "serial");
	assert_int_equal(serial_in_force(), 43);
	assert_file("policy.ini", policy_43);
	take(policy_44);
}

static void a_refusal_is_new_once(void **state)
{
	take(policy_44);
	assert_false(offer(policy_42).is_known);
	assert_true(offer(policy_42).is_known);
	assert_false(offer(policy_43).is_known);
	assert_true(offer(policy_42).is_known);
	terminal_start_anew();
	assert_false(offer(policy_42).is_known);
}

static void a_document_that_is_none_changes_nothing(void **state)
{
	static char zeros[300 * 1024];
	const struct made rows[] = {
		{.kind = DOCUMENT_POLICY, .bytes = zeros, .size = 0},
		{.kind = DOCUMENT_POLICY, .bytes = zeros, .size = 1},
		{.kind = DOCUMENT_POLICY, .bytes = zeros, .size = sizeof(zeros)},
		policy_43,
	};

	apply_and_keep(policy_42);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct made row = rows[i];
		struct policies_answer answer;

		if (i == 3)
			row.size--;
		answer = offer(row);
		assert_int_equal(answer.outcome, POLICIES_REFUSED);
		assert_int_not_equal(strlen(answer.fault), 0);
		assert_int_not_equal(strlen(answer.detail), 0);
		assert_int_equal(serial_in_force(), 42);
	}
	assert_file("policy.ini", policy_42);
	assert_int_equal(ratchet(DOCUMENT_POLICY, 1).serial, 42);
}

/* The core goes on pointing to the old one until it is told. */
static void the_old_one_lives_for_one_change_more(void **state)
{
	uint8_t sha256[SHA256_SIZE];
	const struct policy *old;

	take(policy_42);
	old = policies_current(terminal.policies, sha256);
	take(policy_43);
	assert_int_equal(old->header.serial, 42);
	old = policies_current(terminal.policies, sha256);
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(old->header.serial, 43);
}

/* --- time --- */

static void one_that_is_not_valid_yet_waits_and_begins_by_itself(void **state)
{
	struct policies_answer answer;

	apply_and_keep(policy_42);
	answer = offer(policy_later);
	assert_int_equal(answer.outcome, POLICIES_NEXT);
	assert_int_equal(answer.serial, 43);
	assert_int_equal(serial_in_force(), 42);
	assert_int_equal(ratchet(DOCUMENT_POLICY, 1).serial, 42);
	assert_int_equal(offer(policy_later).outcome, POLICIES_UNCHANGED);
	terminal_start_anew();
	assert_int_equal(policies_next(terminal.policies)->header.serial, 43);
	terminal.clock.realtime_s += 24 * HOUR - 1;
	assert_int_equal(check_next(&answer), 0);
	terminal.clock.realtime_s++;
	assert_int_equal(check_next(&answer), 1);
	assert_int_equal(answer.outcome, POLICIES_APPLIED);
	assert_int_equal(serial_in_force(), 43);
	assert_null(policies_next(terminal.policies));
	assert_false(temporary_has(terminal.state, "policy.next.ini"));
	assert_int_equal(check_next(&answer), 0);
}

static void one_that_waits_is_overtaken_by_a_higher_serial(void **state)
{
	struct policies_answer answer;

	assert_int_equal(offer(policy_later).outcome, POLICIES_NEXT);
	apply_and_keep(policy_44);
	terminal.clock.realtime_s += 24 * HOUR;
	assert_int_equal(check_next(&answer), 1);
	assert_int_equal(answer.outcome, POLICIES_REFUSED);
	assert_string_equal(answer.fault, "serial");
	assert_int_equal(serial_in_force(), 44);
	assert_null(policies_next(terminal.policies));
	assert_false(temporary_has(terminal.state, "policy.next.ini"));
}

/* Whoever serves the files has old ones too: what waits already is not taken back by them. */
static void one_that_waits_gives_way_to_higher_serials_only(void **state)
{
	const struct wish waiting = {.serial = 45, .not_before = "2026-06-02T00:00:00+00:00"};
	struct wish wish = waiting;
	struct made made = make(DOCUMENT_POLICY, &waiting);

	assert_int_equal(offer(made).outcome, POLICIES_NEXT);
	assert_refused(offer(policy_later), "serial");
	wish.not_after = "2027-01-01T00:00:00+00:00";
	assert_refused(offer(make(DOCUMENT_POLICY, &wish)), "serial");
	terminal_start_anew();
	assert_refused(offer(policy_later), "serial");
	assert_int_equal(policies_next(terminal.policies)->header.serial, 45);
	assert_file("policy.next.ini", made);
	wish.serial = 46;
	assert_int_equal(offer(make(DOCUMENT_POLICY, &wish)).outcome, POLICIES_NEXT);
	assert_int_equal(policies_next(terminal.policies)->header.serial, 46);
}

/* What it was signed for is over, so its serial binds nobody. */
static void one_that_waits_gives_way_to_a_new_epoch(void **state)
{
	const struct wish waiting = {.serial = 45, .not_before = "2026-06-02T00:00:00+00:00"};
	struct wish wish = waiting;

	assert_int_equal(offer(make(DOCUMENT_POLICY, &waiting)).outcome, POLICIES_NEXT);
	take(make(DOCUMENT_ROOT, &(struct wish){.serial = 2, .epoch = 2}));
	wish.serial = 1;
	wish.epoch = 2;
	assert_int_equal(offer(make(DOCUMENT_POLICY, &wish)).outcome, POLICIES_NEXT);
	assert_int_equal(policies_next(terminal.policies)->header.serial, 1);
}

static void an_expired_one_is_refused_but_stays_in_force(void **state)
{
	apply_and_keep(policy_42);
	terminal.clock.realtime_s += 2 * 365 * 24 * HOUR;
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_int_equal(offer(policy_43).outcome, POLICIES_REFUSED);
}

/* A flat battery: documents that are in force prove that it is later than that. */
static void a_clock_that_is_behind_is_not_believed(void **state)
{
	struct made old = make(DOCUMENT_POLICY, &(struct wish){.serial = 50,
							.issued = "2026-01-01T00:00:00+09:00",
							.not_before = "2026-01-01T00:00:00+09:00",
							.not_after = "2026-02-01T00:00:00+09:00"});

	terminal.clock.realtime_s = 0;
	terminal_start_anew();
	assert_string_equal(offer(old).fault, "expired");
	assert_int_equal(offer(policy_42).outcome, POLICIES_NEXT);
}

/* --- a full disk --- */

static void a_full_disk_changes_nothing_and_is_no_fault_of_the_bytes(void **state)
{
	struct policies_answer answer;

	apply_and_keep(policy_42);
	limit_file_size(100);
	answer = offer(policy_43);
	assert_string_equal(answer.fault, "not-stored");
	assert_int_equal(answer.error, EFBIG);
	assert_false(answer.is_known);
	assert_string_equal(offer(policy_later).fault, "not-stored");
	limit_file_size(SIZE_MAX);
	assert_int_equal(serial_in_force(), 42);
	assert_null(policies_next(terminal.policies));
	assert_file("policy.ini", policy_42);
	assert_false(temporary_has(terminal.state, "policy.candidate.ini"));
	assert_int_equal(ratchet(DOCUMENT_POLICY, 1).serial, 42);
	take(policy_43);
}

static void a_full_disk_lets_the_next_one_wait_on(void **state)
{
	struct policies_answer answer;

	apply_and_keep(policy_42);
	assert_int_equal(offer(policy_later).outcome, POLICIES_NEXT);
	terminal.clock.realtime_s += 24 * HOUR;
	limit_file_size(100);
	assert_int_equal(check_next(&answer), 1);
	limit_file_size(SIZE_MAX);
	assert_string_equal(answer.fault, "not-stored");
	assert_int_equal(serial_in_force(), 42);
	assert_non_null(policies_next(terminal.policies));
	assert_int_equal(check_next(&answer), 1);
	assert_int_equal(answer.outcome, POLICIES_APPLIED);
	assert_int_equal(serial_in_force(), 43);
}

static void outcomes_have_names(void **state)
{
	assert_string_equal(policies_outcome_name(POLICIES_REFUSED), "refused");
	assert_string_equal(policies_outcome_name(POLICIES_UNCHANGED), "unchanged");
	assert_string_equal(policies_outcome_name(POLICIES_NEXT), "next");
	assert_string_equal(policies_outcome_name(POLICIES_APPLIED), "applied");
	assert_string_equal(policies_outcome_name(POLICIES_NOT_HERE), "not-here");
	assert_string_equal(policies_outcome_name(POLICIES_TAKEN), "taken");
	assert_null(policies_outcome_name((enum policies_outcome)(POLICIES_TAKEN + 1)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_terminal_that_never_saw_a_policy_has_the_builtin_one),
		TEST(a_good_policy_is_in_force_and_on_trial),
		TEST(it_survives_a_new_start),
		TEST(a_start_amid_the_trial_begins_it_anew),
		TEST(the_same_bytes_again_change_nothing),
		TEST(a_lower_or_equal_serial_is_refused),
		TEST(a_refusal_is_new_once),
		TEST(a_document_that_is_none_changes_nothing),
		TEST(the_old_one_lives_for_one_change_more),
		TEST(one_that_is_not_valid_yet_waits_and_begins_by_itself),
		TEST(one_that_waits_is_overtaken_by_a_higher_serial),
		TEST(one_that_waits_gives_way_to_higher_serials_only),
		TEST(one_that_waits_gives_way_to_a_new_epoch),
		TEST(an_expired_one_is_refused_but_stays_in_force),
		TEST(a_clock_that_is_behind_is_not_believed),
		TEST(a_full_disk_changes_nothing_and_is_no_fault_of_the_bytes),
		TEST(a_full_disk_lets_the_next_one_wait_on),
		TEST(outcomes_have_names),
	};

	return cmocka_run_group_tests_name("policies", tests, NULL, NULL);
}
