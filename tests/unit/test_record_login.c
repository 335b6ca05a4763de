/* What records of logins and tokens say, to programs and to people. */
#include <stdio.h>

#include "agent/record_login.h"
#include "tests/unit/fixture.h"
#include "tests/unit/json_check.h"

static const struct login_event login = {
	.reason = LOGIN_WRONG,
	.reference = "7F3A09QX",
	.realtime_ms = 1780272000123,
	.boottime_ms = 77,
	.user = "tanaka",
	.service = "sshd",
	.terminal = "ssh",
	.host = "10.20.0.7",
	.token = "00012345",
	.caller = 1000,
};

static struct record record_of(const struct login_event *event)
{
	return (struct record){
		.event = record_login_event(event->reason),
		.realtime_ms = event->realtime_ms,
		.boottime_ms = 99,
		.error = event->error,
		.login = event,
	};
}

static const char *format(const struct record *record)
{
	static const struct record_link link = {
		.sequence = 7, .boot_id = "01234567-89ab-cdef-0123-456789abcdef"};
	static char line[RECORD_LINE_MAX + 1];
	int length = record_format(record, &link, line, RECORD_LINE_MAX);

	assert_in_range(length, 2, RECORD_LINE_MAX);
	line[length - 1] = '\0';
	assert_true(json_is_valid(line, (size_t)length - 1));
	return line;
}

static const char *format_reason(enum login_reason reason)
{
	struct login_event event = login;
	struct record record;

	event.reason = reason;
	record = record_of(&event);
	return format(&record);
}

#define assert_says(line, part) \
	do { \
		if (!strstr(line, part)) \
			fail_msg("no %s in %s", part, line); \
	} while (0)

#define assert_says_not(line, part) \
	do { \
		if (strstr(line, part)) \
			fail_msg("%s in %s", part, line); \
	} while (0)

static void a_line_says_everything_in_its_place(void **state)
{
	static const char expected[] =
		"\"class_uid\":3002,\"category_uid\":3,\"activity_id\":1,\"type_uid\":300201,"
		"\"time\":1780272000123,\"severity_id\":2,"
		"\"message\":\"A login was refused: the code was wrong, user tanaka, service sshd, "
		"terminal ssh, from 10.20.0.7, token 00012345, reference number 7F3A09QX\","
		"\"status_id\":2,\"status_detail\":\"wrong-code\",\"user\":{\"name\":\"tanaka\"},"
		"\"service\":{\"name\":\"sshd\"},\"is_mfa\":true,\"is_remote\":true,"
		"\"auth_factors\":[{\"factor_type_id\":11,\"factor_type\":\"Password\"},"
		"{\"factor_type_id\":7,\"factor_type\":\"OTP\"}],"
		"\"src_endpoint\":{\"ip\":\"10.20.0.7\"},";
	static const char ours[] =
		"\"login\":{\"reason\":\"wrong-code\",\"reference\":\"7F3A09QX\","
		"\"factors\":[\"knowledge\",\"possession\"],\"factors_ja\":\"知識・所持\","
		"\"terminal\":\"ssh\",\"token\":\"00012345\",\"caller_uid\":1000,"
		"\"boottime_ms\":77}}}}";
	const struct record record = record_of(&login);
	const char *line = format(&record);

	assert_says(line, expected);
	assert_says(line, ours);
	assert_says(line, "\"event\":\"login-refused\"");
	assert_says(line, "\"boottime_ms\":99");
}

