#include <errno.h>
#include <fcntl.h>
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
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
