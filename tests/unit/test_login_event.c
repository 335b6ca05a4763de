/* A line of the spool says what its event says, and no other line is taken for one. */
#include "tests/unit/fixture.h"

#include <errno.h>
#include <limits.h>

#include "policy/checksum.h"
#include "policy/login_event.h"

#define HEAD_SIZE 11 /* "1", TAB, 8 digits, TAB */

static const struct login_event full = {
	.reason = LOGIN_LOCKED,
	.reference = "7F3A0KZV",
	.realtime_ms = 1775000000123,
	.boottime_ms = 86400001,
	.user = "tanaka",
	.service = "gdm-password",
	.terminal = "/dev/tty1",
	.host = "10.20.0.17",
	.token = "00012345",
	.caller = 1001,
	.drift = -3,
	.wait_s = 600,
	.number = 2,
	.error = EIO,
};

static const char full_line[] =
	"1\tb6935316\tlocked\t7F3A0KZV\t1775000000123\t86400001\ttanaka\t"
	"gdm-password\t/dev/tty1\t10.20.0.17\t00012345\t1001\t-3\t600\t2\t5\n";

static void assert_same(const struct login_event *a, const struct login_event *b)
{
	assert_int_equal(a->reason, b->reason);
	assert_string_equal(a->reference, b->reference);
	assert_true(a->realtime_ms == b->realtime_ms);
	assert_true(a->boottime_ms == b->boottime_ms);
	assert_string_equal(a->user, b->user);
	assert_string_equal(a->service, b->service);
	assert_string_equal(a->terminal, b->terminal);
	assert_string_equal(a->host, b->host);
	assert_string_equal(a->token, b->token);
	assert_int_equal(a->caller, b->caller);
	assert_int_equal(a->drift, b->drift);
	assert_true(a->wait_s == b->wait_s);
	assert_int_equal(a->number, b->number);
	assert_int_equal(a->error, b->error);
}

static void read_back(const struct login_event *event, struct login_event *ret)
{
	char line[LOGIN_EVENT_SIZE];
	size_t size = login_event_encode(event, line);

	assert_true(size <= LOGIN_EVENT_SIZE);
	assert_int_equal(line[size - 1], '\n');
	assert_null(memchr(line, '\n', size - 1));
	assert_int_equal(login_event_decode(line, size - 1, ret), 0);
}

/* Decodes the fields behind a head that fits them. */
static int decode_fields(const char *fields, size_t size, struct login_event *ret)
{
	char line[2 * LOGIN_EVENT_SIZE];

	assert_true(HEAD_SIZE + size < sizeof(line));
	snprintf(line, sizeof(line), "1\t%08x\t", checksum((const uint8_t *)fields, size));
	memcpy(line + HEAD_SIZE, fields, size);
	return login_event_decode(line, HEAD_SIZE + size, ret);
}

static void what_is_written_reads_back(void **state)
{
	static const struct login_event least = {.reason = LOGIN_FAULT};
	struct login_event back;

	read_back(&full, &back);
	assert_same(&back, &full);
	read_back(&least, &back);
	assert_same(&back, &least);
}

/* Version 1: a spool that one version wrote is read by the next. */
static void the_line_is_that_of_version_1(void **state)
{
	char line[LOGIN_EVENT_SIZE];
	size_t size = login_event_encode(&full, line);

	assert_int_equal(size, strlen(full_line));
	assert_memory_equal(line, full_line, size);
}

static void the_ends_of_every_range_read_back(void **state)
{
	struct login_event highest = {.reason = LOGIN_REASON_COUNT - 1,
		.realtime_ms = INT64_MAX,
		.boottime_ms = UINT64_MAX,
		.caller = UINT32_MAX,
		.drift = INT32_MAX,
		.wait_s = INT64_MAX,
		.number = UINT32_MAX,
		.error = 4095};
	struct login_event lowest = {.realtime_ms = INT64_MIN, .drift = INT32_MIN};
	char *texts[] = {
		highest.user, highest.service, highest.terminal, highest.host, highest.token};
	struct login_event back;

	for (size_t i = 0; i < COUNT(texts); i++)
		memset(texts[i], 'a' + (int)i, LOGIN_EVENT_TEXT - 1);
	memset(highest.reference, 'Z', LOGIN_REFERENCE_SIZE - 1);
	read_back(&highest, &back);
	assert_same(&back, &highest);
	read_back(&lowest, &back);
	assert_same(&back, &lowest);
}

static void text_of_a_stranger_makes_no_field_and_no_line(void **state)
{
	struct login_event event = full, back;

	snprintf(event.user, sizeof(event.user), "a\tb\nc\x01\x7f\xe7\x94\xb0 ~");
	snprintf(event.terminal, sizeof(event.terminal), "\t\t\t");
	read_back(&event, &back);
	assert_string_equal(back.user, "a?b?c????? ~");
	assert_string_equal(back.terminal, "???");
}

