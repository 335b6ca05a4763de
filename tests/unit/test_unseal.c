/* What becomes of a list of tokens on a terminal: records, and opened secrets. */
#include "tests/unit/unseal_bench.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/login_places.h"

#define PAPER_1 "$y$j9T$abcdefghijklmnop$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define PAPER_2 "$y$j9T$abcdefghijklmnop$bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void spend_recovery(const struct bench *bench, const char *user, unsigned at)
{
	struct user_file *file;
	struct user_state state;
	struct user_head head;

	assert_int_equal(user_file_open(bench->unseal.records_fd, user, 0, &head, &file), 0);
	assert_int_equal(user_file_read(file, &state), 0);
	state.slots.state.recovery_spent |= (uint16_t)(1u << at);
	assert_int_equal(user_file_write(file, &state), 0);
	user_file_close(file);
}

static int truncate_record(const struct bench *bench, const char *user)
{
	int fd = openat(bench->unseal.records_fd, user, O_RDWR);
	int r = ftruncate(fd, 100);

	close(fd);
	return r;
}
#define HASH "$y$j9T$abcdefghijklmnop$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static void a_person_on_the_list_has_a_secret_and_a_record_that_begins_now(void **state)
{
	struct bench *bench = *state;
	struct user_head head;

	assert_int_equal(take_entries(bench, &totp, &hotp), 0);
	assert_true(has_secret(bench, "tanaka"));
	assert_true(has_secret(bench, "sato"));
	assert_int_equal(read_state(bench, "tanaka", &head).memory.next, NOW_S / 30);
	assert_int_equal(next_of(bench, "sato"), 40);
	assert_string_equal(head.serial, "T-1");
	assert_int_equal(bench->n_told, 2);
	assert_string_equal(told(bench, LOGIN_TOKEN_INSTALLED)->user, "tanaka");
	assert_true(has_record(bench, USER_FILE_DECOY));
	assert_false(temporary_has(bench->temporary, "run/" USER_FILE_DECOY));
}

static void what_was_wanted_is_wanted_no_more_before_a_list_is_read(void **state)
{
	struct bench *bench = *state;

	temporary_write(bench->temporary, UNSEAL_WANTED, "", 0);
	assert_int_equal(take_entries(bench, &totp, &hotp), 0);
	assert_false(temporary_has(bench->temporary, UNSEAL_WANTED));
	/* Where it stays, that is no success: systemd would start the program for ever. */
	assert_int_equal(mkdirat(bench->temporary->fd, UNSEAL_WANTED, 0700), 0);
	assert_true(run_unseal(bench) < 0);
	assert_true(has_secret(bench, "tanaka"));
}

static void the_same_list_again_changes_nothing_and_tells_nothing(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(take_entries(bench, &totp, &hotp), 0);
	use_record(bench, "tanaka", 71000000);
	use_record(bench, "sato", 55);
	bench->unseal.now_s += 3600;
	assert_int_equal(run_unseal(bench), 0);
	assert_int_equal(next_of(bench, "tanaka"), 71000000);
	assert_int_equal(next_of(bench, "sato"), 55);
	assert_int_equal(bench->n_told, 0);
}

static void a_token_that_is_described_anew_goes_on(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;
	struct user_head head;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	use_record(bench, "tanaka", 71000000);
	entry.digits = 8;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(read_state(bench, "tanaka", &head).memory.next, 71000000);
	assert_int_equal(head.token.digits, 8);
	assert_int_equal(bench->n_told, 0);
}

static void a_token_that_is_extended_goes_on_with_what_it_remembers(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;
	struct user_head head;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	use_record(bench, "tanaka", 71000000);
	/* A record of before there were dates. */
	assert_int_equal(read_state(bench, "tanaka", &head).memory.next, 71000000);
	assert_int_equal(head.dates.from_s, 0);
	assert_int_equal(head.dates.until_s, 0);
	for (int year = 1; year <= 3; year++) {
		entry.dates = (struct token_dates){NOW_S, NOW_S + year * 365 * 86400};
		assert_int_equal(take_entries(bench, &entry, NULL), 0);
		assert_int_equal(read_state(bench, "tanaka", &head).memory.next, 71000000);
		assert_int_equal(head.dates.from_s, NOW_S);
		assert_int_equal(head.dates.until_s, NOW_S + year * 365 * 86400);
		assert_int_equal(bench->n_told, 0);
		assert_true(has_secret(bench, "tanaka"));
	}
	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	assert_int_equal(read_state(bench, "tanaka", &head).memory.next, 71000000);
	assert_int_equal(head.dates.until_s, 0);
}

/* Whoever is to begin is on the list, and the stack asks from then on. */
static void a_person_of_a_day_to_come_has_a_record_already(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;
	struct user_head head;

	entry.dates.from_s = NOW_S + 86400;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_true(has_record(bench, "tanaka"));
	assert_true(has_secret(bench, "tanaka"));
	(void)read_state(bench, USER_FILE_DECOY, &head);
	assert_int_equal(head.dates.from_s, 0);
	/* And whose time is over stays on it: what was used is still known. */
	entry.dates = (struct token_dates){0, NOW_S - 86400};
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_true(has_record(bench, "tanaka"));
}

