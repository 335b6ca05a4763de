/* Which policy is in force, with real signed documents and real files. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "agent/policies.h"
#include "agent/store.h"
#include "tests/unit/policy_signer.h"
#include "tests/unit/temporary.h"

#define JUNE_2026 1780272000 /* while the policies of the tests are valid */
#define HOUR      3600

/* A terminal: /etc/sekisho and /var/lib/sekisho, and sekishod's view of them. */
struct terminal {
	struct temporary *etc, *state;
	struct policies *policies;
	int64_t now_s;
};

static struct terminal terminal;
static struct signed_policy policy_42, policy_43, policy_44, policy_later;

static int sign_all(void **state)
{
	if (policy_signer_setup(state) < 0)
		return -1;
	policy_42 = policy_signed(&(struct policy_wish){.serial = 42});
	policy_43 = policy_signed(&(struct policy_wish){.serial = 43});
	policy_44 = policy_signed(&(struct policy_wish){.serial = 44});
	policy_later = policy_signed(
		&(struct policy_wish){.serial = 43, .not_before = "2026-06-02T00:00:00+00:00"});
	return 0;
}

static void copy_root(void)
{
	struct fixture root = fixture_read("documents/root.ini");

	temporary_write(terminal.etc, "root.ini", root.bytes, root.size);
	free(root.bytes);
}

static void open_policies(void)
{
	struct policies_config config = {
		.etc_fd = terminal.etc->fd,
		.state_fd = terminal.state->fd,
		.now_s = terminal.now_s,
	};

	assert_int_equal(policies_open(&config, &terminal.policies), 0);
}

/* sekishod ends, however it ends, and starts anew. */
static void start_anew(void)
{
	policies_close(terminal.policies);
	open_policies();
}

static int setup(void **state)
{
	static const char site[] = "[site]\nsite = tosu\ntier = my-number\n";
	void *etc = NULL, *var = NULL;

	if (temporary_setup(&etc) < 0 || temporary_setup(&var) < 0)
		return -1;
	terminal = (struct terminal){.etc = etc, .state = var, .now_s = JUNE_2026};
	temporary_write(terminal.etc, "site.ini", site, sizeof(site) - 1);
	copy_root();
	open_policies();
	return 0;
}

static int teardown(void **state)
{
	void *etc = terminal.etc, *var = terminal.state;

	policies_close(terminal.policies);
	return temporary_teardown(&etc) | temporary_teardown(&var);
}

static struct policies_answer offer(struct signed_policy policy)
{
	struct policies_answer answer;

	assert_int_equal(policies_offer(terminal.policies, policy.bytes, policy.size,
				 terminal.now_s, &answer),
		0);
	return answer;
}

static void apply(struct signed_policy policy)
{
	struct policies_answer answer = offer(policy);

	assert_string_equal(answer.fault, "");
	assert_int_equal(answer.outcome, POLICIES_APPLIED);
}

static void apply_and_keep(struct signed_policy policy)
{
	apply(policy);
	assert_int_equal(policies_keep(terminal.policies), 0);
}

/* 0: the built-in one */
static uint64_t serial_in_force(void)
{
	uint8_t sha256[SHA256_SIZE], zeros[SHA256_SIZE] = {0};
	const struct policy *policy = policies_current(terminal.policies, sha256);

	assert_int_equal(memcmp(sha256, zeros, SHA256_SIZE) == 0, policy->is_builtin);
	return policy->is_builtin ? 0 : policy->header.serial;
}

static void put_file(const char *name, struct signed_policy policy)
{
	temporary_write(terminal.state, name, policy.bytes, policy.size);
}

static void assert_file(const char *name, struct signed_policy policy)
{
	size_t size;
	char *bytes = temporary_read(terminal.state, name, &size);

	assert_int_equal(size, policy.size);
	assert_memory_equal(bytes, policy.bytes, size);
	free(bytes);
}

static void remove_file(const char *name)
{
	assert_int_equal(unlinkat(terminal.state->fd, name, 0), 0);
}

static uint64_t serial_floor(void)
{
	uint64_t serial;

	assert_int_equal(store_read_serial(terminal.state->fd, 1, &serial), 0);
	return serial;
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
	assert_int_equal(serial_floor(), 42);
	assert_false(temporary_has(terminal.state, "policy.candidate.ini"));
	assert_false(temporary_has(terminal.state, "policy.last-good.ini"));
}

