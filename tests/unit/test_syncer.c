/* What is begun is done, one at a time, and the thread ends with it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/syncer.h"

static int new_file(void)
{
	char name[] = "/tmp/sekisho-syncer-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	unlink(name);
	assert_int_equal(write(fd, "line\n", 5), 5);
	return fd;
}

/* As the caller does: again while the one before goes on. */
static int begin(struct syncer *syncer, int fd)
{
	static const struct timespec pause = {.tv_nsec = 1000000};
	int r;

	while ((r = syncer_begin(syncer, fd)) == -EBUSY)
		(void)nanosleep(&pause, NULL);
	return r;
}

static int lowest_free_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	close(fd);
	return fd;
}

static void one_after_the_other_is_synced(void **state)
{
	struct syncer *syncer;
	int fd = new_file(), before = lowest_free_fd();

	assert_int_equal(syncer_new(&syncer), 0);
	for (int i = 0; i < 50; i++)
		assert_int_equal(begin(syncer, fd), 0);
	syncer_free(syncer);
	/* The caller's is still open, the duplicates are not. */
	assert_true(fcntl(fd, F_GETFD) >= 0);
	assert_int_equal(lowest_free_fd(), before);
	close(fd);
}

static void what_cannot_be_synced_is_left_behind(void **state)
{
	struct syncer *syncer;
	int pipes[2], fd = new_file();

	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(syncer_new(&syncer), 0);
	assert_int_equal(begin(syncer, pipes[1]), 0); /* EINVAL, said on standard error */
	assert_int_equal(begin(syncer, fd), 0);
	assert_int_equal(begin(syncer, 12345), -EBADF);
	assert_int_equal(begin(syncer, fd), 0);
	syncer_free(syncer);
	close(pipes[0]);
	close(pipes[1]);
	close(fd);
}

static void wait_for_end(const struct syncer *syncer)
{
	struct pollfd said = {.fd = syncer_fd(syncer), .events = POLLIN};

	assert_int_equal(poll(&said, 1, 10000), 1);
}

static void who_waits_for_the_disk_is_told_which_one_has_ended(void **state)
{
	struct pollfd said = {.events = POLLIN};
	struct syncer *syncer;
	struct syncer_end end;
	int fd = new_file();

	assert_int_equal(syncer_new(&syncer), 0);
	said.fd = syncer_fd(syncer);
	assert_int_equal(syncer_begun(syncer), 0);
	assert_int_equal(syncer_take_end(syncer).number, 0);
	for (uint64_t i = 1; i <= 3; i++) {
		assert_int_equal(syncer_begin(syncer, fd), 0);
		assert_int_equal(syncer_begun(syncer), i);
		wait_for_end(syncer);
		end = syncer_take_end(syncer);
		assert_int_equal(end.number, i);
		assert_int_equal(end.error, 0);
		assert_int_equal(poll(&said, 1, 0), 0);
	}
	syncer_free(syncer);
	close(fd);
}

/* Else whoever reads late would take what was lost for safe. */
static void a_failure_is_told_even_where_a_later_one_succeeded(void **state)
{
	struct syncer *syncer;
	struct syncer_end end;
	int pipes[2], fd = new_file();

	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(syncer_new(&syncer), 0);
	assert_int_equal(begin(syncer, pipes[1]), 0);
	wait_for_end(syncer);
	assert_int_equal(begin(syncer, fd), 0);
	while (syncer_begin(syncer, 12345) == -EBUSY)
		continue; /* until it has ended */
	end = syncer_take_end(syncer);
	assert_int_equal(end.number, 2);
	assert_int_equal(end.error, -EINVAL);
	assert_int_equal(syncer_take_end(syncer).error, 0);
	syncer_free(syncer);
	close(pipes[0]);
	close(pipes[1]);
	close(fd);
}

static void without_work_it_ends_at_once(void **state)
{
	struct syncer *syncer;

	assert_int_equal(syncer_new(&syncer), 0);
	syncer_free(syncer);
	syncer_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_after_the_other_is_synced),
		cmocka_unit_test(what_cannot_be_synced_is_left_behind),
		cmocka_unit_test(who_waits_for_the_disk_is_told_which_one_has_ended),
		cmocka_unit_test(a_failure_is_told_even_where_a_later_one_succeeded),
		cmocka_unit_test(without_work_it_ends_at_once),
	};

	return cmocka_run_group_tests_name("syncer", tests, NULL, NULL);
}
