/*
 * The rules that sekisho-verify reads: whatever goes wrong while they are written, the old or the
 * new ones are there, and those before are only ever replaced by ones that can be read.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/login_rules_file.h"
#include "agent/terminal_key_file.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/fixture.h"
#include "tests/unit/temporary.h"

static struct login_rules rules_of(uint64_t serial)
{
	struct login_rules rules;

	login_rules_strict(&rules);
	rules.policy_serial = serial;
	return rules;
}

static int put(const struct temporary *folder, uint64_t serial)
{
	struct login_rules rules = rules_of(serial);

	return login_rules_file_write(folder->fd, &rules);
}

/* 0: there are none that can be read. */
static uint64_t serial_in(const struct temporary *folder, const char *name)
{
	struct login_rules rules;
	uint64_t serial = 0;
	size_t size;
	char *bytes;

	if (!temporary_has(folder, name))
		return 0;
	bytes = temporary_read(folder, name, &size);
	if (login_rules_decode((uint8_t *)bytes, size, &rules) == 0)
		serial = rules.policy_serial;
	free(bytes);
	return serial;
}

static void damage(const struct temporary *folder, const char *name)
{
	size_t size;
	char *bytes = temporary_read(folder, name, &size);

	bytes[size / 2] ^= 1;
	temporary_write(folder, name, bytes, size);
	free(bytes);
}

static void everybody_may_read_them_and_those_before_are_kept(void **state)
{
	const struct temporary *folder = *state;
	mode_t before = umask(0077);

	assert_int_equal(put(folder, 41), 1);
	assert_int_equal(serial_in(folder, "login-rules"), 41);
	assert_false(temporary_has(folder, "login-rules.last"));
	assert_int_equal(put(folder, 42), 1);
	umask(before);
	assert_int_equal(serial_in(folder, "login-rules"), 42);
	assert_int_equal(serial_in(folder, "login-rules.last"), 41);
	assert_int_equal(temporary_mode(folder, "login-rules"), 0644);
	assert_int_equal(temporary_mode(folder, "login-rules.last"), 0644);
	assert_int_equal(temporary_count(folder), 2);
}

static void the_same_rules_are_not_written_again(void **state)
{
	const struct temporary *folder = *state;
	struct stat before, after;

	assert_int_equal(put(folder, 41), 1);
	assert_int_equal(fstatat(folder->fd, "login-rules", &before, 0), 0);
	assert_int_equal(put(folder, 41), 0);
	assert_int_equal(fstatat(folder->fd, "login-rules", &after, 0), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	assert_false(temporary_has(folder, "login-rules.last"));
}

static void damaged_ones_are_replaced_and_never_kept_as_the_last(void **state)
{
	const struct temporary *folder = *state;

	put(folder, 41);
	put(folder, 42);
	damage(folder, "login-rules");
	assert_int_equal(put(folder, 43), 1);
	assert_int_equal(serial_in(folder, "login-rules"), 43);
	assert_int_equal(serial_in(folder, "login-rules.last"), 41);
	damage(folder, "login-rules");
	assert_int_equal(put(folder, 43), 1);
	assert_int_equal(serial_in(folder, "login-rules"), 43);
}

static void whoever_hid_them_did_so_in_vain(void **state)
{
	const struct temporary *folder = *state;

	put(folder, 41);
	assert_int_equal(fchmodat(folder->fd, "login-rules", 0600, 0), 0);
	assert_int_equal(put(folder, 41), 1);
	assert_int_equal(temporary_mode(folder, "login-rules"), 0644);
	assert_int_equal(unlinkat(folder->fd, "login-rules", 0), 0);
	assert_int_equal(symlinkat("elsewhere", folder->fd, "login-rules"), 0);
	assert_int_equal(put(folder, 41), 1);
	assert_int_equal(serial_in(folder, "login-rules"), 41);
	assert_false(temporary_has(folder, "elsewhere"));
}

static void a_full_disk_leaves_the_old_ones(void **state)
{
	const struct temporary *folder = *state;

	put(folder, 41);
	limit_file_size(100);
	assert_int_equal(put(folder, 42), -EFBIG);
	limit_file_size(SIZE_MAX);
	assert_int_equal(serial_in(folder, "login-rules"), 41);
	assert_int_equal(temporary_count(folder), 1);
	assert_int_equal(put(folder, 42), 1);
}

static void removing_them_leaves_none(void **state)
{
	const struct temporary *folder = *state;

	assert_int_equal(login_rules_file_remove(folder->fd), 0);
	put(folder, 41);
	put(folder, 42);
	assert_int_equal(login_rules_file_remove(folder->fd), 0);
	assert_int_equal(temporary_count(folder), 0);
}

/* What can be read afterwards by somebody who takes the last ones where the others are damaged. */
static void assert_whole(const struct temporary *folder, uint64_t before, uint64_t after)
{
	uint64_t serial = serial_in(folder, "login-rules");
	uint64_t last = serial_in(folder, "login-rules.last");

	if (serial != before && serial != after)
		fail_msg("rules of %llu", (unsigned long long)serial);
	if (serial == after)
		assert_int_equal(last, before);
	assert_true(!temporary_has(folder, "login-rules.last") || last > 0);
}

static bool play_cut(const struct temporary *folder, unsigned step)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		disk_set_fault(DISK_CUT, step);
		put(folder, 42);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status) == DISK_CUT_STATUS;
}

