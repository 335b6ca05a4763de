/* What is wiped, and what is left alone. */
#include "agent/wipe.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "tests/unit/temporary.h"

#define SECRET "secret that must not stay"

static void make(const struct temporary *temporary)
{
	assert_int_equal(mkdirat(temporary->fd, "state", 0711), 0);
	assert_int_equal(mkdirat(temporary->fd, "state/people", 0700), 0);
	assert_int_equal(mkdirat(temporary->fd, "state/people/a", 0700), 0);
	temporary_write(temporary, "state/key", SECRET, strlen(SECRET));
	temporary_write(temporary, "state/keep", "kept", 4);
	temporary_write(temporary, "state/people/keep", SECRET, strlen(SECRET));
	temporary_write(temporary, "state/people/a/b", SECRET, strlen(SECRET));
	temporary_write(temporary, "outside", "outside", 7);
	assert_int_equal(symlinkat("../outside", temporary->fd, "state/link"), 0);
	assert_int_equal(symlinkat("..", temporary->fd, "state/up"), 0);
	assert_int_equal(mkfifoat(temporary->fd, "state/pipe", 0600), 0);
}

static void files_go_and_folders_stay(void **state)
{
	static const char *const keep[] = {"keep", NULL};
	const struct temporary *temporary = *state;
	size_t n = 0;

	make(temporary);
	assert_int_equal(wipe_folder(temporary->fd, "state", keep, &n), 0);
	assert_true(n >= 3);
	assert_true(temporary_has(temporary, "state/keep"));
	assert_true(temporary_has(temporary, "state/people/a"));
	assert_int_equal(temporary_mode(temporary, "state") & 0777, 0711);
	assert_false(temporary_has(temporary, "state/key"));
	assert_false(temporary_has(temporary, "state/people/keep"));
	assert_false(temporary_has(temporary, "state/people/a/b"));
	assert_false(temporary_has(temporary, "state/pipe"));
	assert_int_equal(faccessat(temporary->fd, "state/link", F_OK, AT_SYMLINK_NOFOLLOW), -1);
}

static void nothing_behind_a_link_is_touched(void **state)
{
	const struct temporary *temporary = *state;
	size_t n = 0, size;
	char *text;

	make(temporary);
	assert_int_equal(wipe_folder(temporary->fd, "state", NULL, &n), 0);
	text = temporary_read(temporary, "outside", &size);
	assert_string_equal(text, "outside");
	free(text);
	assert_int_equal(symlinkat(".", temporary->fd, "here"), 0);
	assert_true(wipe_folder(temporary->fd, "here", NULL, &n) < 0);
	assert_true(temporary_has(temporary, "outside"));
}

/* Who holds it open, or has another name for it, reads zeros. */
static void what_is_left_of_a_file_is_zeros(void **state)
{
	const struct temporary *temporary = *state;
	char bytes[sizeof(SECRET)] = "x", zeros[sizeof(SECRET)] = "";
	size_t n = 0;
	int fd;

	temporary_write(temporary, "key", SECRET, strlen(SECRET));
	fd = openat(temporary->fd, "key", O_RDONLY | O_CLOEXEC);
	assert_int_equal(wipe_file(temporary->fd, "key", &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(read(fd, bytes, sizeof(bytes)), strlen(SECRET));
	assert_memory_equal(bytes, zeros, strlen(SECRET));
	close(fd);
	assert_int_equal(wipe_file(temporary->fd, "key", &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(wipe_folder(temporary->fd, "nowhere", NULL, &n), 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(files_go_and_folders_stay),
		test(nothing_behind_a_link_is_touched),
		test(what_is_left_of_a_file_is_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
