/* The serial ratchet on disk. */
#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "agent/checked_lines.h"
#include "agent/store.h"
#include "tests/unit/temporary.h"

static const uint8_t hash_a[SHA256_SIZE] = {0xaa}, hash_b[SHA256_SIZE] = {0xbb};

static int raise_to(const struct temporary *temporary, enum document_kind kind, uint32_t epoch,
	uint64_t serial, const uint8_t *sha256)
{
	return store_raise_serial(temporary->fd, kind, epoch, serial, sha256);
}

static int raise_policy(const struct temporary *temporary, uint32_t epoch, uint64_t serial)
{
	return raise_to(temporary, DOCUMENT_POLICY, epoch, serial, hash_a);
}

static struct store_serial last_of(
	const struct temporary *temporary, enum document_kind kind, uint32_t epoch)
{
	struct store_serial last = {.serial = 4711};

	assert_int_equal(store_read_serial(temporary->fd, kind, epoch, &last), 0);
	return last;
}

static void assert_serial(const struct temporary *temporary, uint32_t epoch, uint64_t expected)
{
	assert_int_equal(last_of(temporary, DOCUMENT_POLICY, epoch).serial, expected);
}

static void a_serial_never_seen_is_0(void **state)
{
	assert_serial(*state, 1, 0);
	assert_false(last_of(*state, DOCUMENT_FRESH, 1).has_text_sha256);
}

static void a_serial_only_rises(void **state)
{
	const struct temporary *temporary = *state;

	assert_int_equal(raise_policy(temporary, 1, 41), 0);
	assert_int_equal(raise_policy(temporary, 1, 42), 0);
	assert_int_equal(raise_policy(temporary, 1, 42), 0);
	assert_int_equal(raise_policy(temporary, 1, 41), -EINVAL);
	assert_int_equal(raise_to(temporary, DOCUMENT_POLICY, 1, 41, NULL), -EINVAL);
	assert_serial(temporary, 1, 42);
}

static void each_kind_has_its_own_serial(void **state)
{
	const struct temporary *temporary = *state;

	assert_int_equal(raise_to(temporary, DOCUMENT_FRESH, 1, 1000, hash_a), 0);
	assert_int_equal(raise_to(temporary, DOCUMENT_ROOT, 0, 3, hash_b), 0);
	assert_int_equal(raise_to(temporary, DOCUMENT_POLICY, 1, 42, NULL), 0);
	assert_int_equal(raise_to(temporary, DOCUMENT_MEDIA, 2, 7, hash_a), 0);
	assert_int_equal(last_of(temporary, DOCUMENT_ROOT, 0).serial, 3);
	assert_int_equal(last_of(temporary, DOCUMENT_POLICY, 1).serial, 42);
	assert_int_equal(last_of(temporary, DOCUMENT_MEDIA, 1).serial, 0);
	assert_int_equal(last_of(temporary, DOCUMENT_MEDIA, 2).serial, 7);
	assert_int_equal(last_of(temporary, DOCUMENT_FRESH, 1).serial, 1000);
	assert_memory_equal(
		last_of(temporary, DOCUMENT_ROOT, 0).text_sha256, hash_b, sizeof(hash_b));
}

static void each_epoch_has_its_own_serial(void **state)
{
	const struct temporary *temporary = *state;

	assert_int_equal(raise_policy(temporary, 5, 500), 0);
	assert_int_equal(raise_policy(temporary, 3, UINT64_MAX), 0);
	assert_int_equal(raise_policy(temporary, UINT32_MAX, 1), 0);
	assert_serial(temporary, 3, UINT64_MAX);
	assert_serial(temporary, 4, 0);
	assert_serial(temporary, 5, 500);
	assert_serial(temporary, UINT32_MAX, 1);
}

