/* The files of the records by their names, and how they are opened for others. */
#include "tests/unit/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/record_files.h"
#include "tests/unit/temporary.h"

static void only_names_as_we_write_them_have_a_number(void **state)
{
	static const struct {
		const char *name;
		uint64_t number;
	} names[] = {
		{"records-1.jsonl", 1},
		{"records-42.jsonl", 42},
		{"records-18446744073709551614.jsonl", UINT64_MAX - 1},
		{"records-18446744073709551615.jsonl", 0},
		{"records-18446744073709551616.jsonl", 0},
		{"records-0.jsonl", 0},
		{"records-01.jsonl", 0},
		{"records-+1.jsonl", 0},
		{"records- 1.jsonl", 0},
		{"records-1.json", 0},
		{"records-1.jsonl~", 0},
		{"records-.jsonl", 0},
		{"/var/log/sekisho/records-1.jsonl", 0},
		{"", 0},
	};

	for (size_t i = 0; i < COUNT(names); i++)
		if (record_file_number(names[i].name) != names[i].number)
			fail_msg("%s", names[i].name);
}

static void the_next_file_is_the_lowest_above(void **state)
{
	const struct temporary *folder = *state;
	uint64_t number = 77;

	assert_int_equal(record_files_next(folder->fd, 0, &number), 0);
	assert_int_equal(number, 0);
	temporary_write(folder, "records-10.jsonl", "", 0);
	temporary_write(folder, "records-2.jsonl", "", 0);
	temporary_write(folder, "records-03.jsonl", "", 0);
	assert_int_equal(record_files_next(folder->fd, 0, &number), 0);
	assert_int_equal(number, 2);
	assert_int_equal(record_files_next(folder->fd, 2, &number), 0);
	assert_int_equal(number, 10);
	assert_int_equal(record_files_next(folder->fd, 10, &number), 0);
	assert_int_equal(number, 0);
	assert_int_equal(record_files_newest(folder->fd, &number), 0);
	assert_int_equal(number, 10);
}

static void what_is_opened_for_others_can_only_be_read(void **state)
{
	const struct temporary *folder = *state;
	int fd;

	temporary_write(folder, "records-1.jsonl", "x", 1);
	fd = record_file_open_to_read(folder->fd, 1);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(write(fd, "y", 1), -1);
	close(fd);
}

static void what_is_no_file_of_records_is_not_opened(void **state)
{
	const struct temporary *folder = *state;

	assert_int_equal(record_file_open_to_read(folder->fd, 1), -ENOENT);
	assert_int_equal(symlinkat("/etc/passwd", folder->fd, "records-1.jsonl"), 0);
	assert_int_equal(record_file_open_to_read(folder->fd, 1), -ELOOP);
	assert_int_equal(mkfifoat(folder->fd, "records-2.jsonl", 0600), 0);
	assert_int_equal(record_file_open_to_read(folder->fd, 2), -EINVAL);
	assert_int_equal(mkdirat(folder->fd, "records-3.jsonl", 0700), 0);
	assert_int_equal(record_file_open_to_read(folder->fd, 3), -EINVAL);
	assert_int_equal(unlinkat(folder->fd, "records-3.jsonl", AT_REMOVEDIR), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_names_as_we_write_them_have_a_number),
		cmocka_unit_test_setup_teardown(
			the_next_file_is_the_lowest_above, temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(what_is_opened_for_others_can_only_be_read,
			temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(what_is_no_file_of_records_is_not_opened,
			temporary_setup, temporary_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
