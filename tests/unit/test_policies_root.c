/* The chain of roots on a terminal. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "tests/unit/terminal.h"

static struct made root_2, root_3, root_4, epoch_2;

static int setup(void **state)
{
	if (terminal_setup_policies(state) < 0)
		return -1;
	root_2 = make(DOCUMENT_ROOT, &(struct wish){.serial = 2});
	root_3 = make(DOCUMENT_ROOT, &(struct wish){.serial = 3});
	root_4 = make(DOCUMENT_ROOT, &(struct wish){.serial = 4});
	epoch_2 = make(DOCUMENT_ROOT, &(struct wish){.serial = 2, .epoch = 2});
	return 0;
}

static bool is_lost(void)
{
	assert_int_equal(policies_is_root_lost(terminal.policies),
		policies_health(terminal.policies)[0] != '\0');
	return policies_is_root_lost(terminal.policies);
}

static void write_first_root(struct made root)
{
	temporary_write(terminal.etc, "root.ini", root.bytes, root.size);
}

/* --- the way forward --- */

static void the_next_root_is_in_force_at_once_and_after_a_start(void **state)
{
	struct policies_answer answer = offer(root_2);

	assert_int_equal(answer.outcome, POLICIES_TAKEN);
	assert_int_equal(answer.serial, 2);
	assert_int_equal(newest_root(), 2);
	assert_file("root/2.ini", root_2);
	assert_int_equal(ratchet(DOCUMENT_ROOT, 0).serial, 2);
	take(root_3);
	terminal_start_anew();
	assert_int_equal(newest_root(), 3);
	assert_false(is_lost());
}

static void a_root_that_is_skipped_is_missed(void **state)
{
	assert_refused(offer(root_3), "chain");
	assert_int_equal(newest_root(), 1);
	assert_false(temporary_has(terminal.state, "root"));
	take(root_2);
	take(root_3);
}

static void roots_of_the_chain_change_nothing_when_they_come_again(void **state)
{
	struct made first = make(DOCUMENT_ROOT, &(struct wish){});
	struct made other = make(DOCUMENT_ROOT,
		&(struct wish){.serial = 2, .not_after = "2027-04-29T00:00:00+09:00"});

	take(root_2);
	take(root_3);
	assert_int_equal(offer(first).outcome, POLICIES_UNCHANGED);
	assert_int_equal(offer(root_2).outcome, POLICIES_UNCHANGED);
	assert_int_equal(offer(root_3).outcome, POLICIES_UNCHANGED);
	assert_refused(offer(other), "chain");
}

/* The folder of a site holds all of them; a terminal of later was installed with a later one. */
static void a_root_before_the_first_one_here_is_left_alone(void **state)
{
	struct policies_answer answer;

	write_first_root(root_3);
	terminal_start_anew();
	assert_int_equal(newest_root(), 3);
	assert_int_equal(policies_offer_root(terminal.policies, 2, root_2.bytes, root_2.size,
				 &terminal.clock, &answer),
		0);
	assert_int_equal(answer.outcome, POLICIES_UNCHANGED);
	assert_refused(offer(root_2), "chain");
	take(root_4);
}

static void a_root_that_nobody_of_the_old_one_signed_is_refused(void **state)
{
	static const char *const keys[] = {"suzuki", "suzuki sato", "suzuki stranger"};

	for (size_t i = 0; i < COUNT(keys); i++)
		assert_refused(
			offer(make(DOCUMENT_ROOT, &(struct wish){.serial = 2, .keys = keys[i]})),
			"threshold");
	assert_int_equal(newest_root(), 1);
}

static void a_refusal_is_new_once(void **state)
{
	assert_false(offer(root_3).is_known);
	assert_true(offer(root_3).is_known);
}

static void a_root_whose_day_has_not_come_is_not_kept(void **state)
{
	struct made later = make(DOCUMENT_ROOT,
		&(struct wish){.serial = 2, .not_before = "2026-06-02T00:00:00+00:00"});

	assert_int_equal(offer(later).outcome, POLICIES_NEXT);
	assert_true(offer(later).is_known);
	assert_int_equal(newest_root(), 1);
	terminal_wait(2 * DAY);
	take(later);
}

