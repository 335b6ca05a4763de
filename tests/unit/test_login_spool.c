/*
 * The spool of logins: taken whole, read line by line, removed only when somebody says that it is
 * safe. What a writer does meanwhile, and what an earlier run left, is never lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/login_spool.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/fixture.h"
#include "tests/unit/temporary.h"

struct desk {
	struct temporary *state, folder;
	struct login_spool *spool;
};

static struct desk desk;

static void make_folder(void)
{
	assert_int_equal(mkdirat(desk.state->fd, LOGIN_SPOOL_FOLDER, 0700), 0);
	snprintf(desk.folder.path, sizeof(desk.folder.path), "%.48s/" LOGIN_SPOOL_FOLDER,
		desk.state->path);
	desk.folder.fd = open(desk.folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(desk.folder.fd >= 0);
}

static void remove_folder(void)
{
	temporary_empty(&desk.folder);
	close(desk.folder.fd);
	assert_int_equal(unlinkat(desk.state->fd, LOGIN_SPOOL_FOLDER, AT_REMOVEDIR), 0);
	desk.folder.fd = -1;
}

static void start(void)
{
	assert_int_equal(login_spool_new(desk.state->fd, &desk.spool), 0);
}

static void start_anew(void)
{
	login_spool_free(desk.spool);
	start();
}

static int setup_bare(void **state)
{
	void *folder = NULL;

	if (temporary_setup(&folder) < 0)
		return -1;
	desk = (struct desk){.state = folder, .folder.fd = -1};
	start();
	return 0;
}

static int setup(void **state)
{
	if (setup_bare(state) < 0)
		return -1;
	make_folder();
	return 0;
}

static int teardown(void **state)
{
	void *folder = desk.state;

	login_spool_free(desk.spool);
	if (desk.folder.fd >= 0)
		remove_folder();
	return temporary_teardown(&folder);
}

/* --- a writer --- */

static size_t encode(unsigned number, char line[LOGIN_EVENT_SIZE])
{
	struct login_event event = {
		.reason = LOGIN_RIGHT, .number = number, .user = "tanaka", .service = "login"};

	return login_event_encode(&event, line);
}

static int open_spool(int flags)
{
	int fd = openat(desk.folder.fd, LOGIN_SPOOL_FILE, flags | O_CLOEXEC, 0660);

	assert_true(fd >= 0);
	return fd;
}

static void append(const char *bytes, size_t size)
{
	int fd = open_spool(O_WRONLY | O_APPEND | O_CREAT);

	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

static void log_in(unsigned number)
{
	char line[LOGIN_EVENT_SIZE];

	append(line, encode(number, line));
}

static void set_lock(int fd, short type)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET};

	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
}

/* --- what is read --- */

#define NOW_MS 1000000

static uint64_t wait_ms;

static int look_at(uint64_t boottime_ms)
{
	return login_spool_look(desk.spool, boottime_ms, &wait_ms);
}

static int look(void)
{
	return look_at(NOW_MS);
}

static bool has(const char *name)
{
	return temporary_has(&desk.folder, name);
}

static void assert_next(unsigned number)
{
	struct login_spool_line line;

	assert_int_equal(login_spool_next(desk.spool, &line), 1);
	assert_false(line.is_damaged);
	assert_int_equal(line.event.number, number);
	assert_string_equal(line.event.user, "tanaka");
}

static void assert_damaged(void)
{
	struct login_spool_line line;

	assert_int_equal(login_spool_next(desk.spool, &line), 1);
	assert_true(line.is_damaged);
}

static void assert_end(void)
{
	struct login_spool_line line;

	assert_int_equal(login_spool_next(desk.spool, &line), 0);
}

static bool has_news(void)
{
	struct pollfd poll_fd = {.fd = login_spool_fd(desk.spool), .events = POLLIN};

	return poll(&poll_fd, 1, 0) > 0;
}

