/* The text of the policy in force, as somebody who asks is given it. */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "tests/unit/terminal.h"

/* For free(). */
static char *text_in_force(void)
{
	char *text = NULL;

	assert_int_equal(policies_read_text(terminal.policies, &text), 0);
	assert_non_null(text);
	return text;
}

static void assert_is_text_of(struct made policy)
{
	char *text = text_in_force();
	size_t size = strlen(text);

	assert_in_range(size, 1, policy.size - 1);
	assert_memory_equal(text, policy.bytes, size);
	assert_memory_equal(policy.bytes + size, "-----BEGIN", 10);
	free(text);
}

static void the_built_in_policy_has_none(void **state)
{
	char *text = text_in_force();

	assert_string_equal(text, "");
	free(text);
}

static void it_is_the_text_without_the_signatures(void **state)
{
	take(policy_42);
	assert_is_text_of(policy_42);
	assert_int_equal(policies_keep(terminal.policies), 0);
	assert_is_text_of(policy_42);
	terminal_start_anew();
	assert_is_text_of(policy_42);
}

static void one_that_was_taken_back_is_not_given_away(void **state)
{
	apply_and_keep(policy_42);
	take(policy_43);
	assert_is_text_of(policy_43);
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_is_text_of(policy_42);
}

static void a_stand_in_is_given_away_where_the_file_is_lost(void **state)
{
	apply_and_keep(policy_42);
	remove_file("policy.ini");
	assert_is_text_of(policy_42);
	terminal_start_anew();
	assert_is_text_of(policy_42);
}

static void assert_none(int expected)
{
	char untouched[] = "untouched", *text = untouched;

	assert_int_equal(policies_read_text(terminal.policies, &text), expected);
	assert_ptr_equal(text, untouched);
}

static void what_somebody_put_in_the_place_of_the_files_is_not_given_away(void **state)
{
	char bent[8192];

	apply_and_keep(policy_42);
	/* A good document, but not the one in force. */
	temporary_write(terminal.state, "policy.ini", policy_43.bytes, policy_43.size);
	assert_is_text_of(policy_42);
	temporary_write(terminal.state, "policy.last-good.ini", policy_43.bytes, policy_43.size);
	assert_none(-ESTALE);
	/* A byte of it. */
	assert_in_range(policy_42.size, 1, sizeof(bent) - 1);
	memcpy(bent, policy_42.bytes, policy_42.size);
	bent[20] ^= 1;
	temporary_write(terminal.state, "policy.last-good.ini", bent, policy_42.size);
	assert_none(-ESTALE);
	temporary_write(terminal.state, "policy.last-good.ini", "", 0);
	assert_none(-ESTALE);
	remove_file("policy.last-good.ini");
	assert_none(-ENOENT);
	/* The same text with nothing behind it is the same document. */
	temporary_write(terminal.state, "policy.ini", policy_42.bytes,
		(size_t)(strstr(policy_42.bytes, "-----BEGIN") - policy_42.bytes));
	assert_is_text_of(policy_42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_built_in_policy_has_none, terminal_setup_policies, terminal_teardown),
		cmocka_unit_test_setup_teardown(it_is_the_text_without_the_signatures,
			terminal_setup_policies, terminal_teardown),
		cmocka_unit_test_setup_teardown(one_that_was_taken_back_is_not_given_away,
			terminal_setup_policies, terminal_teardown),
		cmocka_unit_test_setup_teardown(a_stand_in_is_given_away_where_the_file_is_lost,
			terminal_setup_policies, terminal_teardown),
		cmocka_unit_test_setup_teardown(
			what_somebody_put_in_the_place_of_the_files_is_not_given_away,
			terminal_setup_policies, terminal_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
