/* Trusted time on a terminal, what was said of the newest documents, and roll-outs. */
#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "tests/unit/terminal.h"

#define ROOT_DAY \
	((int64_t)1773968400)       /* 2026-03-20T10:00:00+09:00, of the documents of the tests */
#define MAY_1 ((int64_t)1777593600) /* 2026-05-01T00:00:00Z */

static struct made may_policy;

static int setup(void **state)
{
	if (terminal_setup(state) < 0)
		return -1;
	may_policy = make(
		DOCUMENT_POLICY, &(struct wish){.serial = 43, .issued = "2026-05-01T00:00:00Z"});
	return 0;
}

static int64_t floor_s(void)
{
	return policies_floor(terminal.policies, &terminal.clock);
}

static int64_t now_s(void)
{
	return policies_now(terminal.policies, &terminal.clock);
}

static int64_t saved_s(void)
{
	struct trusted_time_saved saved = {};

	(void)store_read_time(terminal.state->fd, &saved);
	return saved.floor_s;
}

static void save(void)
{
	assert_int_equal(policies_save_time(terminal.policies, &terminal.clock), 0);
}

/* sekishod starts in a new boot, and the clock shows this. */
static void boot_with_clock(int64_t realtime_s)
{
	terminal.clock.realtime_s = realtime_s;
	terminal_start_anew();
}

/* --- time --- */

static void the_root_says_how_late_it_is_at_least(void **state)
{
	boot_with_clock(0);
	assert_int_equal(floor_s(), ROOT_DAY);
	assert_int_equal(now_s(), ROOT_DAY);
	assert_int_equal(saved_s(), 0);
}

static void a_policy_lifts_the_floor_which_is_persisted_at_once(void **state)
{
	take(may_policy);
	assert_int_equal(floor_s(), MAY_1);
	assert_int_equal(saved_s(), MAY_1);
	assert_int_equal(now_s(), JUNE_2026);
}

static void one_that_waits_lifts_it_too(void **state)
{
	struct made later = make(DOCUMENT_POLICY, &(struct wish){.serial = 44,
							  .issued = "2026-05-01T00:00:00Z",
							  .not_before = "2026-06-02T00:00:00Z"});

	assert_int_equal(offer(later).outcome, POLICIES_NEXT);
	assert_int_equal(saved_s(), MAY_1);
}

static void what_is_refused_lifts_nothing(void **state)
{
	assert_refused(offer(make(DOCUMENT_POLICY, &(struct wish){.serial = 43,
							   .issued = "2026-05-01T00:00:00Z",
							   .keys = "suzuki"})),
		"threshold");
	assert_refused(offer(make(DOCUMENT_POLICY, &(struct wish){.serial = 43,
							   .epoch = 2,
							   .issued = "2026-05-01T00:00:00Z"})),
		"epoch");
	assert_int_equal(floor_s(), ROOT_DAY);
	assert_int_equal(saved_s(), 0);
}

static void each_minute_is_persisted_and_survives_a_boot_without_a_clock(void **state)
{
	take(may_policy);
	terminal_wait(HOUR);
	assert_int_equal(saved_s(), MAY_1);
	save();
	assert_int_equal(saved_s(), MAY_1 + HOUR);
	boot_with_clock(0);
	assert_int_equal(now_s(), MAY_1 + HOUR);
	terminal_wait(60);
	save();
	assert_int_equal(saved_s(), MAY_1 + HOUR + 60);
}

static void the_clock_is_never_persisted(void **state)
{
	boot_with_clock(JUNE_2026 + 3650 * (int64_t)DAY);
	assert_int_equal(now_s(), JUNE_2026 + 3650 * (int64_t)DAY);
	assert_refused(offer(may_policy), "root-expired");
	terminal_wait(60);
	save();
	boot_with_clock(JUNE_2026);
	assert_int_equal(now_s(), JUNE_2026);
	take(may_policy);
}

