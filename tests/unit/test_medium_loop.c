/*
 * Shows and ends a medium on a loop device, in a mount namespace of this test's own. As root, where
 * the kernel has loop devices and ext4; elsewhere every test here is skipped, and said so.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/medium_close.h"
#include "agent/medium_mount.h"
#include "agent/medium_place.h"
#include "agent/medium_probe.h"
#include "agent/medium_show.h"
#include "agent/medium_spaces.h"
#include "tests/unit/fixture.h"

#define BASE       "/run/sekisho-test-medium"
#define QUARANTINE BASE "/quarantine"
#define PLACES     BASE "/media"
#define IMAGE      BASE "/image"
#define SIZE       (8 << 20)

static int loop_fd = -1;
static struct medium_disk disk;
static struct medium_state state;
static unsigned kept; /* how often the state was */

/* --- a loop device with an ext4 file system labelled "選挙/USB" --- */

static int run(const char *const *words)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 1);
		dup2(null, 2);
		execvp(words[0], (char *const *)(uintptr_t)words);
		_exit(127);
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Each time that a loop device gets a file it is another disk. */
static int read_sequence(void)
{
	char path[64], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/class/block/%s/diskseq", disk.whole.name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return -EIO;
	close(fd);
	disk.sequence = strtoull(text, NULL, 10);
	return 0;
}

static int attach_loop(void)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC), number, image_fd;
	struct loop_config config = {.info.lo_flags = LO_FLAGS_AUTOCLEAR};
	struct stat node;

	number = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
	if (number < 0)
		return -ENODEV;
	close(control);
	snprintf(disk.whole.name, sizeof(disk.whole.name), "loop%d", number);
	snprintf(disk.whole.node, sizeof(disk.whole.node), "/dev/loop%d", number);
	loop_fd = open(disk.whole.node, O_RDWR | O_CLOEXEC);
	image_fd = open(IMAGE, O_RDWR | O_CLOEXEC);
	/* Let go with its last user, also where this test is killed. */
	config.fd = (unsigned)image_fd;
	if (loop_fd < 0 || image_fd < 0 || ioctl(loop_fd, LOOP_CONFIGURE, &config) < 0 ||
		fstat(loop_fd, &node) < 0)
		return -errno;
	close(image_fd);
	disk.whole.major = major(node.st_rdev);
	disk.whole.minor = minor(node.st_rdev);
	disk.capacity_bytes = SIZE;
	return read_sequence();
}

static bool can_mount(void)
{
	static const char *const mkfs[] = {
		"mkfs.ext4", "-q", "-F", "-L", "a/b", "-E", "root_owner=0:0", IMAGE, NULL};
	int fd;

	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 ||
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return false;
	/* All of it this process's own: several may run at once. */
	if (mount("tmpfs", "/run", "tmpfs", 0, "mode=0755") < 0 || mkdir(BASE, 0755) < 0)
		return false;
	fd = open(IMAGE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, SIZE) < 0)
		return false;
	close(fd);
	return mkdir(QUARANTINE, 0700) == 0 && run(mkfs) == 0 && attach_loop() == 0;
}

static int keep(void *userdata, const struct medium_state *now)
{
	kept++;
	return 0;
}

static const struct medium_show show = {.name = "1-2-3",
	.quarantine = QUARANTINE,
	.places = PLACES,
	.runtime = "/nowhere",
	.state = &state,
	.keep = keep};

static int setup(void **unused)
{
	int value = 0;

	/* An end set it read-only. */
	if (loop_fd >= 0)
		(void)ioctl(loop_fd, BLKROSET, &value);
	state = (struct medium_state){
		.order = {.kind = MEDIUM_ORDER_OPEN,
			.id = "E-1",
			.device = "1-2",
			.user = "tanaka",
			.uid = 4242,
			.is_writable = true,
			.deadline_ms = MEDIUM_NO_DEADLINE,
			.file_systems = "vfat ext4"},
	};
	return 0;
}

static int teardown(void **unused)
{
	return loop_fd < 0 ? 0 : medium_close("1-2-3", QUARANTINE, &state, true);
}

/* There with AddressSanitizer only, whose own memory is more than the reader of media may have. */
extern void __asan_init(void) __attribute__((weak));

#define NEEDS_LOOP() \
	if (loop_fd < 0 || __asan_init) \
	skip()