static void every_reason_is_an_event_of_its_class_and_severity(void **state)
{
	static const struct {
		enum login_reason reason;
		const char *event, *type, *severity;
	} rows[] = {
		{LOGIN_FAULT, "login-failed", "300201", "3"},
		{LOGIN_NOT_OWN, "login-refused", "300201", "2"},
		{LOGIN_NOT_ASKED, "login-failed", "300201", "3"},
		{LOGIN_NOT_ENROLLED, "login-refused", "300201", "2"},
		{LOGIN_NO_SECRET, "login-failed", "300201", "3"},
		{LOGIN_METHOD, "login-refused", "300201", "2"},
		{LOGIN_BUSY, "login-refused", "300201", "2"},
		{LOGIN_DAMAGED, "login-failed", "300201", "3"},
		{LOGIN_LOCKED, "login-locked", "300201", "3"},
		{LOGIN_WRONG, "login-refused", "300201", "2"},
		{LOGIN_USED, "login-refused", "300201", "2"},
		{LOGIN_FAR, "login-refused", "300201", "2"},
		{LOGIN_NOT_YET, "login-refused", "300201", "2"},
		{LOGIN_EXPIRED, "login-refused", "300201", "2"},
		{LOGIN_OPERATOR_OFF, "login-refused", "300201", "2"},
		{LOGIN_TICKET_USED, "login-refused", "300201", "2"},
		{LOGIN_TICKET_OVER, "login-refused", "300201", "2"},
		{LOGIN_TEMPORARY_OVER, "login-refused", "300201", "2"},
		{LOGIN_PHONE_SHOWN, "login-refused", "300201", "2"},
		{LOGIN_PHONE_LATER, "login-refused", "300201", "2"},
		{LOGIN_PHONE_MISTYPED, "login-refused", "300201", "2"},
		{LOGIN_PHONE_OFF, "login-refused", "300201", "2"},
		{LOGIN_RIGHT, "login-allowed", "300201", "1"},
		{LOGIN_RECOVERY_RIGHT, "login-allowed", "300201", "1"},
		{LOGIN_ENVELOPE_RIGHT, "login-by-envelope", "300201", "4,\"is_alert\":true"},
		{LOGIN_TICKET_RIGHT, "login-allowed", "300201", "1"},
		{LOGIN_TEMPORARY_RIGHT, "login-allowed", "300201", "1"},
		{LOGIN_PHONE_RIGHT, "login-allowed", "300201", "1"},
		{LOGIN_EXEMPT, "login-allowed", "300201", "1"},
		{LOGIN_REHEARSED, "login-rehearsed", "300201", "1"},
		{LOGIN_NOT_REQUIRED, "login-allowed", "300201", "1"},
		{LOGIN_TOKEN_INSTALLED, "token-installed", "300110", "1"},
		{LOGIN_TOKEN_RESET, "token-reset", "300199", "2"},
		{LOGIN_TOKEN_UNLOCKED, "token-reset", "300199", "2"},
		{LOGIN_TOKEN_RETIRED, "token-retired", "300111", "2"},
		{LOGIN_SECRET_UNREADABLE, "secret-unreadable", "501901", "3"},
		{LOGIN_KEY_LOST, "login-key-lost", "501901", "4,\"is_alert\":true"},
		{LOGIN_KEY_MADE, "login-key-made", "501901", "2"},
		{LOGIN_ENVELOPE_MADE, "envelope-made", "501901", "4,\"is_alert\":true"},
		{LOGIN_SECRET_SHOWN, "token-shown", "300199", "2"},
		{LOGIN_ENROLLED, "token-enrolled", "300110", "1"},
		{LOGIN_RULES_LOST, "login-rules-lost", "501901", "4,\"is_alert\":true"},
		{LOGIN_OPERATOR_RIGHT, "operator-changed", "300299", "1"},
		{LOGIN_OPERATOR_ENDED, "operator-ended", "300299", "1"},
	};

	assert_int_equal(COUNT(rows), LOGIN_REASON_COUNT);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *line = format_reason(rows[i].reason);
		char part[96];

		assert_int_equal(rows[i].reason, i);
		snprintf(part, sizeof(part), "\"event\":\"%s\"", rows[i].event);
		assert_says(line, part);
		snprintf(part, sizeof(part), "\"type_uid\":%s,", rows[i].type);
		assert_says(line, part);
		snprintf(part, sizeof(part), "\"severity_id\":%s,", rows[i].severity);
		assert_says(line, part);
		snprintf(
			part, sizeof(part), "\"reason\":\"%s\"", login_reason_name(rows[i].reason));
		assert_says(line, part);
	}
}

/* Success is what lets in, and nothing else. */
static void who_was_let_in_is_a_success_and_nobody_else(void **state)
{
	for (int i = 0; i <= LOGIN_NOT_REQUIRED; i++) {
		enum login_reason reason = (enum login_reason)i;

		assert_says(format_reason(reason),
			login_reason_lets_in(reason) ? "\"status_id\":1" : "\"status_id\":2");
	}
	assert_says(format_reason(LOGIN_TOKEN_RETIRED), "\"status_id\":1");
	assert_says_not(format_reason(LOGIN_KEY_LOST), "status_id");
}