/* A terminal that lay in a cupboard for longer than one of the roots lasted. */
static void a_root_that_has_ended_leads_on_to_the_next(void **state)
{
	struct made ended = make(DOCUMENT_ROOT,
		&(struct wish){.serial = 2, .not_after = "2026-05-01T00:00:00+00:00"});
	struct policies_answer answer = offer(ended);

	assert_int_equal(answer.outcome, POLICIES_TAKEN);
	assert_non_null(strstr(answer.detail, "ended"));
	assert_refused(offer(policy_43), "root-expired");
	terminal_start_anew();
	assert_int_equal(newest_root(), 2);
	assert_refused(offer(policy_43), "root-expired");
	take(root_3);
	take(policy_43);
}

/* Only its end is forgiven. */
static void a_root_that_has_ended_is_judged_as_every_other(void **state)
{
	struct wish wish = {.serial = 2, .not_after = "2026-05-01T00:00:00+00:00"};

	wish.keys = "suzuki";
	assert_refused(offer(make(DOCUMENT_ROOT, &wish)), "threshold");
	wish.keys = NULL;
	wish.serial = 3;
	assert_refused(offer(make(DOCUMENT_ROOT, &wish)), "chain");
	wish.serial = 2;
	wish.epoch = 3;
	assert_refused(offer(make(DOCUMENT_ROOT, &wish)), "epoch");
	assert_int_equal(newest_root(), 1);
}

/* --- what was signed before --- */

static struct made root_without_suzuki(void)
{
	return make(DOCUMENT_ROOT, &(struct wish){.serial = 2,
					   .edits = {{"[role policy]\npersons = suzuki tanaka sato",
						   "[role policy]\npersons = tanaka sato"}}});
}

static void a_policy_that_a_retired_signer_signed_stays_and_is_not_renewed(void **state)
{
	struct made by_others =
		make(DOCUMENT_POLICY, &(struct wish){.serial = 44, .keys = "tanaka sato"});

	apply_and_keep(policy_42);
	take(root_without_suzuki());
	assert_int_equal(serial_in_force(), 42);
	assert_refused(offer(policy_43), "not-in-role");
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_lost(terminal.policies));
	assert_false(policies_is_on_trial(terminal.policies));
	take(by_others);
	/* And back from the trial, to what the old root vouches for. */
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_int_equal(serial_in_force(), 42);
}

static void a_policy_of_an_older_epoch_stays_and_is_not_renewed(void **state)
{
	struct made new_1 = make(DOCUMENT_POLICY, &(struct wish){.serial = 1, .epoch = 2});

	apply_and_keep(policy_42);
	take(epoch_2);
	assert_int_equal(serial_in_force(), 42);
	assert_refused(offer(policy_43), "epoch");
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 42);
	assert_refused(offer(policy_43), "epoch");
	take(new_1);
	assert_int_equal(serial_in_force(), 1);
}

/* Two administrators signed it by mistake, or were made to. */
static void a_new_epoch_cures_a_poisoned_serial(void **state)
{
	struct made poisoned = make(DOCUMENT_POLICY,
		&(struct wish){.edits = {{"serial = 42", "serial = 9007199254740991"}}});
	struct made cure = make(DOCUMENT_POLICY, &(struct wish){.serial = 44, .epoch = 2});

	apply_and_keep(poisoned);
	assert_refused(offer(policy_43), "serial");
	assert_refused(offer(cure), "epoch");
	take(epoch_2);
	take(cure);
	assert_int_equal(serial_in_force(), 44);
	assert_refused(offer(policy_43), "epoch");
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 44);
}

static void one_that_waits_does_not_survive_a_new_epoch(void **state)
{
	struct policies_answer answer;
	struct made later = make(DOCUMENT_POLICY,
		&(struct wish){.serial = 44, .not_before = "2026-06-02T00:00:00+00:00"});

	assert_int_equal(offer(later).outcome, POLICIES_NEXT);
	take(epoch_2);
	terminal_start_anew();
	assert_int_equal(policies_next(terminal.policies)->header.serial, 44);
	terminal_wait(2 * DAY);
	assert_int_equal(check_next(&answer), 1);
	assert_refused(answer, "epoch");
	assert_null(policies_next(terminal.policies));
}

