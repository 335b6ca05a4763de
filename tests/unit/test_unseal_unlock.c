/* What an unlocking in the list of tokens does to a person's record, and what it leaves alone. */
#include "tests/unit/unseal_bench.h"

#include <fcntl.h>
#include <unistd.h>

static void lock(const struct bench *bench, const char *user)
{
	struct user_file *file;
	struct user_state state;
	struct user_head head;

	assert_int_equal(user_file_open(bench->unseal.records_fd, user, 0, &head, &file), 0);
	assert_int_equal(user_file_read(file, &state), 0);
	state.slots.state.memory.drift = 4;
	state.slots.state.recovery_spent = 2;
	state.slots.state.attempts =
		(struct attempts){.failures = 1, .locks = 3, .locked_until_s = NOW_S + 3600};
	state.slots.state.own = (struct attempts){.failures = 2};
	assert_int_equal(user_file_write(file, &state), 0);
	user_file_close(file);
}

static void assert_locked(const struct bench *bench, const char *user, bool is_locked)
{
	const struct login_state state = read_state(bench, user, NULL);

	assert_int_equal(state.attempts.locked_until_s, is_locked ? NOW_S + 3600 : 0);
	assert_int_equal(state.attempts.failures, is_locked ? 1 : 0);
	assert_int_equal(state.attempts.locks, is_locked ? 3 : 0);
	assert_int_equal(state.own.failures, is_locked ? 2 : 0);
}

static void a_higher_unlock_forgets_wrong_codes_and_nothing_else(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;
	struct login_state after;

	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	use_record(bench, "tanaka", 71000000);
	lock(bench, "tanaka");
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_locked(bench, "tanaka", true);
	assert_false(was_told(bench, LOGIN_TOKEN_UNLOCKED));
	entry.unlock = 1;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_locked(bench, "tanaka", false);
	after = read_state(bench, "tanaka", NULL);
	assert_int_equal(after.memory.next, 71000000);
	assert_int_equal(after.memory.drift, 4);
	assert_int_equal(after.recovery_spent, 2);
	assert_string_equal(told(bench, LOGIN_TOKEN_UNLOCKED)->token, totp.number);
	assert_false(was_told(bench, LOGIN_TOKEN_RESET));
	assert_true(has_secret(bench, "tanaka"));
}

static void an_unlocking_is_done_once(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;

	entry.unlock = 2;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	lock(bench, "tanaka");
	/* That is what the record began with. */
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_locked(bench, "tanaka", true);
	entry.unlock = 1;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_locked(bench, "tanaka", true);
	entry.unlock = 3;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	lock(bench, "tanaka");
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_locked(bench, "tanaka", true);
}

static void nobody_elses_is_touched(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;

	assert_int_equal(take_entries(bench, &entry, &hotp), 0);
	lock(bench, "tanaka");
	lock(bench, "sato");
	entry.unlock = 1;
	assert_int_equal(take_entries(bench, &entry, &hotp), 0);
	assert_locked(bench, "tanaka", false);
	assert_locked(bench, "sato", true);
}

/* The state of the last attempt may be in the slot that cannot be read. */
static void a_damaged_slot_is_not_written_over(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;
	int fd;

	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	lock(bench, "tanaka"); /* the first slot */
	fd = openat(bench->unseal.records_fd, "tanaka", O_WRONLY);
	assert_int_equal(pwrite(fd, "\xff", 1, USER_HEAD_SIZE + 512), 1);
	close(fd);
	entry.unlock = 1;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_locked(bench, "tanaka", true);
	assert_false(was_told(bench, LOGIN_TOKEN_UNLOCKED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_higher_unlock_forgets_wrong_codes_and_nothing_else, unseal_setup,
			unseal_teardown),
		cmocka_unit_test_setup_teardown(
			an_unlocking_is_done_once, unseal_setup, unseal_teardown),
		cmocka_unit_test_setup_teardown(
			nobody_elses_is_touched, unseal_setup, unseal_teardown),
		cmocka_unit_test_setup_teardown(
			a_damaged_slot_is_not_written_over, unseal_setup, unseal_teardown),
	};

	return cmocka_run_group_tests_name("unlocking", tests, NULL, NULL);
}
