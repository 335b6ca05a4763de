/* A person's record: its head, who it is made for, and what a new head keeps. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pam/user_file.h"
#include "policy/checksum.h"
#include "tests/unit/temporary.h"

#define OTHER_UID 12345
#define OTHER_GID 23456

static const struct own_file_owner own = {.uid = (uid_t)-1, .gid = (gid_t)-1};
static const struct login_state used = {
	.memory = {.next = 1234567, .drift = -2, .awaited = 77},
	.attempts = {.failures = 3, .locks = 1, .locked_until_s = 99},
	.recovery_spent = 0x5, /* the first and the third */
};

static void add_recovery(struct user_head *head, unsigned number)
{
	snprintf(head->recovery[head->n_recovery++], CODE_HASH_TEXT_SIZE, "$y$j9T$salt$%043u",
		number);
}

/* With recovery codes first to last. */
static struct user_head head_of(unsigned first, unsigned last)
{
	struct user_head head = {
		.token = {.kind = CODE_TOTP, .hash = CODE_SHA256, .digits = 8, .period_s = 60},
		.serial = "T-000123",
		.reset = 0x01020304,
	};

	for (unsigned i = first; i <= last; i++)
		add_recovery(&head, i);
	return head;
}

static void assert_same_head(const struct user_head *a, const struct user_head *b)
{
	assert_int_equal(a->token.kind, b->token.kind);
	assert_int_equal(a->token.hash, b->token.hash);
	assert_int_equal(a->token.digits, b->token.digits);
	assert_int_equal(a->token.period_s, b->token.period_s);
	assert_string_equal(a->serial, b->serial);
	assert_int_equal(a->reset, b->reset);
	assert_int_equal(a->dates.from_s, b->dates.from_s);
	assert_int_equal(a->dates.until_s, b->dates.until_s);
	assert_string_equal(a->ticket.hash, b->ticket.hash);
	assert_int_equal(a->ticket.until_s, b->ticket.until_s);
	assert_string_equal(a->temporary.hash, b->temporary.hash);
	assert_int_equal(a->temporary.until_s, b->temporary.until_s);
	assert_int_equal(a->n_recovery, b->n_recovery);
	assert_memory_equal(a->recovery, b->recovery, sizeof(a->recovery));
}

static void what_is_written_in_a_head_reads_back(void **state)
{
	uint8_t bytes[USER_HEAD_SIZE];

	for (unsigned n = 0; n <= RECOVERY_CODES_MAX; n++) {
		struct user_head head = head_of(1, n), back;

		if (n == RECOVERY_CODES_MAX)
			memset(head.recovery[9], 'x', CODE_HASH_TEXT_SIZE - 1);
		assert_int_equal(user_head_encode(&head, bytes), 0);
		assert_int_equal(user_head_decode(bytes, &back), 0);
		assert_same_head(&back, &head);
	}
}

/* Format 1: what was written once has to be read for ever. */
static void the_head_is_that_of_format_1(void **state)
{
	static const uint8_t wished[52] = {'S', 'K', 'U', 1, 0x63, 0x0c, 0x27, 0x59, 1, 2, 8, 1, 60,
		0, 'T', '-', '0', '0', '0', '1', '2', '3', [48] = 4, 3, 2, 1};
	struct user_head head = head_of(7, 7);
	uint8_t bytes[USER_HEAD_SIZE];

	assert_int_equal(user_head_encode(&head, bytes), 0);
	assert_memory_equal(bytes, wished, sizeof(wished));
	assert_string_equal((const char *)bytes + 52, head.recovery[0]);
}