/* None is lost because somebody handed over what has no form. */
static void nonsense_still_makes_a_line_that_can_be_read(void **state)
{
	struct login_event event, back;

	memset(&event, 0xff, sizeof(event));
	read_back(&event, &back);
	assert_int_equal(back.reason, LOGIN_FAULT);
	assert_string_equal(back.reference, "");
	assert_int_equal(strlen(back.user), LOGIN_EVENT_TEXT - 1);
	assert_int_equal(back.user[0], '?');
	assert_true(back.wait_s == 0);
	assert_int_equal(back.error, 1);
	event = full;
	event.error = -EROFS;
	snprintf(event.reference, sizeof(event.reference), "7F3A0KIV");
	read_back(&event, &back);
	assert_int_equal(back.error, EROFS);
	assert_string_equal(back.reference, "");
	event.error = INT_MIN;
	read_back(&event, &back);
	assert_int_equal(back.error, 4095);
}

static void every_bit_that_flips_is_seen(void **state)
{
	char line[LOGIN_EVENT_SIZE];
	size_t size = login_event_encode(&full, line) - 1;
	struct login_event back;

	for (size_t i = 0; i < size; i++) {
		for (int bit = 0; bit < 8; bit++) {
			line[i] = (char)(line[i] ^ 1 << bit);
			assert_int_equal(login_event_decode(line, size, &back), -EBADMSG);
			line[i] = (char)(line[i] ^ 1 << bit);
		}
	}
}

static void a_line_that_was_cut_is_none(void **state)
{
	char line[LOGIN_EVENT_SIZE];
	size_t size = login_event_encode(&full, line) - 1;
	struct login_event back = {.number = 77};

	for (size_t cut = 0; cut < size; cut++)
		assert_int_equal(login_event_decode(line, cut, &back), -EBADMSG);
	assert_int_equal(login_event_decode(line, size + 1, &back), -EBADMSG);
	assert_int_equal(back.number, 77);
}

#define T32 "tttttttttttttttttttttttttttttttt"

