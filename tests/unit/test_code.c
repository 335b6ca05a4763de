/*
 * The vectors of RFC 4226 (appendix D) and RFC 6238 (appendix B, whose SHA-256 and SHA-512 rows
 * have keys of 32 and 64 bytes), and what is remembered from one code to the next.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pam/code.h"

#define DIGITS_OF_KEY "1234567890123456789012345678901234567890123456789012345678901234"

static const char *const counts[] = {"755224", "287082", "359152", "969429", "338314", "254676",
	"287922", "162583", "399871", "520489"};

static struct code_token token_of(enum code_kind kind, enum code_hash hash, uint8_t digits)
{
	static const size_t sizes[] = {[CODE_SHA1] = 20, [CODE_SHA256] = 32, [CODE_SHA512] = 64};
	struct code_token token = {
		.kind = kind, .hash = hash, .digits = digits, .secret_size = sizes[hash]};

	token.period_s = kind == CODE_TOTP ? 30 : 0;
	memcpy(token.secret, DIGITS_OF_KEY, token.secret_size);
	return token;
}

static const struct code_window exactly = {};
static const struct code_window usual = {.behind = 1, .ahead = 1, .drift_max = 3};
static const struct code_window counted = {.ahead = 2, .search = 4};

static void every_vector_of_rfc_6238_is_right(void **state)
{
	static const struct {
		int64_t time_s;
		const char *codes[3]; /* SHA-1, SHA-256, SHA-512 */
	} rows[] = {
		{59, {"94287082", "46119246", "90693936"}},
		{1111111109, {"07081804", "68084774", "25091201"}},
		{1111111111, {"14050471", "67062674", "99943326"}},
		{1234567890, {"89005924", "91819424", "93441116"}},
		{2000000000, {"69279037", "90698825", "38618901"}},
		{20000000000, {"65353130", "77737706", "47863826"}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (enum code_hash hash = CODE_SHA1; hash <= CODE_SHA512; hash++) {
			struct code_token token = token_of(CODE_TOTP, hash, 8);
			struct code_memory memory = {};
			enum code_verdict verdict;

			assert_int_equal(code_judge(&token, &exactly, rows[i].codes[hash - 1],
						 rows[i].time_s, &memory, &verdict),
				0);
			assert_int_equal(verdict, CODE_RIGHT);
			assert_int_equal(memory.next, rows[i].time_s / 30 + 1);
			/* The code of another hash is none. */
			memory = (struct code_memory){};
			assert_int_equal(code_judge(&token, &exactly, rows[i].codes[hash % 3],
						 rows[i].time_s, &memory, &verdict),
				0);
			assert_int_equal(verdict, CODE_WRONG);
		}
	}
}

static void every_vector_of_rfc_4226_is_right(void **state)
{
	struct code_token token = token_of(CODE_HOTP, CODE_SHA1, 6);
	struct code_memory memory = {};
	enum code_verdict verdict;

	for (uint64_t i = 0; i < 10; i++) {
		assert_int_equal(code_judge(&token, &exactly, counts[i], -1, &memory, &verdict), 0);
		assert_int_equal(verdict, CODE_RIGHT);
		assert_int_equal(memory.next, i + 1);
	}
}

/* A TOTP code of six digits and SHA-1 at step n is the HOTP code of count n. */
static enum code_verdict at_step(
	unsigned code, int64_t step, struct code_memory *memory, const struct code_window *window)
{
	struct code_token token = token_of(CODE_TOTP, CODE_SHA1, 6);
	enum code_verdict verdict = CODE_WRONG;

	assert_int_equal(
		code_judge(&token, window, counts[code], step * 30 + 29, memory, &verdict), 0);
	return verdict;
}

static enum code_verdict next_count(unsigned code, struct code_memory *memory)
{
	struct code_token token = token_of(CODE_HOTP, CODE_SHA1, 6);
	enum code_verdict verdict = CODE_WRONG;