/* Format 2: with dates, so that a version that knows none of them believes none of it. */
static void the_head_of_a_token_with_dates_is_that_of_format_2(void **state)
{
	static const struct token_dates rows[] = {
		{1806505200, 0}, {0, 1838127599}, {1806505200, 1838127599}, {1, INT64_MAX}};
	static const uint8_t wished[16] = {
		0xf0, 0x14, 0xad, 0x6b, 0, 0, 0, 0, 0xef, 0x99, 0x8f, 0x6d, 0, 0, 0, 0};
	struct user_head plain = head_of(1, 10), head = plain, back;
	uint8_t format1[USER_HEAD_SIZE], bytes[USER_HEAD_SIZE];
	size_t at = 52 + (size_t)RECOVERY_CODES_MAX * CODE_HASH_TEXT_SIZE;

	assert_int_equal(user_head_encode(&plain, format1), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		head.dates = rows[i];
		assert_int_equal(user_head_encode(&head, bytes), 0);
		assert_memory_equal(bytes, "SKU\2", 4);
		assert_memory_equal(bytes + 8, format1 + 8, at - 8);
		if (i == 2)
			assert_memory_equal(bytes + at, wished, sizeof(wished));
		assert_int_equal(user_head_decode(bytes, &back), 0);
		assert_same_head(&back, &head);
		/* The checksum does not cover the format. */
		bytes[3] = 1;
		assert_int_equal(user_head_decode(bytes, &back), -EBADMSG);
	}
	format1[3] = 2;
	assert_int_equal(user_head_decode(format1, &back), -EBADMSG);
}

#define TICKET "$y$j9T$ticketsalt$ticket"

/* Format 3: with a ticket, with dates or without. */
static void the_head_of_a_token_with_a_ticket_is_that_of_format_3(void **state)
{
	static const struct token_dates rows[] = {{0, 0}, {1806505200, 1838127599}};
	static const uint8_t wished[8] = {0xef, 0x24, 0xb8, 0x6b};
	struct user_head head = head_of(1, 10), back;
	uint8_t plain[USER_HEAD_SIZE], bytes[USER_HEAD_SIZE];
	size_t at = 52 + (size_t)RECOVERY_CODES_MAX * CODE_HASH_TEXT_SIZE + 16;

	for (size_t i = 0; i < 2; i++) {
		head.dates = rows[i];
		head.ticket = (struct token_ticket){};
		assert_int_equal(user_head_encode(&head, plain), 0);
		head.ticket = (struct token_ticket){.hash = TICKET, .until_s = 1807230191};
		assert_int_equal(user_head_encode(&head, bytes), 0);
		assert_memory_equal(bytes, "SKU\3", 4);
		assert_memory_equal(bytes + 8, plain + 8, at - 8);
		assert_string_equal((const char *)bytes + at, TICKET);
		assert_memory_equal(bytes + at + CODE_HASH_TEXT_SIZE, wished, sizeof(wished));
		assert_int_equal(user_head_decode(bytes, &back), 0);
		assert_same_head(&back, &head);
		/* Those that know no ticket believe none of it. */
		for (uint8_t format = 0; format < 5; format++) {
			bytes[3] = plain[3] = format;
			assert_int_equal(
				user_head_decode(bytes, &back), format == 3 ? 0 : -EBADMSG);
			assert_int_equal(
				user_head_decode(plain, &back), format == i + 1 ? 0 : -EBADMSG);
		}
	}
}

/* Format 4: with a same-day code, whatever else there is. */
static void the_head_of_a_token_with_a_same_day_code_is_that_of_format_4(void **state)
{
	const struct token_ticket code = {.hash = TICKET, .until_s = 1807230191};
	struct user_head head = head_of(1, 10), back;
	uint8_t bytes[USER_HEAD_SIZE];

	for (int i = 0; i < 2; i++) {
		head.temporary = code;
		head.ticket = i == 1 ? code : (struct token_ticket){};
		assert_int_equal(user_head_encode(&head, bytes), 0);
		assert_memory_equal(bytes, "SKU\4", 4);
		assert_int_equal(user_head_decode(bytes, &back), 0);
		assert_same_head(&back, &head);
		for (uint8_t format = 0; format < 6; format++) {
			bytes[3] = format;
			assert_int_equal(
				user_head_decode(bytes, &back), format == 4 ? 0 : -EBADMSG);
		}
	}
	head.temporary.until_s = 0;
	assert_int_equal(user_head_encode(&head, bytes), -EINVAL);
}

