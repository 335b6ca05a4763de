#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/sha.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include <cmocka.h>

#include "agent/record_log.h"
#include "tests/unit/temporary.h"

#define BOOT_ID "01234567-89ab-cdef-0123-456789abcdef"

/* Takes the place of the C library's: a file system can refuse to cut a file back. */
static bool truncation_fails;

int ftruncate(int fd, off_t length)
{
	char path[64];

	if (truncation_fails) {
		errno = EPERM;
		return -1;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return truncate(path, length);
}

/* The last entry that went to the journal, a field a line; it takes the place of libsystemd's. */
static char journal[16384];
static int journal_error;

int sd_journal_sendv(const struct iovec *fields, int n_fields)
{
	size_t length = 0;

	for (int i = 0; i < n_fields; i++)
		length += (size_t)snprintf(journal + length, sizeof(journal) - length, "%.*s\n",
			(int)fields[i].iov_len, (const char *)fields[i].iov_base);
	return journal_error;
}

static const struct record started = {.event = RECORD_STARTED};

static struct record_log *open_log_of(
	const struct temporary *temporary, uint64_t size, bool *ret_torn)
{
	const struct record_log_config config = {
		.directory_fd = temporary->fd,
		.boot_id = BOOT_ID,
		.file_size_max = size,
	};
	struct record_log *log = NULL;

	assert_int_equal(record_log_open(&config, &log, ret_torn), 0);
	assert_non_null(log);
	return log;
}

static struct record_log *open_log(const struct temporary *temporary)
{
	bool is_torn = true;
	struct record_log *log = open_log_of(temporary, 1 << 20, &is_torn);

	assert_false(is_torn);
	return log;
}

static struct record_log *open_torn_log(const struct temporary *temporary)
{
	bool is_torn = false;
	struct record_log *log = open_log_of(temporary, 1 << 20, &is_torn);

	assert_true(is_torn);
	return log;
}

static void append(struct record_log *log, int n)
{
	while (n-- > 0)
		assert_int_equal(record_log_append(log, &started), 0);
}

/* A terminal with n records in one file. */
static void begin_with(const struct temporary *temporary, int n)
{
	struct record_log *log = open_log(temporary);

	append(log, n);
	record_log_close(log);
}

static uint64_t sequence_of(const struct record_log *log)
{
	uint8_t sha256[SHA256_SIZE];
	uint64_t sequence;

	record_log_head(log, &sequence, sha256);
	return sequence;
}

/* The lines of records-1.jsonl, 2 … as they follow each other, with the chain checked. */
struct chain {
	uint64_t first, last; /* sequence numbers of records */
	size_t n_lines;       /* those that are no records counted too */
	uint8_t sha256[SHA256_SIZE];
	char *last_line; /* for free() */
};

static void check_line(struct chain *chain, const char *line, size_t size)
{
	uint64_t sequence = 0;
	char expected[128];

	if (strncmp(line, RECORD_LINE_START, strlen(RECORD_LINE_START)) == 0 &&
		memmem(line, size, "}}}\n", 4)) {
		size_t length =
			(size_t)snprintf(expected, sizeof(expected), "\"previous_sha256\":\"");

		for (size_t i = 0; i < SHA256_SIZE; i++)
			length += (size_t)snprintf(expected + length, sizeof(expected) - length,
				"%02x", chain->sha256[i]);
		if (!memmem(line, size, expected, length))
			fail_msg("the chain breaks: no %s in %.*s", expected, (int)size, line);
		sequence = strtoull(line + strlen(RECORD_LINE_START), NULL, 10);
		assert_true(sequence > chain->last);
		if (chain->first == 0)
			chain->first = sequence;
		chain->last = sequence;
	}
	chain->n_lines++;
	SHA256((const unsigned char *)line, size, chain->sha256);
	free(chain->last_line);
	chain->last_line = strndup(line, size);
	assert_non_null(chain->last_line);
}

static void check_file(struct chain *chain, const struct temporary *temporary, const char *name)
{
	size_t size;
	char *bytes = temporary_read(temporary, name, &size), *line = bytes;

	while (line < bytes + size) {
		char *end = memchr(line, '\n', (size_t)(bytes + size - line));

		assert_non_null(end);
		check_line(chain, line, (size_t)(end + 1 - line));
		line = end + 1;
	}
	free(bytes);
}

static struct chain read_chain(const struct temporary *temporary)
{
	struct chain chain = {.n_lines = 0};

	for (unsigned number = 1; number < 100; number++) {
		char name[64];

		snprintf(name, sizeof(name), "records-%u.jsonl", number);
		if (temporary_has(temporary, name))
			check_file(&chain, temporary, name);
	}
	return chain;
}

static void assert_chain(const struct temporary *temporary, const struct record_log *log,
	size_t n_lines, uint64_t last)
{
	struct chain chain = read_chain(temporary);
	uint8_t sha256[SHA256_SIZE];
	uint64_t sequence;

	assert_int_equal(chain.n_lines, n_lines);
	assert_int_equal(chain.last, last);
	record_log_head(log, &sequence, sha256);
	assert_int_equal(sequence, last);
	assert_memory_equal(sha256, chain.sha256, SHA256_SIZE);
	free(chain.last_line);
}

static void assert_last_line_says(const struct temporary *temporary, const char *part)
{
	struct chain chain = read_chain(temporary);

	if (!strstr(chain.last_line, part))
		fail_msg("no %s in %s", part, chain.last_line);
	free(chain.last_line);
}

static void an_empty_folder_begins_at_1(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log = open_log(temporary);

	assert_int_equal(sequence_of(log), 0);
	append(log, 1);
	assert_chain(temporary, log, 1, 1);
	assert_last_line_says(temporary, "\"boot_id\":\"" BOOT_ID "\"");
	record_log_close(log);
}

static void the_file_is_for_root_and_its_group(void **state)
{
	const struct temporary *temporary = *state;
	mode_t mask = umask(077);

	begin_with(temporary, 1);
	umask(mask);
	assert_int_equal(temporary_mode(temporary, "records-1.jsonl"), 0640);
}

static void each_line_holds_the_hash_of_the_line_before(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log = open_log(temporary);

	append(log, 20);
	assert_chain(temporary, log, 20, 20);
	record_log_close(log);
}

static void the_chain_goes_on_after_a_restart(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log;

	begin_with(temporary, 3);
	log = open_log(temporary);
	assert_chain(temporary, log, 3, 3);
	append(log, 2);
	assert_chain(temporary, log, 5, 5);
	record_log_close(log);
}

static void a_file_that_is_full_is_followed_by_the_next(void **state)
{
	const struct temporary *temporary = *state;
	bool is_torn;
	struct record_log *log = open_log_of(temporary, 1500, &is_torn);

	append(log, 7);
	assert_true(temporary_has(temporary, "records-3.jsonl"));
	assert_chain(temporary, log, 7, 7);
	record_log_close(log);
	log = open_log_of(temporary, 1500, &is_torn);
	assert_false(is_torn);
	append(log, 7);
	assert_chain(temporary, log, 14, 14);
	record_log_close(log);
}

static void the_newest_file_is_the_one_with_the_highest_number(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log;

	begin_with(temporary, 1);
	assert_int_equal(
		renameat(temporary->fd, "records-1.jsonl", temporary->fd, "records-10.jsonl"), 0);
	temporary_write(temporary, "records-9.jsonl", "older\n", 6);
	log = open_log(temporary);
	append(log, 1);
	assert_int_equal(sequence_of(log), 2);
	record_log_close(log);
}

static void other_names_are_no_records(void **state)
{
	static const char *const names[] = {"records-7.jsonl.1", "records-07.jsonl",
		"records-.jsonl", "records--1.jsonl", "records-+3.jsonl", "records-0.jsonl",
		"records-99999999999999999999999.jsonl", "old-records-8.jsonl"};
	const struct temporary *temporary = *state;
	struct record_log *log;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		temporary_write(temporary, names[i], "something else", 14);
	log = open_log(temporary);
	append(log, 1);
	assert_true(temporary_has(temporary, "records-1.jsonl"));
	assert_chain(temporary, log, 1, 1);
	record_log_close(log);
}

static void a_new_file_that_stayed_empty_continues_the_one_before(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log;

	begin_with(temporary, 3);
	temporary_write(temporary, "records-2.jsonl", "", 0);
	log = open_log(temporary);
	append(log, 1);
	assert_chain(temporary, log, 4, 4);
	record_log_close(log);
}

/* Cuts the last line at every place where a power loss could. */
static void a_cut_line_is_closed_and_its_number_is_not_given_again(void **state)
{
	const struct temporary *temporary = *state;
	size_t size, second;
	char *bytes;

	begin_with(temporary, 2);
	bytes = temporary_read(temporary, "records-1.jsonl", &size);
	second = (size_t)(strchr(bytes, '\n') + 1 - bytes);
	for (size_t kept = second + 1; kept < size; kept += 7) {
		struct record_log *log;

		temporary_write(temporary, "records-1.jsonl", bytes, kept);
		log = open_torn_log(temporary);
		append(log, 1);
		assert_chain(temporary, log, 3, 3);
		record_log_close(log);
		log = open_log(temporary); /* torn once */
		append(log, 1);
		assert_chain(temporary, log, 4, 4);
		record_log_close(log);
	}
	free(bytes);
}

static void a_first_line_that_was_cut_is_closed(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log;

	temporary_write(temporary, "records-1.jsonl", "{\"meta", 6);
	log = open_torn_log(temporary);
	append(log, 1);
	assert_chain(temporary, log, 2, 2);
	record_log_close(log);
}

static void add_bytes(const struct temporary *temporary, const char *bytes, size_t size)
{
	int fd = openat(temporary->fd, "records-1.jsonl", O_WRONLY | O_APPEND | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

static void zeros_that_a_file_system_left_are_a_cut_line(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log;
	char zeros[20000] = {0};

	begin_with(temporary, 2);
	add_bytes(temporary, zeros, sizeof(zeros));
	log = open_torn_log(temporary);
	append(log, 1);
	assert_chain(temporary, log, 4, 4);
	record_log_close(log);
}

static void lines_that_are_no_records_are_counted_over(void **state)
{
	static const char rubbish[] = "rubbish\n\n{\"metadata\":{\"sequence\":x,}}\n"
				      "{\"metadata\":{\"sequence\":900,\n";
	const struct temporary *temporary = *state;
	struct record_log *log;

	begin_with(temporary, 2);
	add_bytes(temporary, rubbish, strlen(rubbish));
	log = open_torn_log(temporary);
	append(log, 1);
	assert_chain(temporary, log, 7, 7);
	record_log_close(log);
}

/* It is kept elsewhere, and tried again: to count each try would be a lie. */
static void what_is_only_tried_is_not_counted_as_missing(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log = open_log(temporary);
	char *before;
	size_t size;

	append(log, 1);
	before = temporary_read(temporary, "records-1.jsonl", &size);
	limit_file_size(size + 100);
	assert_int_equal(record_log_try_append(log, &started), -EFBIG);
	assert_int_equal(record_log_try_append(log, &started), -EFBIG);
	assert_int_equal(record_log_append(log, &started), -EFBIG);
	limit_file_size(SIZE_MAX);
	assert_int_equal(record_log_missing(log), 1);
	assert_int_equal(record_log_try_append(log, &started), 0);
	assert_last_line_says(temporary, "\"missing\":1");
	assert_chain(temporary, log, 2, 2);
	free(before);
	record_log_close(log);
}

static void a_full_disk_loses_nothing_in_silence(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log = open_log(temporary);
	char *before, *after;
	size_t size;

	append(log, 2);
	before = temporary_read(temporary, "records-1.jsonl", &size);
	limit_file_size(size + 100); /* so the next line is written in part */
	assert_int_equal(record_log_append(log, &started), -EFBIG);
	assert_int_equal(record_log_append(log, &started), -EFBIG);
	limit_file_size(SIZE_MAX);
	assert_int_equal(record_log_missing(log), 2);
	after = temporary_read(temporary, "records-1.jsonl", NULL);
	assert_string_equal(after, before);
	append(log, 1);
	assert_last_line_says(temporary, "\"missing\":2");
	assert_chain(temporary, log, 3, 3);
	assert_int_equal(record_log_missing(log), 0);
	append(log, 1);
	assert_chain(temporary, log, 4, 4);
	free(before);
	free(after);
	record_log_close(log);
}

static void a_part_of_a_line_that_stays_is_closed_later(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log = open_log(temporary);
	size_t size;

	append(log, 2);
	free(temporary_read(temporary, "records-1.jsonl", &size));
	limit_file_size(size + 100);
	truncation_fails = true;
	assert_int_equal(record_log_append(log, &started), -EFBIG);
	assert_int_equal(record_log_append(log, &started), -EFBIG);
	truncation_fails = false;
	limit_file_size(SIZE_MAX);
	append(log, 1);
	assert_last_line_says(temporary, "\"missing\":2");
	assert_chain(temporary, log, 4, 4);
	record_log_close(log);
}

static void a_disk_that_is_full_from_the_start_is_tried_again(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log;

	begin_with(temporary, 1);
	add_bytes(temporary, "{\"meta", 6);
	limit_file_size(10);
	log = open_torn_log(temporary);
	assert_int_equal(record_log_append(log, &started), -EFBIG);
	limit_file_size(SIZE_MAX);
	append(log, 1);
	assert_last_line_says(temporary, "\"missing\":1");
	assert_chain(temporary, log, 3, 3);
	record_log_close(log);
}

static void a_folder_that_is_gone_is_an_error_of_each_record(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log;
	bool is_torn = true;

	assert_int_equal(rmdir(temporary->path), 0);
	log = open_log_of(temporary, 1 << 20, &is_torn);
	assert_false(is_torn);
	assert_int_equal(record_log_append(log, &started), -ENOENT);
	assert_int_equal(record_log_append(log, &started), -ENOENT);
	assert_int_equal(record_log_missing(log), 2);
	record_log_close(log);
}

static void a_link_laid_out_for_us_is_not_written_through(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log;
	bool is_torn;
	char *victim;

	temporary_write(temporary, "victim", "mine", 4);
	assert_int_equal(symlinkat("victim", temporary->fd, "records-1.jsonl"), 0);
	log = open_log_of(temporary, 1 << 20, &is_torn);
	assert_int_equal(record_log_append(log, &started), -ELOOP);
	victim = temporary_read(temporary, "victim", NULL);
	assert_string_equal(victim, "mine");
	free(victim);
	record_log_close(log);
}

static void a_file_that_somebody_removed_is_followed_by_the_next(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log = open_log(temporary);

	append(log, 2);
	assert_int_equal(unlinkat(temporary->fd, "records-1.jsonl", 0), 0);
	append(log, 1);
	assert_true(temporary_has(temporary, "records-2.jsonl"));
	assert_int_equal(sequence_of(log), 3);
	record_log_close(log);
	log = open_log(temporary);
	assert_int_equal(sequence_of(log), 3);
	record_log_close(log);
}

static void a_line_waits_for_its_sync(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log = open_log(temporary);

	assert_false(record_log_is_dirty(log));
	assert_int_equal(record_log_sync(log), 0);
	append(log, 1);
	assert_true(record_log_is_dirty(log));
	assert_int_equal(record_log_sync(log), 0);
	assert_false(record_log_is_dirty(log));
	record_log_close(log);
}

static void another_thread_syncs_it_as_well(void **state)
{
	const struct temporary *temporary = *state;
	struct record_log *log = open_log(temporary);
	struct syncer *syncer;
	int r;

	assert_int_equal(syncer_new(&syncer), 0);
	assert_int_equal(record_log_begin_sync(log, syncer), 0); /* nothing to do */
	for (uint64_t i = 0; i < 20; i++) {
		append(log, 1);
		/* The one before may go on; then the lines wait. */
		while ((r = record_log_begin_sync(log, syncer)) == -EBUSY)
			assert_true(record_log_is_dirty(log));
		assert_int_equal(r, 0);
		assert_false(record_log_is_dirty(log));
	}
	/* What is being synced may be closed. */
	record_log_close(log);
	syncer_free(syncer);
	log = open_log(temporary);
	assert_int_equal(sequence_of(log), 20);
	record_log_close(log);
}

static struct record_log *open_log_with_journal(const struct temporary *temporary)
{
	const struct record_log_config config = {
		.directory_fd = temporary->fd,
		.boot_id = BOOT_ID,
		.file_size_max = 1 << 20,
		.to_journal = true,
	};
	struct record_log *log;
	bool is_torn;

	assert_int_equal(record_log_open(&config, &log, &is_torn), 0);
	return log;
}

static void the_journal_has_a_copy(void **state)
{
	struct record record = {.event = RECORD_TAMPERED, .device = {.name = "usb1"}};
	struct record_log *log = open_log_with_journal(*state);

	assert_int_equal(record_log_append(log, &record), 0);
	assert_string_equal(journal,
		"MESSAGE=Somebody else changed whether usb1 is authorised; this was undone\n"
		"PRIORITY=3\nSEKISHO_EVENT=tampered\nSEKISHO_DEVICE=usb1\nSEKISHO_SEQUENCE=1\n");
	append(log, 1);
	assert_string_equal(journal,
		"MESSAGE=The agent started\nPRIORITY=6\nSEKISHO_EVENT=started\n"
		"SEKISHO_SEQUENCE=2\n");
	record_log_close(log);
}

static void a_record_that_is_not_on_disk_is_whole_in_the_journal(void **state)
{
	struct record_log *log = open_log_with_journal(*state);

	append(log, 1);
	limit_file_size(10);
	assert_int_equal(record_log_append(log, &started), -EFBIG);
	limit_file_size(SIZE_MAX);
	assert_null(strstr(journal, "SEKISHO_SEQUENCE="));
	assert_non_null(strstr(journal, "\nSEKISHO_RECORD={\"metadata\":{\"sequence\":0,"));
	assert_string_equal(journal + strlen(journal) - 4, "}}}\n");
	record_log_close(log);
}

static void without_a_journal_nothing_fails(void **state)
{
	struct record_log *log = open_log_with_journal(*state);

	journal_error = -ENOENT;
	append(log, 2);
	journal_error = 0;
	assert_chain(*state, log, 2, 2);
	record_log_close(log);
}

#define test(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(an_empty_folder_begins_at_1),
		test(the_file_is_for_root_and_its_group),
		test(each_line_holds_the_hash_of_the_line_before),
		test(the_chain_goes_on_after_a_restart),
		test(a_file_that_is_full_is_followed_by_the_next),
		test(the_newest_file_is_the_one_with_the_highest_number),
		test(other_names_are_no_records),
		test(a_new_file_that_stayed_empty_continues_the_one_before),
		test(a_cut_line_is_closed_and_its_number_is_not_given_again),
		test(a_first_line_that_was_cut_is_closed),
		test(zeros_that_a_file_system_left_are_a_cut_line),
		test(lines_that_are_no_records_are_counted_over),
		test(what_is_only_tried_is_not_counted_as_missing),
		test(a_full_disk_loses_nothing_in_silence),
		test(a_part_of_a_line_that_stays_is_closed_later),
		test(a_disk_that_is_full_from_the_start_is_tried_again),
		test(a_folder_that_is_gone_is_an_error_of_each_record),
		test(a_link_laid_out_for_us_is_not_written_through),
		test(a_file_that_somebody_removed_is_followed_by_the_next),
		test(a_line_waits_for_its_sync),
		test(another_thread_syncs_it_as_well),
		test(the_journal_has_a_copy),
		test(a_record_that_is_not_on_disk_is_whole_in_the_journal),
		test(without_a_journal_nothing_fails),
	};

	return cmocka_run_group_tests_name("record_log", tests, NULL, NULL);
}