static void a_power_cut_at_any_step_leaves_the_old_or_the_new(void **state)
{
	const struct temporary *folder = *state;
	unsigned step = 0;
	bool came = true;

	while (came) {
		temporary_empty(folder);
		put(folder, 40);
		put(folder, 41);
		came = play_cut(folder, ++step);
		assert_whole(folder, 41, 42);
		assert_true(put(folder, 42) >= 0);
		assert_int_equal(serial_in(folder, "login-rules"), 42);
		assert_int_equal(serial_in(folder, "login-rules.last"), 41);
		assert_true(step < 40);
	}
	assert_true(step > 8);
}

static void a_disk_error_at_any_step_leaves_the_old_or_the_new(void **state)
{
	const struct temporary *folder = *state;
	unsigned step = 0;
	bool came = true;

	while (came) {
		int r;

		temporary_empty(folder);
		put(folder, 41);
		disk_set_fault(DISK_ERROR, ++step);
		r = put(folder, 42);
		came = disk_fault_came();
		disk_set_fault(DISK_IS_GOOD, 0);
		assert_int_equal(r < 0, came);
		assert_whole(folder, 41, 42);
		assert_true(put(folder, 42) >= 0);
		assert_true(step < 40);
	}
}

/* --- beside them --- */

static void the_fingerprint_of_the_key_is_read_and_nothing_else(void **state)
{
#define PRINT "SHA256:uNiVztksCsDhcc0u9e8BrrJXVGGQ1xfd7nBnJDrWKKI"
	static const struct {
		const char *text;
		int r;
	} rows[] = {
		{"[terminal-key]\nkey = AAAA\nfingerprint = " PRINT "\n", 0},
		{"[terminal-key]\nterminal = desk-17\nkey = AAAA\nfingerprint = " PRINT "\n", 0},
		{"[terminal-key]\nkey = AAAA\n", -EBADMSG},
		{"[terminal-key]\nfingerprint = " PRINT "A\n", -EBADMSG},
		{"[terminal-key]\nfingerprint = "
		 "MD5:uNiVztksCsDhcc0u9e8BrrJXVGGQ1xfd7nBnJDrWKKI+++\n",
			-EBADMSG},
		{"[terminal-key]\nfingerprint = "
		 "SHA256:uNiVztksCsDhcc0u9e8BrrJXVGGQ1xfd7nBnJDrWKK?\n",
			-EBADMSG},
		{"[site]\nfingerprint = " PRINT "\n", -EBADMSG},
		{"[terminal-key]\nfingerprint = " PRINT, -EBADMSG},
		{"", -EBADMSG},
	};
	const struct temporary *folder = *state;
	char key[SEAL_FINGERPRINT_SIZE];

	assert_int_equal(terminal_key_file_read(folder->fd, key), -ENOENT);
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(key, sizeof(key), "untouched");
		temporary_write(folder, "terminal-key.ini", rows[i].text, strlen(rows[i].text));
		if (terminal_key_file_read(folder->fd, key) != rows[i].r)
			fail_msg("row %zu", i);
		assert_string_equal(key, rows[i].r == 0 ? PRINT : "untouched");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(everybody_may_read_them_and_those_before_are_kept),
		TEST(the_same_rules_are_not_written_again),
		TEST(damaged_ones_are_replaced_and_never_kept_as_the_last),
		TEST(whoever_hid_them_did_so_in_vain),
		TEST(a_full_disk_leaves_the_old_ones),
		TEST(removing_them_leaves_none),
		TEST(a_power_cut_at_any_step_leaves_the_old_or_the_new),
		TEST(a_disk_error_at_any_step_leaves_the_old_or_the_new),
		TEST(the_fingerprint_of_the_key_is_read_and_nothing_else),
	};

	return cmocka_run_group_tests_name("files for sekisho-verify", tests, NULL, NULL);
}
