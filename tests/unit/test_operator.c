/* What `sekisho operator` and sekisho-operator say to each other, and where a policy has it. */
#include <errno.h>

#include "tests/unit/fixture.h"

#include "policy/operator.h"

static void what_was_asked_is_read_as_it_was_written(void **state)
{
	const struct operator_request request = {.user = "s1204", .code = "１２３ 456"};
	struct operator_request read = {.user = NULL};
	char bytes[OPERATOR_REQUEST_SIZE];
	int size = operator_request_encode(&request, bytes);

	assert_int_equal(size, strlen("s1204") + 1 + strlen("１２３ 456") + 1);
	assert_int_equal(operator_request_decode(bytes, (size_t)size, &read), 0);
	assert_string_equal(read.user, "s1204");
	assert_string_equal(read.code, "１２３ 456");
}

static void a_text_that_is_too_long_is_not_cut(void **state)
{
	char text[OPERATOR_TYPED_MAX + 2] = "";
	char bytes[OPERATOR_REQUEST_SIZE];
	struct operator_request request = {.user = text, .code = "1"};

	memset(text, 'a', OPERATOR_TYPED_MAX);
	assert_int_equal(operator_request_encode(&request, bytes), OPERATOR_TYPED_MAX + 3);
	text[OPERATOR_TYPED_MAX] = 'a';
	assert_int_equal(operator_request_encode(&request, bytes), -EMSGSIZE);
	request = (struct operator_request){.user = "1", .code = text};
	assert_int_equal(operator_request_encode(&request, bytes), -EMSGSIZE);
}

static void anything_but_two_texts_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		int result;
	} rows[] = {
		{"a\0b\0", 4, 0},
		{"\0\0", 2, 0},
		{"", 0, -EBADMSG},
		{"a\0b", 3, -EBADMSG},
		{"a", 1, -EBADMSG},
		{"a\0", 2, -EBADMSG},
		{"a\0b\0c", 5, -EBADMSG},
		{"a\0b\0\0", 5, -EBADMSG},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct operator_request untouched = {.user = "x", .code = "y"}, read = untouched;

		if (operator_request_decode(rows[i].bytes, rows[i].size, &read) != rows[i].result)
			fail_msg("row %zu", i);
		if (rows[i].result < 0)
			assert_memory_equal(&read, &untouched, sizeof(read));
	}
}

static void every_answer_is_read_as_it_was_written(void **state)
{
	for (unsigned i = 0; i < OPERATOR_OUTCOME_COUNT; i++) {
		const struct operator_answer answer = {.outcome = i,
			.reason = LOGIN_LOCKED,
			.reference = "7F3A09QX",
			.wait_s = 86400};
		struct operator_answer read = {.outcome = OPERATOR_REFUSED};
		char text[OPERATOR_ANSWER_SIZE];
		size_t size = operator_answer_encode(&answer, text);

		assert_int_equal(operator_answer_decode(text, size, &read), 0);
		assert_int_equal(read.outcome, i);
		assert_int_equal(read.reason, LOGIN_LOCKED);
		assert_string_equal(read.reference, "7F3A09QX");
		assert_int_equal(read.wait_s, 86400);
		/* Cut anywhere, it is no answer. */
		for (size_t cut = 0; cut < size; cut++)
			assert_int_equal(operator_answer_decode(text, cut, &read), -EBADMSG);
	}
}

static void an_answer_that_makes_no_sense_changes_nothing(void **state)
{
	static const char *const rows[] = {
		"changed right-code - 0",
		"changed right-code - 0\n\n",
		"changed right-code - 00\n",
		"changed right-code - -1\n",
		"changed right-code - 1234567890123\n",
		"changed right-code ABC 0\n",
		"changed right-code ABCDEFG! 0\n",
		"changed nonsense - 0\n",
		"altered right-code - 0\n",
		"changed  right-code - 0\n",
		" changed right-code - 0\n",
		"\n",
	};
	struct operator_answer read = {.outcome = OPERATOR_NO_AGENT};

	assert_int_equal(operator_answer_decode("changed right-code - 0\n", 23, &read), 0);
	assert_int_equal(read.outcome, OPERATOR_CHANGED);
	for (size_t i = 0; i < COUNT(rows); i++) {
		read.outcome = OPERATOR_NO_AGENT;
		if (operator_answer_decode(rows[i], strlen(rows[i]), &read) != -EBADMSG)
			fail_msg("row %zu", i);
		assert_int_equal(read.outcome, OPERATOR_NO_AGENT);
	}
}

static void zeroed_it_is_a_refusal(void **state)
{
	const struct operator_answer answer = {.wait_s = 0};
	char text[OPERATOR_ANSWER_SIZE];
	size_t size = operator_answer_encode(&answer, text);

	assert_int_equal(size, strlen("refused fault - 0\n"));
	assert_memory_equal(text, "refused fault - 0\n", size);
}

static void it_is_offered_where_the_policy_names_it(void **state)
{
	static const struct {
		const char *service;
		bool has_mode;
		enum second_factor mode;
		bool is_offered;
	} rows[] = {
		{OPERATOR_SERVICE, true, SECOND_FACTOR_REQUIRED, true},
		{OPERATOR_SERVICE, true, SECOND_FACTOR_REHEARSE, true},
		{OPERATOR_SERVICE, true, SECOND_FACTOR_OFF, false},
		{OPERATOR_SERVICE, false, SECOND_FACTOR_REQUIRED, false},
		{"login", true, SECOND_FACTOR_REQUIRED, false},
	};
	struct login_rules none = {.n_services = 0}, strict;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct login_rules rules = {.n_services = 2};

		snprintf(rules.services[0].name, LOGIN_NAME_SIZE, "sshd");
		snprintf(rules.services[1].name, LOGIN_NAME_SIZE, "%s", rows[i].service);
		rules.services[1].has_mode = rows[i].has_mode;
		rules.services[1].mode = rows[i].mode;
		if (operator_is_offered(&rules) != rows[i].is_offered)
			fail_msg("row %zu", i);
	}
	assert_false(operator_is_offered(&none));
	login_rules_strict(&strict);
	assert_false(operator_is_offered(&strict));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_asked_is_read_as_it_was_written),
		cmocka_unit_test(a_text_that_is_too_long_is_not_cut),
		cmocka_unit_test(anything_but_two_texts_is_refused),
		cmocka_unit_test(every_answer_is_read_as_it_was_written),
		cmocka_unit_test(an_answer_that_makes_no_sense_changes_nothing),
		cmocka_unit_test(zeroed_it_is_a_refusal),
		cmocka_unit_test(it_is_offered_where_the_policy_names_it),
	};

	return cmocka_run_group_tests_name("operator", tests, NULL, NULL);
}