static void it_survives_a_new_start(void **state)
{
	apply_and_keep(policy_42);
	assert_false(policies_is_on_trial(terminal.policies));
	assert_file("policy.last-good.ini", policy_42);
	start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_on_trial(terminal.policies));
	assert_false(policies_is_lost(terminal.policies));
}

static void a_start_amid_the_trial_begins_it_anew(void **state)
{
	apply_and_keep(policy_42);
	apply(policy_43);
	start_anew();
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
	struct signed_policy other = policy_signed(
		&(struct policy_wish){.serial = 43, .not_after = "2027-05-01T00:00:00+09:00"});

	apply_and_keep(policy_43);
	assert_string_equal(offer(policy_42).fault, "serial");
	assert_string_equal(offer(other).fault, "serial");
	assert_int_equal(serial_in_force(), 43);
	assert_file("policy.ini", policy_43);
	apply(policy_44);
}

static void a_refusal_is_new_once(void **state)
{
	apply(policy_44);
	assert_false(offer(policy_42).is_known_refusal);
	assert_true(offer(policy_42).is_known_refusal);
	assert_false(offer(policy_43).is_known_refusal);
	assert_true(offer(policy_42).is_known_refusal);
	start_anew();
	assert_false(offer(policy_42).is_known_refusal);
}

static void a_document_that_is_none_changes_nothing(void **state)
{
	static char zeros[300 * 1024];
	struct signed_policy cut = policy_43;
	const struct signed_policy rows[] = {
		{.bytes = zeros, .size = 0},
		{.bytes = zeros, .size = 1},
		{.bytes = zeros, .size = sizeof(zeros)},
		cut,
	};

	apply_and_keep(policy_42);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct signed_policy row = rows[i];
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
	assert_int_equal(serial_floor(), 42);
}

/* The core goes on pointing to the old one until it is told. */
static void the_old_one_lives_for_one_change_more(void **state)
{
	uint8_t sha256[SHA256_SIZE];
	const struct policy *old;

	apply(policy_42);
	old = policies_current(terminal.policies, sha256);
	apply(policy_43);
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
	assert_int_equal(serial_floor(), 42);
	assert_int_equal(offer(policy_later).outcome, POLICIES_UNCHANGED);
	start_anew();
	assert_int_equal(policies_next(terminal.policies)->header.serial, 43);
	terminal.now_s += 24 * HOUR - 1;
	assert_int_equal(policies_check_next(terminal.policies, terminal.now_s, &answer), 0);
	terminal.now_s++;
	assert_int_equal(policies_check_next(terminal.policies, terminal.now_s, &answer), 1);
	assert_int_equal(answer.outcome, POLICIES_APPLIED);
	assert_int_equal(serial_in_force(), 43);
	assert_null(policies_next(terminal.policies));
	assert_false(temporary_has(terminal.state, "policy.next.ini"));
	assert_int_equal(policies_check_next(terminal.policies, terminal.now_s, &answer), 0);
}

static void one_that_waits_is_overtaken_by_a_higher_serial(void **state)
{
	struct policies_answer answer;

	assert_int_equal(offer(policy_later).outcome, POLICIES_NEXT);
	apply_and_keep(policy_44);
	terminal.now_s += 24 * HOUR;
	assert_int_equal(policies_check_next(terminal.policies, terminal.now_s, &answer), 1);
	assert_int_equal(answer.outcome, POLICIES_REFUSED);
	assert_string_equal(answer.fault, "serial");
	assert_int_equal(serial_in_force(), 44);
	assert_null(policies_next(terminal.policies));
	assert_false(temporary_has(terminal.state, "policy.next.ini"));
}

static void an_expired_one_is_refused_but_stays_in_force(void **state)
{
	apply_and_keep(policy_42);
	terminal.now_s += 2 * 365 * 24 * HOUR;
	start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_int_equal(offer(policy_43).outcome, POLICIES_REFUSED);
}

