/* Sealed envelopes let in once each, whoever is killed on the way. */
#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/kill_at.h"

#include "pam/envelopes.h"
#include "tests/unit/temporary.h"

#define SALT       "$y$j65$k.6lBBKN1NaXXYpNaVrA1/"
#define OTHER_SALT "$y$j65$k2XAnEHBqQ1Ct2aMXFKNa/"
#define N_CODES    3
#define NOW_S      1800000000
#define OTHER_UID  12345

static const struct own_file_owner own = {.uid = (uid_t)-1, .gid = (gid_t)-1};
static const char *const codes[N_CODES] = {
	"AB3DEFGH7KMNPQR0", "AB3DEFGH7KMNPQR1", "AB3DEFGH7KMNPQR2"};
static const char root_code[] = "ZZ3DEFGH7KMNPQR9";
static char hashes[N_CODES][CODE_HASH_TEXT_SIZE], root_hash[CODE_HASH_TEXT_SIZE];
static const struct temporary *folder;

static void hash(const char *code, const char *salt, char ret[CODE_HASH_TEXT_SIZE])
{
	static struct crypt_data data;

	snprintf(ret, CODE_HASH_TEXT_SIZE, "%s", crypt_r(code, salt, &data));
}

static int hash_all(void **state)
{
	for (size_t i = 0; i < N_CODES; i++)
		hash(codes[i], SALT, hashes[i]);
	hash(root_code, OTHER_SALT, root_hash);
	return 0;
}

static unsigned make(void)
{
	unsigned lost = 99;

	assert_int_equal(envelopes_make(folder->fd, hashes, N_CODES, 0, &own, &lost), 0);
	return lost;
}

static int setup(void **state)
{
	if (temporary_setup(state) < 0)
		return -1;
	folder = *state;
	make();
	return 0;
}

static struct envelope_answer check(const char *symbols)
{
	struct envelope_answer answer;

	assert_int_equal(envelopes_check(folder->fd, symbols, "ito", NOW_S, 20000, &answer), 0);
	return answer;
}