static void half_a_ticket_is_none(void **state)
{
	struct user_head head = head_of(1, 1);
	uint8_t bytes[USER_HEAD_SIZE];

	head.ticket = (struct token_ticket){.hash = TICKET};
	assert_int_equal(user_head_encode(&head, bytes), -EINVAL);
	head.ticket = (struct token_ticket){.until_s = 1};
	assert_int_equal(user_head_encode(&head, bytes), -EINVAL);
	head.ticket = (struct token_ticket){.hash = TICKET, .until_s = -1};
	assert_int_equal(user_head_encode(&head, bytes), -EINVAL);
	memset(head.ticket.hash, 'x', sizeof(head.ticket.hash));
	head.ticket.until_s = 1;
	assert_int_equal(user_head_encode(&head, bytes), -EINVAL);
	head.ticket.hash[CODE_HASH_TEXT_SIZE - 1] = '\0';
	assert_int_equal(user_head_encode(&head, bytes), 0);
}

static void set_checksum(uint8_t bytes[USER_HEAD_SIZE])
{
	uint32_t sum = htole32(checksum(bytes + 8, USER_HEAD_SIZE - 8));

	memcpy(bytes + 4, &sum, sizeof(sum));
}

static void dates_that_cannot_be_are_neither_written_nor_read(void **state)
{
	static const struct token_dates rows[] = {
		{-1, 0}, {0, -1}, {200, 100}, {200, 200}, {INT64_MIN, INT64_MAX}};
	size_t at = 52 + (size_t)RECOVERY_CODES_MAX * CODE_HASH_TEXT_SIZE;
	struct user_head head = head_of(1, 3), back = {.reset = 1};
	uint8_t bytes[USER_HEAD_SIZE];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const uint64_t raw[] = {
			htole64((uint64_t)rows[i].from_s), htole64((uint64_t)rows[i].until_s)};

		head.dates = (struct token_dates){100, 200};
		assert_int_equal(user_head_encode(&head, bytes), 0);
		memcpy(bytes + at, raw, sizeof(raw));
		set_checksum(bytes);
		assert_int_equal(user_head_decode(bytes, &back), -EBADMSG);
		head.dates = rows[i];
		assert_int_equal(user_head_encode(&head, bytes), -EINVAL);
	}
	assert_int_equal(back.reset, 1);
}

static void a_head_that_cannot_be_kept_is_refused(void **state)
{
	struct user_head head = head_of(1, 3);
	uint8_t bytes[USER_HEAD_SIZE] = "untouched";

	head.n_recovery = RECOVERY_CODES_MAX + 1;
	assert_int_equal(user_head_encode(&head, bytes), -EINVAL);
	head.n_recovery = SIZE_MAX;
	assert_int_equal(user_head_encode(&head, bytes), -EINVAL);
	head.n_recovery = 4; /* the fourth is empty */
	assert_int_equal(user_head_encode(&head, bytes), -EINVAL);
	head.n_recovery = 3;
	memset(head.recovery[2], 'x', CODE_HASH_TEXT_SIZE);
	assert_int_equal(user_head_encode(&head, bytes), -EINVAL);
	head = head_of(1, 3);
	memset(head.serial, 'x', TOKEN_SERIAL_SIZE);
	assert_int_equal(user_head_encode(&head, bytes), -EINVAL);
	assert_string_equal((const char *)bytes, "untouched");
	head.serial[TOKEN_SERIAL_SIZE - 1] = '\0';
	assert_int_equal(user_head_encode(&head, bytes), 0);
}

static void every_byte_of_a_head_that_changes_is_seen(void **state)
{
	struct user_head head = head_of(1, 10), back = {.reset = 1};
	uint8_t bytes[USER_HEAD_SIZE];

	head.dates = (struct token_dates){1806505200, 1838127599};
	assert_int_equal(user_head_encode(&head, bytes), 0);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		for (int bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1 << bit);
			assert_int_equal(user_head_decode(bytes, &back), -EBADMSG);
			bytes[i] ^= (uint8_t)(1 << bit);
		}
	}
	assert_int_equal(back.reset, 1);
	assert_int_equal(user_head_decode(bytes, &back), 0);
}

static void make(const struct temporary *folder, const char *user, const struct user_head *head)
{
	assert_int_equal(user_file_make(folder->fd, user, head, &used, &own), 0);
}

static struct user_state read_state(const struct temporary *folder, struct user_head *ret_head)
{
	struct user_state state;
	struct user_file *file;