/* A flat battery: documents that are in force prove that it is later than that. */
static void a_clock_that_is_behind_is_not_believed(void **state)
{
	struct signed_policy old = policy_signed(&(struct policy_wish){.serial = 50,
		.issued = "2026-01-01T00:00:00+09:00",
		.not_before = "2026-01-01T00:00:00+09:00",
		.not_after = "2026-02-01T00:00:00+09:00"});

	terminal.now_s = 0;
	start_anew();
	assert_string_equal(offer(old).fault, "expired");
	assert_int_equal(offer(policy_42).outcome, POLICIES_NEXT);
}

/* --- power cuts --- */

static void a_cut_before_the_serial_was_raised_leaves_the_old_one(void **state)
{
	apply_and_keep(policy_42);
	put_file("policy.candidate.ini", policy_43);
	start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_on_trial(terminal.policies));
	assert_false(temporary_has(terminal.state, "policy.candidate.ini"));
	apply(policy_43);
}

static void a_cut_after_the_serial_was_raised_is_finished(void **state)
{
	apply_and_keep(policy_42);
	put_file("policy.candidate.ini", policy_43);
	assert_int_equal(store_raise_serial(terminal.state->fd, 1, 43), 0);
	start_anew();
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
	assert_int_equal(store_raise_serial(terminal.state->fd, 1, 42), 0);
	start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_lost(terminal.policies));
}

static void a_candidate_nobody_signed_is_never_finished(void **state)
{
	struct signed_policy forged = policy_signed(&(struct policy_wish){.serial = 43});

	apply_and_keep(policy_42);
	memcpy(strstr(forged.bytes, "phone = block"), "phone = allow", 13);
	put_file("policy.candidate.ini", forged);
	assert_int_equal(store_raise_serial(terminal.state->fd, 1, 43), 0);
	start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_false(temporary_has(terminal.state, "policy.candidate.ini"));
}

static void a_cut_between_revert_and_records_changes_nothing(void **state)
{
	apply_and_keep(policy_42);
	apply(policy_43);
	assert_int_equal(policies_revert(terminal.policies), 0);
	start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_on_trial(terminal.policies));
}

/* --- what is damaged or gone --- */

static void damage(const char *name)
{
	size_t size;
	char *bytes = temporary_read(terminal.state, name, &size);

	bytes[size / 2] ^= 1;
	temporary_write(terminal.state, name, bytes, size);
	free(bytes);
}

static void a_damaged_policy_is_replaced_by_the_last_good_one(void **state)
{
	apply_and_keep(policy_42);
	apply(policy_43);
	damage("policy.ini");
	start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_true(policies_is_lost(terminal.policies));
	assert_false(policies_is_on_trial(terminal.policies));
	apply(policy_44);
	assert_false(policies_is_lost(terminal.policies));
}

static void where_both_are_damaged_the_builtin_one_holds(void **state)
{
	apply_and_keep(policy_42);
	damage("policy.ini");
	damage("policy.last-good.ini");
	start_anew();
	assert_int_equal(serial_in_force(), 0);
	assert_true(policies_is_lost(terminal.policies));
}

static void a_policy_that_was_deleted_is_lost_and_not_unseen(void **state)
{
	apply_and_keep(policy_42);
	remove_file("policy.ini");
	remove_file("policy.last-good.ini");
	start_anew();
	assert_int_equal(serial_in_force(), 0);
	assert_true(policies_is_lost(terminal.policies));
	assert_string_equal(offer(policy_42).fault, "serial");
	remove_file("policy-seen");
	start_anew();
	assert_false(policies_is_lost(terminal.policies));
}

static void damaged_serials_refuse_every_policy_until_they_are_cured(void **state)
{
	apply_and_keep(policy_42);
	damage("serials");
	assert_string_equal(offer(policy_43).fault, "serials-damaged");
	assert_int_equal(serial_in_force(), 42);
	start_anew();
	assert_int_equal(serial_in_force(), 42);
	remove_file("serials");
	apply(policy_43);
}

static void without_a_root_nothing_is_taken_and_what_was_stored_is_lost(void **state)
{
	apply_and_keep(policy_42);
	assert_int_equal(unlinkat(terminal.etc->fd, "root.ini", 0), 0);
	start_anew();
	assert_non_null(strstr(policies_health(terminal.policies), "root.ini"));
	assert_int_equal(serial_in_force(), 0);
	assert_true(policies_is_lost(terminal.policies));
	assert_string_equal(offer(policy_43).fault, "no-root");
	assert_file("policy.ini", policy_42);
	copy_root();
	start_anew();
	assert_string_equal(policies_health(terminal.policies), "");
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_lost(terminal.policies));
}