static void logins_are_read_in_their_order_and_go_when_they_are_safe(void **state)
{
	log_in(1);
	log_in(2);
	assert_int_equal(look(), 1);
	assert_next(1);
	assert_next(2);
	assert_end();
	assert_true(has("spool.taken"));
	assert_int_equal(login_spool_done(desk.spool), 0);
	assert_false(has("spool.taken"));
	assert_int_equal(look(), 0);
}

static void what_was_not_said_to_be_safe_is_read_by_the_next_run(void **state)
{
	log_in(1);
	assert_int_equal(look(), 1);
	assert_next(1);
	log_in(2);
	start_anew();
	assert_int_equal(look(), 1);
	assert_next(1);
	assert_end();
	assert_int_equal(login_spool_done(desk.spool), 0);
	assert_int_equal(look(), 1);
	assert_next(2);
	assert_end();
}

static void who_logs_in_meanwhile_is_read_next(void **state)
{
	log_in(1);
	assert_int_equal(look(), 1);
	log_in(2);
	assert_int_equal(look(), 1);
	assert_next(1);
	assert_end();
	assert_int_equal(login_spool_done(desk.spool), 0);
	assert_int_equal(look(), 1);
	assert_next(2);
}

/* Somebody's own screen locker, that long after the machine was started. */
static int log_in_himself(const char *name, unsigned number, uint64_t boottime_ms)
{
	struct login_event event = {.reason = LOGIN_RIGHT,
		.number = number,
		.user = "tanaka",
		.service = "swaylock",
		.caller = 1000,
		.boottime_ms = boottime_ms};
	char line[LOGIN_EVENT_SIZE];
	size_t size = login_event_encode(&event, line);
	int fd = openat(desk.folder.fd, name, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0660);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, line, size), size);
	return fd;
}

static void what_people_did_to_themselves_is_taken_a_minute_later(void **state)
{
	close(log_in_himself("own-1000", 1, NOW_MS - 20000));
	close(log_in_himself("own-1000", 2, NOW_MS));
	close(log_in_himself("own-1001", 3, NOW_MS - 1000));
	assert_int_equal(look(), 0);
	assert_int_equal(wait_ms, 40000);
	assert_int_equal(look_at(NOW_MS + 39999), 0);
	assert_int_equal(wait_ms, 1);
	assert_int_equal(look_at(NOW_MS + 40000), 1);
	assert_false(has("own-1000"));
	assert_next(1);
	assert_next(2);
	assert_end();
	assert_int_equal(login_spool_done(desk.spool), 0);
	assert_int_equal(look_at(NOW_MS + 40001), 0);
	assert_int_equal(wait_ms, 18999);
	/* At another start of the machine nothing is known of their age. */
	start_anew();
	assert_int_equal(look_at(100), 1);
	assert_next(3);
	assert_end();
}

static void a_file_that_its_owner_holds_keeps_nobody_waiting(void **state)
{
	int fd = log_in_himself("own-1000", 1, 0);

	set_lock(fd, F_WRLCK);
	close(log_in_himself("own-1001", 2, 0));
	log_in(3);
	assert_int_equal(look(), 1);
	assert_next(3);
	assert_end();
	assert_int_equal(login_spool_done(desk.spool), 0);
	assert_int_equal(look(), 1);
	assert_next(2);
	assert_end();
	assert_int_equal(login_spool_done(desk.spool), 0);
	assert_int_equal(look(), 0);
	assert_int_equal(wait_ms, 60000);
	set_lock(fd, F_UNLCK);
	assert_int_equal(look(), 1);
	assert_next(1);
	close(fd);
}

