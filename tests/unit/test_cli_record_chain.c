/* `sekisho records verify`: chains that are whole, and every way in which they are not. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include <openssl/sha.h>

#include "agent/cli_record_chain.h"
#include "agent/descriptor.h"
#include "agent/record.h"

#define FILES_MAX 4
#define LINES_MAX 100

struct line {
	char *bytes; /* with its LF */
	size_t size;
};

static struct file {
	uint64_t number;
	struct line lines[LINES_MAX];
	size_t n_lines;
} files[FILES_MAX];
static size_t n_files;

/* The end of the chain that is being written. */
static uint64_t sequence, missing;
static uint8_t sha256[SHA256_SIZE];
static const char *boot_id;

static struct cli_record_reader *reader;
static struct chain chain;
static char found[8192];

/* --- what the agent writes --- */

static void begin_file(void)
{
	n_files++;
	files[n_files - 1].number = n_files;
}

static struct line make_line(const char *bytes, size_t size)
{
	struct line line = {malloc(size + 1), size};

	assert_non_null(line.bytes);
	memcpy(line.bytes, bytes, size);
	line.bytes[size] = '\0';
	return line;
}

static void put_line(const char *bytes, size_t size)
{
	struct file *file = &files[n_files - 1];

	assert_in_range(file->n_lines, 0, LINES_MAX - 1);
	file->lines[file->n_lines++] = make_line(bytes, size);
	SHA256((const unsigned char *)bytes, size, sha256);
}

static void put_record(enum record_event event)
{
	const struct record record = {.event = event, .realtime_ms = 1700000000000};
	struct record_link link = {.sequence = ++sequence, .missing = missing};
	char line[RECORD_LINE_MAX];
	int size;

	memcpy(link.boot_id, boot_id, strlen(boot_id) + 1);
	memcpy(link.previous_sha256, sha256, SHA256_SIZE);
	size = record_format(&record, &link, line, sizeof(line));
	assert_true(size > 0);
	missing = 0;
	put_line(line, (size_t)size);
}

static void put_records(size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_record(RECORD_DEVICE_REMOVED);
}

static void clear(void)
{
	for (size_t i = 0; i < FILES_MAX; i++)
		for (size_t k = 0; k < files[i].n_lines; k++)
			free(files[i].lines[k].bytes);
	memset(files, 0, sizeof(files));
	n_files = 0;
	sequence = missing = 0;
	memset(sha256, 0, sizeof(sha256));
	boot_id = "boot-1";
}

/* Two files, of records 1 to 4 and 5 to 8. */
static void write_eight(void)
{
	clear();
	begin_file();
	put_records(4);
	begin_file();
	put_records(4);
}

/* --- what is found --- */

static const char *form_name(enum cli_line_form form)
{
	switch (form) {
	case LINE_NO_RECORD: return " no-record";
	case LINE_NO_JSON: return " no-json";
	case LINE_HAS_NUL: return " nul";
	case LINE_TOO_LONG: return " too-long";
	case LINE_IS_RECORD: break;
	}
	return "";
}

static void tell(void *context, enum chain_finding finding, const struct chain_place *place,
	uint64_t number, enum cli_line_form form)
{
	size_t used = strlen(found);
	char digits[24] = "";

	if (number > 0)
		snprintf(digits, sizeof(digits), " %u", (unsigned)number);
	snprintf(found + used, sizeof(found) - used, "%s%s:%u %s%s%s", used ? "; " : "",
		place->file ? place->file : "", (unsigned)place->line, chain_finding_name(finding),
		form_name(form), digits);
}

static int write_file(const struct file *file)
{
	int fd = memfd_create("records", MFD_CLOEXEC);

	assert_true(fd >= 0);
	for (size_t i = 0; i < file->n_lines; i++)
		assert_int_equal(write_whole(fd, file->lines[i].bytes, file->lines[i].size), 0);
	return fd;
}

static void verify_file(const struct file *file, const char *name)
{
	static struct cli_lines lines;
	struct cli_line line;
	int r, fd = write_file(file);

	chain_begin_file(&chain, name, file->number);
	cli_lines_begin(&lines, fd, 0, 0);
	while ((r = cli_lines_next(&lines, &line)) > 0)
		chain_take(&chain, &line);
	assert_int_equal(r, 0);
	close(fd);
}