	assert_int_equal(code_judge(&token, &counted, counts[code], 0, memory, &verdict), 0);
	return verdict;
}

static void a_code_counts_inside_its_window_only(void **state)
{
	static const struct {
		unsigned code;
		enum code_verdict wished;
	} rows[] = {
		{3, CODE_WRONG},
		{4, CODE_RIGHT},
		{5, CODE_RIGHT},
		{6, CODE_RIGHT},
		{7, CODE_WRONG},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct code_memory memory = {};

		assert_int_equal(at_step(rows[i].code, 5, &memory, &usual), rows[i].wished);
	}
}

static void no_code_counts_twice_nor_one_before_it(void **state)
{
	struct code_memory memory = {};

	assert_int_equal(at_step(5, 5, &memory, &usual), CODE_RIGHT);
	assert_int_equal(at_step(5, 5, &memory, &usual), CODE_USED);
	assert_int_equal(at_step(4, 5, &memory, &usual), CODE_USED);
	assert_int_equal(memory.next, 6);
	/* The clock an hour, or two steps, back. */
	assert_int_equal(at_step(5, 4, &memory, &usual), CODE_USED);
	assert_int_equal(at_step(3, 3, &memory, &usual), CODE_USED);
	assert_int_equal(memory.next, 6);
	assert_int_equal(at_step(6, 5, &memory, &usual), CODE_RIGHT);
}

static void a_clock_that_drifts_is_followed_so_far(void **state)
{
	struct code_memory memory = {};

	/* Each time one step more ahead: up to three. */
	assert_int_equal(at_step(1, 0, &memory, &usual), CODE_RIGHT);
	assert_int_equal(memory.drift, 1);
	assert_int_equal(at_step(3, 1, &memory, &usual), CODE_RIGHT);
	assert_int_equal(memory.drift, 2);
	assert_int_equal(at_step(5, 2, &memory, &usual), CODE_RIGHT);
	assert_int_equal(memory.drift, 3);
	assert_int_equal(at_step(7, 3, &memory, &usual), CODE_RIGHT);
	assert_int_equal(memory.drift, 3);
	assert_int_equal(at_step(9, 4, &memory, &usual), CODE_WRONG);
	/* And back. */
	assert_int_equal(at_step(8, 6, &memory, &usual), CODE_RIGHT);
	assert_int_equal(memory.drift, 2);
	/* A record of more than policy allows now is not believed further. */
	memory = (struct code_memory){.drift = 9};
	assert_int_equal(at_step(9, 0, &memory, &usual), CODE_WRONG);
	memory = (struct code_memory){.drift = -9};
	assert_int_equal(at_step(0, 3, &memory, &usual), CODE_RIGHT);
}

static void what_is_no_code_is_wrong(void **state)
{
	static const char *const typed[] = {"", "28708", "2870820", "94287082", "28708 ", "28708a",
		"-87082", "２８７０８２", "28708\xb2", "287082\n",
		"28708228708228708228708228708228708228708228708228708228"};

	for (size_t i = 0; i < sizeof(typed) / sizeof(*typed); i++) {
		struct code_token token = token_of(CODE_TOTP, CODE_SHA1, 6);
		struct code_memory memory = {};
		enum code_verdict verdict = CODE_RIGHT;

		assert_int_equal(code_judge(&token, &usual, typed[i], 59, &memory, &verdict), 0);
		assert_int_equal(verdict, CODE_WRONG);
		assert_int_equal(memory.next, 0);
	}
}

static void a_token_of_eight_digits_takes_no_six_of_them(void **state)
{
	static const char *const typed[] = {"94287082", "287082", "4287082", "942870"};

	for (size_t i = 0; i < sizeof(typed) / sizeof(*typed); i++) {
		struct code_token token = token_of(CODE_TOTP, CODE_SHA1, 8);
		struct code_memory memory = {};
		enum code_verdict verdict;

		assert_int_equal(code_judge(&token, &exactly, typed[i], 59, &memory, &verdict), 0);
		assert_int_equal(verdict, i == 0 ? CODE_RIGHT : CODE_WRONG);
	}
}