static void a_damaged_file_is_as_none_and_the_policy_still_speaks(void **state)
{
	apply_and_keep(may_policy);
	terminal_wait(30 * DAY);
	save();
	damage("time");
	boot_with_clock(0);
	assert_int_equal(floor_s(), MAY_1);
	assert_int_equal(saved_s(), MAY_1);
	remove_file("policy.ini");
	remove_file("policy.last-good.ini");
	cut_in_half("time");
	boot_with_clock(0);
	assert_int_equal(floor_s(), ROOT_DAY);
}

static void a_full_disk_costs_only_what_was_not_stored(void **state)
{
	take(may_policy);
	terminal_wait(60);
	limit_file_size(10);
	assert_int_not_equal(policies_save_time(terminal.policies, &terminal.clock), 0);
	limit_file_size(SIZE_MAX);
	assert_int_equal(saved_s(), MAY_1);
	save();
	assert_int_equal(saved_s(), MAY_1 + 60);
}

static void nothing_new_is_not_written_again(void **state)
{
	take(may_policy);
	remove_file("time");
	save();
	assert_false(temporary_has(terminal.state, "time"));
	terminal_wait(1);
	save();
	assert_true(temporary_has(terminal.state, "time"));
}

/* What is persisted belongs to the root; without one it stays as it is. */
static void without_a_root_nothing_is_persisted(void **state)
{
	take(may_policy);
	assert_int_equal(unlinkat(terminal.etc->fd, "root.ini", 0), 0);
	boot_with_clock(0);
	terminal_wait(3600);
	save();
	assert_int_equal(saved_s(), MAY_1);
}

static void a_policy_that_waits_starts_when_documents_prove_that_it_is_later(void **state)
{
	struct policies_answer answer;
	struct made later = make(DOCUMENT_POLICY,
		&(struct wish){.serial = 44, .not_before = "2026-05-01T00:00:00Z"});

	struct made may_again =
		make(DOCUMENT_POLICY, &(struct wish){.serial = 43,
					      .issued = "2026-05-01T00:00:00Z",
					      .not_before = "2026-03-20T00:00:00Z"});

	boot_with_clock(0);
	assert_int_equal(offer(later).outcome, POLICIES_NEXT);
	assert_int_equal(check_next(&answer), 0);
	take(may_again);
	assert_int_equal(check_next(&answer), 1);
	assert_int_equal(answer.outcome, POLICIES_APPLIED);
}

static void a_new_epoch_sets_the_floor_anew_and_persists_it(void **state)
{
	struct made mistyped =
		make(DOCUMENT_POLICY, &(struct wish){.serial = 43,
					      .issued = "2027-04-20T00:00:00+09:00",
					      .not_after = "2027-04-29T00:00:00+09:00"});
	struct made cure = make(DOCUMENT_ROOT, &(struct wish){.serial = 2, .epoch = 2});

	take(mistyped);
	assert_true(now_s() > JUNE_2026 + 300 * DAY);
	take(cure);
	assert_int_equal(now_s(), JUNE_2026);
	assert_int_equal(saved_s(), ROOT_DAY);
	terminal_start_anew();
	assert_int_equal(now_s(), JUNE_2026);
}

/* Loading it again with the next root must not count the time since the start twice. */
static void time_is_not_counted_twice_when_documents_are_read_again(void **state)
{
	struct made fresh = make(DOCUMENT_FRESH, &(struct wish){.issued = "2026-05-31T23:00:00Z"});

	take(fresh);
	assert_int_equal(floor_s(), JUNE_2026 - HOUR);
	terminal_wait(5 * HOUR);
	take(make(DOCUMENT_ROOT, &(struct wish){.serial = 2}));
	assert_non_null(policies_fresh(terminal.policies));
	assert_int_equal(floor_s(), JUNE_2026 + 4 * HOUR);
}

/* By the clock of now, which is two days ahead and proves nothing: by that of the start it would
 * lie in the future. */