/* One serial is one document. */
static void the_hash_of_a_serial_can_be_learned_and_forgotten_but_not_exchanged(void **state)
{
	const struct temporary *temporary = *state;

	assert_int_equal(raise_to(temporary, DOCUMENT_POLICY, 1, 42, NULL), 0);
	assert_false(last_of(temporary, DOCUMENT_POLICY, 1).has_text_sha256);
	assert_int_equal(raise_to(temporary, DOCUMENT_POLICY, 1, 42, hash_a), 0);
	assert_memory_equal(
		last_of(temporary, DOCUMENT_POLICY, 1).text_sha256, hash_a, sizeof(hash_a));
	assert_int_equal(raise_to(temporary, DOCUMENT_POLICY, 1, 42, hash_b), -EINVAL);
	assert_memory_equal(
		last_of(temporary, DOCUMENT_POLICY, 1).text_sha256, hash_a, sizeof(hash_a));
	assert_int_equal(raise_to(temporary, DOCUMENT_POLICY, 1, 42, NULL), 0);
	assert_false(last_of(temporary, DOCUMENT_POLICY, 1).has_text_sha256);
	assert_serial(temporary, 1, 42);
	assert_int_equal(raise_to(temporary, DOCUMENT_POLICY, 1, 43, hash_b), 0);
	assert_memory_equal(
		last_of(temporary, DOCUMENT_POLICY, 1).text_sha256, hash_b, sizeof(hash_b));
}

static void of_many_epochs_the_lowest_of_that_kind_is_forgotten(void **state)
{
	const struct temporary *temporary = *state;

	assert_int_equal(raise_to(temporary, DOCUMENT_ROOT, 0, 7, hash_a), 0);
	assert_int_equal(raise_to(temporary, DOCUMENT_MEDIA, 1, 8, hash_a), 0);
	for (uint32_t epoch = 10; epoch < 10 + STORE_EPOCHS_MAX; epoch++)
		assert_int_equal(raise_policy(temporary, epoch, UINT64_MAX - epoch), 0);
	assert_int_equal(raise_policy(temporary, 9, 1), -EINVAL);
	assert_serial(temporary, 10, UINT64_MAX - 10);
	assert_int_equal(raise_policy(temporary, 100, 1), 0);
	assert_serial(temporary, 10, 0);
	assert_serial(temporary, 11, UINT64_MAX - 11);
	assert_serial(temporary, 100, 1);
	assert_int_equal(last_of(temporary, DOCUMENT_ROOT, 0).serial, 7);
	assert_int_equal(last_of(temporary, DOCUMENT_MEDIA, 1).serial, 8);
}

static void all_kinds_with_all_epochs_find_room(void **state)
{
	const struct temporary *temporary = *state;

	for (enum document_kind kind = DOCUMENT_ROOT; kind < DOCUMENT_KIND_COUNT; kind++)
		for (uint32_t i = 0; i < STORE_EPOCHS_MAX; i++)
			assert_int_equal(raise_to(temporary, kind, UINT32_MAX - i,
						 UINT64_MAX - i - kind, hash_a),
				0);
	for (enum document_kind kind = DOCUMENT_ROOT; kind < DOCUMENT_KIND_COUNT; kind++)
		for (uint32_t i = 0; i < STORE_EPOCHS_MAX; i++)
			assert_int_equal(last_of(temporary, kind, UINT32_MAX - i).serial,
				UINT64_MAX - i - kind);
}

/* --- what is damaged --- */

static void assert_damaged(const struct temporary *temporary, const char *what)
{
	struct store_serial last = {.serial = 4711};
	int r = store_read_serial(temporary->fd, DOCUMENT_POLICY, 1, &last);

	if (r != -EBADMSG || last.serial != 4711)
		fail_msg("%s: %d, serial %" PRIu64, what, r, last.serial);
	assert_int_equal(raise_policy(temporary, 1, UINT64_MAX), -EBADMSG);
}

static void write_two(const struct temporary *temporary)
{
	assert_int_equal(raise_policy(temporary, 1, 42), 0);
	assert_int_equal(raise_to(temporary, DOCUMENT_FRESH, 1, 7, NULL), 0);
}

