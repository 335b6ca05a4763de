/* What the status says of documents that end soon, or have ended. */
#include "tests/unit/fixture.h"

#include <time.h>

#include "agent/agent_internal.h"
#include "tests/unit/terminal.h"

#define MINUTE 60

static struct agent agent;

static int setup(void **state)
{
	if (terminal_setup(state) < 0)
		return -1;
	agent = (struct agent){.policies = terminal.policies};
	return 0;
}

/* Later than the documents of the tests, as the PC's own clock says. */
static int64_t in(int64_t seconds)
{
	return time(NULL) + seconds;
}

static struct document_header ending(int64_t not_after)
{
	return (struct document_header){.not_after = not_after};
}

static void assert_problem(
	const struct agent_status *status, size_t i, const char *word, const char *expected)
{
	assert_true(i < status->n_problems);
	assert_string_equal(status->problems[i].word, word);
	if (strncmp(status->problems[i].text, expected, strlen(expected)) != 0)
		fail_msg("'%s'", status->problems[i].text);
}

static void what_lasts_is_no_problem(void **state)
{
	struct document_header header = ending(in(30 * DAY + MINUTE));
	struct agent_status status = {
		.root = &header, .media = &header, .policy.not_after = header.not_after};

	agent_ends_add(&agent, &status);
	assert_int_equal(status.n_problems, 0);
}

static void what_ends_within_a_month_is_counted_in_days(void **state)
{
	struct document_header root = ending(in(30 * DAY - MINUTE));
	struct document_header media = ending(in(DAY + MINUTE));
	struct agent_status status = {
		.root = &root, .media = &media, .policy.not_after = in(2 * DAY + MINUTE)};

	agent_ends_add(&agent, &status);
	assert_int_equal(status.n_problems, 3);
	assert_problem(
		&status, 0, "root-ends", "the root ends in 29 days: hand in the next one before");
	assert_problem(&status, 1, "policy-ends",
		"the policy ends in 2 days: hand in the next one before");
	assert_problem(&status, 2, "media-ends",
		"the list of registered media ends in 1 day: no medium counts as registered then");
}

static void what_ends_within_a_day_is_told_with_its_time(void **state)
{
	struct document_header root = ending(in(DAY - MINUTE));
	struct agent_status status = {.root = &root, .is_builtin = true};

	agent_ends_add(&agent, &status);
	assert_int_equal(status.n_problems, 1);
	assert_problem(&status, 0, "root-ends", "the root ends within a day, on 20");
}

static void what_has_ended_is_told_with_its_day(void **state)
{
	struct document_header root = ending(1), media = ending(2);
	struct agent_status status = {.root = &root, .media = &media, .policy.not_after = 3};

	agent_ends_add(&agent, &status);
	assert_int_equal(status.n_problems, 3);
	assert_problem(&status, 0, "root-expired",
		"the root ended on 1970-01-01T09:00:01+09:00: no document is taken before the "
		"next root");
	assert_problem(&status, 1, "policy-expired",
		"the policy ended on 1970-01-01T09:00:03+09:00: its blocks stay");
	assert_problem(&status, 2, "media-expired",
		"the list of registered media ended on 1970-01-01T09:00:02+09:00: no medium counts "
		"as registered");
}

static void a_policy_that_is_followed_by_the_next_one_is_no_problem(void **state)
{
	const struct agent_status follows = {.policy.not_after = in(DAY),
		.has_next = true,
		.next = {.not_before = in(DAY), .not_after = in(365 * DAY)}};
	struct agent_status status = follows, gap = follows, shorter = follows, late = follows;

	gap.next.not_before = in(DAY + HOUR);
	shorter.next.not_after = in(DAY - HOUR);
	late.policy.not_after = in(-MINUTE);
	late.next.not_before = in(-HOUR);
	agent_ends_add(&agent, &status);
	agent_ends_add(&agent, &gap);
	agent_ends_add(&agent, &shorter);
	agent_ends_add(&agent, &late);
	assert_int_equal(status.n_problems, 0);
	assert_int_equal(gap.n_problems, 1);
	assert_int_equal(shorter.n_problems, 1);
	assert_problem(&late, 0, "policy-expired", "the policy ended on ");
}

static void nothing_ends_where_there_is_nothing(void **state)
{
	struct agent_status status = {.is_builtin = true};

	agent_ends_add(&agent, &status);
	assert_int_equal(status.n_problems, 0);
}

static void there_is_no_more_room_than_the_status_has(void **state)
{
	struct document_header root = ending(1);
	struct agent_status status = {
		.root = &root, .is_builtin = true, .n_problems = BUS_PROBLEMS_MAX};

	agent_ends_add(&agent, &status);
	assert_int_equal(status.n_problems, BUS_PROBLEMS_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_lasts_is_no_problem),
		TEST(what_ends_within_a_month_is_counted_in_days),
		TEST(what_ends_within_a_day_is_told_with_its_time),
		TEST(what_has_ended_is_told_with_its_day),
		TEST(a_policy_that_is_followed_by_the_next_one_is_no_problem),
		TEST(nothing_ends_where_there_is_nothing),
		TEST(there_is_no_more_room_than_the_status_has),
	};

	return cmocka_run_group_tests_name("ends", tests, NULL, NULL);
}