static void fresh_that_came_long_after_the_start_outlives_a_new_root(void **state)
{
	terminal_wait(3 * DAY);
	terminal.clock.realtime_s += 2 * DAY;
	take(make(DOCUMENT_FRESH, &(struct wish){.issued = "2026-06-03T23:00:00Z"}));
	take(make(DOCUMENT_ROOT, &(struct wish){.serial = 2}));
	assert_non_null(policies_fresh(terminal.policies));
	assert_int_equal(floor_s(), ROOT_DAY + 3 * DAY);
}

/* --- fresh --- */

static struct made make_fresh(unsigned serial, const char *issued)
{
	return make(DOCUMENT_FRESH, &(struct wish){.serial = serial, .issued = issued});
}

static void fresh_is_kept_over_a_start_and_lifts_the_floor(void **state)
{
	assert_null(policies_fresh(terminal.policies));
	take(make_fresh(1001, "2026-05-31T23:00:00Z"));
	assert_int_equal(policies_fresh(terminal.policies)->policy.serial, 42);
	assert_int_equal(saved_s(), JUNE_2026 - HOUR);
	terminal_start_anew();
	assert_int_equal(policies_fresh(terminal.policies)->header.serial, 1001);
	assert_int_equal(ratchet(DOCUMENT_FRESH, 1).serial, 1001);
}

static void fresh_only_goes_on(void **state)
{
	struct made first = make_fresh(1001, "2026-05-31T23:00:00Z");

	take(first);
	assert_int_equal(offer(first).outcome, POLICIES_UNCHANGED);
	assert_refused(offer(make_fresh(1000, "2026-05-31T23:30:00Z")), "serial");
	assert_refused(offer(make_fresh(1001, "2026-05-31T23:30:00Z")), "serial");
	take(make_fresh(1002, "2026-05-31T23:30:00Z"));
}

static void fresh_from_the_far_future_is_refused(void **state)
{
	assert_refused(offer(make_fresh(1001, "2026-06-02T01:00:00Z")), "future");
	assert_int_equal(floor_s(), ROOT_DAY);
	take(make_fresh(1001, "2026-06-01T23:00:00Z"));
}

static void only_the_key_of_fresh_signs_it(void **state)
{
	assert_refused(offer(make(DOCUMENT_FRESH,
			       &(struct wish){.serial = 1001, .keys = "suzuki tanaka"})),
		"not-in-role");
	assert_refused(offer(make(DOCUMENT_POLICY, &(struct wish){.serial = 43, .keys = "clock"})),
		"not-in-role");
}

static void a_damaged_or_cut_fresh_is_as_none_and_can_be_put_back(void **state)
{
	struct made fresh = make_fresh(1001, "2026-05-31T23:00:00Z");

	take(fresh);
	damage("fresh.ini");
	terminal_start_anew();
	assert_null(policies_fresh(terminal.policies));
	assert_refused(offer(make_fresh(1001, "2026-05-31T23:30:00Z")), "serial");
	take(fresh);
	cut_in_half("fresh.ini");
	terminal_start_anew();
	assert_null(policies_fresh(terminal.policies));
	take(fresh);
}

static void a_full_disk_leaves_the_old_fresh(void **state)
{
	struct made first = make_fresh(1001, "2026-05-31T23:00:00Z");

	take(first);
	limit_file_size(100);
	assert_refused(offer(make_fresh(1002, "2026-05-31T23:30:00Z")), "not-stored");
	limit_file_size(SIZE_MAX);
	assert_int_equal(policies_fresh(terminal.policies)->header.serial, 1001);
	assert_file("fresh.ini", first);
	take(make_fresh(1002, "2026-05-31T23:30:00Z"));
}

/* --- roll-outs: this terminal is desk-17 in ring 5 --- */

static struct made make_rollout(const char *lines)
{
	char text[128];

	snprintf(text, sizeof(text), "mode = enforce\n%s", lines);
	return make(DOCUMENT_POLICY,
		&(struct wish){.serial = 43, .edits = {{"mode = enforce\n", text}}});
}