static const struct {
	const char *name, *fields;
	int expected;
} lines[] = {
	{"a right line", "exempt\t\t1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", 0},
	{"empty texts", "exempt\t\t1\t2\t\t\t\t\t\t0\t0\t0\t0\t0", 0},
	{"a field too few", "exempt\t\t1\t2\tu\ts\tt\th\t0\t0\t0\t0\t0", -EBADMSG},
	{"a field too many", "exempt\t\t1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0\t0", -EBADMSG},
	{"a TAB at the end", "exempt\t\t1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0\t", -EBADMSG},
	{"no field", "", -EBADMSG},
	{"another reason", "open\t\t1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"no reason", "\t\t1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"a long reason", T32 "\t\t1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"a reference", "exempt\tAZ09HJKM\t1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", 0},
	{"a short one", "exempt\tAZ09HJK\t1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"a long one", "exempt\tAZ09HJKMN\t1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"one with an I", "exempt\tAZ09HIKM\t1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"a small letter", "exempt\tAZ09hJKM\t1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"a zero before", "exempt\t\t01\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"a plus", "exempt\t\t+1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"a time before 1970", "exempt\t\t-1\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", 0},
	{"minus zero", "exempt\t\t-0\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"a minus alone", "exempt\t\t-\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"no number", "exempt\t\t\t2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"the lowest time", "exempt\t\t-9223372036854775808\t2\t\t\t\t\t\t0\t0\t0\t0\t0", 0},
	{"a lower one", "exempt\t\t-9223372036854775809\t2\t\t\t\t\t\t0\t0\t0\t0\t0", -EBADMSG},
	{"a higher one", "exempt\t\t9223372036854775808\t2\t\t\t\t\t\t0\t0\t0\t0\t0", -EBADMSG},
	{"far too high", "exempt\t\t99999999999999999999999\t2\t\t\t\t\t\t0\t0\t0\t0\t0", -EBADMSG},
	{"a boot before it", "exempt\t\t1\t-2\tu\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"the longest boot", "exempt\t\t1\t18446744073709551615\t\t\t\t\t\t0\t0\t0\t0\t0", 0},
	{"a longer one", "exempt\t\t1\t18446744073709551616\t\t\t\t\t\t0\t0\t0\t0\t0", -EBADMSG},
	{"63 letters",
		"exempt\t\t1\t2\t" T32 "1234567890123456789012345678901\t\t\t\t\t0\t0\t0\t0\t0", 0},
	{"64 letters", "exempt\t\t1\t2\t" T32 T32 "\t\t\t\t\t0\t0\t0\t0\t0", -EBADMSG},
	{"no ASCII", "exempt\t\t1\t2\t\xe7\x94\xb0\ts\tt\th\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"a line feed", "exempt\t\t1\t2\tu\ts\tt\th\nk\tk\t0\t0\t0\t0\t0", -EBADMSG},
	{"an uid too high", "exempt\t\t1\t2\tu\ts\tt\th\tk\t4294967296\t0\t0\t0\t0", -EBADMSG},
	{"an uid below 0", "exempt\t\t1\t2\tu\ts\tt\th\tk\t-1\t0\t0\t0\t0", -EBADMSG},
	{"a drift", "exempt\t\t1\t2\tu\ts\tt\th\tk\t0\t-2147483648\t0\t0\t0", 0},
	{"one too low", "exempt\t\t1\t2\tu\ts\tt\th\tk\t0\t-2147483649\t0\t0\t0", -EBADMSG},
	{"one too high", "exempt\t\t1\t2\tu\ts\tt\th\tk\t0\t2147483648\t0\t0\t0", -EBADMSG},
	{"a wait below 0", "exempt\t\t1\t2\tu\ts\tt\th\tk\t0\t0\t-1\t0\t0", -EBADMSG},
	{"2^64 of it", "exempt\t\t1\t2\t\t\t\t\t\t0\t0\t-18446744073709551616\t0\t0", -EBADMSG},
	{"a number too high", "exempt\t\t1\t2\t\t\t\t\t\t0\t0\t0\t4294967296\t0", -EBADMSG},
	{"the last errno", "exempt\t\t1\t2\t\t\t\t\t\t0\t0\t0\t0\t4095", 0},
	{"none so high", "exempt\t\t1\t2\t\t\t\t\t\t0\t0\t0\t0\t4096", -EBADMSG},
	{"one below 0", "exempt\t\t1\t2\t\t\t\t\t\t0\t0\t0\t0\t-5", -EBADMSG},
	{"a space behind", "exempt\t\t1\t2\t\t\t\t\t\t0\t0\t0\t0\t5 ", -EBADMSG},
};

static void only_the_form_that_is_written_is_read(void **state)
{
	struct login_event back;

	for (size_t i = 0; i < COUNT(lines); i++)
		if (decode_fields(lines[i].fields, strlen(lines[i].fields), &back) !=
			lines[i].expected)
			fail_msg("%s", lines[i].name);
}

static void a_nul_is_no_end_of_a_field(void **state)
{
	static const char in_reason[] = "exempt\0\t\t1\t2\t\t\t\t\t\t0\t0\t0\t0\t0";
	static const char in_text[] = "exempt\t\t1\t2\tu\0\t\t\t\t\t0\t0\t0\t0\t0";
	struct login_event back;

	assert_int_equal(decode_fields(in_reason, sizeof(in_reason) - 1, &back), -EBADMSG);
	assert_int_equal(decode_fields(in_text, sizeof(in_text) - 1, &back), -EBADMSG);
}

static void another_version_or_a_long_line_is_refused(void **state)
{
	char line[2 * LOGIN_EVENT_SIZE];
	struct login_event back;

	memcpy(line, full_line, sizeof(full_line));
	line[0] = '2';
	assert_int_equal(login_event_decode(line, sizeof(full_line) - 2, &back), -EBADMSG);
	memset(line, 'a', sizeof(line));
	assert_int_equal(decode_fields(line, LOGIN_EVENT_SIZE, &back), -EBADMSG);
}

static void each_reason_has_a_word_of_its_own(void **state)
{
	enum login_reason back;

	for (unsigned i = 0; i < LOGIN_REASON_COUNT; i++) {
		assert_non_null(login_reason_name(i));
		assert_int_equal(login_reason_from_name(login_reason_name(i), &back), 0);
		assert_int_equal(back, i);
	}
	assert_null(login_reason_name(LOGIN_REASON_COUNT));
	assert_int_equal(login_reason_from_name("open", &back), -EINVAL);
	assert_string_equal(login_reason_name(LOGIN_WRONG), "wrong-code");
}

static void nine_reasons_let_in(void **state)
{
	static const enum login_reason let_in[] = {LOGIN_RIGHT, LOGIN_RECOVERY_RIGHT,
		LOGIN_ENVELOPE_RIGHT, LOGIN_TICKET_RIGHT, LOGIN_TEMPORARY_RIGHT, LOGIN_PHONE_RIGHT,
		LOGIN_EXEMPT, LOGIN_REHEARSED, LOGIN_NOT_REQUIRED};

	for (unsigned i = 0; i <= LOGIN_REASON_COUNT; i++) {
		bool is_listed = false;

		for (size_t k = 0; k < COUNT(let_in); k++)
			is_listed |= let_in[k] == i;
		assert_int_equal(login_reason_lets_in(i), is_listed);
		assert_int_equal(login_reason_is_login(i), i <= LOGIN_NOT_REQUIRED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(the_line_is_that_of_version_1),
		cmocka_unit_test(the_ends_of_every_range_read_back),
		cmocka_unit_test(text_of_a_stranger_makes_no_field_and_no_line),
		cmocka_unit_test(nonsense_still_makes_a_line_that_can_be_read),
		cmocka_unit_test(every_bit_that_flips_is_seen),
		cmocka_unit_test(a_line_that_was_cut_is_none),
		cmocka_unit_test(only_the_form_that_is_written_is_read),
		cmocka_unit_test(a_nul_is_no_end_of_a_field),
		cmocka_unit_test(another_version_or_a_long_line_is_refused),
		cmocka_unit_test(each_reason_has_a_word_of_its_own),
		cmocka_unit_test(nine_reasons_let_in),
	};

	return cmocka_run_group_tests_name("login_event", tests, NULL, NULL);
}
