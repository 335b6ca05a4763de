/* The key of a terminal, and the envelopes that root makes. */
#include "tests/unit/unseal_bench.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "pam/envelopes.h"
#include "pam/unseal_envelope.h"
#include "policy/code_text.h"

static void the_first_start_makes_a_key_and_shows_its_public_half(void **state)
{
	struct bench *bench = *state;
	char fingerprint[SEAL_FINGERPRINT_SIZE];
	uint8_t zeros[SEAL_KEY_SIZE] = {};
	size_t size;
	char *text;

	assert_int_equal(run_unseal(bench), 0);
	assert_true(was_told(bench, LOGIN_KEY_MADE));
	assert_int_equal(temporary_mode(bench->temporary, TERMINAL_KEY_SEALED), 0600);
	assert_int_equal(temporary_mode(bench->temporary, TERMINAL_KEY_PUBLIC), 0644);
	read_public(bench, fingerprint);
	assert_string_equal(told(bench, LOGIN_KEY_MADE)->token, fingerprint);
	assert_memory_not_equal(bench->list.public, zeros, sizeof(zeros));
	text = temporary_read(bench->temporary, TERMINAL_KEY_PUBLIC, &size);
	assert_non_null(strstr(text, "[terminal-key]\nterminal = desk-17\nkey = "));
	free(text);
}

static void the_next_start_has_the_same_key(void **state)
{
	struct bench *bench = *state;
	char before[SEAL_FINGERPRINT_SIZE], after[SEAL_FINGERPRINT_SIZE];

	assert_int_equal(run_unseal(bench), 0);
	read_public(bench, before);
	assert_int_equal(run_unseal(bench), 0);
	read_public(bench, after);
	assert_string_equal(before, after);
	assert_int_equal(bench->n_told, 0);
}

static void a_public_half_that_was_lost_comes_back(void **state)
{
	struct bench *bench = *state;
	char before[SEAL_FINGERPRINT_SIZE], after[SEAL_FINGERPRINT_SIZE];

	bench->unseal.terminal = "";
	assert_int_equal(run_unseal(bench), 0);
	read_public(bench, before);
	assert_int_equal(unlinkat(bench->temporary->fd, TERMINAL_KEY_PUBLIC, 0), 0);
	assert_int_equal(run_unseal(bench), 0);
	read_public(bench, after);
	assert_string_equal(before, after);
}

static void a_key_that_does_not_open_stays_and_is_told(void **state)
{
	struct bench *bench = *state;
	size_t size, size_after;
	char *before, *after;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	before = temporary_read(bench->temporary, TERMINAL_KEY_SEALED, &size);
	bench->open_error = -EKEYREJECTED;
	assert_int_equal(take_entries(bench, &totp, &hotp), 1);
	assert_int_equal(told(bench, LOGIN_KEY_LOST)->error, -EKEYREJECTED);
	after = temporary_read(bench->temporary, TERMINAL_KEY_SEALED, &size_after);
	assert_int_equal(size, size_after);
	assert_memory_equal(before, after, size);
	free(before);
	free(after);
	/* What is open stays open, and who is new has a record at least. */
	assert_true(has_secret(bench, "tanaka"));
	assert_false(has_secret(bench, "sato"));
	assert_true(has_record(bench, "sato"));
	bench->open_error = 0;
	assert_int_equal(run_unseal(bench), 0);
	assert_true(has_secret(bench, "sato"));
	assert_false(was_told(bench, LOGIN_KEY_LOST));
}

static void a_sealed_key_that_is_none_is_told(void **state)
{
	struct bench *bench = *state;

	temporary_write(bench->temporary, TERMINAL_KEY_SEALED, "short", 5);
	assert_int_equal(run_unseal(bench), 1);
	assert_int_equal(told(bench, LOGIN_KEY_LOST)->error, -EBADMSG);
	assert_false(temporary_has(bench->temporary, TERMINAL_KEY_PUBLIC));
}

static void a_key_that_could_not_be_opened_again_is_not_kept(void **state)
{
	struct bench *bench = *state;

	bench->opens_another = true;
	assert_int_equal(run_unseal(bench), 1);
	assert_int_equal(told(bench, LOGIN_KEY_LOST)->error, -EKEYREJECTED);
	bench->opens_another = false;
	bench->open_error = -ETIMEDOUT;
	assert_int_equal(run_unseal(bench), 1);
	bench->seal_error = -ENODEV;
	assert_int_equal(run_unseal(bench), 1);
	assert_false(temporary_has(bench->temporary, TERMINAL_KEY_SEALED));
	assert_false(temporary_has(bench->temporary, TERMINAL_KEY_PUBLIC));
}

static void a_new_key_opens_nothing_that_was_sealed_to_the_old_one(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	use_record(bench, "tanaka", 70000000);
	bench->unseal.is_key_new = true;
	assert_int_equal(run_unseal(bench), 1);
	assert_true(was_told(bench, LOGIN_KEY_MADE));
	assert_int_equal(told(bench, LOGIN_KEY_LOST)->error, -ENOKEY);
	assert_true(temporary_has(bench->temporary, TERMINAL_KEY_OLD));
	bench->unseal.is_key_new = false;
	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	assert_true(has_secret(bench, "tanaka"));
	assert_int_equal(next_of(bench, "tanaka"), 70000000);
}

static void an_envelope_that_root_makes_lets_in_once(void **state)
{
	struct bench *bench = *state;
	char shown[64] = "", symbols[CODE_SYMBOLS_SIZE];
	struct envelope_answer answer;
	FILE *out = fmemopen(shown, sizeof(shown), "w");

	assert_int_equal(unseal_new_envelope(&bench->unseal, out), 0);
	fclose(out);
	assert_true(was_told(bench, LOGIN_ENVELOPE_MADE));
	assert_int_equal(strlen(shown), 4 * 4 + 3 + 1);
	shown[strlen(shown) - 1] = '\0';
	assert_int_equal(code_text_normalise(shown, symbols), ENVELOPE_CODE_SYMBOLS);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(envelopes_check(bench->unseal.state_fd, symbols, "tanaka", NOW_S,
					 0, &answer),
			0);
		assert_int_equal(answer.verdict, i == 0 ? ENVELOPE_RIGHT : ENVELOPE_USED);
	}
	/* The list does not take it away. */
	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	assert_int_equal(
		envelopes_check(bench->unseal.state_fd, symbols, "tanaka", NOW_S, 0, &answer), 0);
	assert_int_equal(answer.verdict, ENVELOPE_USED);
}

static void an_envelope_that_cannot_be_shown_is_an_error(void **state)
{
	struct bench *bench = *state;
	FILE *out = fopen("/dev/full", "w");

	assert_int_equal(unseal_new_envelope(&bench->unseal, out), -EIO);
	(void)fclose(out);
	/* Its trace is there all the same. */
	assert_true(was_told(bench, LOGIN_ENVELOPE_MADE));
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, unseal_setup, unseal_teardown)
	const struct CMUnitTest tests[] = {
		ROW(the_first_start_makes_a_key_and_shows_its_public_half),
		ROW(the_next_start_has_the_same_key),
		ROW(a_public_half_that_was_lost_comes_back),
		ROW(a_key_that_does_not_open_stays_and_is_told),
		ROW(a_sealed_key_that_is_none_is_told),
		ROW(a_key_that_could_not_be_opened_again_is_not_kept),
		ROW(a_new_key_opens_nothing_that_was_sealed_to_the_old_one),
		ROW(an_envelope_that_root_makes_lets_in_once),
		ROW(an_envelope_that_cannot_be_shown_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