static void a_counter_is_followed_when_codes_were_passed_over(void **state)
{
	struct code_memory memory = {};

	assert_int_equal(next_count(2, &memory), CODE_RIGHT);
	assert_int_equal(memory.next, 3);
	assert_int_equal(next_count(2, &memory), CODE_USED);
	assert_int_equal(next_count(0, &memory), CODE_USED);
	assert_int_equal(memory.next, 3);
	assert_int_equal(next_count(5, &memory), CODE_RIGHT);
}

static void a_counter_that_ran_away_is_found_by_two_codes_in_a_row(void **state)
{
	struct code_memory memory = {};

	assert_int_equal(next_count(3, &memory), CODE_FAR);
	assert_int_equal(memory.next, 0);
	assert_int_equal(memory.awaited, 4);
	assert_int_equal(next_count(4, &memory), CODE_RIGHT);
	assert_int_equal(memory.next, 5);
	assert_int_equal(memory.awaited, 0);
	assert_int_equal(next_count(3, &memory), CODE_USED);
}

static void two_codes_with_another_between_them_are_not_in_a_row(void **state)
{
	struct code_memory memory = {};

	assert_int_equal(next_count(3, &memory), CODE_FAR);
	assert_int_equal(next_count(9, &memory), CODE_WRONG); /* beyond the search */
	assert_int_equal(next_count(4, &memory), CODE_FAR);
	assert_int_equal(next_count(6, &memory), CODE_FAR); /* not 5 */
	assert_int_equal(next_count(3, &memory), CODE_FAR);
	assert_int_equal(next_count(3, &memory), CODE_FAR); /* the same twice */
	assert_int_equal(memory.next, 0);
	/* One that is near ends the search. */
	assert_int_equal(next_count(1, &memory), CODE_RIGHT);
	assert_int_equal(memory.awaited, 0);
}

static void bad_input_is_an_error_and_changes_nothing(void **state)
{
	struct code_token tokens[8];
	const struct code_window wide = {.behind = CODE_WINDOW_MAX + 1},
				 wider = {.search = CODE_SEARCH_MAX + 1};
	struct code_token good = token_of(CODE_TOTP, CODE_SHA1, 6);
	struct code_memory memory = {.next = 1, .drift = 2, .awaited = 3}, before = memory;
	enum code_verdict verdict = CODE_WRONG;

	for (size_t i = 0; i < 8; i++)
		tokens[i] = good;
	tokens[0].kind = CODE_NONE;
	tokens[1].hash = 0;
	tokens[2].hash = CODE_SHA512 + 1;
	tokens[3].digits = 5;
	tokens[4].digits = 9;
	tokens[5].period_s = 0;
	tokens[6].secret_size = CODE_SECRET_MIN - 1;
	tokens[7].secret_size = CODE_SECRET_MAX + 1;
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(
			code_judge(&tokens[i], &usual, counts[1], 59, &memory, &verdict), -EINVAL);
	tokens[0] = token_of(CODE_HOTP, CODE_SHA256, 6);
	assert_int_equal(code_judge(&tokens[0], &usual, counts[1], 59, &memory, &verdict), -EINVAL);
	assert_int_equal(code_judge(&good, &wide, counts[1], 59, &memory, &verdict), -EINVAL);
	assert_int_equal(code_judge(&good, &wider, counts[1], 59, &memory, &verdict), -EINVAL);
	assert_int_equal(code_judge(&good, &usual, counts[1], -1, &memory, &verdict), -EINVAL);
	assert_int_equal(
		code_judge(&good, &usual, counts[1], INT64_MAX, &memory, &verdict), -EINVAL);
	assert_memory_equal(&memory, &before, sizeof(memory));
	memory.next = UINT64_MAX;
	assert_int_equal(code_judge(&good, &usual, counts[1], 59, &memory, &verdict), -EINVAL);
	memory = (struct code_memory){.awaited = UINT64_MAX};
	assert_int_equal(code_judge(&good, &usual, counts[1], 59, &memory, &verdict), -EINVAL);
	assert_int_equal(verdict, CODE_WRONG);
}

