/*
 * How long a terminal ran and how often its day changed, as sekishod leaves it to sekisho-verify.
 */
#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "agent/agent_internal.h"
#include "tests/unit/terminal.h"

#define BOOT "01234567-89ab-cdef-0123-456789abcdef"

static struct agent agent;

static void start_anew(const char *boot)
{
	agent = (struct agent){.policies = terminal.policies, .state_fd = terminal.state->fd};
	snprintf(agent.boot_id, sizeof(agent.boot_id), "%s", boot);
}

static int setup(void **state)
{
	int r = terminal_setup(state);

	start_anew(BOOT);
	return r;
}

static bool is_there(void)
{
	return faccessat(terminal.state->fd, LOGIN_RUN_FILE, F_OK, 0) == 0;
}

static struct login_run stored(void)
{
	struct login_run run;
	size_t size;
	char *text = temporary_read(terminal.state, LOGIN_RUN_FILE, &size);

	assert_int_equal(login_run_decode(text, size, &run), 0);
	free(text);
	return run;
}

static void it_is_stored_at_a_start_and_then_now_and_then(void **state)
{
	uint64_t before_ms = agent_boottime_ms();

	agent_login_run(&agent);
	assert_true(stored().run.ms >= before_ms);
	assert_string_not_equal(stored().day, "");
	assert_int_equal(stored().days, 0);
	/* Not each minute. */
	assert_int_equal(unlinkat(terminal.state->fd, LOGIN_RUN_FILE, 0), 0);
	agent_login_run(&agent);
	assert_false(is_there());
	agent.login.run_at_ms = agent_boottime_ms() - 10 * 60 * 1000;
	agent_login_run(&agent);
	assert_true(is_there());
}

static void another_day_is_stored_at_once(void **state)
{
	agent_login_run(&agent);
	snprintf(agent.login.run.day, sizeof(agent.login.run.day), "2001-01-01");
	agent_login_run(&agent);
	assert_int_equal(stored().days, 1);
	assert_string_not_equal(stored().day, "2001-01-01");
}

static void a_restart_counts_nothing_twice_and_a_reboot_goes_on(void **state)
{
	uint64_t first_ms;

	agent_login_run(&agent);
	agent.login.run.days = 7;
	agent_login_stop(&agent);
	first_ms = stored().run.ms;
	start_anew(BOOT);
	agent_login_run(&agent);
	assert_int_equal(stored().days, 7);
	assert_true(stored().run.ms >= first_ms);
	assert_true(stored().run.ms < first_ms + agent_boottime_ms() / 2);
	start_anew("another");
	agent_login_run(&agent);
	assert_true(stored().run.ms >= 2 * first_ms);
	assert_int_equal(stored().days, 7);
}

static void a_clock_before_what_is_proven_shows_no_day(void **state)
{
	const struct trusted_time_saved saved = {
		.floor_s = agent_realtime_ms() / 1000 + DAY, .epoch = 1};

	assert_int_equal(store_write_time(terminal.state->fd, &saved), 0);
	terminal_start_anew();
	start_anew(BOOT);
	agent_login_run(&agent);
	assert_string_equal(stored().day, "");
	assert_true(stored().run.ms > 0);
}

static void a_damaged_file_begins_anew(void **state)
{
	int fd;

	agent_login_run(&agent);
	fd = openat(terminal.state->fd, LOGIN_RUN_FILE, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "x", 1, 3), 1);
	close(fd);
	start_anew(BOOT);
	agent_login_run(&agent);
	assert_int_equal(stored().days, 0);
	assert_true(stored().run.ms > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_stored_at_a_start_and_then_now_and_then),
		TEST(another_day_is_stored_at_once),
		TEST(a_restart_counts_nothing_twice_and_a_reboot_goes_on),
		TEST(a_clock_before_what_is_proven_shows_no_day),
		TEST(a_damaged_file_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
