/* The end of a medium whose disk answers nothing, or whose place another one took. The calls that
 * would hang, or unmount, are ours here. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/gate.h"
#include "agent/medium_close.h"
#include "agent/medium_disk.h"
#include "agent/medium_mount.h"
#include "agent/medium_spaces.h"
#include "tests/unit/fixture.h"

#define GRACE_MS   1000
#define TURNS      2000
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* What the children do and did, for they are other processes. */
struct seen {
	volatile bool hangs, was_offline;
	volatile pid_t syncing;
	volatile unsigned offline, detached;
};

static struct seen *seen;
static int disk_is; /* what is said of it: 0, or -ESTALE */

/* No such disk: nobody holds it. */
static const struct medium_state medium = {
	.disk = "/dev/none", .n_volumes = 1, .volumes = {{.node = "/dev/none1"}}};

int __wrap_medium_mount_open(const char *path, unsigned major, unsigned minor);
int __wrap_gate_set_read_only(const struct gate_disk *disk);
int __wrap_medium_disk_check(
	const char *folder, const char *node, unsigned major, unsigned minor, uint64_t sequence);
int __wrap_medium_disk_put_offline(const char *folder, const char *node);
int __real_medium_disk_put_offline(const char *folder, const char *node);
int __wrap_unmount_here(const struct held_device *devices, size_t n, int flags);
void __wrap_unmount_elsewhere(const struct held_device *devices, size_t n, int flags);

int __wrap_medium_mount_open(const char *path, unsigned major, unsigned minor)
{
	seen->was_offline = seen->offline > 0;
	seen->syncing = getpid();
	while (seen->hangs)
		usleep(1000);
	return -ENODEV;
}

/* It opens the disk. */
int __wrap_gate_set_read_only(const struct gate_disk *disk)
{
	while (seen->hangs)
		usleep(1000);
	return -ENODEV;
}

int __wrap_medium_disk_check(
	const char *folder, const char *node, unsigned major, unsigned minor, uint64_t sequence)
{
	return disk_is;
}

int __wrap_medium_disk_put_offline(const char *folder, const char *node)
{
	assert_string_equal(node, medium.disk);
	seen->offline++;
	return 0;
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
	disk_is = 0;
	return seen == MAP_FAILED ? -1 : 0;
}

static int teardown(void **state)
{
	/* Whoever hangs sees it, and ends. */
	seen->hangs = false;
	return munmap(seen, sizeof(*seen));
}

/* Steps at that time until it is over; false: it still is not after a while. */
static bool ends_at(struct medium_closing *closing, uint64_t now_ms, enum medium_end *ret)
{
	bool is_news;

	for (unsigned i = 0; i < TURNS; i++) {
		if (medium_closing_step(closing, now_ms, ret, &is_news))
			return true;
		usleep(1000);
	}
	return false;
}

static void begin(struct medium_closing *closing)
{
	medium_closing_begin(closing, "1-2-3", "/nowhere", &medium, 0, GRACE_MS);
}

/* The first try is under way, and does not come back. */
static void begin_and_hang(struct medium_closing *closing)
{
	enum medium_end end;
	bool is_news;

	seen->hangs = true;
	begin(closing);
	assert_false(medium_closing_step(closing, 0, &end, &is_news));
	for (unsigned i = 0; i < TURNS && !seen->syncing; i++)
		usleep(1000);
	assert_true(seen->syncing > 0);
}

static void what_is_there_to_the_end_is_ended_clean(void **unused)
{
	struct medium_closing closing;
	enum medium_end end = MEDIUM_END_UNKNOWN;

	begin(&closing);
	assert_true(ends_at(&closing, 0, &end));
	assert_int_equal(end, MEDIUM_END_CLEAN);
	assert_int_equal(seen->offline, 0);
	assert_int_equal(seen->detached, 0);
}

static void what_hangs_does_not_keep_it_from_being_detached_by_force(void **unused)
{
	struct medium_closing closing;
	enum medium_end end = MEDIUM_END_UNKNOWN;
	bool is_news;

	begin_and_hang(&closing);
	/* The disk does nothing, so it gets no more than the grace. */
	assert_false(medium_closing_step(&closing, MEDIUM_HANGS_MS - 1, &end, &is_news));
	assert_int_equal(seen->detached, 0);
	assert_false(ends_at(&closing, MEDIUM_HANGS_MS, &end));
	assert_true(seen->detached >= 2);
	assert_true(ends_at(&closing, MEDIUM_HANGS_MS + MEDIUM_GIVE_UP_MS, &end));
	assert_int_equal(end, MEDIUM_END_FORCED);
}

/* It would be written to the card that is in the reader now. */
static void where_another_card_is_in_the_reader_nothing_is_written_to_it(void **unused)
{
	struct medium_closing closing;
	enum medium_end end = MEDIUM_END_UNKNOWN;

	disk_is = -ESTALE;
	begin(&closing);
	assert_true(ends_at(&closing, 0, &end));
	assert_int_equal(seen->offline, 1);
	assert_true(seen->was_offline);
	assert_int_equal(end, MEDIUM_END_FORCED);
}

static void a_card_that_is_swapped_while_it_ends_is_seen(void **unused)
{
	struct medium_closing closing;
	enum medium_end end;
	bool is_news;

	begin_and_hang(&closing);
	assert_false(seen->was_offline);
	disk_is = -ESTALE;
	assert_false(medium_closing_step(&closing, 1, &end, &is_news));
	assert_int_equal(seen->offline, 1);
}

static void a_disk_that_is_put_offline_is_told_so_in_sysfs(void **unused)
{
	char folder[] = "/tmp/sekisho-disk-XXXXXX", text[16] = "";
	int folder_fd, file_fd;

	assert_non_null(mkdtemp(folder));
	folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(__real_medium_disk_put_offline(folder, "/dev/sda"), -ENOENT);
	assert_int_equal(mkdirat(folder_fd, "sda", 0700), 0);
	assert_int_equal(mkdirat(folder_fd, "sda/device", 0700), 0);
	file_fd = openat(folder_fd, "sda/device/state", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(file_fd >= 0);
	assert_int_equal(__real_medium_disk_put_offline(folder, "/dev/sda"), 0);
	assert_true(read(file_fd, text, sizeof(text) - 1) > 0);
	assert_string_equal(text, "offline\n");
	close(file_fd);
	assert_int_equal(unlinkat(folder_fd, "sda/device/state", 0), 0);
	assert_int_equal(unlinkat(folder_fd, "sda/device", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(folder_fd, "sda", AT_REMOVEDIR), 0);
	close(folder_fd);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_there_to_the_end_is_ended_clean),
		TEST(what_hangs_does_not_keep_it_from_being_detached_by_force),
		TEST(where_another_card_is_in_the_reader_nothing_is_written_to_it),
		TEST(a_card_that_is_swapped_while_it_ends_is_seen),
		TEST(a_disk_that_is_put_offline_is_told_so_in_sysfs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
