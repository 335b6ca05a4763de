/*
 * The real sekishod and what it says of itself: a report at each start, signed by its key and
 * numbered on, and the records behind it. Usage: test_report BUILD_DIR, in the root of the source
 * tree.
 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/record_tail.h"
#include "agent/store.h"
#include "policy/report.h"
#include "policy/up_file.h"
#include "tests/unit/fake_sysfs.h"
#include "tests/usb/daemon.h"
#include "tests/usb/fake_kernel.h"

#define UUID     "class/dmi/id/product_uuid"
#define NAMELESS "[site]\nsite = tosu\ntier = my-number\n"
#define SITE     NAMELESS "terminal = desk-17\nsource = file:///srv/sekisho\n"
/* The first report comes so long after a start. */
#define REPORT_AFTER_S 5

static void start(const char *site)
{
	fake_folder("class/dmi/id");
	fake_text(UUID, "4c4c4544-0034-5a10-8047-b7c04f4d3532");
	daemon_put("etc", "site.ini", site, strlen(site));
	daemon_start();
}

static int setup(void **state)
{
	if (kernel_setup(state) < 0 || daemon_setup(state) < 0)
		return -1;
	kernel_add_controller("usb1");
	return 0;
}

static int teardown(void **state)
{
	return daemon_teardown(state) | kernel_teardown(state);
}

static DIR *open_up(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/up", daemon_folder("state"));
	return opendir(path);
}

/* How many files of a kind wait, and the name of the one with the highest number. */
static unsigned waiting(enum up_kind kind, struct up_name *ret, char ret_file[UP_NAME_SIZE])
{
	DIR *folder = open_up();
	unsigned n = 0;

	*ret = (struct up_name){.kind = UP_NONE};
	for (const struct dirent *entry; folder && (entry = readdir(folder));) {
		const struct up_name name = up_name_parse(entry->d_name);

		if (name.kind != kind)
			continue;
		n++;
		if (name.number < ret->number)
			continue;
		*ret = name;
		snprintf(ret_file, UP_NAME_SIZE, "%.64s", entry->d_name);
	}
	if (folder)
		closedir(folder);
	return n;
}

static bool is_there(enum up_kind kind, uint64_t number)
{
	struct up_name name;
	char file[UP_NAME_SIZE];

	return waiting(kind, &name, file) > 0 && name.number == number;
}

/* The bytes of a file that waits, for free(), and who signed what of them. */
static char *open_waiting(const char *file, const struct up_name *name, struct up_file *ret)
{
	DIR *folder = open_up();
	char *bytes;
	size_t size;

	assert_non_null(folder);
	assert_int_equal(store_read(dirfd(folder), file, UP_FILE_SIZE_MAX, &bytes, &size), 0);
	closedir(folder);
	assert_true(up_name_fits(name, bytes, size));
	assert_int_equal(up_file_open(bytes, size, ret), 0);
	return bytes;
}

/* The fingerprint in /run/sekisho/terminal. */
static void read_key(char ret[80])
{
	char path[128], machine[32];
	FILE *file;

	snprintf(path, sizeof(path), "%s/terminal", daemon_folder("run"));
	file = fopen(path, "re");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "machine %31s\nkey %79s\n", machine, ret), 2);
	fclose(file);
}

static struct report *read_report(uint64_t number)
{
	struct problems problems = {0};
	struct report *report = NULL;
	struct up_file opened;
	struct up_name name;
	char file[UP_NAME_SIZE], key[80], *bytes;

	WAIT_FOR(is_there(UP_STATUS, number));
	WAIT_FOR(waiting(UP_STATUS, &name, file) == 1);
	bytes = open_waiting(file, &name, &opened);
	read_key(key);
	assert_string_equal(opened.fingerprint, key);
	assert_int_equal(report_parse(opened.text.bytes, opened.text.size, &problems, &report), 0);
	assert_int_equal(report->number, number);
	free(bytes);
	return report;
}