static void the_factors_are_those_that_were_asked_for(void **state)
{
	static const struct {
		enum login_reason reason;
		const char *said, *not_said;
	} rows[] = {
		{LOGIN_RIGHT, "\"factor_type\":\"OTP\"", "Recovery"},
		{LOGIN_RECOVERY_RIGHT, "\"factor_type_id\":99,\"factor_type\":\"Recovery Code\"",
			"OTP"},
		{LOGIN_ENVELOPE_RIGHT, "\"factor_type\":\"Sealed Envelope Code\"", "OTP"},
		{LOGIN_TICKET_RIGHT, "\"factor_type_id\":99,\"factor_type\":\"Ticket\"", "OTP"},
		{LOGIN_PHONE_RIGHT, "\"factor_type\":\"Same-day code by telephone\"", "OTP"},
		{LOGIN_EXEMPT, "\"is_mfa\":false", "OTP"},
		{LOGIN_EXEMPT, "\"factors_ja\":\"知識\"", "所持"},
		{LOGIN_REHEARSED, "\"factors\":[\"knowledge\"]", "possession"},
		{LOGIN_TOKEN_INSTALLED, "\"user\":{\"name\":\"tanaka\"}", "auth_factors"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_says(format_reason(rows[i].reason), rows[i].said);
		assert_says_not(format_reason(rows[i].reason), rows[i].not_said);
	}
}

static void what_is_not_there_is_left_out(void **state)
{
	struct login_event event = {.reason = LOGIN_RIGHT, .user = "sato", .host = "desk-18"};
	struct record record = record_of(&event);

	assert_says(format(&record), "\"src_endpoint\":{\"hostname\":\"desk-18\"}");
	snprintf(event.host, sizeof(event.host), "fe80::1");
	assert_says(format(&record), "\"src_endpoint\":{\"ip\":\"fe80::1\"}");
	event.host[0] = '\0';
	assert_says(format(&record), "\"is_remote\":false");
	assert_says_not(format(&record), "src_endpoint");
	assert_says_not(format(&record), "reference");
	assert_says_not(format(&record), "drift");
	assert_says_not(format(&record), "wait");
	event.drift = -3;
	event.wait_s = 300;
	event.number = 59849217;
	assert_says(format(&record), "\"next\":59849217,\"drift\":-3,\"wait\":300,");
	assert_says_not(format(&record), "number 59849217");
	event.reason = LOGIN_RECOVERY_RIGHT;
	record = record_of(&event);
	event.number = 2;
	assert_says(format(&record), "\"number\":2,\"drift\":-3,\"wait\":300,");
}

static void texts_at_their_longest_fit(void **state)
{
	struct login_event event = {.reason = LOGIN_FAULT, .error = 28};
	struct record record;

	memset(event.user, '"', LOGIN_EVENT_TEXT - 1);
	memset(event.service, '\\', LOGIN_EVENT_TEXT - 1);
	memset(event.terminal, '"', LOGIN_EVENT_TEXT - 1);
	memset(event.host, '"', LOGIN_EVENT_TEXT - 1);
	memset(event.token, '"', LOGIN_EVENT_TEXT - 1);
	record = record_of(&event);
	assert_says(format(&record), "\"error\":\"ENOSPC\"");
	assert_says_not(format(&record), "truncated");
}

/* Everybody on the bus may read that, so it names nobody. */
static void without_the_login_only_what_happened_is_said(void **state)
{
	char text[RECORD_MESSAGE_SIZE];

	for (int i = RECORD_LOGIN_RULES_NOT_STORED; i <= RECORD_OPERATOR_ENDED; i++) {
		const struct record record = {.event = (enum record_event)i};

		assert_true(record_describe(&record, text, sizeof(text)) > 10);
		assert_null(strstr(text, "something has no name"));
		assert_null(strstr(text, "user"));
		assert_null(strstr(text, "Something happened"));
	}
}

static void a_reason_of_nowhere_is_a_fault(void **state)
{
	assert_int_equal(
		record_login_event((enum login_reason)LOGIN_REASON_COUNT), RECORD_LOGIN_FAILED);
	assert_int_equal(record_login_event((enum login_reason) - 1), RECORD_LOGIN_FAILED);
}

static void a_change_of_operator_is_by_code_alone_and_names_who_works_from_then_on(void **state)
{
	struct login_event event = login;
	struct record record;
	const char *line;

	event.reason = LOGIN_OPERATOR_RIGHT;
	snprintf(event.service, sizeof(event.service), "sekisho-operator");
	event.host[0] = '\0';
	record = record_of(&event);
	record.operator= "tanaka";
	line = format(&record);
	assert_says(line, "\"actor\":{\"user\":{\"name\":\"tanaka\"}},\"status_id\":1,");
	assert_says(line, "\"is_mfa\":false");
	assert_says(line, "\"auth_factors\":[{\"factor_type_id\":7,\"factor_type\":\"OTP\"}]");
	assert_says(line, "\"factors\":[\"possession\"],\"factors_ja\":\"所持\"");
	assert_says(line, "\"operator\":\"tanaka\",\"login\":{");
}

static void an_end_names_who_it_was_and_carries_nobody(void **state)
{
	struct login_event event = login;
	struct record record;
	const char *line;

	event.reason = LOGIN_OPERATOR_ENDED;
	snprintf(event.service, sizeof(event.service), "sekisho-operator");
	record = record_of(&event);
	line = format(&record);
	assert_says(line, "\"user\":{\"name\":\"tanaka\"}");
	assert_says(line, "\"auth_factors\":[]");
	assert_says_not(line, "\"factors\"");
	assert_says_not(line, "\"operator\":");
	assert_says_not(line, "\"actor\":");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_everything_in_its_place),
		cmocka_unit_test(every_reason_is_an_event_of_its_class_and_severity),
		cmocka_unit_test(who_was_let_in_is_a_success_and_nobody_else),
		cmocka_unit_test(the_factors_are_those_that_were_asked_for),
		cmocka_unit_test(what_is_not_there_is_left_out),
		cmocka_unit_test(texts_at_their_longest_fit),
		cmocka_unit_test(without_the_login_only_what_happened_is_said),
		cmocka_unit_test(a_reason_of_nowhere_is_a_fault),
		cmocka_unit_test(
			a_change_of_operator_is_by_code_alone_and_names_who_works_from_then_on),
		cmocka_unit_test(an_end_names_who_it_was_and_carries_nobody),
	};

	return cmocka_run_group_tests_name("records of logins", tests, NULL, NULL);
}
