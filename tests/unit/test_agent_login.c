/*
 * From the spool to the records: a login leaves the spool only when its record is on the disk, and
 * is recorded once more where the disk failed.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "agent/agent_internal.h"
#include "tests/unit/terminal.h"

static struct agent agent;
static struct temporary *logs, spool_folder;
static bool disk_fails;
static unsigned n_synced;

/* Takes the place of the C library's. */
int __wrap_fdatasync(int fd);

int __wrap_fdatasync(int fd)
{
	n_synced++;
	if (!disk_fails)
		return 0;
	errno = EIO;
	return -1;
}

static int setup(void **state)
{
	struct record_log_config config = {
		.boot_id = "01234567-89ab-cdef-0123-456789abcdef", .file_size_max = 1 << 20};
	void *folder = NULL;
	bool torn;

	if (terminal_setup(state) < 0 || temporary_setup(&folder) < 0 ||
		mkdirat(terminal.state->fd, LOGIN_SPOOL_FOLDER, 0700) < 0)
		return -1;
	logs = folder;
	snprintf(spool_folder.path, sizeof(spool_folder.path), "%.40s/" LOGIN_SPOOL_FOLDER,
		terminal.state->path);
	spool_folder.fd = open(spool_folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	agent = (struct agent){.policies = terminal.policies, .state_fd = terminal.state->fd};
	config.directory_fd = logs->fd;
	disk_fails = false;
	n_synced = 0;
	assert_int_equal(syncer_new(&agent.syncer), 0);
	assert_int_equal(record_log_open(&config, &agent.log, &torn), 0);
	assert_true(sd_event_new(&agent.event) >= 0);
	assert_true(agent_login_start(&agent) >= 0);
	return 0;
}

static int teardown(void **state)
{
	void *folder = logs;

	agent_login_free(&agent);
	record_log_close(agent.log);
	syncer_free(agent.syncer);
	sd_event_source_unref(agent.sync_source);
	sd_event_unref(agent.event);
	temporary_empty(&spool_folder);
	close(spool_folder.fd);
	assert_int_equal(unlinkat(terminal.state->fd, LOGIN_SPOOL_FOLDER, AT_REMOVEDIR), 0);
	return temporary_teardown(&folder) | terminal_teardown(state);
}

static void log_in(const char *reference)
{
	struct login_event event = {.reason = LOGIN_RIGHT, .user = "tanaka"};
	char line[LOGIN_EVENT_SIZE];
	size_t size;
	int fd = openat(spool_folder.fd, "spool", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0660);

	assert_true(fd >= 0);
	snprintf(event.reference, sizeof(event.reference), "%s", reference);
	size = login_event_encode(&event, line);
	assert_int_equal(write(fd, line, size), size);
	close(fd);
}

static size_t n_records(const char *reference)
{
	char *lines = temporary_read(logs, "records-1.jsonl", NULL), part[64];
	size_t n = 0;

	snprintf(part, sizeof(part), "\"reference\":\"%s\"", reference);
	for (const char *at = lines; (at = strstr(at, part)); at++)
		n++;
	free(lines);
	return n;
}

static bool is_taken(void)
{
	return temporary_has(&spool_folder, "spool.taken");
}

/* Until something is so, or for 10 s. */
#define RUN_UNTIL(condition) \
	do { \
		for (unsigned tries = 0; !(condition); tries++) { \
			assert_true(tries < 1000); \
			assert_true(sd_event_run(agent.event, 10000) >= 0); \
		} \
	} while (0)

static void a_login_leaves_the_spool_when_its_record_is_on_the_disk(void **state)
{
	log_in("AAAAAAAA");
	RUN_UNTIL(is_taken() && n_records("AAAAAAAA") == 1);
	/* Nobody has asked the disk yet. */
	assert_int_equal(n_synced, 0);
	RUN_UNTIL(!is_taken());
	assert_true(n_synced > 0);
	assert_int_equal(n_records("AAAAAAAA"), 1);
	log_in("BBBBBBBB");
	RUN_UNTIL(n_records("BBBBBBBB") == 1 && !is_taken());
	assert_int_equal(agent.login.spool_error, 0);
}

static void where_the_disk_failed_it_is_recorded_once_more(void **state)
{
	disk_fails = true;
	log_in("AAAAAAAA");
	RUN_UNTIL(agent.login.spool_error);
	assert_true(is_taken());
	assert_int_equal(agent.login.spool_error, -EIO);
	disk_fails = false;
	assert_true(agent_login_minute(&agent) >= 0);
	RUN_UNTIL(!is_taken());
	/* Its reference number shows that it is the same one. */
	assert_int_equal(n_records("AAAAAAAA"), 2);
	assert_int_equal(agent.login.spool_error, 0);
}

static void a_stop_after_all_was_synced_removes_what_was_taken(void **state)
{
	log_in("AAAAAAAA");
	RUN_UNTIL(is_taken() && n_records("AAAAAAAA") == 1);
	agent_login_stop(&agent);
	assert_false(is_taken());
}

static void a_stop_in_the_middle_leaves_it(void **state)
{
	for (unsigned i = 0; i < 200; i++)
		log_in("AAAAAAAA");
	RUN_UNTIL(is_taken());
	assert_true(n_records("AAAAAAAA") < 200);
	agent_login_stop(&agent);
	assert_true(is_taken());
	RUN_UNTIL(!is_taken());
	assert_int_equal(n_records("AAAAAAAA"), 200);
}

static void a_full_disk_keeps_it_and_counts_nothing_as_missing(void **state)
{
	log_in("AAAAAAAA");
	RUN_UNTIL(!is_taken() && n_records("AAAAAAAA") == 1);
	log_in("BBBBBBBB");
	limit_file_size(10);
	RUN_UNTIL(agent.login.spool_error);
	assert_true(is_taken());
	limit_file_size(SIZE_MAX);
	assert_int_equal(record_log_missing(agent.log), 0);
	assert_true(agent_login_minute(&agent) >= 0);
	RUN_UNTIL(!is_taken());
	assert_int_equal(n_records("BBBBBBBB"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_login_leaves_the_spool_when_its_record_is_on_the_disk),
		TEST(where_the_disk_failed_it_is_recorded_once_more),
		TEST(a_stop_after_all_was_synced_removes_what_was_taken),
		TEST(a_stop_in_the_middle_leaves_it),
		TEST(a_full_disk_keeps_it_and_counts_nothing_as_missing),
	};

	return cmocka_run_group_tests_name("from the spool to the records", tests, NULL, NULL);
}
