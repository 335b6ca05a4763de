#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/store.h"
#include "tests/unit/temporary.h"

/* Reads and expects failure; asserts that the outputs are untouched. */
static void assert_not_read(const struct temporary *temporary, const char *name, int expected)
{
	char untouched, *bytes = &untouched;
	size_t size = 4711;

	assert_int_equal(store_read(temporary->fd, name, 10, &bytes, &size), expected);
	assert_ptr_equal(bytes, &untouched);
	assert_int_equal(size, 4711);
}

static void a_file_is_read_whole(void **state)
{
	const struct temporary *temporary = *state;
	static const size_t sizes[] = {0, 1, 16383, 16384, 16385, 100000};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char *written = calloc(1, sizes[i] + 1), *bytes;
		size_t size;

		assert_non_null(written);
		memset(written, 'x', sizes[i]);
		temporary_write(temporary, "file", written, sizes[i]);
		assert_int_equal(store_read(temporary->fd, "file", 100000, &bytes, &size), 0);
		assert_int_equal(size, sizes[i]);
		assert_memory_equal(bytes, written, size + 1);
		free(bytes);
		free(written);
	}
}

static void a_file_of_the_largest_size_is_read(void **state)
{
	const struct temporary *temporary = *state;
	char *bytes;
	size_t size;

	temporary_write(temporary, "file", "0123456789", 10);
	assert_int_equal(store_read(temporary->fd, "file", 10, &bytes, &size), 0);
	assert_int_equal(size, 10);
	free(bytes);
}

static void a_larger_file_is_not_read(void **state)
{
	const struct temporary *temporary = *state;

	temporary_write(temporary, "file", "0123456789a", 11);
	assert_not_read(temporary, "file", -EFBIG);
}

static void the_start_of_a_larger_file_is_read(void **state)
{
	const struct temporary *temporary = *state;
	char *bytes;
	size_t size;

	temporary_write(temporary, "file", "0123456789a", 11);
	assert_int_equal(store_read_start(temporary->fd, "file", 4, &bytes, &size), 0);
	assert_int_equal(size, 4);
	assert_string_equal(bytes, "0123");
	free(bytes);
}

static void what_is_no_regular_file_is_not_read(void **state)
{
	const struct temporary *temporary = *state;

	assert_not_read(temporary, "missing", -ENOENT);
	temporary_write(temporary, "file", "x", 1);
	assert_int_equal(symlinkat("file", temporary->fd, "link"), 0);
	assert_not_read(temporary, "link", -ELOOP);
	assert_int_equal(mkfifoat(temporary->fd, "fifo", 0600), 0);
	assert_not_read(temporary, "fifo", -EINVAL);
	assert_int_equal(mkdirat(temporary->fd, "folder", 0700), 0);
	assert_not_read(temporary, "folder", -EISDIR);
}

static void assert_file(const struct temporary *temporary, const char *name, const char *expected)
{
	char *bytes = temporary_read(temporary, name, NULL);

	assert_string_equal(bytes, expected);
	free(bytes);
}

static void a_file_is_written_and_replaced(void **state)
{
	const struct temporary *temporary = *state;

	assert_int_equal(store_write(temporary->fd, "file", "first", 5), 0);
	assert_file(temporary, "file", "first");
	assert_int_equal(store_write(temporary->fd, "file", "second", 6), 0);
	assert_file(temporary, "file", "second");
	assert_int_equal(temporary_mode(temporary, "file"), 0600);
	assert_int_equal(temporary_count(temporary), 1);
}

static void a_leftover_of_a_crash_is_no_obstacle(void **state)
{
	const struct temporary *temporary = *state;

	temporary_write(temporary, ".new-file", "half a fi", 9);
	assert_int_equal(store_write(temporary->fd, "file", "whole", 5), 0);
	assert_file(temporary, "file", "whole");
	assert_int_equal(temporary_count(temporary), 1);
}

static void a_link_laid_out_for_us_is_not_written_through(void **state)
{
	const struct temporary *temporary = *state;

	temporary_write(temporary, "victim", "mine", 4);
	assert_int_equal(symlinkat("victim", temporary->fd, ".new-file"), 0);
	assert_int_equal(symlinkat("victim", temporary->fd, "file"), 0);
	assert_int_equal(store_write(temporary->fd, "file", "theirs", 6), 0);
	assert_file(temporary, "victim", "mine");
	assert_file(temporary, "file", "theirs");
}

