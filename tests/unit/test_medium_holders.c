/* Who holds a file system, and who of them may be ended for it. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/medium_holders.h"
#include "tests/unit/fixture.h"

static struct held_device device;

/* A process that was sent an open file, as any service that takes messages can be. */
static pid_t holder(void)
{
	int ends[2];
	char ready;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		setsid();
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (memfd_create("medium", 0) < 0)
			_exit(1);
		(void)!write(ends[1], "x", 1);
		for (;;)
			pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &ready, 1), 1);
	close(ends[0]);
	return child;
}

/* Looks at these two only: this machine may run more programs with such files than a list takes. */
static int find_of(pid_t child, uid_t uid, bool thoroughly, struct holders *ret)
{
	char folder[] = "/tmp/sekisho-holders-XXXXXX", target[32], names[2][64];
	const pid_t pids[] = {child, getpid()};
	int r;

	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < 2; i++) {
		snprintf(target, sizeof(target), "/proc/%d", pids[i]);
		snprintf(names[i], sizeof(names[i]), "%s/%d", folder, pids[i]);
		assert_int_equal(symlink(target, names[i]), 0);
	}
	r = holders_find(folder, &device, 1, uid, thoroughly, ret);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(unlink(names[i]), 0);
	assert_int_equal(rmdir(folder), 0);
	return r;
}

static const struct holder *find(const struct holders *holders, pid_t pid)
{
	for (size_t i = 0; i < holders->n; i++)
		if (holders->items[i].pid == pid)
			return &holders->items[i];
	return NULL;
}

static bool may_be_ended(pid_t child, uid_t uid, bool thoroughly)
{
	struct holders holders = {0};
	const struct holder *found;
	bool may;

	assert_int_equal(find_of(child, uid, thoroughly, &holders), 0);
	found = find(&holders, child);
	assert_non_null(found);
	may = found && found->may_be_ended;
	holders_clear(&holders);
	return may;
}

static void end(pid_t child, int expected_signal)
{
	int status;

	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), expected_signal);
}

static void whom_an_open_file_was_sent_is_named_and_left_alone(void **unused)
{
	pid_t child = holder();

	assert_false(may_be_ended(child, getuid() + 1, false));
	assert_false(may_be_ended(child, getuid() + 1, true));
	end(child, SIGKILL);
}

static void a_program_of_the_person_may_be_ended(void **unused)
{
	pid_t child = holder();

	assert_true(may_be_ended(child, getuid(), false));
	assert_true(may_be_ended(child, getuid(), true));
	end(child, SIGKILL);
}

static void a_signal_passes_over_who_is_only_named(void **unused)
{
	pid_t child = holder();
	struct holders holders = {0}, one = {.n = 1};
	const struct holder *found;

	assert_int_equal(find_of(child, getuid() + 1, false, &holders), 0);
	found = find(&holders, child);
	assert_non_null(found);
	if (found)
		one.items[0] = *found;
	assert_false(holders_any_may_be_ended(&one));
	holders_signal(&one, SIGTERM);
	holders_clear(&holders);
	end(child, SIGKILL);
}

/* The device of what memfd_create(2) makes. */
static int setup(void **unused)
{
	int fd = memfd_create("medium", MFD_CLOEXEC);
	struct stat found;

	if (fd < 0 || fstat(fd, &found) < 0)
		return -1;
	device = (struct held_device){major(found.st_dev), minor(found.st_dev)};
	return close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whom_an_open_file_was_sent_is_named_and_left_alone),
		cmocka_unit_test(a_program_of_the_person_may_be_ended),
		cmocka_unit_test(a_signal_passes_over_who_is_only_named),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