static void what_was_said_of_the_newest_documents_goes_with_the_epoch(void **state)
{
	struct made fresh = make(DOCUMENT_FRESH, &(struct wish){});

	take(fresh);
	take(epoch_2);
	assert_null(policies_fresh(terminal.policies));
	assert_refused(offer(fresh), "epoch");
	take(make(DOCUMENT_FRESH, &(struct wish){.serial = 1, .epoch = 2}));
}

/* --- what is lost --- */

static void a_lost_root_refuses_every_document_until_the_chain_is_whole(void **state)
{
	struct made fresh = make(DOCUMENT_FRESH, &(struct wish){});
	struct list list = make_list(&(struct wish){}, 1, 3);

	apply_and_keep(policy_42);
	take(root_2);
	take(root_3);
	remove_file("root/2.ini");
	terminal_start_anew();
	assert_true(is_lost());
	assert_non_null(strstr(policies_health(terminal.policies), "root/2.ini"));
	assert_int_equal(newest_root(), 1);
	assert_int_equal(serial_in_force(), 42);
	assert_refused(offer(policy_43), "root-lost");
	assert_refused(offer(fresh), "root-lost");
	assert_refused(offer_list(&list), "root-lost");
	take(root_2);
	assert_true(is_lost());
	take(root_3);
	assert_false(is_lost());
	take(policy_43);
	terminal_start_anew();
	assert_false(is_lost());
	assert_int_equal(newest_root(), 3);
}

static void a_damaged_or_cut_root_is_a_lost_one(void **state)
{
	take(root_2);
	take(root_3);
	damage("root/3.ini");
	terminal_start_anew();
	assert_true(is_lost());
	assert_int_equal(newest_root(), 2);
	take(root_3);
	assert_false(is_lost());
	cut_in_half("root/2.ini");
	terminal_start_anew();
	assert_true(is_lost());
	assert_int_equal(newest_root(), 1);
	/* The third is still there, whole: the second brings it back at the next start. */
	take(root_2);
	terminal_start_anew();
	assert_false(is_lost());
	assert_int_equal(newest_root(), 3);
}

/* Who holds old keys of the threshold could sign another one with that number. */
static void only_the_root_that_was_in_force_takes_its_place_again(void **state)
{
	struct made fork = make(DOCUMENT_ROOT,
		&(struct wish){.serial = 2, .not_after = "2027-04-29T00:00:00+09:00"});

	take(root_2);
	remove_file("root/2.ini");
	terminal_start_anew();
	assert_refused(offer(fork), "serial");
	assert_true(is_lost());
	assert_false(temporary_has(terminal.state, "root/2.ini"));
	take(root_2);
	assert_false(is_lost());
	/* And laid there by hand it is not followed. */
	put_file("root/2.ini", fork);
	terminal_start_anew();
	assert_true(is_lost());
	assert_int_equal(newest_root(), 1);
	take(root_2);
	assert_file("root/2.ini", root_2);
}

static void a_policy_of_the_lost_epoch_comes_back_with_its_root(void **state)
{
	struct made new_1 = make(DOCUMENT_POLICY, &(struct wish){.serial = 1, .epoch = 2});
	struct policies_answer answer;

	take(epoch_2);
	apply_and_keep(new_1);
	remove_file("root/2.ini");
	terminal_start_anew();
	assert_int_equal(serial_in_force(), 0);
	assert_true(policies_is_lost(terminal.policies));
	answer = offer(epoch_2);
	assert_int_equal(answer.outcome, POLICIES_TAKEN);
	assert_true(answer.is_policy_changed);
	assert_int_equal(serial_in_force(), 1);
	assert_false(policies_is_lost(terminal.policies));
	assert_false(policies_is_on_trial(terminal.policies));
}