static void show_it(void)
{
	struct medium_answer failed = {0};
	int r = medium_show(&show, &disk, &failed);

	if (r < 0)
		fail_msg("%d %s: %s", r, failed.word, failed.text);
}

/* --- the tests --- */

static void a_medium_is_shown_where_its_label_says_and_nothing_of_it_runs(void **unused)
{
	struct stat folder;
	struct statx found;
	FILE *mounts;
	char line[4096];
	bool seen = false;

	NEEDS_LOOP();
	show_it();
	assert_string_equal(state.volumes[0].path, PLACES "/tanaka/a_b");
	assert_int_equal(strlen(state.volume), 36);
	assert_int_equal(state.capacity_bytes, SIZE);
	assert_true(kept >= 2);
	assert_int_equal(stat(PLACES "/tanaka", &folder), 0);
	assert_int_equal(folder.st_mode & 07777, 0750);
	assert_int_equal(statx(AT_FDCWD, state.volumes[0].path, 0, STATX_TYPE, &found), 0);
	assert_int_equal(found.stx_dev_minor, disk.whole.minor);
	mounts = fopen("/proc/self/mountinfo", "re");
	while (fgets(line, sizeof(line), mounts)) {
		assert_null(strstr(line, QUARANTINE));
		if (!strstr(line, PLACES))
			continue;
		seen = true;
		assert_non_null(strstr(line, " rw,nosuid,nodev,noexec"));
	}
	fclose(mounts);
	assert_true(seen);
	assert_int_equal(medium_close("1-2-3", QUARANTINE, &state, false), 0);
	assert_int_equal(stat(state.volumes[0].path, &folder), -1);
	assert_false(medium_node_is_held(disk.whole.node, disk.whole.major, disk.whole.minor));
}

static void a_medium_to_be_read_is_read_only_to_its_disk(void **unused)
{
	int value = 0;

	NEEDS_LOOP();
	state.order.is_writable = false;
	show_it();
	assert_int_equal(ioctl(loop_fd, BLKROGET, &value), 0);
	assert_int_equal(value, 1);
	assert_int_equal(open(PLACES "/tanaka/a_b/new", O_CREAT | O_WRONLY, 0600), -1);
	assert_int_equal(errno, EROFS);
	assert_int_equal(medium_close("1-2-3", QUARANTINE, &state, false), 0);
}

static void a_label_that_is_taken_gets_a_number(void **unused)
{
	NEEDS_LOOP();
	(void)mkdir(PLACES, 0755);
	(void)mkdir(PLACES "/tanaka", 0700);
	assert_int_equal(symlink("/etc", PLACES "/tanaka/a_b"), 0);
	show_it();
	assert_string_equal(state.volumes[0].path, PLACES "/tanaka/a_b (2)");
	assert_int_equal(medium_close("1-2-3", QUARANTINE, &state, false), 0);
	assert_int_equal(unlink(PLACES "/tanaka/a_b"), 0);
}

static void a_folder_that_is_not_roots_is_not_used(void **unused)
{
	struct medium_answer failed = {0};

	NEEDS_LOOP();
	assert_int_equal(rename(PLACES "/tanaka", PLACES "/old"), 0);
	assert_int_equal(symlink("/etc", PLACES "/tanaka"), 0);
	assert_true(medium_show(&show, &disk, &failed) < 0);
	assert_string_equal(failed.word, "unsafe-folder");
	assert_int_equal(medium_close("1-2-3", QUARANTINE, &state, false), 0);
	assert_int_equal(unlink(PLACES "/tanaka"), 0);
	assert_int_equal(mkdir(PLACES "/tanaka", 0755), 0);
	assert_int_equal(chown(PLACES "/tanaka", 4242, 4242), 0);
	setup(NULL);
	assert_true(medium_show(&show, &disk, &failed) < 0);
	assert_string_equal(failed.word, "unsafe-folder");
	assert_int_equal(medium_close("1-2-3", QUARANTINE, &state, false), 0);
	assert_int_equal(rmdir(PLACES "/tanaka"), 0);
	assert_int_equal(rename(PLACES "/old", PLACES "/tanaka"), 0);
}