/* On one line; empty: it is whole, and nothing is to be said. */
static const char *verify_to(uint64_t head, const uint8_t head_sha256[SHA256_SIZE])
{
	char names[FILES_MAX][24];

	found[0] = '\0';
	chain_begin(&chain, reader, tell, NULL);
	if (head > 0)
		chain_expect(&chain, head, head_sha256);
	for (size_t i = 0; i < n_files; i++) {
		snprintf(names[i], sizeof(names[i]), "%u", (unsigned)files[i].number);
		verify_file(&files[i], names[i]);
	}
	chain_end(&chain);
	return found;
}

static const char *verify(void)
{
	return verify_to(0, NULL);
}

/* --- what somebody does to it; files and lines from 1 --- */

static struct line *line_at(size_t file, size_t line)
{
	return &files[file - 1].lines[line - 1];
}

/* It stays a record: another event. */
static void bend(size_t file, size_t line)
{
	char *word = strstr(line_at(file, line)->bytes, "device-removed");

	assert_non_null(word);
	word[0] = 'D';
}

static void bend_json(size_t file, size_t line)
{
	line_at(file, line)->bytes[0] = '[';
}

static void rename_member(size_t file, size_t line)
{
	char *word = strstr(line_at(file, line)->bytes, "previous_sha256");

	assert_non_null(word);
	word[0] = 'P';
}

static void put_nul(size_t file, size_t line)
{
	line_at(file, line)->bytes[100] = '\0';
}

static void take_line(size_t file, size_t line)
{
	struct file *in = &files[file - 1];

	free(line_at(file, line)->bytes);
	memmove(&in->lines[line - 1], &in->lines[line],
		(in->n_lines - line) * sizeof(in->lines[0]));
	in->n_lines--;
}

static void insert(size_t file, size_t line, struct line new_line)
{
	struct file *in = &files[file - 1];

	memmove(&in->lines[line], &in->lines[line - 1],
		(in->n_lines - line + 1) * sizeof(in->lines[0]));
	in->n_lines++;
	in->lines[line - 1] = new_line;
}

static void double_line(size_t file, size_t line)
{
	insert(file, line, make_line(line_at(file, line)->bytes, line_at(file, line)->size));
}

static void swap(size_t file, size_t line)
{
	struct line first = *line_at(file, line);

	*line_at(file, line) = *line_at(file, line + 1);
	*line_at(file, line + 1) = first;
}

static void make_long(size_t file, size_t line)
{
	struct line *at = line_at(file, line);
	size_t size = 3 * 8 * RECORD_LINE_MAX;

	at->bytes = realloc(at->bytes, size + 1);
	assert_non_null(at->bytes);
	memset(at->bytes + at->size - 1, ' ', size - at->size);
	at->bytes[size - 1] = '\n';
	at->size = size;
}

/* One byte more than a record may have. */
static void make_too_long(size_t file, size_t line)
{
	struct line *at = line_at(file, line);
	size_t size = RECORD_LINE_MAX + 1;

	at->bytes = realloc(at->bytes, size + 1);
	assert_non_null(at->bytes);
	memset(at->bytes + at->size - 2, ' ', size - at->size);
	memcpy(at->bytes + size - 2, "}\n", 2);
	at->size = size;
}

static void cut(size_t file, size_t line)
{
	line_at(file, line)->size -= 10;
}

static void cut_lf(size_t file, size_t line)
{
	line_at(file, line)->size--;
}

static void take_file(size_t file, size_t line)
{
	for (size_t i = 0; i < files[file - 1].n_lines; i++)
		free(files[file - 1].lines[i].bytes);
	memmove(&files[file - 1], &files[file], (n_files - file) * sizeof(files[0]));
	n_files--;
	files[n_files].n_lines = 0;
}

static void empty_file(size_t file, size_t line)
{
	while (files[file - 1].n_lines > 0)
		take_line(file, 1);
}

/* A third file of records 9 to 12. */
static void write_more(size_t file, size_t line)
{
	begin_file();
	put_records(4);
}