static int file_open(void)
{
	int fd = openat(folder->fd, ENVELOPES_FILE, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void flip(off_t at)
{
	int fd = file_open();
	uint8_t byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 0x20;
	assert_int_equal(__real_pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static void each_envelope_lets_in_once(void **state)
{
	for (unsigned i = 0; i < N_CODES; i++) {
		struct envelope_answer answer = check(codes[i]);

		assert_int_equal(answer.verdict, ENVELOPE_RIGHT);
		assert_int_equal(answer.number, i + 1);
		answer = check(codes[i]);
		assert_int_equal(answer.verdict, ENVELOPE_USED);
		assert_int_equal(answer.number, i + 1);
	}
	/* The same document at the next start. */
	assert_int_equal(make(), 0);
	assert_int_equal(check(codes[1]).verdict, ENVELOPE_USED);
}

static void what_is_in_no_envelope_is_wrong(void **state)
{
	static const char *const typed[] = {"AB3DEFGH7KMNPQR3", "AB3DEFGH7KMNPQR", "", "123456",
		"ab3defgh7kmnpqr0", "AB3DEFGH7KMNPQR00"};

	for (size_t i = 0; i < sizeof(typed) / sizeof(*typed); i++)
		assert_int_equal(check(typed[i]).verdict, ENVELOPE_WRONG);
	assert_int_equal(check(codes[0]).verdict, ENVELOPE_RIGHT);
}

static void a_new_set_ends_the_old_one(void **state)
{
	char others[1][CODE_HASH_TEXT_SIZE];
	unsigned lost;

	hash("NEWNEWNEWNEWNEW0", OTHER_SALT, others[0]);
	assert_int_equal(envelopes_make(folder->fd, others, 1, 0, &own, &lost), 0);
	assert_int_equal(check(codes[0]).verdict, ENVELOPE_WRONG);
	assert_int_equal(check("NEWNEWNEWNEWNEW0").verdict, ENVELOPE_RIGHT);
}

static void root_adds_one_that_outlives_the_same_document(void **state)
{
	unsigned number;

	assert_int_equal(check(root_code).verdict, ENVELOPE_WRONG);
	assert_int_equal(envelopes_add(folder->fd, root_hash, NOW_S, 0, &own, &number), 0);
	assert_int_equal(number, ENVELOPES_MAX + 1);
	assert_int_equal(make(), 0);
	assert_int_equal(check(root_code).verdict, ENVELOPE_RIGHT);
	assert_int_equal(make(), 0);
	assert_int_equal(check(root_code).verdict, ENVELOPE_USED);
	assert_int_equal(check(codes[0]).verdict, ENVELOPE_RIGHT);
	assert_int_equal(envelopes_add(folder->fd, "", NOW_S, 0, &own, &number), -EINVAL);
	/* Also where no document brought any. */
	assert_int_equal(unlinkat(folder->fd, ENVELOPES_FILE, 0), 0);
	assert_int_equal(envelopes_add(folder->fd, root_hash, NOW_S, 0, &own, &number), 0);
	assert_int_equal(check(root_code).verdict, ENVELOPE_RIGHT);
}

static void what_was_spent_is_told_once(void **state)
{
	struct envelope_news news[ENVELOPE_PLACES];
	size_t n = 99;

	assert_int_equal(envelopes_untold(folder->fd, 0, news, &n), 0);
	assert_int_equal(n, 0);
	check(codes[2]);
	check(codes[0]);
	assert_int_equal(envelopes_untold(folder->fd, 0, news, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(news[0].number, 1);
	assert_int_equal(news[1].number, 3);
	assert_int_equal(news[1].spent_s, NOW_S);
	assert_string_equal(news[1].user, "ito");
	assert_int_equal(envelopes_untold(folder->fd, 0, news, &n), 0);
	assert_int_equal(n, 0);
	/* What cannot be read is none either. */
	check(codes[1]);
	flip(2 * ENVELOPE_SECTOR_SIZE + 20);
	assert_int_equal(envelopes_untold(folder->fd, 0, news, &n), 0);
	assert_int_equal(n, 0);
	flip(2 * ENVELOPE_SECTOR_SIZE + 20);
	assert_int_equal(envelopes_untold(folder->fd, 0, news, &n), 0);
	assert_int_equal(n, 1);
	/* Used again is no news, and told is as spent as before. */
	assert_int_equal(check(codes[0]).verdict, ENVELOPE_USED);
	assert_int_equal(envelopes_untold(folder->fd, 0, news, &n), 0);
	assert_int_equal(n, 0);
}

static void a_long_name_is_kept_as_far_as_there_is_room(void **state)
{
	struct envelope_news news[ENVELOPE_PLACES];
	struct envelope_answer answer;
	size_t n;

	assert_int_equal(envelopes_check(folder->fd, codes[0],
				 "abcdefghijklmnopqrstuvwxyz0123456789", NOW_S, 0, &answer),
		0);
	assert_int_equal(envelopes_untold(folder->fd, 0, news, &n), 0);
	assert_string_equal(news[0].user, "abcdefghijklmnopqrstuvwxyz012345");
}

static unsigned right_at_once(unsigned processes)
{
	unsigned count = 0;
	int go[2];

	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	for (unsigned i = 0; i < processes; i++) {
		pid_t child = fork();
		char byte;

		assert_true(child >= 0);
		if (child > 0)
			continue;
		close(go[1]);
		/* Ends when the parent has started them all. */
		if (read(go[0], &byte, 1) != 0)
			_exit(255);
		_exit((int)check(codes[1]).verdict);
	}
	close(go[0]);
	close(go[1]);
	for (unsigned i = 0; i < processes; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status));
		assert_in_range(WEXITSTATUS(status), ENVELOPE_USED, ENVELOPE_RIGHT);
		count += WEXITSTATUS(status) == ENVELOPE_RIGHT;
	}
	return count;
}

static void of_fifty_at_once_one_gets_in(void **state)
{
	for (int round = 0; round < 3; round++) {
		assert_int_equal(unlinkat(folder->fd, ENVELOPES_FILE, 0), 0);
		make();
		assert_int_equal(right_at_once(50), 1);
	}
}

static void no_byte_that_changes_lets_anybody_in(void **state)
{
	struct envelope_answer answer;

	assert_int_equal(check(codes[0]).verdict, ENVELOPE_RIGHT);
	for (off_t at = 0; at < ENVELOPE_SECTOR_SIZE; at++) {
		/* One that was spent, and one that was not. */
		for (off_t sector = 1; sector <= 2; sector++) {
			flip(sector * ENVELOPE_SECTOR_SIZE + at);
			if (check(codes[sector - 1]).verdict != ENVELOPE_WRONG)
				fail_msg("byte %ld of sector %ld", (long)at, (long)sector);
			flip(sector * ENVELOPE_SECTOR_SIZE + at);
		}
	}
	flip(20); /* the head is nobody's envelope */
	assert_int_equal(check(codes[0]).verdict, ENVELOPE_USED);
	flip(2 * ENVELOPE_SECTOR_SIZE + 20);
	assert_int_equal(check(codes[2]).verdict, ENVELOPE_RIGHT);
	/* Lost for good, whatever comes again with the same document. */
	assert_int_equal(make(), 1);
	assert_int_equal(envelopes_check(folder->fd, codes[1], "ito", NOW_S, 0, &answer), 0);
	assert_int_equal(answer.verdict, ENVELOPE_WRONG);
	assert_int_equal(make(), 1);
}

static void a_file_cut_short_loses_what_is_cut_off(void **state)
{
	int fd = file_open();

	assert_int_equal(ftruncate(fd, 2 * ENVELOPE_SECTOR_SIZE + 100), 0);
	close(fd);
	assert_int_equal(check(codes[1]).verdict, ENVELOPE_WRONG);
	assert_int_equal(make(), 2);
	assert_int_equal(check(codes[1]).verdict, ENVELOPE_WRONG);
	assert_int_equal(check(codes[0]).verdict, ENVELOPE_RIGHT);
	fd = file_open();
	assert_int_equal(ftruncate(fd, 0), 0);
	close(fd);
	assert_int_equal(make(), 3);
	assert_int_equal(check(codes[2]).verdict, ENVELOPE_WRONG);
}

static int check_one(void *data)
{
	struct envelope_answer answer;

	return envelopes_check(folder->fd, codes[0], "ito", NOW_S, 0, &answer);
}

static void who_is_killed_leaves_it_unspent_or_spent(void **state)
{
	int calls = 0;

	for (int torn = 0; torn <= 1; torn++) {
		for (int call = 0;; call++) {
			enum envelope_verdict verdict;

			assert_int_equal(unlinkat(folder->fd, ENVELOPES_FILE, 0), 0);
			make();
			if (!killed_at(call, torn, check_one, NULL))
				break;
			calls++;
			/* The write was not begun, or torn, or done and not yet flushed. */
			verdict = check(codes[0]).verdict;
			assert_int_equal(verdict, call > 0 ? ENVELOPE_USED
						  : torn   ? ENVELOPE_WRONG
							   : ENVELOPE_RIGHT);
			assert_int_not_equal(check(codes[0]).verdict, ENVELOPE_RIGHT);
			assert_int_equal(check(codes[1]).verdict, ENVELOPE_RIGHT);
			assert_int_equal(make(), torn && call == 0);
			assert_int_not_equal(check(codes[0]).verdict, ENVELOPE_RIGHT);
		}
	}
	assert_int_equal(calls, 4);
}

static int make_more(void *data)
{
	unsigned lost;
	char more[N_CODES + 1][CODE_HASH_TEXT_SIZE];

	memcpy(more, hashes, sizeof(hashes));
	memcpy(more[N_CODES], root_hash, CODE_HASH_TEXT_SIZE);
	return envelopes_make(folder->fd, more, N_CODES + 1, 0, &own, &lost);
}

static void who_is_killed_making_it_leaves_the_old_or_the_new(void **state)
{
	int calls = 0, call;

	for (int torn = 0; torn <= 1; torn++) {
		for (call = 0;; call++) {
			assert_int_equal(unlinkat(folder->fd, ENVELOPES_FILE, 0), 0);
			make();
			check(codes[0]);
			if (!killed_at(call, torn, make_more, NULL))
				break;
			calls++;
			assert_int_equal(check(codes[0]).verdict, ENVELOPE_USED);
			assert_int_equal(check(codes[1]).verdict, ENVELOPE_RIGHT);
			assert_int_equal(make_more(NULL), 0);
			assert_int_equal(check(codes[0]).verdict, ENVELOPE_USED);
			assert_int_equal(check(codes[1]).verdict, ENVELOPE_USED);
			assert_int_equal(check(root_code).verdict, ENVELOPE_RIGHT);
			assert_int_equal(temporary_count(folder), 1);
		}
	}
	assert_true(calls >= 8);
}

static int tell(void *data)
{
	struct envelope_news news[ENVELOPE_PLACES];
	size_t n;

	return envelopes_untold(folder->fd, 0, news, &n);
}

static void who_is_killed_telling_leaves_it_spent(void **state)
{
	for (int call = 0;; call++) {
		assert_int_equal(unlinkat(folder->fd, ENVELOPES_FILE, 0), 0);
		make();
		check(codes[0]);
		check(codes[1]);
		if (!killed_at(call, false, tell, NULL)) {
			assert_int_equal(call, 4);
			break;
		}
		assert_int_equal(check(codes[0]).verdict, ENVELOPE_USED);
		assert_int_equal(check(codes[1]).verdict, ENVELOPE_USED);
	}
}

static void what_cannot_be_used_lets_nobody_in(void **state)
{
	struct envelope_answer answer = {.verdict = ENVELOPE_WRONG};
	struct envelope_news news[ENVELOPE_PLACES];
	unsigned number;
	size_t n;
	int fd = file_open();
	off_t size;

	close(fd);
	assert_int_equal(fchmodat(folder->fd, ENVELOPES_FILE, 0644, 0), 0);
	assert_int_equal(envelopes_check(folder->fd, codes[0], "ito", 0, 0, &answer), -EPERM);
	assert_int_equal(envelopes_untold(folder->fd, 0, news, &n), -EPERM);
	assert_int_equal(envelopes_make(folder->fd, hashes, 1, 0, &own, &number), -EPERM);
	assert_int_equal(envelopes_add(folder->fd, root_hash, 0, 0, &own, &number), -EPERM);
	assert_int_equal(fchmodat(folder->fd, ENVELOPES_FILE, 0600, 0), 0);
	assert_int_equal(
		own_file_open_locked(folder->fd, ENVELOPES_FILE, (uid_t)-1, 0, &fd, &size), 0);
	assert_int_equal(envelopes_check(folder->fd, codes[0], "ito", 0, 5, &answer), -ETIMEDOUT);
	/* What is wrong needs no lock. */
	assert_int_equal(envelopes_check(folder->fd, root_code, "ito", 0, 0, &answer), 0);
	assert_int_equal(envelopes_make(folder->fd, hashes, 1, 5, &own, &number), -ETIMEDOUT);
	close(fd);
	assert_int_equal(unlinkat(folder->fd, ENVELOPES_FILE, 0), 0);
	assert_int_equal(envelopes_check(folder->fd, codes[0], "ito", 0, 0, &answer), -ENOENT);
	assert_int_equal(envelopes_untold(folder->fd, 0, news, &n), -ENOENT);
	assert_int_equal(answer.verdict, ENVELOPE_WRONG);
	make();
	assert_int_equal(check(codes[0]).verdict, ENVELOPE_RIGHT);
}

static void a_full_disk_leaves_what_was_there(void **state)
{
	unsigned lost;
	char other[1][CODE_HASH_TEXT_SIZE];

	hash("NEWNEWNEWNEWNEW0", OTHER_SALT, other[0]);
	limit_file_size(1000);
	assert_int_equal(envelopes_make(folder->fd, other, 1, 0, &own, &lost), -ENOSPC);
	limit_file_size(SIZE_MAX);
	assert_int_equal(temporary_count(folder), 1);
	assert_int_equal(check(codes[0]).verdict, ENVELOPE_RIGHT);
}

static void root_makes_it_for_another_account(void **state)
{
	const struct own_file_owner other = {.uid = OTHER_UID, .gid = OTHER_UID};
	struct envelope_answer answer;
	struct stat facts;
	unsigned lost;

	assert_int_equal(unlinkat(folder->fd, ENVELOPES_FILE, 0), 0);
	if (geteuid() != 0) {
		assert_int_equal(
			envelopes_make(folder->fd, hashes, N_CODES, 0, &other, &lost), -EPERM);
		assert_int_equal(temporary_count(folder), 0);
		return;
	}
	for (int round = 0; round < 2; round++) {
		assert_int_equal(envelopes_make(folder->fd, hashes, N_CODES, 0, &other, &lost), 0);
		assert_int_equal(envelopes_add(folder->fd, root_hash, NOW_S, 0, &other, &lost), 0);
		assert_int_equal(fstatat(folder->fd, ENVELOPES_FILE, &facts, 0), 0);
		assert_int_equal(facts.st_uid, OTHER_UID);
		assert_int_equal(facts.st_gid, OTHER_UID);
		assert_int_equal(facts.st_mode, S_IFREG | 0600);
	}
	assert_int_equal(envelopes_check(folder->fd, codes[0], "ito", 0, 0, &answer), -EPERM);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, temporary_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_envelope_lets_in_once),
		TEST(what_is_in_no_envelope_is_wrong),
		TEST(a_new_set_ends_the_old_one),
		TEST(root_adds_one_that_outlives_the_same_document),
		TEST(what_was_spent_is_told_once),
		TEST(a_long_name_is_kept_as_far_as_there_is_room),
		TEST(of_fifty_at_once_one_gets_in),
		TEST(no_byte_that_changes_lets_anybody_in),
		TEST(a_file_cut_short_loses_what_is_cut_off),
		TEST(who_is_killed_leaves_it_unspent_or_spent),
		TEST(who_is_killed_making_it_leaves_the_old_or_the_new),
		TEST(who_is_killed_telling_leaves_it_spent),
		TEST(what_cannot_be_used_lets_nobody_in),
		TEST(a_full_disk_leaves_what_was_there),
		TEST(root_makes_it_for_another_account),
	};

	return cmocka_run_group_tests_name("envelopes", tests, hash_all, NULL);
}