static void every_flipped_bit_is_noticed(void **state)
{
	const struct temporary *temporary = *state;
	size_t size;
	char *bytes;

	write_two(temporary);
	bytes = temporary_read(temporary, "serials", &size);
	for (size_t i = 0; i < size * 8; i++) {
		bytes[i / 8] ^= (char)(1 << i % 8);
		temporary_write(temporary, "serials", bytes, size);
		assert_damaged(temporary, "flipped");
		bytes[i / 8] ^= (char)(1 << i % 8);
	}
	free(bytes);
}

static void a_file_that_ends_anywhere_is_noticed(void **state)
{
	const struct temporary *temporary = *state;
	size_t size;
	char *bytes;

	write_two(temporary);
	bytes = temporary_read(temporary, "serials", &size);
	for (size_t kept = 0; kept < size; kept++) {
		temporary_write(temporary, "serials", bytes, kept);
		assert_damaged(temporary, "cut");
	}
	free(bytes);
}

static void a_line_taken_out_is_missed(void **state)
{
	const struct temporary *temporary = *state;
	const char *second;
	char *bytes;

	write_two(temporary);
	bytes = temporary_read(temporary, "serials", NULL);
	second = strchr(bytes, '\n') + 1;
	temporary_write(temporary, "serials", second, strlen(second));
	assert_damaged(temporary, "first line removed");
	free(bytes);
}

/* Lines with a right checksum that nobody would write. */
static void write_checked(const struct temporary *temporary, const char *lines)
{
	char text[1024];
	size_t size;

	snprintf(text, sizeof(text), "%s", lines);
	assert_int_equal(checked_lines_close(text, strlen(lines), &size), 0);
	temporary_write(temporary, "serials", text, size);
}

#define HASH "aa00000000000000000000000000000000000000000000000000000000000000"

static void lines_that_are_none_are_refused_with_a_right_checksum(void **state)
{
	const struct temporary *temporary = *state;
	static const char *const rows[] = {
		"polity 1 42 " HASH "\n",
		"policy  1 42 " HASH "\n",
		"policy 1 42\n",
		"policy 1 42 \n",
		"policy 1 42 " HASH "0\n",
		"policy 1 42 " HASH,
		"policy 1 42 AA"
		"\n",
		"policy 4294967296 42 " HASH "\n",
		"policy 1 18446744073709551616 " HASH "\n",
		"policy 1 -1 " HASH "\n",
		"policy 1 42 " HASH "\npolicy 1 43 " HASH "\n",
		"policy 2 42 " HASH "\npolicy 1 43 " HASH "\n",
		"media 1 42 " HASH "\npolicy 1 43 " HASH "\n",
		"policy 1 42 -\n\n",
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		write_checked(temporary, rows[i]);
		assert_damaged(temporary, rows[i]);
	}
	write_checked(temporary, "policy 1 42 " HASH "\npolicy 2 43 -\nmedia 1 1 -\n");
	assert_serial(temporary, 1, 42);
	assert_memory_equal(
		last_of(temporary, DOCUMENT_POLICY, 1).text_sha256, hash_a, sizeof(hash_a));
	assert_serial(temporary, 2, 43);
}

static void what_is_no_file_of_serials_is_damaged(void **state)
{
	const struct temporary *temporary = *state;
	char large[16384] = {0};

	temporary_write(temporary, "serials", "1 42\n", 5);
	assert_damaged(temporary, "no checksum");
	temporary_write(temporary, "serials", large, sizeof(large));
	assert_damaged(temporary, "too large");
	temporary_write(temporary, "serials", large, 100);
	assert_damaged(temporary, "zeros");
	assert_int_equal(unlinkat(temporary->fd, "serials", 0), 0);
	assert_int_equal(symlinkat("/dev/null", temporary->fd, "serials"), 0);
	assert_damaged(temporary, "a link");
	assert_int_equal(unlinkat(temporary->fd, "serials", 0), 0);
	assert_int_equal(mkdirat(temporary->fd, "serials", 0700), 0);
	assert_damaged(temporary, "a folder");
}