static void nothing(size_t file, size_t line)
{
}

/* What the line before is said to be, changed on both sides: only the first record shows it. */
static void bend_zeros(size_t file, size_t line)
{
	char *zeros = strstr(line_at(file, line)->bytes, "previous_sha256\":\"0");

	assert_non_null(zeros);
	zeros[strlen("previous_sha256\":\"")] = '1';
}

static const struct row {
	const char *name;
	void (*first)(size_t file, size_t line);
	void (*then)(size_t file, size_t line);
	size_t file, line;
	const char *expected;
} rows[] = {
	{"whole", nothing, nothing, 1, 1, ""},
	{"line bent", bend, nothing, 1, 2, "1:3 broken"},
	{"last line of a file bent", bend, nothing, 1, 4, "2:1 broken"},
	{"line bent until it is no JSON", bend_json, nothing, 1, 2, "1:2 line-damaged no-json"},
	{"line without a member", rename_member, nothing, 1, 2, "1:2 line-damaged no-record"},
	{"NUL inside", put_nul, nothing, 1, 2, "1:2 line-damaged nul"},
	{"two damaged lines in a row", bend_json, put_nul, 1, 3, "1:3 line-damaged nul"},
	{"line missing", take_line, nothing, 1, 2, "1:2 records-missing 1"},
	{"two lines missing", take_line, take_line, 1, 2, "1:2 records-missing 2"},
	{"line doubled", double_line, nothing, 1, 2, "1:3 not-in-order 2"},
	{"lines swapped", swap, nothing, 1, 2,
		"1:2 records-missing 1; 1:3 not-in-order 2; 1:4 records-missing 1"},
	{"over-long line", make_long, nothing, 1, 2, "1:2 line-damaged too-long"},
	{"line one byte too long", make_too_long, nothing, 1, 2, "1:2 line-damaged too-long"},
	{"first line missing", take_line, nothing, 1, 1, "1:1 not-from-first 2"},
	{"first file missing", take_file, nothing, 1, 1, "2:1 not-from-first 5"},
	{"file missing in the row", write_more, take_file, 2, 1,
		"3:0 file-missing 2; 3:1 records-missing 4"},
	{"first record names another before it", bend_zeros, nothing, 1, 1,
		"1:1 start-hash; 1:2 broken"},
	{"torn at the end", cut, nothing, 2, 4, "2:4 line-cut"},
	{"only the last LF is missing", cut_lf, nothing, 2, 4, "2:4 line-cut"},
	{"empty file at the end", empty_file, nothing, 2, 1, "2:0 newest-empty"},
	{"empty file in the row", write_more, empty_file, 2, 1,
		"2:0 file-empty; 3:1 records-missing 4"},
	{"no file", take_file, take_file, 1, 1, ":0 no-record"},
	{"one empty file", take_file, empty_file, 1, 1, ":0 no-record"},
};

static void every_way_to_break_a_chain_is_found_where_it_is(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];

		write_eight();
		row->first(row->file, row->line);
		row->then(row->file, row->line);
		verify();
		if (strcmp(found, row->expected) != 0)
			fail_msg("%s: %s, expected %s", row->name, found, row->expected);
		assert_int_equal(chain.n_faults > 0,
			row->expected[0] != '\0' && !strstr(row->expected, "newest-empty"));
	}
}

static void a_whole_chain_is_told_from_first_to_last(void **state)
{
	write_eight();
	verify();
	assert_int_equal(chain.first, 1);
	assert_int_equal(chain.last, 8);
	assert_int_equal(chain.n_lines, 8);
	assert_int_equal(chain.n_boots, 1);
	assert_memory_equal(chain.sha256, sha256, SHA256_SIZE);
}

/* As record_log does it: closed with LF, its number not given again, and recorded. */
static void put_torn(bool is_told)
{
	static const char half[] = "{\"metadata\":{\"sequence\":9,\"vers\n";

	put_line(half, strlen(half));
	sequence++;
	if (is_told)
		put_record(RECORD_TORN);
	put_records(2);
}