static void other_names_are_nobodys_spool(void **state)
{
	static const char *const names[] = {"own-", "own-12a", "own-1000.new", "owner", "own--1",
		"own-1000000000000000000000000000"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		close(log_in_himself(names[i], 1, 0));
	assert_int_equal(mkdirat(desk.folder.fd, "own-7", 0700), 0);
	assert_int_equal(symlinkat("own-1", desk.folder.fd, "own-8"), 0);
	assert_int_equal(look(), 0);
	assert_int_equal(wait_ms, 0);
	assert_int_equal(unlinkat(desk.folder.fd, "own-7", AT_REMOVEDIR), 0);
}

static void a_file_that_a_writer_holds_is_left_until_he_is_done(void **state)
{
	int fd;

	log_in(1);
	fd = open_spool(O_RDWR);
	set_lock(fd, F_WRLCK);
	assert_int_equal(look(), -EAGAIN);
	assert_true(has("spool"));
	assert_false(has("spool.taken"));
	set_lock(fd, F_UNLCK);
	assert_int_equal(look(), 1);
	assert_next(1);
	/* Who waited for it finds that the name is another file's. */
	set_lock(fd, F_WRLCK);
	close(fd);
}

/* The helper of a su that somebody has frozen; others write beside it. */
static void what_lies_beside_a_file_that_is_held_is_taken(void **state)
{
	int fd;

	log_in(1);
	fd = open_spool(O_RDWR);
	set_lock(fd, F_WRLCK);
	close(log_in_himself("own-123456789012345678", 2, 0));
	assert_int_equal(look(), 1);
	assert_next(2);
	assert_int_equal(login_spool_done(desk.spool), 0);
	assert_int_equal(look(), -EAGAIN);
	close(fd);
	assert_int_equal(look(), 1);
	assert_next(1);
}

/* On a full disk the next login is written into room that is there already. */
static void there_is_always_a_spool_with_room(void **state)
{
	struct stat facts;

	assert_int_equal(look(), 0);
	for (unsigned i = 1; i <= 2; i++) {
		assert_int_equal(fstatat(desk.folder.fd, "spool", &facts, AT_SYMLINK_NOFOLLOW), 0);
		assert_int_equal(facts.st_size, 0);
		assert_true(facts.st_blocks >= 256 * 1024 / 512);
		/* Whoever is let into the folder may write. */
		assert_int_equal(facts.st_mode & 07777, 0666);
		log_in(i);
		assert_int_equal(look(), 1);
		assert_false(has("spool.new"));
		assert_next(i);
		assert_end();
		assert_int_equal(login_spool_done(desk.spool), 0);
	}
}

static void a_spool_that_a_writer_made_is_taken_as_well(void **state)
{
	log_in(1);
	assert_int_equal(temporary_mode(&desk.folder, "spool") & 0006, 0);
	assert_int_equal(look(), 1);
	assert_next(1);
}

static void a_cut_or_damaged_line_is_told_and_hides_no_other(void **state)
{
	char line[LOGIN_EVENT_SIZE];
	size_t size = encode(2, line);

	log_in(1);
	line[size / 2] ^= 1;
	append(line, size);
	append("\n", 1);
	log_in(3);
	append("half of a", 9);
	assert_int_equal(look(), 1);
	assert_next(1);
	assert_damaged();
	assert_damaged();
	assert_next(3);
	assert_damaged();
	assert_end();
}

static void a_line_without_an_end_is_given_in_bounded_pieces(void **state)
{
	char zeros[LOGIN_EVENT_SIZE] = {0};
	unsigned n = 0;
	struct login_spool_line line;

	for (unsigned i = 0; i < 40; i++)
		append(zeros, sizeof(zeros));
	append("\n", 1);
	log_in(7);
	assert_int_equal(look(), 1);
	while (login_spool_next(desk.spool, &line) == 1 && line.is_damaged)
		n++;
	assert_in_range(n, 1, 20);
	assert_int_equal(line.event.number, 7);
	assert_end();
}

static void a_line_that_could_not_be_kept_is_given_again(void **state)
{
	log_in(1);
	log_in(2);
	assert_int_equal(look(), 1);
	assert_next(1);
	assert_next(2);
	login_spool_unread(desk.spool);
	assert_next(2);
	assert_end();
	login_spool_rewind(desk.spool);
	assert_next(1);
	assert_next(2);
	assert_end();
}

static void thousands_of_logins_are_read_whole(void **state)
{
	for (unsigned i = 0; i < 5000; i++)
		log_in(i);
	assert_int_equal(look(), 1);
	for (unsigned i = 0; i < 5000; i++)
		assert_next(i);
	assert_end();
}

static void without_the_folder_there_is_nothing_and_its_coming_is_news(void **state)
{
	assert_int_equal(look(), 0);
	assert_false(has_news());
	make_folder();
	assert_true(has_news());
	assert_int_equal(look(), 0);
	assert_true(has("spool"));
	assert_int_equal(look(), 0);
	assert_false(has_news());
	log_in(1);
	assert_true(has_news());
	assert_int_equal(look(), 1);
	assert_next(1);
}

static void a_folder_that_was_made_anew_is_found(void **state)
{
	assert_int_equal(look(), 0);
	remove_folder();
	assert_true(has_news());
	assert_int_equal(look(), 0);
	make_folder();
	assert_true(has_news());
	assert_int_equal(look(), 0);
	log_in(1);
	assert_int_equal(look(), 1);
	assert_next(1);
}

/* Else the loop would turn for ever. */
static void looking_is_no_news_for_long(void **state)
{
	unsigned n = 0;

	log_in(1);
	assert_int_equal(look(), 1);
	assert_next(1);
	assert_end();
	assert_int_equal(login_spool_done(desk.spool), 0);
	while (has_news()) {
		assert_int_equal(look(), 0);
		assert_true(++n < 5);
	}
}

static void expect_rest(int wanted)
{
	unsigned n = 0;

	do {
		assert_int_equal(look(), wanted);
		assert_true(++n < 5);
	} while (has_news());
}

static void what_is_not_taken_yet_is_no_news_for_long(void **state)
{
	int held, fd = log_in_himself("own-1000", 1, NOW_MS);

	expect_rest(0);
	assert_true(wait_ms > 0);
	held = log_in_himself("own-1001", 2, 0);
	set_lock(held, F_WRLCK);
	expect_rest(0);
	log_in(3);
	set_lock(fd, F_UNLCK);
	close(fd);
	fd = open_spool(O_RDWR);
	set_lock(fd, F_WRLCK);
	expect_rest(-EAGAIN);
	close(fd);
	close(held);
}

static void what_is_no_regular_file_is_an_error_and_nothing_moves(void **state)
{
	assert_int_equal(symlinkat("/etc/passwd", desk.folder.fd, "spool"), 0);
	assert_int_equal(look(), -ELOOP);
	assert_int_equal(unlinkat(desk.folder.fd, "spool", 0), 0);
	assert_int_equal(mkfifoat(desk.folder.fd, "spool", 0600), 0);
	assert_int_equal(look(), -EINVAL);
	assert_false(has("spool.taken"));
	assert_int_equal(unlinkat(desk.folder.fd, "spool", 0), 0);
	log_in(1);
	assert_int_equal(look(), 1);
}

static void a_link_in_place_of_the_folder_is_not_followed(void **state)
{
	struct temporary *state_folder = desk.state;

	assert_int_equal(symlinkat("/tmp", state_folder->fd, LOGIN_SPOOL_FOLDER), 0);
	assert_true(look() < 0);
	assert_int_equal(unlinkat(state_folder->fd, LOGIN_SPOOL_FOLDER, 0), 0);
}

static void on_a_full_disk_it_is_taken_all_the_same(void **state)
{
	log_in(1);
	limit_file_size(0);
	assert_int_equal(look(), 1);
	limit_file_size(SIZE_MAX);
	assert_next(1);
	assert_end();
}

/* --- power cuts and disk errors --- */

#define LOGINS 3

/* All of it, as sekishod does; what it saw is told by bits. */
static unsigned take_all(void)
{
	struct login_spool_line line;
	unsigned seen = 0;

	/* Twice: what came meanwhile. */
	for (int i = 0; i < 2; i++) {
		if (look() != 1)
			continue;
		while (login_spool_next(desk.spool, &line) == 1)
			seen |= 1U << line.event.number;
		(void)login_spool_done(desk.spool);
	}
	return seen;
}

static void log_in_often(void)
{
	for (unsigned i = 0; i < LOGINS; i++)
		log_in(i);
}

/* In a child, whose power goes. What it saw before is safe already. */
static bool play_cut(unsigned *shared_seen, unsigned step)
{
	unsigned seen;
	int status;
	pid_t child;

	temporary_empty(&desk.folder);
	log_in_often();
	*shared_seen = 0;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct login_spool_line line;

		disk_set_fault(DISK_CUT, step);
		start_anew();
		(void)look();
		while (login_spool_next(desk.spool, &line) == 1)
			*shared_seen |= 1U << line.event.number;
		(void)login_spool_done(desk.spool);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	start_anew();
	seen = *shared_seen | take_all();
	assert_int_equal(seen, (1U << LOGINS) - 1);
	return WEXITSTATUS(status) == DISK_CUT_STATUS;
}

static void a_power_cut_at_any_step_loses_no_login(void **state)
{
	unsigned *seen = mmap(
		NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned step = 1;

	assert_true(seen != MAP_FAILED);
	while (play_cut(seen, step))
		assert_true(++step < 20);
	assert_true(step > 3);
	munmap(seen, sizeof(*seen));
}

static void a_disk_error_at_any_step_loses_no_login(void **state)
{
	bool came = true;

	for (unsigned step = 1; came; step++) {
		unsigned seen;

		assert_true(step < 30);
		temporary_empty(&desk.folder);
		start_anew();
		log_in_often();
		disk_set_fault(DISK_ERROR, step);
		seen = take_all();
		came = disk_fault_came();
		disk_set_fault(DISK_IS_GOOD, 0);
		start_anew();
		seen |= take_all();
		assert_int_equal(seen, (1U << LOGINS) - 1);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(logins_are_read_in_their_order_and_go_when_they_are_safe),
		TEST(what_was_not_said_to_be_safe_is_read_by_the_next_run),
		TEST(who_logs_in_meanwhile_is_read_next),
		TEST(a_file_that_a_writer_holds_is_left_until_he_is_done),
		TEST(what_lies_beside_a_file_that_is_held_is_taken),
		TEST(there_is_always_a_spool_with_room),
		TEST(a_spool_that_a_writer_made_is_taken_as_well),
		TEST(a_cut_or_damaged_line_is_told_and_hides_no_other),
		TEST(a_line_without_an_end_is_given_in_bounded_pieces),
		TEST(a_line_that_could_not_be_kept_is_given_again),
		TEST(thousands_of_logins_are_read_whole),
		cmocka_unit_test_setup_teardown(
			without_the_folder_there_is_nothing_and_its_coming_is_news, setup_bare,
			teardown),
		TEST(a_folder_that_was_made_anew_is_found),
		TEST(looking_is_no_news_for_long),
		TEST(what_is_not_taken_yet_is_no_news_for_long),
		TEST(what_is_no_regular_file_is_an_error_and_nothing_moves),
		cmocka_unit_test_setup_teardown(
			a_link_in_place_of_the_folder_is_not_followed, setup_bare, teardown),
		TEST(what_people_did_to_themselves_is_taken_a_minute_later),
		TEST(a_file_that_its_owner_holds_keeps_nobody_waiting),
		TEST(other_names_are_nobodys_spool),
		TEST(on_a_full_disk_it_is_taken_all_the_same),
		TEST(a_power_cut_at_any_step_loses_no_login),
		TEST(a_disk_error_at_any_step_loses_no_login),
	};

	return cmocka_run_group_tests_name("the spool of logins", tests, NULL, NULL);
}