static void a_full_disk_leaves_the_old_file(void **state)
{
	const struct temporary *temporary = *state;
	char large[4096] = {0};
	int r;

	assert_int_equal(store_write(temporary->fd, "file", "old", 3), 0);
	limit_file_size(1000);
	r = store_write(temporary->fd, "file", large, sizeof(large));
	limit_file_size(SIZE_MAX);
	assert_int_equal(r, -EFBIG);
	assert_file(temporary, "file", "old");
	assert_int_equal(temporary_count(temporary), 1);
}

static void a_rename_that_fails_leaves_no_temporary_file(void **state)
{
	const struct temporary *temporary = *state;

	assert_int_equal(mkdirat(temporary->fd, "folder", 0700), 0);
	assert_int_equal(store_write(temporary->fd, "folder", "x", 1), -EISDIR);
	assert_int_equal(temporary_count(temporary), 1);
}

static void a_name_that_leaves_the_folder_is_refused(void **state)
{
	const struct temporary *temporary = *state;
	char name[NAME_MAX + 1];

	assert_int_equal(store_write(temporary->fd, "../file", "x", 1), -EINVAL);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(store_write(temporary->fd, name, "x", 1), -ENAMETOOLONG);
	assert_int_equal(temporary_count(temporary), 0);
}

static void a_file_is_renamed_and_removed(void **state)
{
	const struct temporary *temporary = *state;

	temporary_write(temporary, "a", "A", 1);
	temporary_write(temporary, "b", "B", 1);
	assert_int_equal(store_rename(temporary->fd, "a", "b"), 0);
	assert_false(temporary_has(temporary, "a"));
	assert_file(temporary, "b", "A");
	assert_int_equal(store_rename(temporary->fd, "a", "b"), -ENOENT);
	assert_int_equal(store_remove(temporary->fd, "b"), 0);
	assert_false(temporary_has(temporary, "b"));
	assert_int_equal(store_remove(temporary->fd, "b"), 0);
}

static void assert_serial(const struct temporary *temporary, uint32_t epoch, uint64_t expected)
{
	uint64_t serial = 4711;

	assert_int_equal(store_read_serial(temporary->fd, epoch, &serial), 0);
	assert_int_equal(serial, expected);
}

static void a_serial_never_seen_is_0(void **state)
{
	assert_serial(*state, 1, 0);
}

static void a_serial_only_rises(void **state)
{
	const struct temporary *temporary = *state;

	assert_int_equal(store_raise_serial(temporary->fd, 1, 41), 0);
	assert_int_equal(store_raise_serial(temporary->fd, 1, 42), 0);
	assert_int_equal(store_raise_serial(temporary->fd, 1, 42), 0);
	assert_int_equal(store_raise_serial(temporary->fd, 1, 41), -EINVAL);
	assert_serial(temporary, 1, 42);
}

static void each_epoch_has_its_own_serial(void **state)
{
	const struct temporary *temporary = *state;

	assert_int_equal(store_raise_serial(temporary->fd, 5, 500), 0);
	assert_int_equal(store_raise_serial(temporary->fd, 3, UINT64_MAX), 0);
	assert_int_equal(store_raise_serial(temporary->fd, UINT32_MAX, 1), 0);
	assert_serial(temporary, 3, UINT64_MAX);
	assert_serial(temporary, 4, 0);
	assert_serial(temporary, 5, 500);
	assert_serial(temporary, UINT32_MAX, 1);
}

static void of_many_epochs_the_lowest_is_forgotten(void **state)
{
	const struct temporary *temporary = *state;

	for (uint32_t epoch = 10; epoch < 10 + STORE_EPOCHS_MAX; epoch++)
		assert_int_equal(store_raise_serial(temporary->fd, epoch, UINT64_MAX - epoch), 0);
	assert_int_equal(store_raise_serial(temporary->fd, 9, 1), -EINVAL);
	assert_serial(temporary, 10, UINT64_MAX - 10);
	assert_int_equal(store_raise_serial(temporary->fd, 100, 1), 0);
	assert_serial(temporary, 10, 0);
	assert_serial(temporary, 11, UINT64_MAX - 11);
	assert_serial(temporary, 100, 1);
}