static void a_line_that_was_cut_by_a_loss_of_power_is_no_fault(void **state)
{
	write_eight();
	put_torn(true);
	assert_string_equal(verify(), "2:5 torn no-json");
	assert_int_equal(chain.n_faults, 0);
	write_eight();
	put_torn(false);
	assert_string_equal(verify(), "2:5 torn no-json");
	/* It proves nothing once another line stands in its place. */
	line_at(2, 5)->bytes[5] = 'x';
	assert_string_equal(verify(), "2:5 line-damaged no-json");
	/* Nor where it is the first of two. */
	write_eight();
	put_line("{\n", 2);
	sequence++;
	put_torn(true);
	assert_string_equal(verify(), "2:5 line-damaged no-json; 2:6 torn no-json");
}

/* The agent counts what stands there, however long, and closes it with LF: so do we. */
static void a_long_line_is_hashed_whole_and_a_cut_one_with_its_lf(void **state)
{
	const size_t sizes[] = {10, RECORD_LINE_MAX - 1, RECORD_LINE_MAX, RECORD_LINE_MAX + 1,
		8 * RECORD_LINE_MAX - 1, 8 * RECORD_LINE_MAX, 8 * RECORD_LINE_MAX + 1,
		30 * RECORD_LINE_MAX};

	for (size_t i = 0; i < COUNT(sizes); i++) {
		char *long_line = malloc(sizes[i]);
		uint8_t expected[SHA256_SIZE];

		assert_non_null(long_line);
		memset(long_line, 'x', sizes[i]);
		long_line[sizes[i] - 1] = '\n';
		write_eight();
		put_line(long_line, sizes[i]);
		memcpy(expected, sha256, sizeof(expected));
		sequence++;
		put_records(1);
		verify();
		assert_non_null(strstr(found, "2:5 torn"));
		assert_int_equal(chain.n_faults, 0);
		take_line(2, 6);
		cut_lf(2, 5);
		assert_string_equal(verify(), "2:5 line-cut");
		assert_memory_equal(chain.sha256, expected, sizeof(expected));
		free(long_line);
	}
}

static void a_chain_may_begin_with_a_line_that_was_cut(void **state)
{
	clear();
	begin_file();
	put_line("{\"met\n", 6);
	sequence = 1;
	put_records(2);
	assert_string_equal(verify(), "1:1 torn no-json");
	line_at(1, 1)->bytes[0] = 'x';
	assert_string_equal(verify(), "1:1 line-damaged no-json");
}

static void records_that_were_not_written_are_told(void **state)
{
	write_eight();
	missing = 7;
	put_records(2);
	assert_string_equal(verify(), "2:5 not-written 7");
	assert_int_equal(chain.n_faults, 0);
}

static void another_boot_is_counted_and_one_that_comes_back_is_a_fault(void **state)
{
	write_eight();
	boot_id = "boot-2";
	put_records(2);
	assert_string_equal(verify(), "");
	assert_int_equal(chain.n_boots, 2);
	boot_id = "boot-1";
	put_records(2);
	assert_string_equal(verify(), "2:7 boot-again");
	assert_int_equal(chain.n_faults, 1);
}

static void more_boots_than_are_remembered_do_no_harm(void **state)
{
	char name[24];

	clear();
	begin_file();
	boot_id = name;
	for (unsigned i = 0; i < LINES_MAX; i++) {
		snprintf(name, sizeof(name), "boot-%u", i);
		put_records(1);
	}
	assert_string_equal(verify(), "");
	assert_int_equal(chain.n_boots, LINES_MAX);
}

static void an_end_that_was_cut_off_shows_against_the_agents_word(void **state)
{
	uint8_t end[SHA256_SIZE];

	write_eight();
	memcpy(end, sha256, sizeof(end));
	assert_string_equal(verify_to(8, end), "");
	/* More was written while we read. */
	put_records(2);
	assert_string_equal(verify_to(8, end), "");
	take_line(2, 6);
	take_line(2, 5);
	take_line(2, 4);
	assert_string_equal(verify(), "");
	assert_string_equal(verify_to(8, end), ":0 end-missing 8");
	write_eight();
	end[0] ^= 1;
	assert_string_equal(verify_to(8, end), "2:4 other-end 8");
}

