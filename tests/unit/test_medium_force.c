/*
 * The end by force where the medium says nothing: whoever asks it hangs, and the steps are carried
 * out all the same. On a tmpfs, in a mount namespace of this test's own, with a clock of the
 * test's; as root, elsewhere every test here is skipped, and said so.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "agent/gate.h"
#include "agent/medium_close.h"
#include "agent/medium_disk.h"
#include "tests/unit/fixture.h"

#define BASE       "/run/sekisho-test-force"
#define QUARANTINE BASE "/quarantine"
#define SHOWN      BASE "/shown"
#define FORBIDDEN  BASE "/forbidden"

#define GRACE_MS 10000

static bool is_ready, sync_hangs, disk_hangs, disk_works;
static struct medium_state state;
static struct medium_closing closing;

/* No signal ends a process that waits for a disk, and this one only for the test's sake. */
static void hang(void)
{
	alarm(30);
	for (;;)
		pause();
}

int __wrap_syncfs(int fd);
int __wrap_syncfs(int fd)
{
	if (sync_hangs)
		hang();
	return 0;
}

int __wrap_gate_set_read_only(const struct gate_disk *disk);
int __wrap_gate_set_read_only(const struct gate_disk *disk)
{
	if (disk_hangs)
		hang();
	close(open(FORBIDDEN, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	return 0;
}

uint64_t __wrap_medium_disk_transfers(unsigned major, unsigned minor);
uint64_t __wrap_medium_disk_transfers(unsigned major, unsigned minor)
{
	static uint64_t transfers;

	return disk_works ? ++transfers : transfers;
}

static bool is_shown(void)
{
	struct stat found;

	return stat(SHOWN, &found) == 0 &&
	       found.st_dev == makedev(state.volumes[0].major, state.volumes[0].minor);
}

static bool writes_are_forbidden(void)
{
	return access(FORBIDDEN, F_OK) == 0;
}

/* Within five seconds of everybody's clock. */
static bool comes_true(bool (*is_so)(void))
{
	for (unsigned i = 0; i < 250 && !is_so(); i++)
		usleep(20000);
	return is_so();
}

static bool is_gone(void)
{
	return !is_shown();
}

static bool step(uint64_t now_ms, enum medium_end *ret)
{
	bool is_news;

	return medium_closing_step(&closing, now_ms, ret, &is_news);
}

/* Up to the moment, in the steps in which a worker takes it. */
static void go_on_until(uint64_t now_ms, uint64_t until_ms)
{
	enum medium_end end;

	for (; now_ms < until_ms; now_ms += MEDIUM_LOOK_MS) {
		assert_false(step(now_ms, &end));
		usleep(2000);
	}
}

static int setup(void **unused)
{
	struct stat found;

	sync_hangs = disk_hangs = disk_works = false;
	if (!is_ready)
		return 0;
	if (mkdir(SHOWN, 0700) < 0 || mount("tmpfs", SHOWN, "tmpfs", 0, "mode=0700") < 0 ||
		stat(SHOWN, &found) < 0)
		return -1;
	state = (struct medium_state){.n_volumes = 1, .disk = "/dev/nowhere"};
	snprintf(state.volumes[0].path, sizeof(state.volumes[0].path), SHOWN);
	snprintf(state.volumes[0].node, sizeof(state.volumes[0].node), "/dev/nowhere1");
	state.volumes[0].major = major(found.st_dev);
	state.volumes[0].minor = minor(found.st_dev);
	medium_closing_begin(&closing, "1-2-3", QUARANTINE, &state, 0, GRACE_MS);
	return 0;
}

static int teardown(void **unused)
{
	if (closing.child > 0)
		(void)kill(closing.child, SIGKILL);
	(void)umount2(SHOWN, MNT_DETACH);
	(void)rmdir(SHOWN);
	(void)unlink(FORBIDDEN);
	return 0;
}

#define NEEDS_ROOT() \
	if (!is_ready) \
	skip()

static void a_helper_that_hangs_keeps_nothing_from_being_ended_by_force(void **unused)
{
	enum medium_end end = MEDIUM_END_UNKNOWN;
	bool is_over = false;

	NEEDS_ROOT();
	sync_hangs = true;
	go_on_until(0, GRACE_MS);
	assert_true(is_shown());
	assert_false(writes_are_forbidden());
	/* The grace is over. */
	assert_false(step(GRACE_MS, &end));
	assert_true(comes_true(is_gone));
	assert_true(comes_true(writes_are_forbidden));
	for (unsigned i = 0; !is_over && i < 250; i++) {
		usleep(20000);
		is_over = step(GRACE_MS + 1, &end);
	}
	assert_true(is_over);
	assert_int_equal(end, MEDIUM_END_FORCED);
}

static void a_disk_that_hangs_over_the_last_word_is_detached_all_the_same(void **unused)
{
	enum medium_end end = MEDIUM_END_UNKNOWN;

	NEEDS_ROOT();
	sync_hangs = disk_hangs = true;
	go_on_until(0, GRACE_MS + 1);
	assert_true(comes_true(is_gone));
	assert_false(writes_are_forbidden());
	assert_false(step(GRACE_MS + MEDIUM_GIVE_UP_MS - 1, &end));
	assert_true(step(GRACE_MS + MEDIUM_GIVE_UP_MS, &end));
	assert_int_equal(end, MEDIUM_END_FORCED);
}

static void a_disk_that_is_only_slow_gets_its_time_to_write(void **unused)
{
	enum medium_end end = MEDIUM_END_UNKNOWN;

	NEEDS_ROOT();
	sync_hangs = disk_works = true;
	go_on_until(0, GRACE_MS + MEDIUM_FORCE_MS);
	assert_true(is_shown());
	assert_false(writes_are_forbidden());
	assert_false(step(GRACE_MS + MEDIUM_FORCE_MS, &end));
	assert_true(comes_true(is_gone));
	assert_true(comes_true(writes_are_forbidden));
}

static void an_earlier_end_is_forced_earlier(void **unused)
{
	enum medium_end end = MEDIUM_END_UNKNOWN;

	NEEDS_ROOT();
	sync_hangs = true;
	go_on_until(0, MEDIUM_HANGS_MS);
	medium_closing_hasten(&closing, MEDIUM_HANGS_MS, 1000);
	go_on_until(MEDIUM_HANGS_MS, MEDIUM_HANGS_MS + 1000);
	assert_true(is_shown());
	assert_false(step(MEDIUM_HANGS_MS + 1000, &end));
	assert_true(comes_true(is_gone));
}

static bool can_mount(void)
{
	return geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", "/run", "tmpfs", 0, "mode=0755") == 0 && mkdir(BASE, 0755) == 0 &&
	       mkdir(QUARANTINE, 0700) == 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(a_helper_that_hangs_keeps_nothing_from_being_ended_by_force),
		TEST(a_disk_that_hangs_over_the_last_word_is_detached_all_the_same),
		TEST(a_disk_that_is_only_slow_gets_its_time_to_write),
		TEST(an_earlier_end_is_forced_earlier),
	};

	is_ready = can_mount();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