static void without_a_site_nothing_is_taken(void **state)
{
	temporary_write(terminal.etc, "site.ini", "site = tosu\n", 12);
	start_anew();
	assert_non_null(strstr(policies_health(terminal.policies), "site.ini"));
	assert_string_equal(offer(policy_43).fault, "no-root");
}

/* --- the way back --- */

static void a_failed_policy_gives_way_to_the_last_good_one(void **state)
{
	apply_and_keep(policy_42);
	apply(policy_43);
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_on_trial(terminal.policies));
	assert_file("policy.ini", policy_42);
	/* The ratchet stays where it was. */
	assert_string_equal(offer(policy_43).fault, "serial");
	apply(policy_44);
}

static void two_that_failed_give_way_to_the_one_that_was_kept(void **state)
{
	apply_and_keep(policy_42);
	apply(policy_43);
	apply(policy_44);
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(serial_in_force(), 42);
}

static void a_first_policy_that_failed_leaves_the_builtin_one(void **state)
{
	apply(policy_42);
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(serial_in_force(), 0);
	start_anew();
	assert_int_equal(serial_in_force(), 0);
	assert_false(policies_is_lost(terminal.policies));
	assert_string_equal(offer(policy_42).fault, "serial");
}

/* It had a good one, so it is not as one that never had any. */
static void a_failed_policy_whose_last_good_one_is_damaged_is_lost(void **state)
{
	apply_and_keep(policy_42);
	apply(policy_43);
	damage("policy.last-good.ini");
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(serial_in_force(), 0);
	assert_true(policies_is_lost(terminal.policies));
	start_anew();
	assert_int_equal(serial_in_force(), 0);
	assert_true(policies_is_lost(terminal.policies));
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
	assert_false(answer.is_known_refusal);
	assert_string_equal(offer(policy_later).fault, "not-stored");
	limit_file_size(SIZE_MAX);
	assert_int_equal(serial_in_force(), 42);
	assert_null(policies_next(terminal.policies));
	assert_file("policy.ini", policy_42);
	assert_false(temporary_has(terminal.state, "policy.candidate.ini"));
	assert_int_equal(serial_floor(), 42);
	apply(policy_43);
}

static void a_full_disk_lets_the_next_one_wait_on(void **state)
{
	struct policies_answer answer;

	apply_and_keep(policy_42);
	assert_int_equal(offer(policy_later).outcome, POLICIES_NEXT);
	terminal.now_s += 24 * HOUR;
	limit_file_size(100);
	assert_int_equal(policies_check_next(terminal.policies, terminal.now_s, &answer), 1);
	limit_file_size(SIZE_MAX);
	assert_string_equal(answer.fault, "not-stored");
	assert_int_equal(serial_in_force(), 42);
	assert_non_null(policies_next(terminal.policies));
	assert_int_equal(policies_check_next(terminal.policies, terminal.now_s, &answer), 1);
	assert_int_equal(answer.outcome, POLICIES_APPLIED);
	assert_int_equal(serial_in_force(), 43);
}

static void outcomes_have_names(void **state)
{
	assert_string_equal(policies_outcome_name(POLICIES_REFUSED), "refused");
	assert_string_equal(policies_outcome_name(POLICIES_UNCHANGED), "unchanged");
	assert_string_equal(policies_outcome_name(POLICIES_NEXT), "next");
	assert_string_equal(policies_outcome_name(POLICIES_APPLIED), "applied");
	assert_null(policies_outcome_name((enum policies_outcome)(POLICIES_APPLIED + 1)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
		TEST(an_expired_one_is_refused_but_stays_in_force),
		TEST(a_clock_that_is_behind_is_not_believed),
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
		TEST(a_full_disk_changes_nothing_and_is_no_fault_of_the_bytes),
		TEST(a_full_disk_lets_the_next_one_wait_on),
		TEST(outcomes_have_names),
	};

	return cmocka_run_group_tests_name("policies", tests, sign_all, policy_signer_teardown);
}