static void every_finding_has_a_word_of_its_own(void **state)
{
	for (unsigned i = 0; i < CHAIN_FINDING_COUNT; i++) {
		assert_non_null(chain_finding_name(i));
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(chain_finding_name(i), chain_finding_name(k));
	}
	assert_null(chain_finding_name(CHAIN_FINDING_COUNT));
	assert_true(chain_is_fault(0));
}

/* --- one record --- */

static enum cli_line_form read_line(const char *line)
{
	struct cli_record record;
	enum cli_line_form form = cli_record_read(reader, line, strlen(line), &record);

	if (form == LINE_IS_RECORD)
		cli_record_clear(&record);
	return form;
}

#define START      "{\"metadata\":{\"sequence\":"
#define PRODUCT    ",\"product\":{\"name\":\"sekisho\"}},\"time\":1,"
#define ZEROS      "0000000000000000000000000000000000000000000000000000000000000000"
#define OURS(more) "\"unmapped\":{\"sekisho\":{\"event\":\"x\",\"boot_id\":\"b\"," more "}}}"
#define PREVIOUS   "\"previous_sha256\":\"" ZEROS "\""

static void what_a_record_needs_is_asked_for(void **state)
{
	static const struct {
		const char *name, *line;
		enum cli_line_form expected;
	} lines[] = {
		{"as it should be", START "1" PRODUCT OURS(PREVIOUS), LINE_IS_RECORD},
		{"missing ones", START "1" PRODUCT OURS(PREVIOUS ",\"missing\":3"), LINE_IS_RECORD},
		{"a word for missing ones", START "1" PRODUCT OURS(PREVIOUS ",\"missing\":\"3\""),
			LINE_NO_RECORD},
		{"number 0", START "0" PRODUCT OURS(PREVIOUS), LINE_NO_RECORD},
		{"a negative number", START "-1" PRODUCT OURS(PREVIOUS), LINE_NO_RECORD},
		{"no hash", START "1" PRODUCT OURS("\"x\":1"), LINE_NO_RECORD},
		{"a short hash", START "1" PRODUCT OURS("\"previous_sha256\":\"00\""),
			LINE_NO_RECORD},
		{"a longer hash", START "1" PRODUCT OURS("\"previous_sha256\":\"" ZEROS "0\""),
			LINE_NO_RECORD},
		{"another program's",
			START "1,\"product\":{\"name\":\"x\"}},\"time\":1," OURS(PREVIOUS),
			LINE_NO_RECORD},
		{"no time", START "1,\"product\":{\"name\":\"sekisho\"}}," OURS(PREVIOUS),
			LINE_NO_RECORD},
		{"something behind it", START "1" PRODUCT OURS(PREVIOUS) "{}", LINE_NO_JSON},
		{"nothing", "", LINE_NO_JSON},
		{"no object", "[1]", LINE_NO_RECORD},
		{"another beginning", " " START "1" PRODUCT OURS(PREVIOUS), LINE_NO_RECORD},
	};

	for (size_t i = 0; i < COUNT(lines); i++)
		if (read_line(lines[i].line) != lines[i].expected)
			fail_msg("%s: %d", lines[i].name, read_line(lines[i].line));
}

static int setup(void **state)
{
	return cli_record_reader_new(&reader);
}

static int teardown(void **state)
{
	clear();
	cli_record_reader_free(&reader);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_break_a_chain_is_found_where_it_is),
		cmocka_unit_test(a_whole_chain_is_told_from_first_to_last),
		cmocka_unit_test(a_line_that_was_cut_by_a_loss_of_power_is_no_fault),
		cmocka_unit_test(a_long_line_is_hashed_whole_and_a_cut_one_with_its_lf),
		cmocka_unit_test(a_chain_may_begin_with_a_line_that_was_cut),
		cmocka_unit_test(records_that_were_not_written_are_told),
		cmocka_unit_test(another_boot_is_counted_and_one_that_comes_back_is_a_fault),
		cmocka_unit_test(more_boots_than_are_remembered_do_no_harm),
		cmocka_unit_test(an_end_that_was_cut_off_shows_against_the_agents_word),
		cmocka_unit_test(every_finding_has_a_word_of_its_own),
		cmocka_unit_test(what_a_record_needs_is_asked_for),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