	assert_int_equal(user_file_open(folder->fd, "ito", 0, ret_head, &file), 0);
	assert_int_equal(user_file_read(file, &state), 0);
	user_file_close(file);
	return state;
}

static void flip(const struct temporary *folder, off_t at)
{
	int fd = openat(folder->fd, "ito", O_RDWR | O_CLOEXEC);
	const struct timespec times[] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	uint8_t byte;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static void a_new_head_keeps_what_is_remembered(void **state)
{
	const struct temporary *folder = *state;
	struct user_head old = head_of(1, 4), new = head_of(1, 4), back;
	struct user_state read;

	make(folder, "ito", &old);
	new.token.digits = 6;
	assert_int_equal(user_file_rehead(folder->fd, "ito", 0, &new, &own), 0);
	read = read_state(folder, &back);
	assert_same_head(&back, &new);
	assert_int_equal(read.slots.state.memory.next, used.memory.next);
	assert_int_equal(read.slots.state.memory.drift, used.memory.drift);
	assert_int_equal(read.slots.state.memory.awaited, used.memory.awaited);
	assert_int_equal(read.slots.state.attempts.failures, used.attempts.failures);
	assert_int_equal(read.slots.state.attempts.locks, used.attempts.locks);
	assert_int_equal(read.slots.state.attempts.locked_until_s, used.attempts.locked_until_s);
	assert_int_equal(read.slots.state.recovery_spent, 0x5);
	assert_false(read.slots.is_damaged);
	assert_int_equal(temporary_count(folder), 1);
}

static void a_recovery_code_that_was_spent_stays_so(void **state)
{
	const struct temporary *folder = *state;
	static const struct {
		unsigned first, last;
		uint16_t spent;
	} rows[] = {
		{1, 4, 0x5},   /* the same */
		{3, 6, 0x1},   /* the third is the first now */
		{2, 2, 0},     /* was not spent */
		{11, 20, 0},   /* all new */
		{1, 10, 0x5},  /* more of them */
		{1, 0, 0},     /* none */
		{101, 101, 0}, /* none is spent where no code was */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct user_head old = head_of(1, 4), new = head_of(rows[i].first, rows[i].last);

		make(folder, "ito", &old);
		assert_int_equal(user_file_rehead(folder->fd, "ito", 0, &new, &own), 0);
		assert_int_equal(
			read_state(folder, &old).slots.state.recovery_spent, rows[i].spent);
	}
}

static void a_new_head_does_not_hide_what_may_be_lost(void **state)
{
	const struct temporary *folder = *state;
	struct user_head head = head_of(1, 4);
	struct user_state read;

	make(folder, "ito", &head);
	flip(folder, 2560 + 20);
	assert_int_equal(user_file_rehead(folder->fd, "ito", 0, &head, &own), 0);
	read = read_state(folder, &head);
	assert_true(read.slots.is_damaged);
	assert_int_equal(read.slots.next, 1);
	assert_int_equal(read.written_s, 1000);
	/* And what is beside a slot stays as well. */
	flip(folder, 2048 + 64);
	assert_int_equal(user_file_rehead(folder->fd, "ito", 0, &head, &own), 0);
	flip(folder, 2048 + 64);
	assert_int_equal(read_state(folder, &head).slots.next, 1);
	flip(folder, 2048 + 20);
	assert_int_equal(user_file_rehead(folder->fd, "ito", 0, &head, &own), 0);
	flip(folder, 2048 + 20);
	assert_int_equal(read_state(folder, &head).slots.state.memory.next, used.memory.next);
}

static void a_head_is_not_replaced_where_the_old_one_cannot_be_believed(void **state)
{
	const struct temporary *folder = *state;
	struct user_head head = head_of(1, 4), bad = head, back;
	struct user_file *held;

	assert_int_equal(user_file_rehead(folder->fd, "ito", 0, &head, &own), -ENOENT);
	make(folder, "ito", &head);
	flip(folder, 100);
	assert_int_equal(user_file_rehead(folder->fd, "ito", 0, &head, &own), -EBADMSG);
	flip(folder, 100);
	bad.n_recovery = 11;
	assert_int_equal(user_file_rehead(folder->fd, "ito", 0, &bad, &own), -EINVAL);
	assert_int_equal(user_file_open(folder->fd, "ito", 0, &back, &held), 0);
	assert_int_equal(user_file_rehead(folder->fd, "ito", 5, &head, &own), -ETIMEDOUT);
	user_file_close(held);
	limit_file_size(1000);
	assert_int_equal(user_file_rehead(folder->fd, "ito", 0, &head, &own), -ENOSPC);
	limit_file_size(SIZE_MAX);
	assert_int_equal(fchmodat(folder->fd, "ito", 0640, 0), 0);
	assert_int_equal(user_file_rehead(folder->fd, "ito", 0, &head, &own), -EPERM);
	assert_int_equal(fchmodat(folder->fd, "ito", 0600, 0), 0);
	assert_int_equal(temporary_count(folder), 1);
	assert_same_head(&head, (read_state(folder, &back), &back));
}

/* Killed while it was made: what lies about is in nobody's way. */
static void what_is_left_of_a_record_half_made_is_replaced(void **state)
{
	const struct temporary *folder = *state;
	struct user_head head = head_of(1, 1);

	temporary_write(folder, ".ito.new", "half", 4);
	make(folder, "ito", &head);
	assert_false(temporary_has(folder, ".ito.new"));
	temporary_write(folder, ".ito.new", "half", 4);
	assert_int_equal(user_file_rehead(folder->fd, "ito", 0, &head, &own), 0);
	assert_int_equal(temporary_count(folder), 1);
}

/* Or a code of the new token would be forgotten with the record of the old one. */
static void a_record_that_was_replaced_takes_nothing_more(void **state)
{
	const struct temporary *folder = *state;
	struct user_head head = head_of(1, 1);
	struct user_file *file;
	struct user_state before;

	make(folder, "ito", &head);
	assert_int_equal(user_file_open(folder->fd, "ito", 0, &head, &file), 0);
	assert_int_equal(user_file_read(file, &before), 0);
	assert_int_equal(user_file_write(file, &before), 0);
	make(folder, "ito", &head);
	assert_int_equal(user_file_write(file, &before), -ESTALE);
	user_file_close(file);
}

static void the_decoy_is_the_only_name_with_a_point(void **state)
{
	const struct temporary *folder = *state;
	static const char *const names[] = {".", "..", ".decoy2", ".deco", ".ito.new", ".DECOY",
		"decoy.", "", "-ito", "1ito", "ito/", "abcdefghijklmnopqrstuvwxyzabcdefg"};
	struct user_head head = head_of(1, 1);
	struct user_file *file;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_int_equal(user_file_make(folder->fd, names[i], &head, &used, &own), -EINVAL);
		assert_int_equal(user_file_open(folder->fd, names[i], 0, &head, &file), -ENOENT);
	}
	make(folder, USER_FILE_DECOY, &head);
	make(folder, "abcdefghijklmnopqrstuvwxyz-_0123", &head);
	assert_int_equal(user_file_open(folder->fd, USER_FILE_DECOY, 0, &head, &file), 0);
	user_file_close(file);
}

