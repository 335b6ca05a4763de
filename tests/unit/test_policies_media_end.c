/* The end of a list of registered media: from then on none counts as registered. */
#include "tests/unit/fixture.h"

#include "tests/unit/terminal.h"

#define END       "2026-06-30T23:59:59Z"
#define UNTIL_END (30 * DAY - 1)

static void take_ending_list(void)
{
	struct list list = make_list(&(struct wish){.serial = 7, .not_after = END}, 1, 3);

	take_list(&list);
}

static bool is_ended(void)
{
	bool has_ended = policies_is_media_ended(terminal.policies, &terminal.clock);

	assert_int_equal(policies_media(terminal.policies, &terminal.clock) == NULL, has_ended);
	return has_ended;
}

static void a_list_that_has_ended_registers_none(void **state)
{
	take_ending_list();
	terminal_wait(UNTIL_END);
	assert_false(is_ended());
	terminal_wait(1);
	assert_true(is_ended());
	terminal_start_anew();
	assert_true(is_ended());
	assert_false(policies_is_media_lost(terminal.policies));
	assert_int_equal(policies_media_header(terminal.policies)->serial, 7);
	assert_int_equal(ratchet(DOCUMENT_MEDIA, 1).serial, 7);
}

/* The clock was ahead: setting it right is the whole cure. */
static void a_list_counts_again_when_the_clock_is_set_right(void **state)
{
	take_ending_list();
	terminal.clock.realtime_s += 400 * DAY;
	assert_true(is_ended());
	terminal.clock.realtime_s -= 400 * DAY;
	assert_false(is_ended());
	assert_int_equal(n_registered(), 3);
}

/* And not by a clock that is set back: its floor has come that far. */
static void a_list_that_ended_does_not_come_back_below_the_floor(void **state)
{
	struct made july = make(
		DOCUMENT_POLICY, &(struct wish){.serial = 43, .issued = "2026-07-05T00:00:00Z"});

	take_ending_list();
	terminal_wait(40 * DAY);
	apply_and_keep(july);
	terminal.clock.realtime_s = JUNE_2026;
	assert_true(is_ended());
	terminal_start_anew();
	assert_true(is_ended());
}

static void the_next_list_counts_at_once(void **state)
{
	struct list next = make_list(&(struct wish){.serial = 8}, 1, 4);

	take_ending_list();
	terminal_wait(UNTIL_END + 1);
	take_list(&next);
	assert_false(is_ended());
	assert_int_equal(n_registered(), 4);
}

static int note_end(void)
{
	return policies_note_media_end(terminal.policies, &terminal.clock);
}

static void an_end_is_news_once_also_over_a_start(void **state)
{
	struct list next =
		make_list(&(struct wish){.serial = 8, .not_after = "2026-08-01T00:00:00Z"}, 1, 4);

	assert_int_equal(note_end(), 0);
	take_ending_list();
	assert_int_equal(note_end(), 0);
	terminal_wait(UNTIL_END + 1);
	assert_int_equal(note_end(), 1);
	assert_int_equal(note_end(), 0);
	terminal_start_anew();
	assert_int_equal(note_end(), 0);
	/* Each list has an end of its own, whether or not anybody looked in between. */
	take_list(&next);
	terminal_wait(60 * DAY);
	assert_int_equal(note_end(), 1);
	assert_int_equal(note_end(), 0);
}

static void an_end_that_was_taken_back_is_news_again(void **state)
{
	take_ending_list();
	terminal.clock.realtime_s += 400 * DAY;
	assert_int_equal(note_end(), 1);
	terminal.clock.realtime_s -= 400 * DAY;
	assert_int_equal(note_end(), 0);
	assert_false(temporary_has(terminal.state, "media-end-told"));
	terminal_wait(UNTIL_END + 1);
	assert_int_equal(note_end(), 1);
}

static void an_end_that_could_not_be_stored_is_told_again_after_a_start(void **state)
{
	take_ending_list();
	terminal_wait(UNTIL_END + 1);
	limit_file_size(10);
	assert_int_equal(note_end(), 1);
	assert_int_equal(note_end(), 0);
	limit_file_size(SIZE_MAX);
	terminal_start_anew();
	assert_int_equal(note_end(), 1);
	damage("media-end-told");
	terminal_start_anew();
	assert_int_equal(note_end(), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, terminal_setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_list_that_has_ended_registers_none),
		TEST(a_list_counts_again_when_the_clock_is_set_right),
		TEST(a_list_that_ended_does_not_come_back_below_the_floor),
		TEST(the_next_list_counts_at_once),
		TEST(an_end_is_news_once_also_over_a_start),
		TEST(an_end_that_was_taken_back_is_news_again),
		TEST(an_end_that_could_not_be_stored_is_told_again_after_a_start),
	};

	return cmocka_run_group_tests_name("the end of a list", tests, NULL, NULL);
}
