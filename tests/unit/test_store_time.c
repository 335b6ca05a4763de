/* The floor of trusted time on disk. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "agent/checked_lines.h"
#include "agent/store.h"
#include "tests/unit/temporary.h"

static void what_was_saved_is_read(void **state)
{
	const struct temporary *temporary = *state;
	static const struct trusted_time_saved rows[] = {
		{.floor_s = 0, .epoch = 0},
		{.floor_s = 1780272000, .epoch = 1},
		{.floor_s = INT64_MAX, .epoch = UINT32_MAX},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct trusted_time_saved saved = {.floor_s = 4711};

		assert_int_equal(store_write_time(temporary->fd, &rows[i]), 0);
		assert_int_equal(store_read_time(temporary->fd, &saved), 0);
		assert_int_equal(saved.floor_s, rows[i].floor_s);
		assert_int_equal(saved.epoch, rows[i].epoch);
	}
	assert_int_equal(temporary_count(temporary), 1);
}

static void assert_not_read(const struct temporary *temporary, int expected)
{
	struct trusted_time_saved saved = {.floor_s = 4711, .epoch = 11};

	assert_int_equal(store_read_time(temporary->fd, &saved), expected);
	assert_int_equal(saved.floor_s, 4711);
	assert_int_equal(saved.epoch, 11);
}

static void what_was_never_saved_is_not_there(void **state)
{
	assert_not_read(*state, -ENOENT);
}

static void every_flipped_bit_and_every_cut_is_noticed(void **state)
{
	const struct temporary *temporary = *state;
	const struct trusted_time_saved saved = {.floor_s = 1780272000, .epoch = 1};
	size_t size;
	char *bytes;

	assert_int_equal(store_write_time(temporary->fd, &saved), 0);
	bytes = temporary_read(temporary, "time", &size);
	for (size_t i = 0; i < size * 8; i++) {
		bytes[i / 8] ^= (char)(1 << i % 8);
		temporary_write(temporary, "time", bytes, size);
		assert_not_read(temporary, -EBADMSG);
		bytes[i / 8] ^= (char)(1 << i % 8);
	}
	for (size_t kept = 0; kept < size; kept++) {
		temporary_write(temporary, "time", bytes, kept);
		assert_not_read(temporary, -EBADMSG);
	}
	free(bytes);
}

static void what_is_no_time_is_refused_with_a_right_checksum(void **state)
{
	const struct temporary *temporary = *state;
	static const char *const rows[] = {
		"",
		"1780272000\n",
		"-1 1\n",
		"1780272000 1",
		"1780272000 1 \n",
		"9223372036854775808 1\n",
		"1 4294967296\n",
		"1 1\n1 1\n",
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[256];
		size_t size;

		snprintf(text, sizeof(text), "%s", rows[i]);
		assert_int_equal(checked_lines_close(text, strlen(rows[i]), &size), 0);
		temporary_write(temporary, "time", text, size);
		assert_not_read(temporary, -EBADMSG);
	}
}

static void what_is_no_file_is_damaged(void **state)
{
	const struct temporary *temporary = *state;

	assert_int_equal(mkdirat(temporary->fd, "time", 0700), 0);
	assert_not_read(temporary, -EBADMSG);
	assert_int_equal(unlinkat(temporary->fd, "time", AT_REMOVEDIR), 0);
	assert_int_equal(symlinkat("/dev/zero", temporary->fd, "time"), 0);
	assert_not_read(temporary, -EBADMSG);
}

static void a_full_disk_keeps_what_was_saved(void **state)
{
	const struct temporary *temporary = *state;
	struct trusted_time_saved saved = {.floor_s = 1000, .epoch = 1};

	assert_int_equal(store_write_time(temporary->fd, &saved), 0);
	saved.floor_s = 2000;
	limit_file_size(10);
	assert_int_equal(store_write_time(temporary->fd, &saved), -EFBIG);
	limit_file_size(SIZE_MAX);
	assert_int_equal(store_read_time(temporary->fd, &saved), 0);
	assert_int_equal(saved.floor_s, 1000);
}

#define test(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(what_was_saved_is_read),
		test(what_was_never_saved_is_not_there),
		test(every_flipped_bit_and_every_cut_is_noticed),
		test(what_is_no_time_is_refused_with_a_right_checksum),
		test(what_is_no_file_is_damaged),
		test(a_full_disk_keeps_what_was_saved),
	};

	return cmocka_run_group_tests_name("stored time", tests, NULL, NULL);
}