/* The one before it is not there any more, whether it was fetched or not. */
static void each_start_is_reported_under_the_next_number(void **state)
{
	struct report *one, *two;

	start(SITE);
	one = read_report(1);
	assert_string_equal(one->site, "tosu");
	assert_string_equal(one->terminal, "desk-17");
	assert_int_equal(one->reason, REPORT_START);
	assert_int_equal(one->mode, REPORT_BUILT_IN);
	assert_int_equal(one->factor, REPORT_FACTOR_OFF);
	assert_true(one->sequence > 0);
	daemon_kill();
	daemon_start();
	two = read_report(2);
	assert_true(two->sequence > one->sequence);
	daemon_stop();
	report_free(one);
	report_free(two);
}

/* Where site.ini names no terminal, it is called as the PC is. */
static void start_without_a_name(const char *host_name)
{
	char path[128];

	daemon_put("etc", "hostname", host_name, strlen(host_name));
	snprintf(path, sizeof(path), "%s/hostname", daemon_folder("etc"));
	setenv("FAKE_HOST_NAME", path, 1);
	start(NAMELESS "source = file:///srv/sekisho\n");
	unsetenv("FAKE_HOST_NAME");
}

static void a_terminal_without_a_name_is_called_as_the_pc(void **state)
{
	struct report *report;

	start_without_a_name("PC-0417.tosu.example\n");
	report = read_report(1);
	assert_string_equal(report->terminal, "pc-0417");
	report_free(report);
	daemon_stop();
}

static void a_terminal_on_a_pc_without_a_name_says_nothing(void **state)
{
	struct up_name name;
	char file[UP_NAME_SIZE];

	start_without_a_name("localhost\n");
	sleep(REPORT_AFTER_S + 1);
	assert_int_equal(waiting(UP_STATUS, &name, file), 0);
	daemon_stop();
}

/* The batches that wait, in order, are one chain: each begins where the one before it ended. The
 * last record that they hold. */
static uint64_t last_sent(void)
{
	struct up_name name;
	char file[UP_NAME_SIZE];
	uint64_t next = 1;
	DIR *folder = open_up();
	struct dirent **entries = NULL;
	int n = scandirat(dirfd(folder), ".", &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		struct up_file opened;
		char *bytes;

		name = up_name_parse(entries[i]->d_name);
		snprintf(file, sizeof(file), "%.64s", entries[i]->d_name);
		free(entries[i]);
		if (name.kind != UP_RECORDS)
			continue;
		assert_int_equal(name.number, next);
		bytes = open_waiting(file, &name, &opened);
		for (const char *line = opened.text.bytes, *end = line + opened.text.size;
			line < end;) {
			const char *behind =
				(const char *)memchr(line, '\n', (size_t)(end - line)) + 1;
			uint64_t sequence;

			assert_true(record_line_sequence(line, (size_t)(behind - line), &sequence));
			assert_int_equal(sequence, next++);
			line = behind;
		}
		free(bytes);
	}
	free(entries);
	closedir(folder);
	return next - 1;
}

/* Where the site says so, they go up, whole, and once, over a restart. */
static void records_go_up_once(void **state)
{
	uint64_t before;

	start(SITE "records = up\n");
	/* The report comes behind the batch, whose place in the records is on the disk then. */
	WAIT_FOR(is_there(UP_STATUS, 1));
	assert_true(last_sent() >= 2);
	daemon_kill();
	before = last_sent();
	daemon_start();
	WAIT_FOR(last_sent() > before);
	daemon_stop();
}

static void records_stay_where_syslog_carries_them(void **state)
{
	struct up_name name;
	char file[UP_NAME_SIZE];

	start(SITE);
	report_free(read_report(1));
	assert_int_equal(waiting(UP_RECORDS, &name, file), 0);
	daemon_stop();
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		test(each_start_is_reported_under_the_next_number),
		test(a_terminal_without_a_name_is_called_as_the_pc),
		test(a_terminal_on_a_pc_without_a_name_says_nothing),
		test(records_go_up_once),
		test(records_stay_where_syslog_carries_them),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: test_report BUILD_DIR\n");
		return 2;
	}
	daemon_is_in(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