static void check_made_for_another(const struct temporary *folder, const struct user_head *head,
	const struct own_file_owner *other)
{
	struct user_head back;
	struct user_file *file;
	struct stat facts;

	assert_int_equal(user_file_make(folder->fd, "ito", head, &used, other), 0);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(fstatat(folder->fd, "ito", &facts, 0), 0);
		assert_int_equal(facts.st_uid, OTHER_UID);
		assert_int_equal(facts.st_gid, OTHER_GID);
		assert_int_equal(facts.st_mode, S_IFREG | 0600);
		assert_int_equal(user_file_rehead(folder->fd, "ito", 0, head, other), 0);
	}
	/* Root is not the owner either, and has to say whom it means. */
	assert_int_equal(user_file_open(folder->fd, "ito", 0, &back, &file), -EPERM);
	assert_int_equal(
		user_file_open_of(folder->fd, "ito", OTHER_UID + 1, 0, &back, &file), -EPERM);
	assert_int_equal(user_file_rehead(folder->fd, "ito", 0, head, &own), -EPERM);
	assert_int_equal(user_file_open_of(folder->fd, "ito", OTHER_UID, 0, &back, &file), 0);
	user_file_close(file);
}

static void a_record_is_made_for_the_account_that_is_named(void **state)
{
	const struct temporary *folder = *state;
	const struct own_file_owner other = {.uid = OTHER_UID, .gid = OTHER_GID};
	struct user_head head = head_of(1, 2);

	if (geteuid() == 0) {
		check_made_for_another(folder, &head, &other);
		return;
	}
	/* Who is not root cannot, and leaves nothing. */
	assert_int_equal(user_file_make(folder->fd, "ito", &head, &used, &other), -EPERM);
	assert_int_equal(temporary_count(folder), 0);
}