static void assert_damaged(const struct temporary *temporary, const char *what)
{
	uint64_t serial = 4711;
	int r = store_read_serial(temporary->fd, 1, &serial);

	if (r != -EBADMSG || serial != 4711)
		fail_msg("%s: %d, serial %" PRIu64, what, r, serial);
	assert_int_equal(store_raise_serial(temporary->fd, 1, UINT64_MAX), -EBADMSG);
}

static void every_flipped_bit_is_noticed(void **state)
{
	const struct temporary *temporary = *state;
	size_t size;
	char *bytes;

	assert_int_equal(store_raise_serial(temporary->fd, 1, 42), 0);
	assert_int_equal(store_raise_serial(temporary->fd, 2, 7), 0);
	bytes = temporary_read(temporary, "serials", &size);
	for (size_t i = 0; i < size * 8; i++) {
		bytes[i / 8] ^= (char)(1 << i % 8);
		temporary_write(temporary, "serials", bytes, size);
		assert_damaged(temporary, "flipped");
		bytes[i / 8] ^= (char)(1 << i % 8);
	}
	free(bytes);
}

static void a_cut_file_is_noticed(void **state)
{
	const struct temporary *temporary = *state;
	size_t size;
	char *bytes;

	assert_int_equal(store_raise_serial(temporary->fd, 1, 42), 0);
	bytes = temporary_read(temporary, "serials", &size);
	for (size_t kept = 0; kept < size; kept++) {
		temporary_write(temporary, "serials", bytes, kept);
		assert_damaged(temporary, "cut");
	}
	free(bytes);
}

static void a_line_out_of_the_middle_is_missed(void **state)
{
	const struct temporary *temporary = *state;
	const char *second;
	char *bytes;

	assert_int_equal(store_raise_serial(temporary->fd, 1, 42), 0);
	assert_int_equal(store_raise_serial(temporary->fd, 2, 7), 0);
	bytes = temporary_read(temporary, "serials", NULL);
	second = strchr(bytes, '\n') + 1;
	temporary_write(temporary, "serials", second, strlen(second));
	assert_damaged(temporary, "first line removed");
	free(bytes);
}

static void what_is_no_file_of_serials_is_damaged(void **state)
{
	const struct temporary *temporary = *state;
	char large[8192] = {0};

	temporary_write(temporary, "serials", "1 42\n", 5);
	assert_damaged(temporary, "no checksum");
	temporary_write(temporary, "serials", large, sizeof(large));
	assert_damaged(temporary, "too large");
	assert_int_equal(unlinkat(temporary->fd, "serials", 0), 0);
	assert_int_equal(symlinkat("/dev/null", temporary->fd, "serials"), 0);
	assert_damaged(temporary, "a link");
	assert_int_equal(unlinkat(temporary->fd, "serials", 0), 0);
	assert_int_equal(mkdirat(temporary->fd, "serials", 0700), 0);
	assert_damaged(temporary, "a folder");
}

static void a_full_disk_keeps_the_old_serial(void **state)
{
	const struct temporary *temporary = *state;
	int r;

	assert_int_equal(store_raise_serial(temporary->fd, 1, 42), 0);
	limit_file_size(10);
	r = store_raise_serial(temporary->fd, 1, 43);
	limit_file_size(SIZE_MAX);
	assert_int_equal(r, -EFBIG);
	assert_serial(temporary, 1, 42);
}

#define test(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_file_is_read_whole),
		test(a_file_of_the_largest_size_is_read),
		test(a_larger_file_is_not_read),
		test(the_start_of_a_larger_file_is_read),
		test(what_is_no_regular_file_is_not_read),
		test(a_file_is_written_and_replaced),
		test(a_leftover_of_a_crash_is_no_obstacle),
		test(a_link_laid_out_for_us_is_not_written_through),
		test(a_full_disk_leaves_the_old_file),
		test(a_rename_that_fails_leaves_no_temporary_file),
		test(a_name_that_leaves_the_folder_is_refused),
		test(a_file_is_renamed_and_removed),
		test(a_serial_never_seen_is_0),
		test(a_serial_only_rises),
		test(each_epoch_has_its_own_serial),
		test(of_many_epochs_the_lowest_is_forgotten),
		test(every_flipped_bit_is_noticed),
		test(a_cut_file_is_noticed),
		test(a_line_out_of_the_middle_is_missed),
		test(what_is_no_file_of_serials_is_damaged),
		test(a_full_disk_keeps_the_old_serial),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
