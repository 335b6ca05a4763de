/* The end of a medium whose disk answers nothing: what is tried first hangs in the kernel. The
 * calls that would hang, or unmount, are ours here. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "agent/medium_close.h"
#include "agent/medium_mount.h"
#include "agent/medium_spaces.h"
#include "tests/unit/fixture.h"

#define GRACE_MS 1000
#define FORCE_MS (GRACE_MS + MEDIUM_FORCE_MS)
#define TURNS    2000

/* What the children did, for they are other processes. */
static struct seen {
	volatile pid_t hanging;
	volatile unsigned detached;
} * seen;

int __wrap_medium_mount_open(const char *path, unsigned major, unsigned minor);
int __wrap_unmount_here(const struct held_device *devices, size_t n, int flags);
void __wrap_unmount_elsewhere(const struct held_device *devices, size_t n, int flags);

int __wrap_medium_mount_open(const char *path, unsigned major, unsigned minor)
{
	seen->hanging = getpid();
	for (;;)
		pause();
}

int __wrap_unmount_here(const struct held_device *devices, size_t n, int flags)
{
	seen->detached += (flags & MNT_DETACH) != 0;
	return 0;
}

void __wrap_unmount_elsewhere(const struct held_device *devices, size_t n, int flags)
{
}

static int setup(void **state)
{
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return seen == MAP_FAILED ? -1 : 0;
}

static int teardown(void **state)
{
	if (seen->hanging)
		kill(seen->hanging, SIGKILL);
	return munmap(seen, sizeof(*seen));
}

/* Steps at that time until it is over, or for a while. */
static bool step_at(struct medium_closing *closing, uint64_t now_ms, enum medium_end *ret)
{
	bool is_news;

	for (unsigned i = 0; i < TURNS; i++) {
		if (medium_closing_step(closing, now_ms, ret, &is_news))
			return true;
		usleep(1000);
		if (now_ms < FORCE_MS && seen->hanging)
			return false;
	}
	return false;
}

static void what_hangs_does_not_keep_it_from_being_detached_by_force(void **unused)
{
	/* No such disk: nobody holds it. */
	struct medium_state state = {
		.disk = "/dev/none", .n_volumes = 1, .volumes = {{.node = "/dev/none1"}}};
	struct medium_closing closing;
	enum medium_end end = MEDIUM_END_UNKNOWN;

	medium_closing_begin(&closing, "1-2-3", "/nowhere", &state, 0, GRACE_MS);
	assert_false(step_at(&closing, 0, &end));
	assert_true(seen->hanging > 0);
	assert_false(step_at(&closing, FORCE_MS - 1, &end));
	assert_int_equal(seen->detached, 0);
	assert_true(step_at(&closing, FORCE_MS, &end));
	assert_int_equal(end, MEDIUM_END_FORCED);
	assert_int_equal(seen->detached, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_hangs_does_not_keep_it_from_being_detached_by_force, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