static void a_policy_for_lower_rings_is_left_alone(void **state)
{
	struct made ring_4 = make_rollout("rings = 4\n");
	struct policies_answer answer;

	apply_and_keep(make(DOCUMENT_POLICY, &(struct wish){}));
	answer = offer(ring_4);
	assert_int_equal(answer.outcome, POLICIES_NOT_HERE);
	assert_string_equal(answer.fault, "");
	assert_string_not_equal(answer.detail, "");
	assert_false(answer.is_known);
	assert_true(offer(ring_4).is_known);
	assert_int_equal(serial_in_force(), 42);
	assert_int_equal(ratchet(DOCUMENT_POLICY, 1).serial, 42);
	take(make_rollout("rings = 5\n"));
}

static void a_policy_for_no_terminal_in_a_hundred_is_left_alone(void **state)
{
	size_t reached = 0;

	assert_int_equal(offer(make_rollout("percent = 1\n")).outcome, POLICIES_NOT_HERE);
	for (unsigned percent = 1; percent <= 100; percent++) {
		char line[32];

		snprintf(line, sizeof(line), "percent = %u\n", percent);
		if (offer(make_rollout(line)).outcome != POLICIES_NOT_HERE) {
			reached = percent;
			break;
		}
	}
	assert_in_range(reached, 2, 100);
	assert_int_equal(serial_in_force(), 43);
}

/* Else it would push aside the one that waits here, and be gone on its day. */
static void a_policy_of_tomorrow_for_lower_rings_is_left_alone_today(void **state)
{
	static const char tomorrow[] = "2026-06-02T00:00:00+00:00";
	struct policies_answer answer;

	answer = offer(make(DOCUMENT_POLICY, &(struct wish){.serial = 43, .not_before = tomorrow}));
	assert_int_equal(answer.outcome, POLICIES_NEXT);
	answer = offer(make(DOCUMENT_POLICY,
		&(struct wish){.serial = 44,
			.not_before = tomorrow,
			.edits = {{"mode = enforce\n", "mode = enforce\nrings = 4\n"}}}));
	assert_int_equal(answer.outcome, POLICIES_NOT_HERE);
	terminal_wait(2 * DAY);
	assert_int_equal(check_next(&answer), 1);
	assert_int_equal(answer.outcome, POLICIES_APPLIED);
	assert_int_equal(serial_in_force(), 43);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_root_says_how_late_it_is_at_least),
		TEST(a_policy_lifts_the_floor_which_is_persisted_at_once),
		TEST(one_that_waits_lifts_it_too),
		TEST(what_is_refused_lifts_nothing),
		TEST(each_minute_is_persisted_and_survives_a_boot_without_a_clock),
		TEST(the_clock_is_never_persisted),
		TEST(a_damaged_file_is_as_none_and_the_policy_still_speaks),
		TEST(a_full_disk_costs_only_what_was_not_stored),
		TEST(nothing_new_is_not_written_again),
		TEST(without_a_root_nothing_is_persisted),
		TEST(a_policy_that_waits_starts_when_documents_prove_that_it_is_later),
		TEST(a_new_epoch_sets_the_floor_anew_and_persists_it),
		TEST(time_is_not_counted_twice_when_documents_are_read_again),
		TEST(fresh_that_came_long_after_the_start_outlives_a_new_root),
		TEST(fresh_is_kept_over_a_start_and_lifts_the_floor),
		TEST(fresh_only_goes_on),
		TEST(fresh_from_the_far_future_is_refused),
		TEST(only_the_key_of_fresh_signs_it),
		TEST(a_damaged_or_cut_fresh_is_as_none_and_can_be_put_back),
		TEST(a_full_disk_leaves_the_old_fresh),
		TEST(a_policy_for_lower_rings_is_left_alone),
		TEST(a_policy_for_no_terminal_in_a_hundred_is_left_alone),
		TEST(a_policy_of_tomorrow_for_lower_rings_is_left_alone_today),
	};

	return cmocka_run_group_tests_name("time and fresh", tests, NULL, NULL);
}