static void every_step_that_shows_a_code_is_found(void **state)
{
	static const struct {
		const char *typed;
		uint64_t first, last;
		size_t max, n;
		uint64_t steps[2];
	} rows[] = {
		{"287082", 0, 9, 8, 1, {1}},
		{"287082", 1, 1, 8, 1, {1}},
		{"287082", 2, 9, 8, 0, {0}},
		{"287082", 0, 0, 8, 0, {0}},
		{"287083", 0, 9, 8, 0, {0}},
		{"28708", 0, 9, 8, 0, {0}},
		{"", 0, 9, 8, 0, {0}},
		/* In steps of the year 2026 one code stands twice; no more than asked for. */
		{"000237", 59300000, 59300000 + 86399, 8, 2, {59321862, 59366085}},
		{"000237", 59300000, 59300000 + 86399, 1, 1, {59321862}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct code_token token = token_of(CODE_TOTP, CODE_SHA1, 6);
		uint64_t steps[8];
		size_t n = 99;

		assert_int_equal(code_search(&token, rows[i].typed, rows[i].first, rows[i].last,
					 steps, rows[i].max, &n),
			0);
		assert_int_equal(n, rows[i].n);
		for (size_t j = 0; j < n; j++)
			assert_int_equal(steps[j], rows[i].steps[j]);
	}
}

static void a_search_that_is_none_is_an_error(void **state)
{
	struct code_token token = token_of(CODE_TOTP, CODE_SHA1, 6),
			  counter = token_of(CODE_HOTP, CODE_SHA1, 6), bad = token;
	uint64_t steps[8], most = (1ull << 48) - 1;
	size_t n = 99;

	bad.secret_size = 0;
	assert_int_equal(code_search(&counter, counts[1], 0, 9, steps, 8, &n), -EINVAL);
	assert_int_equal(code_search(&bad, counts[1], 0, 9, steps, 8, &n), -EINVAL);
	assert_int_equal(code_search(&token, counts[1], 9, 8, steps, 8, &n), -EINVAL);
	assert_int_equal(code_search(&token, counts[1], 0, CODE_FAR_MAX, steps, 8, &n), -EINVAL);
	assert_int_equal(code_search(&token, counts[1], most, most + 1, steps, 8, &n), -EINVAL);
	assert_int_equal(
		code_search(&token, counts[1], UINT64_MAX, UINT64_MAX, steps, 8, &n), -EINVAL);
	assert_int_equal(n, 99);
	assert_int_equal(code_search(&token, counts[1], most, most, steps, 8, &n), 0);
	assert_int_equal(code_search(&token, counts[1], 1, CODE_FAR_MAX, steps, 8, &n), 0);
	assert_int_equal(steps[0], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_of_rfc_6238_is_right),
		cmocka_unit_test(every_vector_of_rfc_4226_is_right),
		cmocka_unit_test(a_code_counts_inside_its_window_only),
		cmocka_unit_test(no_code_counts_twice_nor_one_before_it),
		cmocka_unit_test(a_clock_that_drifts_is_followed_so_far),
		cmocka_unit_test(what_is_no_code_is_wrong),
		cmocka_unit_test(a_token_of_eight_digits_takes_no_six_of_them),
		cmocka_unit_test(a_counter_is_followed_when_codes_were_passed_over),
		cmocka_unit_test(a_counter_that_ran_away_is_found_by_two_codes_in_a_row),
		cmocka_unit_test(two_codes_with_another_between_them_are_not_in_a_row),
		cmocka_unit_test(bad_input_is_an_error_and_changes_nothing),
		cmocka_unit_test(every_step_that_shows_a_code_is_found),
		cmocka_unit_test(a_search_that_is_none_is_an_error),
	};

	return cmocka_run_group_tests_name("code", tests, NULL, NULL);
}
