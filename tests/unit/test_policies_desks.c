/*
 * The desks of a terminal: taken only where they are for it, never replaced by older ones, and of
 * no account once their day, their root's epoch or their signer's role is over.
 */
#include "tests/unit/fixture.h"

#include "tests/unit/terminal.h"

#define KEY 'D' /* of text_desks */

static struct made desks_3, desks_4;

static int setup(void **state)
{
	if (terminal_setup_policies(state) < 0)
		return -1;
	put_key(KEY);
	desks_3 = make(DOCUMENT_DESKS, &(struct wish){.serial = 3});
	desks_4 = make(DOCUMENT_DESKS, &(struct wish){.serial = 4});
	return 0;
}

static uint64_t serial(void)
{
	const struct desks *desks = policies_desks(terminal.policies, &terminal.clock);

	return desks ? desks->header.serial : 0;
}

static void those_of_this_terminal_are_taken_and_outlive_a_start(void **state)
{
	assert_int_equal(serial(), 0);
	take(desks_3);
	assert_file("desks.ini", desks_3);
	assert_int_equal(temporary_mode(terminal.state, "desks.ini"), 0600);
	terminal_start_anew();
	assert_int_equal(serial(), 3);
	assert_int_equal(offer(desks_3).outcome, POLICIES_UNCHANGED);
	assert_int_equal(ratchet(DOCUMENT_DESKS, 1).serial, 3);
}

static void those_of_another_terminal_are_refused(void **state)
{
	assert_refused(
		offer(make(DOCUMENT_DESKS,
			&(struct wish){.edits = {{"terminal = desk-17", "terminal = desk-18"}}})),
		"another-terminal");
	put_key('E');
	assert_refused(offer(desks_3), "another-terminal");
	assert_int_equal(serial(), 0);
	assert_false(temporary_has(terminal.state, "desks.ini"));
}

static void only_newer_ones_take_their_place(void **state)
{
	take(desks_4);
	assert_refused(offer(desks_3), "serial");
	assert_int_equal(serial(), 4);
}

static void only_the_token_officer_signs_them(void **state)
{
	assert_refused(
		offer(make(DOCUMENT_DESKS, &(struct wish){.serial = 3, .keys = "suzuki tanaka"})),
		"not-in-role");
}

static void after_their_day_nobody_approves_by_telephone(void **state)
{
	take(make(DOCUMENT_DESKS, &(struct wish){.not_after = "2026-06-10T00:00:00Z"}));
	assert_int_equal(serial(), 3);
	terminal_wait(20 * DAY);
	assert_int_equal(serial(), 0);
	terminal_start_anew();
	assert_int_equal(serial(), 0);
}

static void what_was_changed_on_disk_is_not_believed(void **state)
{
	char *bytes = strdup(desks_3.bytes);

	take(desks_3);
	bytes[strlen("[desks]\nkind = desks\nformat = 1\nsite = t")] = 'a';
	temporary_write(terminal.state, "desks.ini", bytes, desks_3.size);
	free(bytes);
	terminal_start_anew();
	assert_int_equal(serial(), 0);
	take(desks_4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			those_of_this_terminal_are_taken_and_outlive_a_start, setup,
			terminal_teardown),
		cmocka_unit_test_setup_teardown(
			those_of_another_terminal_are_refused, setup, terminal_teardown),
		cmocka_unit_test_setup_teardown(
			only_newer_ones_take_their_place, setup, terminal_teardown),
		cmocka_unit_test_setup_teardown(
			only_the_token_officer_signs_them, setup, terminal_teardown),
		cmocka_unit_test_setup_teardown(
			after_their_day_nobody_approves_by_telephone, setup, terminal_teardown),
		cmocka_unit_test_setup_teardown(
			what_was_changed_on_disk_is_not_believed, setup, terminal_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
