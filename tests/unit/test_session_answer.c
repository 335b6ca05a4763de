/* What the helper says when a session begins: a refusing row beside each accepting one. */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "pam/session_answer.h"

static void what_is_said_of_the_last_login_is_understood_or_not_at_all(void **state)
{
	static const struct {
		const char *text;
		int result;
		enum last_found found;
	} rows[] = {
		{"login unknown\n", 0, LAST_UNKNOWN},
		{"login first\n", 0, LAST_NONE},
		{"login at 5 login tty1 pc-2\n", 0, LAST_FOUND},
		{"login at 0 - - -\n", 0, LAST_FOUND},
		{"login at -1 login tty1 -\n", -EBADMSG, LAST_UNKNOWN},
		{"login at 5 login tty1\n", -EBADMSG, LAST_UNKNOWN},
		{"login at 5 login  pc-2\n", -EBADMSG, LAST_UNKNOWN},
		{"login at 5 login tty1 pc-2 more\n", -EBADMSG, LAST_UNKNOWN},
		{"login at 5 login tty1 pc-2", -EBADMSG, LAST_UNKNOWN},
		{"login first", -EBADMSG, LAST_UNKNOWN},
		{"login first\nlogin first\n", -EBADMSG, LAST_UNKNOWN},
		{"login firstly\n", -EBADMSG, LAST_UNKNOWN},
		{"boxes 2 6\n", -EBADMSG, LAST_UNKNOWN},
		{"", -EBADMSG, LAST_UNKNOWN},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct session_answer answer = {};

		assert_int_equal(session_answer_read(rows[i].text, strlen(rows[i].text), &answer),
			rows[i].result);
		assert_int_equal(answer.found, rows[i].found);
	}
}

static void what_is_due_stands_in_its_order_and_says_something(void **state)
{
	static const struct {
		const char *text;
		int result;
		unsigned wrong, recovery;
		int64_t until_s;
	} rows[] = {
		{"login first\nwrong 3\nuntil 7\nrecovery 2\n", 0, 3, 2, 7},
		{"login first\nrecovery 0\n", 0, 0, 0, 0},
		{"login first\nuntil 7\nrecovery 2\nenrol\n", 0, 0, 2, 7},
		{"login first\nenrol\nrecovery 2\n", -EBADMSG, 9, 9, 9},
		{"login first\nenrol", -EBADMSG, 9, 9, 9},
		{"login first\nenrol\nenrol\n", -EBADMSG, 9, 9, 9},
		{"login first\nwrong 0\n", -EBADMSG, 9, 9, 9},
		{"login first\nuntil 0\n", -EBADMSG, 9, 9, 9},
		{"login first\nwrong 1000\n", -EBADMSG, 9, 9, 9},
		{"login first\nrecovery 11\n", -EBADMSG, 9, 9, 9},
		{"login first\nuntil 7\nwrong 3\n", -EBADMSG, 9, 9, 9},
		{"login first\nwrong 3\nwrong 3\n", -EBADMSG, 9, 9, 9},
		{"login first\nwrong 3", -EBADMSG, 9, 9, 9},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct session_answer answer = {.wrong = 9, .recovery = 9, .until_s = 9};

		assert_int_equal(session_answer_read(rows[i].text, strlen(rows[i].text), &answer),
			rows[i].result);
		assert_int_equal(answer.wrong, rows[i].wrong);
		assert_int_equal(answer.recovery, rows[i].recovery);
		assert_int_equal(answer.until_s, rows[i].until_s);
	}
}

/* As long as it can be. */
static void every_answer_comes_back_as_it_was(void **state)
{
	struct session_answer read, answer = {.found = LAST_FOUND,
					    .last.time_s = INT64_MAX,
					    .wrong = LAST_LOGIN_WRONG_MAX,
					    .until_s = INT64_MAX,
					    .is_short_of_recovery = true,
					    .recovery = 3,
					    .has_to_enrol = true};
	char text[ANSWER_SIZE];
	size_t size;

	memset(answer.last.service, 'a', LOGIN_EVENT_TEXT - 1);
	memset(answer.last.terminal, 'b', LOGIN_EVENT_TEXT - 1);
	size = session_answer_write(&answer, text);
	assert_true(size < ANSWER_SIZE);
	assert_int_equal(session_answer_read(text, size, &read), 0);
	assert_int_equal(read.last.time_s, INT64_MAX);
	assert_string_equal(read.last.terminal, answer.last.terminal);
	assert_string_equal(read.last.host, "");
	assert_int_equal(read.wrong, LAST_LOGIN_WRONG_MAX);
	assert_int_equal(read.until_s, INT64_MAX);
	assert_true(read.is_short_of_recovery);
	assert_int_equal(read.recovery, 3);
	assert_true(read.has_to_enrol);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_of_the_last_login_is_understood_or_not_at_all),
		cmocka_unit_test(what_is_due_stands_in_its_order_and_says_something),
		cmocka_unit_test(every_answer_comes_back_as_it_was),
	};

	return cmocka_run_group_tests_name("session answer", tests, NULL, NULL);
}
