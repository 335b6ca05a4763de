/*
 * The tokens of a terminal: taken only where they are sealed to its own key, kept whatever happens
 * to their day or to the root, and never replaced by older ones.
 */
#include <errno.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "policy/login_places.h"
#include "tests/unit/terminal.h"

#define KEY 'D' /* of text_tokens */

static struct made tokens_3, tokens_4;

static int setup(void **state)
{
	if (terminal_setup_policies(state) < 0)
		return -1;
	put_key(KEY);
	tokens_3 = make(DOCUMENT_TOKENS, &(struct wish){.serial = 3});
	tokens_4 = make(DOCUMENT_TOKENS, &(struct wish){.serial = 4});
	return 0;
}

static uint64_t serial(void)
{
	const struct tokens *tokens = policies_tokens(terminal.policies);

	return tokens ? tokens->header.serial : 0;
}

static void those_of_this_terminal_are_taken_and_outlive_a_start(void **state)
{
	assert_int_equal(serial(), 0);
	take(tokens_3);
	assert_int_equal(policies_tokens(terminal.policies)->n_entries, 2);
	assert_string_equal(policies_tokens(terminal.policies)->entries[0].user, "tanaka");
	assert_file("tokens.ini", tokens_3);
	assert_int_equal(temporary_mode(terminal.state, "tokens.ini"), 0600);
	assert_true(temporary_has(terminal.state, UNSEAL_WANTED));
	assert_int_equal(unlinkat(terminal.state->fd, UNSEAL_WANTED, 0), 0);
	terminal_start_anew();
	assert_int_equal(serial(), 3);
	assert_int_equal(offer(tokens_3).outcome, POLICIES_UNCHANGED);
	assert_false(temporary_has(terminal.state, UNSEAL_WANTED));
	assert_int_equal(ratchet(DOCUMENT_TOKENS, 1).serial, 3);
}

static void those_of_another_terminal_are_refused(void **state)
{
	struct policies_answer answer;

	put_key('E');
	answer = offer(tokens_3);
	assert_refused(answer, "another-terminal");
	assert_non_null(strstr(answer.detail, "for another terminal"));
	assert_non_null(strstr(answer.detail, "SHA256:DAAA"));
	assert_non_null(strstr(answer.detail, "SHA256:EAAA"));
	assert_false(answer.is_known);
	assert_true(offer(tokens_3).is_known);
	assert_false(temporary_has(terminal.state, "tokens.ini"));
	assert_int_equal(ratchet(DOCUMENT_TOKENS, 1).serial, 0);
	put_key(KEY);
	take(tokens_3);
}

static void without_a_key_none_are_taken(void **state)
{
	remove_file("terminal-key.ini");
	assert_refused(offer(tokens_3), "no-terminal-key");
	assert_non_null(strstr(offer(tokens_3).detail, "install libpam-sekisho"));
	temporary_write(terminal.state, "terminal-key.ini", "[terminal-key]\n", 15);
	assert_refused(offer(tokens_3), "no-terminal-key");
	put_key(KEY);
	take(tokens_3);
}

/* The key was lost and made anew: what is stored is of no use. */
static void the_same_text_for_a_key_that_is_gone_is_no_longer_unchanged(void **state)
{
	take(tokens_3);
	put_key('E');
	assert_refused(offer(tokens_3), "another-terminal");
	assert_int_equal(serial(), 3);
}

static void only_newer_ones_take_their_place(void **state)
{
	struct made other_4 = make(DOCUMENT_TOKENS,
		&(struct wish){.serial = 4, .not_after = "2027-03-30T23:59:59+09:00"});

	take(tokens_4);
	assert_refused(offer(tokens_3), "serial");
	assert_refused(offer(other_4), "serial");
	assert_int_equal(serial(), 4);
	take(make(DOCUMENT_TOKENS, &(struct wish){.serial = 5}));
}

static void only_the_token_officer_signs_them(void **state)
{
	assert_refused(
		offer(make(DOCUMENT_TOKENS, &(struct wish){.serial = 3, .keys = "suzuki tanaka"})),
		"not-in-role");
	assert_refused(offer(make(DOCUMENT_POLICY, &(struct wish){.serial = 43, .keys = "matsuo"})),
		"not-in-role");
}