static void another_medium_and_another_file_system_are_refused(void **unused)
{
	struct medium_answer failed = {0};

	NEEDS_LOOP();
	state.order.capacity_bytes = SIZE + 512;
	assert_true(medium_show(&show, &disk, &failed) < 0);
	assert_string_equal(failed.word, "another-medium");
	setup(NULL);
	snprintf(state.order.volume, sizeof(state.order.volume), "1234-ABCD");
	assert_true(medium_show(&show, &disk, &failed) < 0);
	assert_string_equal(failed.word, "another-medium");
	assert_int_equal(state.n_volumes, 0);
	setup(NULL);
	snprintf(state.order.file_systems, sizeof(state.order.file_systems), "vfat ext");
	assert_true(medium_show(&show, &disk, &failed) < 0);
	assert_string_equal(failed.word, "file-system");
	assert_non_null(strstr(failed.text, "ext4"));
}

/* --- who holds it --- */

/* To whom it is shown; in a namespace of its own there is nobody else. */
static void become_the_person(void)
{
	uid_t uid = state.order.uid;

	(void)!setresuid(uid, uid, uid);
}

static void hold_file(void)
{
	if (open(PLACES "/tanaka/a_b", O_RDONLY) < 0)
		_exit(1);
}

static void hold_folder(void)
{
	if (chdir(PLACES "/tanaka/a_b") < 0)
		_exit(1);
}

static void hold_namespace(void)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		_exit(1);
}

static void write_at_full_speed(void)
{
	static char block[65536];
	int fd = open(PLACES "/tanaka/a_b/stream", O_CREAT | O_WRONLY | O_TRUNC, 0600);

	signal(SIGTERM, SIG_IGN);
	if (fd < 0)
		_exit(1);
	become_the_person();
	if (fork() == 0)
		for (;;)
			if (pwrite(fd, block, sizeof(block), 0) < 0)
				_exit(1);
}