/* /etc/sekisho belongs to whoever installs the terminal. */
static void the_first_root_is_whatever_was_installed(void **state)
{
	struct made other =
		make(DOCUMENT_ROOT, &(struct wish){.not_after = "2027-04-29T00:00:00+09:00"});

	write_first_root(other);
	terminal_start_anew();
	assert_false(is_lost());
	take(root_2);
	write_first_root(root_4);
	terminal_start_anew();
	assert_false(is_lost());
	assert_int_equal(newest_root(), 4);
	put_root();
	terminal_start_anew();
	assert_false(is_lost());
	assert_int_equal(newest_root(), 2);
	remove_file("root/2.ini");
	terminal_start_anew();
	assert_true(is_lost());
	write_first_root(root_2);
	terminal_start_anew();
	assert_false(is_lost());
}

/* A cut between the file and the ratchet. */
static void a_root_that_was_stored_is_in_force_whatever_came_after(void **state)
{
	assert_int_equal(mkdirat(terminal.state->fd, "root", 0700), 0);
	put_file("root/2.ini", root_2);
	terminal_start_anew();
	assert_int_equal(newest_root(), 2);
	assert_int_equal(ratchet(DOCUMENT_ROOT, 0).serial, 2);
}

static void damaged_serials_refuse_a_root_and_keep_the_chain(void **state)
{
	take(root_2);
	damage("serials");
	terminal_start_anew();
	assert_int_equal(newest_root(), 2);
	assert_refused(offer(root_3), "not-stored");
	assert_false(temporary_has(terminal.state, "root/3.ini"));
	assert_refused(offer(policy_43), "serials-damaged");
}

static void a_full_disk_leaves_the_old_root(void **state)
{
	struct policies_answer answer;

	take(root_2);
	limit_file_size(100);
	answer = offer(root_3);
	limit_file_size(SIZE_MAX);
	assert_refused(answer, "not-stored");
	assert_false(answer.is_known);
	assert_int_equal(newest_root(), 2);
	assert_false(temporary_has(terminal.state, "root/3.ini"));
	take(root_3);
}

static void where_the_folder_cannot_be_had_nothing_is_taken(void **state)
{
	temporary_write(terminal.state, "root", "", 0);
	assert_refused(offer(root_2), "not-stored");
	assert_int_equal(newest_root(), 1);
	remove_file("root");
	take(root_2);
}

static void without_a_first_root_no_other_is_taken(void **state)
{
	assert_int_equal(unlinkat(terminal.etc->fd, "root.ini", 0), 0);
	terminal_start_anew();
	assert_null(policies_root(terminal.policies));
	assert_refused(offer(root_2), "no-root");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_next_root_is_in_force_at_once_and_after_a_start),
		TEST(a_root_that_is_skipped_is_missed),
		TEST(roots_of_the_chain_change_nothing_when_they_come_again),
		TEST(a_root_before_the_first_one_here_is_left_alone),
		TEST(a_root_that_nobody_of_the_old_one_signed_is_refused),
		TEST(a_refusal_is_new_once),
		TEST(a_root_whose_day_has_not_come_is_not_kept),
		TEST(a_root_that_has_ended_leads_on_to_the_next),
		TEST(a_root_that_has_ended_is_judged_as_every_other),
		TEST(a_policy_that_a_retired_signer_signed_stays_and_is_not_renewed),
		TEST(a_policy_of_an_older_epoch_stays_and_is_not_renewed),
		TEST(a_new_epoch_cures_a_poisoned_serial),
		TEST(one_that_waits_does_not_survive_a_new_epoch),
		TEST(what_was_said_of_the_newest_documents_goes_with_the_epoch),
		TEST(a_lost_root_refuses_every_document_until_the_chain_is_whole),
		TEST(a_damaged_or_cut_root_is_a_lost_one),
		TEST(only_the_root_that_was_in_force_takes_its_place_again),
		TEST(a_policy_of_the_lost_epoch_comes_back_with_its_root),
		TEST(the_first_root_is_whatever_was_installed),
		TEST(a_root_that_was_stored_is_in_force_whatever_came_after),
		TEST(damaged_serials_refuse_a_root_and_keep_the_chain),
		TEST(a_full_disk_leaves_the_old_root),
		TEST(where_the_folder_cannot_be_had_nothing_is_taken),
		TEST(without_a_first_root_no_other_is_taken),
	};

	return cmocka_run_group_tests_name("roots", tests, NULL, NULL);
}