static void a_mask_of_the_caller_does_not_change_the_mode(void **state)
{
	const struct temporary *folder = *state;
	struct user_head head = head_of(1, 1), back;
	mode_t before = umask(0377);

	make(folder, "ito", &head);
	umask(before);
	assert_int_equal(temporary_mode(folder, "ito"), 0600);
	assert_int_equal(read_state(folder, &back).slots.state.memory.next, used.memory.next);
}

static void a_secret_may_have_fewer_rights_and_a_record_has_all_of_its_own(void **state)
{
	const struct temporary *folder = *state;
	static const struct {
		mode_t mode;
		int as_secret, as_record;
	} rows[] = {
		{0600, 0, 0},
		{0400, 0, -EPERM},
		{0640, -EPERM, -EPERM},
		{0604, -EPERM, -EPERM},
		{0700, -EPERM, -EPERM},
		{04600, -EPERM, -EPERM},
		{01600, -EPERM, -EPERM},
		{0440, -EPERM, -EPERM},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const enum own_file_kind kinds[] = {OWN_SECRET, OWN_RECORD};

		temporary_write(folder, "own", "bytes", 5);
		assert_int_equal(fchmodat(folder->fd, "own", rows[i].mode, 0), 0);
		for (size_t k = 0; k < 2; k++) {
			int wished = k == 0 ? rows[i].as_secret : rows[i].as_record, fd = -1;
			off_t size;
			int r = own_file_open(folder->fd, "own", kinds[k], (uid_t)-1, &fd, &size);

			/* Who is not root cannot even open what is not to be written. */
			if (r != wished && !(geteuid() != 0 && r == -EACCES && wished == -EPERM))
				fail_msg("mode %o, kind %zu: %d", (unsigned)rows[i].mode, k, r);
			if (r == 0)
				assert_int_equal(size, 5);
			if (fd >= 0)
				close(fd);
		}
		assert_int_equal(unlinkat(folder->fd, "own", 0), 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_in_a_head_reads_back),
		cmocka_unit_test(the_head_is_that_of_format_1),
		cmocka_unit_test(the_head_of_a_token_with_dates_is_that_of_format_2),
		cmocka_unit_test(the_head_of_a_token_with_a_ticket_is_that_of_format_3),
		cmocka_unit_test(the_head_of_a_token_with_a_same_day_code_is_that_of_format_4),
		cmocka_unit_test(half_a_ticket_is_none),
		cmocka_unit_test(dates_that_cannot_be_are_neither_written_nor_read),
		cmocka_unit_test(a_head_that_cannot_be_kept_is_refused),
		cmocka_unit_test(every_byte_of_a_head_that_changes_is_seen),
		TEST(a_new_head_keeps_what_is_remembered),
		TEST(a_recovery_code_that_was_spent_stays_so),
		TEST(a_new_head_does_not_hide_what_may_be_lost),
		TEST(a_head_is_not_replaced_where_the_old_one_cannot_be_believed),
		TEST(what_is_left_of_a_record_half_made_is_replaced),
		TEST(a_record_that_was_replaced_takes_nothing_more),
		TEST(the_decoy_is_the_only_name_with_a_point),
		TEST(a_record_is_made_for_the_account_that_is_named),
		TEST(a_mask_of_the_caller_does_not_change_the_mode),
		TEST(a_secret_may_have_fewer_rights_and_a_record_has_all_of_its_own),
	};

	return cmocka_run_group_tests_name("user_file", tests, NULL, NULL);
}