static void another_tiers_are_refused(void **state)
{
	assert_refused(offer(make(DOCUMENT_TOKENS,
			       &(struct wish){.edits = {{"tier = my-number", "tier = lgwan"}}})),
		"tier");
}

/* An office must not be locked out by a date, nor its second factor be turned off by one. */
static void they_go_on_counting_after_their_day(void **state)
{
	struct made short_3 = make(
		DOCUMENT_TOKENS, &(struct wish){.serial = 3, .not_after = "2026-06-10T00:00:00Z"});
	struct made short_4 = make(
		DOCUMENT_TOKENS, &(struct wish){.serial = 4, .not_after = "2026-06-10T00:00:00Z"});

	take(short_3);
	terminal_wait(20 * DAY);
	assert_refused(offer(short_4), "expired");
	terminal_start_anew();
	assert_int_equal(serial(), 3);
	assert_false(policies_is_tokens_lost(terminal.policies));
	assert_int_equal(offer(short_3).outcome, POLICIES_UNCHANGED);
	assert_refused(offer(short_4), "expired");
	assert_int_equal(serial(), 3);
}

static void those_of_tomorrow_are_not_kept_today(void **state)
{
	struct made later = make(
		DOCUMENT_TOKENS, &(struct wish){.serial = 4, .not_before = "2026-06-02T00:00:00Z"});

	take(tokens_3);
	assert_int_equal(offer(later).outcome, POLICIES_NEXT);
	assert_int_equal(serial(), 3);
	terminal_wait(2 * DAY);
	take(later);
}

static void a_new_root_takes_none_of_them_away(void **state)
{
	take(tokens_3);
	take(make(DOCUMENT_ROOT, &(struct wish){.serial = 2, .epoch = 2}));
	assert_int_equal(serial(), 3);
	terminal_start_anew();
	assert_int_equal(serial(), 3);
	assert_false(policies_is_tokens_lost(terminal.policies));
}

static void assert_lost(bool is_file_there)
{
	terminal_start_anew();
	assert_true(policies_is_tokens_lost(terminal.policies));
	assert_int_equal(serial(), 0);
	assert_int_equal(temporary_has(terminal.state, "tokens.ini"), is_file_there);
	assert_refused(offer(make(DOCUMENT_TOKENS, &(struct wish){.serial = 2})), "serial");
	take(tokens_3);
	assert_false(policies_is_tokens_lost(terminal.policies));
}

static void damaged_cut_or_deleted_ones_are_lost_and_can_be_put_back(void **state)
{
	take(tokens_3);
	damage("tokens.ini");
	assert_lost(true);
	cut_in_half("tokens.ini");
	assert_lost(true);
	remove_file("tokens.ini");
	assert_lost(false);
}

static void none_ever_is_no_loss(void **state)
{
	terminal_start_anew();
	assert_false(policies_is_tokens_lost(terminal.policies));
}

static void a_full_disk_leaves_the_old_ones(void **state)
{
	take(tokens_3);
	limit_file_size(100);
	assert_refused(offer(tokens_4), "not-stored");
	limit_file_size(SIZE_MAX);
	assert_int_equal(serial(), 3);
	assert_file("tokens.ini", tokens_3);
	take(tokens_4);
}

static void without_a_root_none_are_taken(void **state)
{
	assert_int_equal(unlinkat(terminal.etc->fd, "root.ini", 0), 0);
	terminal_start_anew();
	assert_refused(offer(tokens_3), "no-root");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(those_of_this_terminal_are_taken_and_outlive_a_start),
		TEST(those_of_another_terminal_are_refused),
		TEST(without_a_key_none_are_taken),
		TEST(the_same_text_for_a_key_that_is_gone_is_no_longer_unchanged),
		TEST(only_newer_ones_take_their_place),
		TEST(only_the_token_officer_signs_them),
		TEST(another_tiers_are_refused),
		TEST(they_go_on_counting_after_their_day),
		TEST(those_of_tomorrow_are_not_kept_today),
		TEST(a_new_root_takes_none_of_them_away),
		TEST(damaged_cut_or_deleted_ones_are_lost_and_can_be_put_back),
		TEST(none_ever_is_no_loss),
		TEST(a_full_disk_leaves_the_old_ones),
		TEST(without_a_root_none_are_taken),
	};

	return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
