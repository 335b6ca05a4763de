/* Whoever fills the spool that is his own is told so before he tries something, and nobody else. */
#include "tests/unit/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>

#include "pam/spool.h"
#include "tests/unit/temporary.h"

#define LINES_MAX 1000

static struct login_event event_of(uint32_t caller)
{
	struct login_event event = {.reason = LOGIN_WRONG, .caller = caller};

	snprintf(event.user, sizeof(event.user), "tanaka");
	snprintf(event.service, sizeof(event.service), "sekisho-operator");
	return event;
}

static void a_full_one_is_known_before_it_is_written(void **state)
{
	const struct temporary *folder = *state;
	struct login_event mine = event_of(1001), another = event_of(1002), root = event_of(0);
	int r = 0, n = 0;

	for (; r == 0 && n < LINES_MAX; n++) {
		assert_int_equal(spool_write(folder->fd, &mine), 0);
		r = spool_check(folder->fd, &mine);
	}
	assert_int_equal(r, -EDQUOT);
	assert_in_range(n, 50, LINES_MAX - 1);
	assert_int_equal(spool_write(folder->fd, &mine), -EDQUOT);
	assert_int_equal(spool_check(folder->fd, &another), 0);
	assert_int_equal(spool_check(folder->fd, &root), 0);
	temporary_empty(folder);
}

static void what_is_no_file_takes_nothing(void **state)
{
	const struct temporary *folder = *state;
	struct login_event mine = event_of(1001);

	assert_int_equal(mkdirat(folder->fd, "own-1001", 0700), 0);
	assert_int_equal(spool_check(folder->fd, &mine), -EISDIR);
	assert_int_equal(unlinkat(folder->fd, "own-1001", AT_REMOVEDIR), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_one_is_known_before_it_is_written),
		cmocka_unit_test(what_is_no_file_takes_nothing),
	};

	return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
