/* What the helper says and the module understands: a refusing row beside each accepting one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pam/answer.h"

static void what_is_asked_is_understood_or_not_at_all(void **state)
{
	static const struct {
		const char *text;
		int result;
		unsigned boxes, digits;
	} rows[] = {
		{"boxes 0 6\n", 0, 0, 6},
		{"boxes 1 8\n", 0, 1, 8},
		{"boxes 2 6\n", 0, 2, 6},
		{"boxes 3 6\n", -EBADMSG, 9, 9},
		{"boxes 2 5\n", -EBADMSG, 9, 9},
		{"boxes 2 9\n", -EBADMSG, 9, 9},
		{"boxes 2\n", -EBADMSG, 9, 9},
		{"boxes 2 6", -EBADMSG, 9, 9},
		{"boxes 2 6\nboxes 0 6\n", -EBADMSG, 9, 9},
		{"boxes  2 6\n", -EBADMSG, 9, 9},
		{"boxes -1 6\n", -EBADMSG, 9, 9},
		{"boxes 18446744073709551618 6\n", -EBADMSG, 9, 9},
		{"in right-code 7F3A2KXY 0\n", -EBADMSG, 9, 9},
		{"", -EBADMSG, 9, 9},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct answer_ask answer = {.boxes = 9, .digits = 9};

		assert_int_equal(answer_read_ask(rows[i].text, strlen(rows[i].text), &answer),
			rows[i].result);
		assert_int_equal(answer.boxes, rows[i].boxes);
		assert_int_equal(answer.digits, rows[i].digits);
	}
}

static void nobody_is_let_in_but_by_the_whole_of_an_answer(void **state)
{
	static const struct {
		const char *text;
		int result;
		bool is_let_in;
	} rows[] = {
		{"in right-code 7F3A2KXY 0\n", 0, true},
		{"in right-recovery-code 7F3A2KXY 0\n", 0, true},
		{"in exempt 7F3A2KXY 0\n", 0, true},
		{"in rehearsed 7F3A2KXY 0\n", 0, true},
		{"in not-required - 0\n", 0, true},
		{"out right-code 7F3A2KXY 0\n", 0, false},
		{"out wrong-code 7F3A2KXY 0\n", 0, false},
		{"out locked 7F3A2KXY 600\n", 0, false},
		{"out fault - 0\n", 0, false},
		{"out not-yet 7F3A2KXY 0\ndate 1806505200\n", 0, false},
		{"out expired 7F3A2KXY 0\ndate 0\n", 0, false},
		{"out expired 7F3A2KXY 0\n", -EBADMSG, false},
		{"out expired 7F3A2KXY 0\ndate\n", -EBADMSG, false},
		{"out expired 7F3A2KXY 0\ndate -1\n", -EBADMSG, false},
		{"out expired 7F3A2KXY 0\ndate 1\ndate 1\n", -EBADMSG, false},
		{"out wrong-code 7F3A2KXY 0\ndate 1806505200\n", -EBADMSG, false},
		{"in not-yet 7F3A2KXY 0\ndate 1806505200\n", -EBADMSG, false},
		{"in expired 7F3A2KXY 0\ndate 1806505200\n", -EBADMSG, false},
		{"in wrong-code 7F3A2KXY 0\n", -EBADMSG, false},
		{"in fault - 0\n", -EBADMSG, false},
		{"in token-installed 7F3A2KXY 0\n", -EBADMSG, false},
		{"in right-code 7F3A2KXY 0", -EBADMSG, false},
		{"in right-code 7F3A2KXY\n", -EBADMSG, false},
		{"in right-code 7F3A2KXYZ 0\n", -EBADMSG, false},
		{"in right-code  0\n", -EBADMSG, false},
		{"in no-such-reason 7F3A2KXY 0\n", -EBADMSG, false},
		{"in right-code 7F3A2KXY -1\n", -EBADMSG, false},
		{"in right-code 7F3A2KXY 99999999999999999999\n", -EBADMSG, false},
		{"in right-code 7F3A2KXY 0\nin right-code 7F3A2KXY 0\n", -EBADMSG, false},
		{"in right-code 7F3A2KXY 0\nenvelope 3\n", -EBADMSG, false},
		{"IN right-code 7F3A2KXY 0\n", -EBADMSG, false},
		{"\n", -EBADMSG, false},
		{"", -EBADMSG, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct answer_judge answer = {};

		assert_int_equal(answer_read_judge(rows[i].text, strlen(rows[i].text), &answer),
			rows[i].result);
		assert_int_equal(answer.is_let_in, rows[i].is_let_in);
	}
}

static void every_answer_comes_back_as_it_was(void **state)
{
	char text[ANSWER_SIZE];

	for (int reason = 0; reason < LOGIN_REASON_COUNT; reason++) {
		struct answer_judge read,
			answer = {.is_let_in = login_reason_lets_in((enum login_reason)reason),
				.reason = (enum login_reason)reason,
				.reference = "7F3A2KXY",
				.wait_s = INT64_MAX,
				.date_s = INT64_MAX,
				.shown = {"1234-5678-4", "desk-17", "2027-04-01"},
				.n_envelopes = ANSWER_ENVELOPES_MAX};
		size_t size;

		for (unsigned i = 0; i < ANSWER_ENVELOPES_MAX; i++)
			answer.envelopes[i] =
				(struct answer_envelope){.number = 9999, .used_s = INT64_MAX};
		size = answer_write_judge(&answer, text);
		assert_true(size < ANSWER_SIZE);
		assert_int_equal(answer_read_judge(text, size, &read), 0);
		assert_int_equal(read.reason, reason);
		assert_string_equal(read.reference, "7F3A2KXY");
		assert_int_equal(read.wait_s, INT64_MAX);
		assert_int_equal(read.date_s, reason == LOGIN_NOT_YET || reason == LOGIN_EXPIRED ||
							      reason == LOGIN_TICKET_OVER ||
							      reason == LOGIN_TEMPORARY_OVER
						      ? INT64_MAX
						      : 0);
		assert_string_equal(
			read.shown.challenge, reason == LOGIN_PHONE_SHOWN ? "1234-5678-4" : "");
		assert_string_equal(
			read.shown.day, reason == LOGIN_PHONE_SHOWN ? "2027-04-01" : "");
		assert_int_equal(read.n_envelopes, ANSWER_ENVELOPES_MAX);
		assert_int_equal(read.envelopes[15].number, 9999);
		for (size_t cut = 0; cut < size; cut++)
			if (text[cut] != '\n' || cut + 1 < size)
				assert_true(answer_read_judge(text, cut, &read) < 0 ||
					    text[cut - 1] == '\n');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked_is_understood_or_not_at_all),
		cmocka_unit_test(nobody_is_let_in_but_by_the_whole_of_an_answer),
		cmocka_unit_test(every_answer_comes_back_as_it_was),
	};

	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