static void a_higher_reset_begins_anew_and_a_lower_one_does_not(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = hotp;

	entry.reset = 1;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	use_record(bench, "sato", 55);
	entry.reset = 0;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "sato"), 55);
	entry.reset = 1;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "sato"), 55);
	entry.reset = 2;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_string_equal(told(bench, LOGIN_TOKEN_RESET)->token, "H-1");
	assert_true(has_secret(bench, "sato"));
}

static void what_counted_does_not_count_again_after_a_reset(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;
	struct user_head head;

	snprintf(entry.recovery[0], sizeof(entry.recovery[0]), "%s", PAPER_1);
	snprintf(entry.recovery[1], sizeof(entry.recovery[1]), "%s", PAPER_2);
	entry.n_recovery = 2;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	spend_recovery(bench, "tanaka", 1);
	/* The code of this moment, by a token that is a little ahead. */
	use_record(bench, "tanaka", NOW_S / 30 + 3);
	entry.reset++;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(read_state(bench, "tanaka", &head).memory.next, NOW_S / 30 + 3);
	assert_int_equal(read_state(bench, "tanaka", &head).recovery_spent, 2);
	/* A clock that was an hour ahead is cured. */
	use_record(bench, "tanaka", NOW_S / 30 + 120);
	entry.reset++;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "tanaka"), NOW_S / 30);
	/* Another token, the same paper. */
	use_record(bench, "tanaka", NOW_S / 30 + 3);
	snprintf(entry.number, sizeof(entry.number), "T-2");
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "tanaka"), NOW_S / 30);
	assert_int_equal(read_state(bench, "tanaka", &head).recovery_spent, 2);
	/* A record that is lost as a whole. */
	assert_int_equal(truncate_record(bench, "tanaka"), 0);
	assert_int_equal(run_unseal(bench), 0);
	assert_int_equal(read_state(bench, "tanaka", &head).recovery_spent, UINT16_MAX);
}

static void lock(const struct bench *bench, const char *user, uint16_t spent)
{
	struct user_file *file;
	struct user_state state;
	struct user_head head;

	assert_int_equal(user_file_open(bench->unseal.records_fd, user, 0, &head, &file), 0);
	assert_int_equal(user_file_read(file, &state), 0);
	state.slots.state.attempts.locked_until_s = NOW_S + 60;
	state.slots.state.recovery_spent = spent;
	assert_int_equal(user_file_write(file, &state), 0);
	user_file_close(file);
}

static void a_reset_forgets_the_lock_and_no_code_that_was_used(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = hotp;
	struct login_state found;
	struct user_head head;

	entry.n_recovery = 1;
	snprintf(entry.recovery[0], sizeof(entry.recovery[0]), "%s", HASH);

	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	use_record(bench, "sato", 55);
	lock(bench, "sato", 1);
	entry.reset = 1;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	found = read_state(bench, "sato", &head);
	assert_int_equal(found.memory.next, 55);
	assert_int_equal(found.attempts.locked_until_s, 0);
	assert_int_equal(found.recovery_spent, 1);
	/* Other recovery codes are spent by nobody. */
	entry.reset = 2;
	memset(strrchr(entry.recovery[0], '$') + 1, 'B', 43);
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(read_state(bench, "sato", &head).recovery_spent, 0);
	/* The list may know better how far it has counted. */
	entry.reset = 3;
	entry.count = 70;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "sato"), 70);
	/* Of another token it knows nothing. */
	entry.count = 3;
	snprintf(entry.number, sizeof(entry.number), "H-2");
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "sato"), 3);
}

static void another_token_begins_anew(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	use_record(bench, "tanaka", 71000000);
	snprintf(entry.number, sizeof(entry.number), "T-2");
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "tanaka"), NOW_S / 30);
	assert_string_equal(told(bench, LOGIN_TOKEN_INSTALLED)->token, "T-2");
	/* Its steps are others. */
	use_record(bench, "tanaka", 71000000);
	entry.period_s = 60;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "tanaka"), NOW_S / 60);
}

static void who_is_on_the_list_no_more_is_retired_and_may_come_back(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(take_entries(bench, &totp, &hotp), 0);
	use_record(bench, "sato", 55);
	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	assert_string_equal(told(bench, LOGIN_TOKEN_RETIRED)->user, "sato");
	assert_string_equal(told(bench, LOGIN_TOKEN_RETIRED)->token, "H-1");
	assert_false(has_secret(bench, "sato"));
	assert_false(has_record(bench, "sato"));
	assert_true(has_record(bench, RECORD_WAS "sato"));
	assert_true(has_secret(bench, "tanaka"));
	assert_int_equal(run_unseal(bench), 0);
	assert_int_equal(bench->n_told, 0);
	/* Or its used codes would count again. */
	assert_int_equal(take_entries(bench, &totp, &hotp), 0);
	assert_int_equal(next_of(bench, "sato"), 55);
	assert_true(has_secret(bench, "sato"));
	assert_int_equal(bench->n_told, 1);
	assert_false(has_record(bench, RECORD_WAS "sato"));
}