/* A process of its own group that holds the medium until somebody ends it. */
static pid_t holder(void (*hold)(void))
{
	int ends[2];
	char ready;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		setsid();
		hold();
		become_the_person();
		/* Whatever becomes of this test. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)!write(ends[1], "x", 1);
		for (;;)
			pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &ready, 1), 1);
	close(ends[0]);
	return child;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static enum medium_end end_with(struct medium_closing *closing, uint32_t grace_ms)
{
	enum medium_end end = MEDIUM_END_UNKNOWN;
	bool is_news;

	medium_closing_begin(closing, "1-2-3", QUARANTINE, &state, now_ms(), grace_ms);
	while (!medium_closing_step(closing, now_ms(), &end, &is_news))
		usleep(20000);
	return end;
}

static void ends_who(void (*hold)(void), int expected_signal)
{
	struct medium_closing closing;
	char pid_text[32];
	int status;
	pid_t child;

	show_it();
	child = holder(hold);
	assert_int_equal(end_with(&closing, 500), MEDIUM_END_HOLDERS);
	snprintf(pid_text, sizeof(pid_text), "(%d)", child);
	if (!strstr(closing.ended, pid_text))
		fail_msg("%s is not in: %s", pid_text, closing.ended);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), expected_signal);
	assert_false(medium_node_is_held(disk.whole.node, disk.whole.major, disk.whole.minor));
}

static void who_holds_it_is_named_and_ended(void **unused)
{
	NEEDS_LOOP();
	ends_who(hold_file, SIGTERM);
	setup(NULL);
	ends_who(hold_folder, SIGTERM);
}

/*
 * umount(2) here succeeds, and the file system lives on there: it is the one that counts. Where the
 * kernel lets root unmount there too, nobody has to be ended for it.
 */
static void who_has_it_in_a_namespace_of_his_own_loses_it(void **unused)
{
	struct medium_closing closing;
	struct held_device device = {0};
	pid_t child;

	NEEDS_LOOP();
	show_it();
	child = holder(hold_namespace);
	device = (struct held_device){disk.whole.major, disk.whole.minor};
	assert_int_equal(unmount_here(&device, 1, 0), 0);
	assert_true(medium_node_is_held(disk.whole.node, disk.whole.major, disk.whole.minor));
	assert_true(medium_end_is_clean(end_with(&closing, 500)));
	assert_false(medium_node_is_held(disk.whole.node, disk.whole.major, disk.whole.minor));
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void a_program_that_writes_on_is_killed_and_the_file_system_is_clean(void **unused)
{
	static const char *const fsck[] = {"fsck.ext4", "-f", "-n", IMAGE, NULL};

	NEEDS_LOOP();
	ends_who(write_at_full_speed, SIGKILL);
	assert_int_equal(fsync(loop_fd), 0);
	assert_int_equal(run(fsck), 0);
}

static void nobody_holds_it_and_the_end_is_clean(void **unused)
{
	struct medium_closing closing;

	NEEDS_LOOP();
	show_it();
	assert_int_equal(end_with(&closing, 500), MEDIUM_END_CLEAN);
	assert_string_equal(closing.ended, "");
}

/* --- kill -9 --- */

static int keep_in_file(void *userdata, const struct medium_state *now)
{
	char text[MEDIUM_STATE_SIZE];
	int size = medium_state_encode(now, text);
	int fd = open(BASE "/state.new", O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(size > 0 && fd >= 0);
	assert_int_equal(write(fd, text, (size_t)size), size);
	close(fd);
	return rename(BASE "/state.new", BASE "/state");
}

static void load_from_file(void)
{
	char text[MEDIUM_STATE_SIZE] = "";
	int fd = open(BASE "/state", O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	state.n_volumes = 0;
	if (size > 0)
		assert_int_equal(medium_state_decode(text, (size_t)size, &state), 0);
	if (fd >= 0)
		close(fd);
}

/* True when it was over before it could be killed. */
static bool kill_after(unsigned us)
{
	struct medium_show kept_show = show;
	struct medium_answer failed = {0};
	int status;
	pid_t child;

	(void)unlink(BASE "/state");
	kept_show.keep = keep_in_file;
	child = fork();
	if (child == 0) {
		setsid();
		_exit(medium_show(&kept_show, &disk, &failed) < 0);
	}
	usleep(us);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		assert_int_equal(WEXITSTATUS(status), 0);
	return WIFEXITED(status);
}

/* Whoever comes after it knows from the state alone what to end. */
static void a_kill_at_any_moment_leaves_nothing_that_the_state_does_not_name(void **unused)
{
	unsigned killed = 0, us = 0;
	bool was_over = false;

	NEEDS_LOOP();
	while (!was_over) {
		DIR *places;

		setup(NULL);
		was_over = kill_after(us);
		killed += !was_over;
		us += 300;
		load_from_file();
		assert_int_equal(medium_close("1-2-3", QUARANTINE, &state, false), 0);
		assert_int_equal(rmdir(QUARANTINE), 0);
		assert_int_equal(mkdir(QUARANTINE, 0700), 0);
		assert_false(
			medium_node_is_held(disk.whole.node, disk.whole.major, disk.whole.minor));
		places = opendir(PLACES "/tanaka");
		for (const struct dirent *entry; places && (entry = readdir(places));)
			if (entry->d_name[0] != '.')
				fail_msg("%s is left", entry->d_name);
		if (places)
			closedir(places);
	}
	print_message("# killed %u times, the last after %u us\n", killed, us - 600);
	assert_true(killed >= 10);
}

/* --- what is on it --- */

static void what_nobody_knows_is_empty(void **unused)
{
	struct medium_found found = {.type = "as before"};
	int fd;

	if (geteuid() != 0 || __asan_init)
		skip();
	fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	assert_true(medium_probe(fd, &found) < 0);
	assert_string_equal(found.type, "as before");
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_medium_is_shown_where_its_label_says_and_nothing_of_it_runs, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_medium_to_be_read_is_read_only_to_its_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_label_that_is_taken_gets_a_number, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_folder_that_is_not_roots_is_not_used, setup, teardown),
		cmocka_unit_test_setup_teardown(
			another_medium_and_another_file_system_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(who_holds_it_is_named_and_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(
			who_has_it_in_a_namespace_of_his_own_loses_it, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_program_that_writes_on_is_killed_and_the_file_system_is_clean, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			nobody_holds_it_and_the_end_is_clean, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_kill_at_any_moment_leaves_nothing_that_the_state_does_not_name, setup,
			teardown),
		cmocka_unit_test(what_nobody_knows_is_empty),
	};
	int failed;

	if (!can_mount())
		print_message("# no loop devices here, or not root: skipped\n");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (loop_fd >= 0) {
		(void)ioctl(loop_fd, LOOP_CLR_FD);
		close(loop_fd);
	}
	return failed;
}
