/* Who works in which session, the file that keeps it, and who it was when. */
#include <errno.h>

#include "tests/unit/fixture.h"

#include "agent/operator_history.h"
#include "agent/operators.h"

#define BOOT "01234567-89ab-cdef-0123-456789abcdef"

static struct operator operator_of(const char *session, uint32_t uid, const char *user)
{
	struct operator operator= {.uid = uid, .since_ms = 1780272000123};

	snprintf(operator.session, sizeof(operator.session), "%s", session);
	snprintf(operator.user, sizeof(operator.user), "%s", user);
	return operator;
}

static int set(struct operators *operators, const char *session, uint32_t uid, const char *user)
{
	const struct operator operator= operator_of(session, uid, user);

	return operators_set(operators, &operator);
}

static const char *who(const struct operators *operators, const char *session, uint32_t uid)
{
	const struct operator* operator= operators_find(operators, session, uid);

	return operator? operator->user : "nobody";
}

static void a_session_has_its_own_operator_and_no_other(void **state)
{
	struct operators operators = {.n = 0};

	assert_string_equal(who(&operators, "3", 1000), "nobody");
	assert_int_equal(set(&operators, "3", 1000, "s1204"), 0);
	assert_int_equal(set(&operators, "c1", 1001, "s7"), 0);
	assert_string_equal(who(&operators, "3", 1000), "s1204");
	assert_string_equal(who(&operators, "c1", 1001), "s7");
	assert_string_equal(who(&operators, "c1", 1000), "nobody");
	assert_int_equal(set(&operators, "3", 1000, "s99"), 0);
	assert_int_equal(operators.n, 2);
	assert_string_equal(who(&operators, "3", 1000), "s99");
	operators_end(&operators, "3");
	operators_end(&operators, "3");
	assert_string_equal(who(&operators, "3", 1000), "nobody");
	assert_string_equal(who(&operators, "c1", 1001), "s7");
}

static void names_that_cannot_be_are_refused(void **state)
{
	struct operators operators = {.n = 0};

	assert_int_equal(set(&operators, "", 0, "s1"), -EINVAL);
	assert_int_equal(set(&operators, "../3", 0, "s1"), -EINVAL);
	assert_int_equal(set(&operators, "3 4", 0, "s1"), -EINVAL);
	assert_int_equal(set(&operators, "3", 0, ""), -EINVAL);
	assert_int_equal(set(&operators, "3", 0, "s 1"), -EINVAL);
	assert_int_equal(set(&operators, "3", 0, "-s"), -EINVAL);
	assert_int_equal(operators.n, 0);
}

static void one_session_too_many_is_refused_and_the_others_stay(void **state)
{
	struct operators operators = {.n = 0};
	char session[16];

	for (unsigned i = 0; i < OPERATORS_MAX; i++) {
		snprintf(session, sizeof(session), "%u", i);
		assert_int_equal(set(&operators, session, i, "s1"), 0);
	}
	assert_int_equal(set(&operators, "more", 0, "s2"), -ENOSPC);
	assert_int_equal(set(&operators, "7", 7, "s2"), 0);
	assert_string_equal(who(&operators, "7", 7), "s2");
}

static void what_is_kept_is_what_was_there(void **state)
{
	struct operators operators = {.n = 0}, read = {.n = 0};
	char text[OPERATORS_FILE_SIZE], session[OPERATOR_SESSION_SIZE], user[ACCOUNT_NAME_MAX + 1];
	size_t size;

	memset(user, 'u', sizeof(user) - 1);
	user[sizeof(user) - 1] = '\0';
	for (unsigned i = 0; i < OPERATORS_MAX; i++) {
		memset(session, 'a' + (int)i, sizeof(session) - 1);
		session[sizeof(session) - 1] = '\0';
		assert_int_equal(set(&operators, session, UINT32_MAX - i, user), 0);
		operators.items[i].since_ms = INT64_MAX;
	}
	size = operators_encode(&operators, BOOT, text);
	assert_true(size < OPERATORS_FILE_SIZE);
	assert_int_equal(operators_decode(text, size, BOOT, &read), 0);
	assert_int_equal(read.n, OPERATORS_MAX);
	assert_memory_equal(&read, &operators, sizeof(read));
	/* Cut within a line, nothing of it is believed. */
	for (size_t cut = 1; cut < size; cut++)
		if (text[cut - 1] != '\n')
			assert_int_equal(operators_decode(text, cut, BOOT, &read), -EBADMSG);
}

static void what_was_not_written_so_is_not_believed(void **state)
{
	static const struct {
		const char *text;
		int result;
	} rows[] = {
		{BOOT "\n", 0},
		{BOOT "\n3 1000 s1204 5\n", 0},
		{BOOT "\n3 1000 s1204 5", -EBADMSG},
		{BOOT "\n3 1000 s1204\n", -EBADMSG},
		{BOOT "\n3 01000 s1204 5\n", -EBADMSG},
		{BOOT "\n3 4294967296 s1204 5\n", -EBADMSG},
		{BOOT "\n3 1000 s1204 -5\n", -EBADMSG},
		{BOOT "\n3 1000 s1204 5 6\n", -EBADMSG},
		{BOOT "\n3 1000 s1204 5\n3 1000 s1205 6\n", -EBADMSG},
		{BOOT "\n\n", -EBADMSG},
		{BOOT, -EBADMSG},
		{"", -EBADMSG},
		{"11234567-89ab-cdef-0123-456789abcdef\n3 1000 s1204 5\n", -ESTALE},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct operators read = {.n = 7};

		if (operators_decode(rows[i].text, strlen(rows[i].text), BOOT, &read) !=
			rows[i].result)
			fail_msg("row %zu", i);
		assert_int_equal(rows[i].result < 0, read.n == 7);
	}
}

static void it_is_known_who_it_was_when(void **state)
{
	struct operator_history history = {.n = 0};

	assert_null(operator_history_at(&history, 100));
	operator_history_add(&history, 100, "s1");
	operator_history_add(&history, 150, "s1");
	operator_history_add(&history, 200, NULL);
	operator_history_add(&history, 300, "s2");
	assert_null(operator_history_at(&history, 99));
	assert_string_equal(operator_history_at(&history, 100), "s1");
	assert_string_equal(operator_history_at(&history, 199), "s1");
	assert_null(operator_history_at(&history, 200));
	assert_string_equal(operator_history_at(&history, 1000), "s2");
}

static void what_is_long_ago_is_nobodys(void **state)
{
	struct operator_history history = {.n = 0};
	char user[16];

	for (unsigned i = 0; i < 3 * OPERATOR_HISTORY_MAX; i++) {
		snprintf(user, sizeof(user), "s%u", i);
		operator_history_add(&history, i, user);
	}
	assert_null(operator_history_at(&history, 2 * OPERATOR_HISTORY_MAX - 1));
	for (unsigned i = 2 * OPERATOR_HISTORY_MAX; i < 3 * OPERATOR_HISTORY_MAX; i++) {
		snprintf(user, sizeof(user), "s%u", i);
		assert_string_equal(operator_history_at(&history, i), user);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_has_its_own_operator_and_no_other),
		cmocka_unit_test(names_that_cannot_be_are_refused),
		cmocka_unit_test(one_session_too_many_is_refused_and_the_others_stay),
		cmocka_unit_test(what_is_kept_is_what_was_there),
		cmocka_unit_test(what_was_not_written_so_is_not_believed),
		cmocka_unit_test(it_is_known_who_it_was_when),
		cmocka_unit_test(what_is_long_ago_is_nobodys),
	};

	return cmocka_run_group_tests_name("operators", tests, NULL, NULL);
}