static void a_full_disk_keeps_the_old_serial(void **state)
{
	const struct temporary *temporary = *state;
	int r;

	assert_int_equal(raise_policy(temporary, 1, 42), 0);
	limit_file_size(10);
	r = raise_policy(temporary, 1, 43);
	limit_file_size(SIZE_MAX);
	assert_int_equal(r, -EFBIG);
	assert_serial(temporary, 1, 42);
}

/* --- what older versions wrote --- */

/* "EPOCH SERIAL CHECKSUM", each checksum over all that is before it. */
static void append_old_line(char *file, size_t size, const char *line)
{
	size_t length = strlen(file);
	char checksum[CHECKSUM_SIZE];

	snprintf(file + length, size - length, "%s ", line);
	assert_int_equal(checksum_text(file, strlen(file), checksum), 0);
	length = strlen(file);
	snprintf(file + length, size - length, "%s\n", checksum);
}

static void write_old(const struct temporary *temporary, char file[512])
{
	file[0] = '\0';
	append_old_line(file, 512, "1 42");
	append_old_line(file, 512, "2 7");
	temporary_write(temporary, "serials", file, strlen(file));
}

static void an_old_file_speaks_of_policies(void **state)
{
	const struct temporary *temporary = *state;
	char file[512];

	write_old(temporary, file);
	assert_serial(temporary, 1, 42);
	assert_serial(temporary, 2, 7);
	assert_false(last_of(temporary, DOCUMENT_POLICY, 2).has_text_sha256);
	assert_int_equal(last_of(temporary, DOCUMENT_MEDIA, 1).serial, 0);
}

static void an_old_file_becomes_a_new_one_with_the_next_serial(void **state)
{
	const struct temporary *temporary = *state;
	char file[512];

	write_old(temporary, file);
	assert_int_equal(raise_policy(temporary, 1, 41), -EINVAL);
	assert_int_equal(raise_to(temporary, DOCUMENT_MEDIA, 2, 3, hash_a), 0);
	assert_serial(temporary, 1, 42);
	assert_serial(temporary, 2, 7);
	assert_int_equal(last_of(temporary, DOCUMENT_MEDIA, 2).serial, 3);
}

static void a_damaged_old_file_is_noticed(void **state)
{
	const struct temporary *temporary = *state;
	char file[512];
	size_t size, first;

	write_old(temporary, file);
	size = strlen(file);
	first = (size_t)(strchr(file, '\n') - file) + 1;
	for (size_t i = 0; i < size * 8; i++) {
		file[i / 8] ^= (char)(1 << i % 8);
		temporary_write(temporary, "serials", file, size);
		assert_damaged(temporary, "flipped");
		file[i / 8] ^= (char)(1 << i % 8);
	}
	/* That whole lines are missing at its end is what the new form is for. */
	for (size_t kept = 0; kept < size; kept++) {
		if (kept == first)
			continue;
		temporary_write(temporary, "serials", file, kept);
		assert_damaged(temporary, "cut");
	}
}

#define test(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_serial_never_seen_is_0),
		test(a_serial_only_rises),
		test(each_kind_has_its_own_serial),
		test(each_epoch_has_its_own_serial),
		test(the_hash_of_a_serial_can_be_learned_and_forgotten_but_not_exchanged),
		test(of_many_epochs_the_lowest_of_that_kind_is_forgotten),
		test(all_kinds_with_all_epochs_find_room),
		test(every_flipped_bit_is_noticed),
		test(a_file_that_ends_anywhere_is_noticed),
		test(a_line_taken_out_is_missed),
		test(lines_that_are_none_are_refused_with_a_right_checksum),
		test(what_is_no_file_of_serials_is_damaged),
		test(a_full_disk_keeps_the_old_serial),
		test(an_old_file_speaks_of_policies),
		test(an_old_file_becomes_a_new_one_with_the_next_serial),
		test(a_damaged_old_file_is_noticed),
	};

	return cmocka_run_group_tests_name("serials", tests, NULL, NULL);
}