static void an_empty_list_retires_all(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	assert_int_equal(take_entries(bench, NULL, NULL), 0);
	assert_true(has_record(bench, RECORD_WAS "tanaka"));
	assert_false(has_secret(bench, "tanaka"));
}

static void a_list_that_is_gone_or_unreadable_changes_nothing(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	temporary_write(bench->temporary, TOKENS_FILE, "[tokens]\n", 9);
	assert_int_equal(run_unseal(bench), 1);
	assert_int_equal(told(bench, LOGIN_SECRET_UNREADABLE)->error, -EBADMSG);
	assert_true(has_secret(bench, "tanaka"));
	assert_int_equal(unlinkat(bench->temporary->fd, TOKENS_FILE, 0), 0);
	assert_int_equal(run_unseal(bench), 0);
	assert_true(has_secret(bench, "tanaka"));
	assert_true(has_record(bench, "tanaka"));
}

static void a_secret_of_somebody_else_is_told_and_the_others_are_opened(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;
	struct list *list = begin_list(bench);

	/* Sealed for tanaka, and moved to suzuki. */
	snprintf(entry.number, sizeof(entry.number), "T-9");
	add_entry_for(list, &entry, "suzuki");
	add_entry(list, &hotp);
	assert_int_equal(unseal_list(bench), 1);
	assert_string_equal(told(bench, LOGIN_SECRET_UNREADABLE)->user, "suzuki");
	assert_false(has_secret(bench, "suzuki"));
	assert_true(has_secret(bench, "sato"));
}

static void a_new_token_that_does_not_open_leaves_no_secret_of_the_old_one(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	snprintf(entry.number, sizeof(entry.number), "T-2");
	bench->open_error = -EKEYREJECTED;
	assert_int_equal(take_entries(bench, &entry, NULL), 1);
	assert_false(has_secret(bench, "tanaka"));
}

static void damage(const struct bench *bench, const char *user)
{
	int fd = openat(bench->unseal.records_fd, user, O_WRONLY);

	assert_int_equal(pwrite(fd, "\xff", 1, 5), 1);
	close(fd);
}

static void a_damaged_record_begins_anew_where_the_clock_says_how_far_it_was(void **state)
{
	struct bench *bench = *state;
	struct user_head head;
	struct user_file *file;

	assert_int_equal(take_entries(bench, &totp, &hotp), 0);
	damage(bench, "tanaka");
	damage(bench, "sato");
	assert_int_equal(run_unseal(bench), 1);
	assert_int_equal(next_of(bench, "tanaka"), NOW_S / 30 + 1);
	assert_string_equal(told(bench, LOGIN_TOKEN_RESET)->user, "tanaka");
	assert_true(has_secret(bench, "tanaka"));
	assert_string_equal(told(bench, LOGIN_SECRET_UNREADABLE)->user, "sato");
	assert_int_equal(
		user_file_open(bench->unseal.records_fd, "sato", 0, &head, &file), -EBADMSG);
	/* Somebody takes it away. */
	assert_int_equal(unlinkat(bench->unseal.records_fd, "sato", 0), 0);
	assert_int_equal(run_unseal(bench), 0);
	assert_int_equal(next_of(bench, "sato"), 40);
}

static void a_record_that_is_open_to_others_is_left_and_told(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	assert_int_equal(fchmodat(bench->unseal.records_fd, "tanaka", 0644, 0), 0);
	assert_int_equal(run_unseal(bench), 1);
	assert_int_equal(told(bench, LOGIN_SECRET_UNREADABLE)->error, -EPERM);
	assert_int_equal(fchmodat(bench->unseal.records_fd, "tanaka", 0600, 0), 0);
	assert_int_equal(run_unseal(bench), 0);
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, unseal_setup, unseal_teardown)
	const struct CMUnitTest tests[] = {
		ROW(a_person_on_the_list_has_a_secret_and_a_record_that_begins_now),
		ROW(what_was_wanted_is_wanted_no_more_before_a_list_is_read),
		ROW(the_same_list_again_changes_nothing_and_tells_nothing),
		ROW(a_token_that_is_described_anew_goes_on),
		ROW(a_token_that_is_extended_goes_on_with_what_it_remembers),
		ROW(a_person_of_a_day_to_come_has_a_record_already),
		ROW(a_higher_reset_begins_anew_and_a_lower_one_does_not),
		ROW(what_counted_does_not_count_again_after_a_reset),
		ROW(a_reset_forgets_the_lock_and_no_code_that_was_used),
		ROW(another_token_begins_anew),
		ROW(who_is_on_the_list_no_more_is_retired_and_may_come_back),
		ROW(an_empty_list_retires_all),
		ROW(a_list_that_is_gone_or_unreadable_changes_nothing),
		ROW(a_secret_of_somebody_else_is_told_and_the_others_are_opened),
		ROW(a_new_token_that_does_not_open_leaves_no_secret_of_the_old_one),
		ROW(a_damaged_record_begins_anew_where_the_clock_says_how_far_it_was),
		ROW(a_record_that_is_open_to_others_is_left_and_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
