#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/record.h"
#include "tests/unit/json_check.h"

static const struct record_link first_link = {
	.sequence = 7,
	.boot_id = "01234567-89ab-cdef-0123-456789abcdef",
	.previous_sha256 = {0xaa, 0xbb},
};

/* A refused stick. */
static struct record a_record(void)
{
	struct reason reason = {
		.code = REASON_CLASS_RULE,
		.device_class = CLASS_USB_STORAGE,
		.line = 12,
	};

	return (struct record){
		.event = RECORD_DEVICE_BLOCKED,
		.realtime_ms = 1700000000123,
		.boottime_ms = 4567,
		.device =
			{
				.name = "1-2",
				.vendor = 0x0951,
				.product = 0x1666,
				.bus = 1,
				.number = 5,
				.manufacturer = "Kingston",
				.model = "DataTraveler",
				.serial = "001CC0",
				.descriptors_sha256 = {0x01},
			},
		.device_class = CLASS_USB_STORAGE,
		.verdict = VERDICT_BLOCK,
		.reason = reason,
		.interfaces = {{1, 0, CLASS_USB_STORAGE, VERDICT_BLOCK, reason}},
		.n_interfaces = 1,
		.policy_serial = 42,
		.policy_sha256 = {0xcd},
	};
}

/* The line as a string without its LF, checked for what every line must be. */
static const char *format(const struct record *record, const struct record_link *link)
{
	static char line[RECORD_LINE_MAX + 1];
	int length = record_format(record, link, line, RECORD_LINE_MAX);

	assert_in_range(length, 2, RECORD_LINE_MAX);
	assert_int_equal(line[length - 1], '\n');
	assert_null(memchr(line, '\n', (size_t)length - 1));
	line[length - 1] = '\0';
	assert_true(json_is_valid(line, (size_t)length - 1));
	assert_memory_equal(line, RECORD_LINE_START, strlen(RECORD_LINE_START));
	return line;
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

static void every_event_has_its_own_name_and_back(void **state)
{
	for (int event = 0; event < RECORD_EVENT_COUNT; event++) {
		enum record_event again = RECORD_EVENT_COUNT;

		assert_non_null(record_event_name((enum record_event)event));
		assert_int_equal(
			record_event_from_name(record_event_name((enum record_event)event), &again),
			0);
		assert_int_equal(again, event);
	}
	assert_null(record_event_name(RECORD_EVENT_COUNT));
}

static void an_unknown_name_is_no_event(void **state)
{
	enum record_event event = RECORD_TORN;

	assert_int_equal(record_event_from_name("device-eaten", &event), -EINVAL);
	assert_int_equal(event, RECORD_TORN);
}

static void a_line_says_everything_in_its_place(void **state)
{
	static const char expected[] =
		"{\"metadata\":{\"sequence\":7,\"version\":\"1.7.0\",\"product\":{"
		"\"name\":\"sekisho\",\"vendor_name\":\"sekisho\",\"version\":\"" SEKISHO_VERSION
		"\"},\"profiles\":[\"security_control\"]},"
		"\"class_uid\":1010,\"category_uid\":1,\"activity_id\":1,\"type_uid\":101001,"
		"\"time\":1700000000123,\"severity_id\":2,"
		"\"message\":\"Device 1-2 (0951:1666 Kingston DataTraveler) was refused: "
		"the policy blocks usb-storage (line 12)\","
		"\"action_id\":2,\"disposition_id\":2,"
		"\"policy\":{\"uid\":\"cd00000000000000000000000000000000000000000000000000000000"
		"000000\",\"version\":\"42\"},"
		"\"peripheral_device\":{\"name\":\"1-2\",\"type_id\":1,\"type\":\"usb-storage\","
		"\"vendor_id_list\":[\"0951\"],\"vendor_name\":\"Kingston\","
		"\"model\":\"DataTraveler\",\"serial_number\":\"001CC0\"},"
		"\"unmapped\":{\"sekisho\":{\"event\":\"device-blocked\","
		"\"boot_id\":\"01234567-89ab-cdef-0123-456789abcdef\",\"boottime_ms\":4567,"
		"\"previous_sha256\":\"aabb000000000000000000000000000000000000000000000000000000"
		"000000\",\"verdict\":\"block\",\"reason\":{\"code\":\"class-rule\","
		"\"text\":\"the policy blocks usb-storage (line 12)\",\"line\":12},"
		"\"product_id\":\"1666\",\"bus\":1,\"number_on_bus\":5,"
		"\"descriptors_sha256\":\"01000000000000000000000000000000000000000000000000000000"
		"00000000\",\"interfaces\":[{\"configuration\":1,\"interface\":0,"
		"\"class\":\"usb-storage\",\"verdict\":\"block\",\"reason\":\"class-rule\","
		"\"line\":12}]}}}";
	struct record record = a_record();

	assert_string_equal(format(&record, &first_link), expected);
}

static void every_event_is_a_class_of_the_schema(void **state)
{
	static const struct {
		enum record_event event;
		const char *type;
	} rows[] = {
		{RECORD_STARTED, "\"type_uid\":501901"},
		{RECORD_STOPPED, "\"type_uid\":501901"},
		{RECORD_CONTROLLER_CLOSED, "\"type_uid\":501901"},
		{RECORD_DEVICE_BLOCKED, "\"type_uid\":101001"},
		{RECORD_DEVICE_ALLOWED, "\"type_uid\":101003"},
		{RECORD_DEVICE_REMOVED, "\"type_uid\":101002"},
		{RECORD_DEVICE_FAILED, "\"activity_name\":\"device-failed\",\"type_uid\":101099"},
		{RECORD_DEVICE_SLOW, "\"activity_name\":\"device-slow\",\"type_uid\":101099"},
		{RECORD_DEVICE_FLAPPING,
			"\"activity_name\":\"device-flapping\",\"type_uid\":101099"},
		{RECORD_DEVICE_CHANGED, "\"activity_name\":\"device-changed\",\"type_uid\":101099"},
		{RECORD_DEVICE_DISGUISED,
			"\"activity_name\":\"device-disguised\",\"type_uid\":101099"},
		{RECORD_TAMPERED, "\"activity_name\":\"tampered\",\"type_uid\":101099"},
		{RECORD_ALERT_LAST_INPUT, "\"type_uid\":101003"},
		{RECORD_EVENTS_LOST, "\"type_uid\":501901"},
		{RECORD_POLICY_APPLIED, "\"type_uid\":501901"},
		{RECORD_POLICY_NEXT, "\"type_uid\":501901"},
		{RECORD_POLICY_REFUSED, "\"type_uid\":501901"},
		{RECORD_POLICY_REVERTED, "\"type_uid\":501901"},
		{RECORD_POLICY_LOST, "\"type_uid\":501901"},
		{RECORD_POLICY_NOT_HERE, "\"type_uid\":501901"},
		{RECORD_ROOT_APPLIED, "\"type_uid\":501901"},
		{RECORD_ROOT_REFUSED, "\"type_uid\":501901"},
		{RECORD_ROOT_LOST, "\"type_uid\":501901"},
		{RECORD_MEDIA_APPLIED, "\"type_uid\":501901"},
		{RECORD_MEDIA_REFUSED, "\"type_uid\":501901"},
		{RECORD_MEDIA_LOST, "\"type_uid\":501901"},
		{RECORD_MEDIA_ENDED, "\"type_uid\":501901"},
		{RECORD_FRESH_TAKEN, "\"type_uid\":501901"},
		{RECORD_FRESH_REFUSED, "\"type_uid\":501901"},
		{RECORD_FRESH_ENDED, "\"type_uid\":501901"},
		{RECORD_DOCUMENT_WAITS, "\"type_uid\":501901"},
		{RECORD_TORN, "\"type_uid\":501901"},
		{RECORD_REHEARSAL_BEGAN, "\"type_uid\":501901"},
		{RECORD_REHEARSAL_ENDED, "\"type_uid\":501901"},
		{RECORD_TOKENS_APPLIED, "\"type_uid\":501901"},
		{RECORD_DESKS_APPLIED, "\"type_uid\":501901"},
		{RECORD_DESKS_REFUSED, "\"type_uid\":501901"},
		{RECORD_TOKENS_REFUSED, "\"type_uid\":501901"},
		{RECORD_REVOCATION_REFUSED, "\"type_uid\":501901"},
		{RECORD_TOKENS_LOST, "\"type_uid\":501901"},
		{RECORD_REVOCATIONS_LOST, "\"type_uid\":501901"},
		{RECORD_TERMINAL_KEY_MADE, "\"type_uid\":501901"},
		{RECORD_TERMINAL_COPIED, "\"type_uid\":501901"},
		{RECORD_TERMINAL_ASKED, "\"type_uid\":501901"},
		{RECORD_TERMINAL_ENDED, "\"type_uid\":501901"},
		{RECORD_LOGIN_RULES_NOT_STORED, "\"type_uid\":501901"},
		{RECORD_LOGIN_LINE_DAMAGED, "\"type_uid\":501901"},
		{RECORD_LOGIN_ALLOWED, "\"type_uid\":300201"},
		{RECORD_LOGIN_REFUSED, "\"type_uid\":300201"},
		{RECORD_LOGIN_LOCKED, "\"type_uid\":300201"},
		{RECORD_LOGIN_FAILED, "\"type_uid\":300201"},
		{RECORD_LOGIN_BY_ENVELOPE, "\"type_uid\":300201"},
		{RECORD_LOGIN_REHEARSED, "\"type_uid\":300201"},
		{RECORD_TOKEN_INSTALLED, "\"type_uid\":300110"},
		{RECORD_TOKEN_RESET, "\"activity_name\":\"token-reset\",\"type_uid\":300199"},
		{RECORD_TOKEN_RETIRED, "\"type_uid\":300111"},
		{RECORD_TOKEN_SHOWN, "\"activity_name\":\"token-shown\",\"type_uid\":300199"},
		{RECORD_TOKEN_ENROLLED, "\"type_uid\":300110"},
		{RECORD_SECRET_UNREADABLE, "\"type_uid\":501901"},
		{RECORD_LOGIN_KEY_LOST, "\"type_uid\":501901"},
		{RECORD_LOGIN_KEY_MADE, "\"type_uid\":501901"},
		{RECORD_ENVELOPE_MADE, "\"type_uid\":501901"},
		{RECORD_LOGIN_RULES_LOST, "\"type_uid\":501901"},
		{RECORD_OPERATOR_CHANGED,
			"\"activity_name\":\"operator-changed\",\"type_uid\":300299"},
		{RECORD_OPERATOR_ENDED, "\"activity_name\":\"operator-ended\",\"type_uid\":300299"},
		{RECORD_EXEMPTION_REQUESTED,
			"\"activity_name\":\"exemption-requested\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_RECEIVED,
			"\"activity_name\":\"exemption-received\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_REFUSED,
			"\"activity_name\":\"exemption-refused\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_REQUEST_REFUSED,
			"\"activity_name\":\"exemption-request-refused\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_REQUEST_WITHDRAWN,
			"\"activity_name\":\"exemption-request-withdrawn\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_REVOKED,
			"\"activity_name\":\"exemption-revoked\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_REDEEMED,
			"\"activity_name\":\"exemption-redeemed\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_REDEEM_FAILED,
			"\"activity_name\":\"exemption-redeem-failed\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_ACTIVE,
			"\"activity_name\":\"exemption-active\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_WARNED,
			"\"activity_name\":\"exemption-warned\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_ENDING,
			"\"activity_name\":\"exemption-ending\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_ENDED,
			"\"activity_name\":\"exemption-ended\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_RETURNED,
			"\"activity_name\":\"exemption-returned\",\"type_uid\":101099"},
		{RECORD_EXEMPTION_REPORTED,
			"\"activity_name\":\"exemption-reported\",\"type_uid\":101099"},
		{RECORD_MEDIUM_SHOWN, "\"activity_name\":\"medium-shown\",\"type_uid\":101099"},
		{RECORD_MEDIUM_REFUSED, "\"activity_name\":\"medium-refused\",\"type_uid\":101099"},
		{RECORD_PHONE_CHALLENGE,
			"\"activity_name\":\"phone-challenge\",\"type_uid\":101099"},
	};

	assert_int_equal(sizeof(rows) / sizeof(rows[0]), RECORD_EVENT_COUNT - 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct record record = a_record();
		const char *line;

		record.event = rows[i].event;
		line = format(&record, &first_link);
		assert_says(line, rows[i].type);
		assert_says(line, strstr(rows[i].type, ":1010")
					  ? "\"peripheral_device\":{\"name\":\"1-2\""
					  : "\"device\":{\"type_id\":0}");
	}
}

static void tampering_with_a_controller_is_about_the_terminal(void **state)
{
	struct record record = {.event = RECORD_TAMPERED, .device = {.name = "usb1"}};
	const char *line = format(&record, &first_link);

	assert_says(line, "\"type_uid\":501901");
	assert_says(line, "\"object\":\"usb1\"");
	assert_says(line, "\"message\":\"Somebody else changed whether usb1 is authorised");
	assert_says_not(line, "0000:0000");
}

static void alerts_are_marked(void **state)
{
	struct record record = a_record();

	assert_says_not(format(&record, &first_link), "is_alert");
	record.event = RECORD_ALERT_LAST_INPUT;
	record.verdict = VERDICT_ALLOW;
	assert_says(format(&record, &first_link), "\"severity_id\":4,\"is_alert\":true");
	assert_says(format(&record, &first_link), "\"action_id\":1,\"disposition_id\":1");
}

static void a_record_without_a_verdict_claims_none(void **state)
{
	struct record record = a_record();

	record.event = RECORD_DEVICE_REMOVED;
	assert_says_not(format(&record, &first_link), "action_id");
	assert_says_not(format(&record, &first_link), "\"verdict\":\"block\",\"reason\":{");
}

static void fill(char *buffer, size_t size, const char *unit)
{
	size_t length = 0;

	while (length + strlen(unit) < size) {
		memcpy(buffer + length, unit, strlen(unit));
		length += strlen(unit);
	}
	buffer[length] = '\0';
}

/* OCSF 1.7, security_control: action 3 observed, disposition 17 logged. */
static void what_was_only_rehearsed_was_not_denied(void **state)
{
	struct record record = a_record();
	const char *line = format(&record, &first_link);

	assert_says(line, "\"action_id\":2,\"disposition_id\":2,");
	assert_says_not(line, "rehearsed");
	record.is_rehearsed = true;
	line = format(&record, &first_link);
	assert_says(line, "\"action_id\":3,\"disposition_id\":17,");
	assert_says(line, "\"verdict\":\"block\"");
	assert_says(line, "\"rehearsed\":true,\"interfaces\"");
	assert_says(line, "would be refused, but the policy is only rehearsed: the policy blocks");
	record.event = RECORD_DEVICE_ALLOWED;
	record.verdict = record.interfaces[0].verdict = VERDICT_ALLOW;
	line = format(&record, &first_link);
	assert_says(line, "\"action_id\":1,\"disposition_id\":1,");
	assert_says(line, "\"rehearsed\":true");
	assert_says(line, "DataTraveler) was let in: ");
	record.n_interfaces = 2;
	assert_says(format(&record, &first_link),
		"would be let in, 1 of 2 interfaces, but the policy is only rehearsed");
	record.event = RECORD_ALERT_LAST_INPUT;
	assert_says(format(&record, &first_link), "would be kept against the policy");
}

static void what_the_verdict_rests_on_is_kept(void **state)
{
	static const uint8_t descriptors[] = {18, 1, 0, 2};
	struct record record = a_record();
	const char *line = format(&record, &first_link);

	assert_says_not(line, "active_configuration");
	assert_says_not(line, "descriptors\"");
	record.descriptors = descriptors;
	record.descriptors_size = sizeof(descriptors);
	line = format(&record, &first_link);
	assert_says(line, "}],\"active_configuration\":0,\"descriptors\":\"EgEAAg==\"}}}");
	assert_says_not(line, "findings");
	record.active_configuration = 2;
	record.findings[0] = (struct finding){2, 1, FINDING_DRIVER, CLASS_USB_STORAGE, "uas"};
	record.findings[1] = (struct finding){2, 0, FINDING_REPORT_DESCRIPTOR, CLASS_KEYBOARD, ""};
	record.n_findings = 2;
	line = format(&record, &first_link);
	assert_says(line,
		"\"active_configuration\":2,\"findings\":[{\"configuration\":2,\"interface\":1,"
		"\"source\":\"driver\",\"class\":\"usb-storage\",\"driver\":\"uas\"},"
		"{\"configuration\":2,\"interface\":0,\"source\":\"report-descriptor\","
		"\"class\":\"keyboard\"}],\"descriptors\":\"EgEAAg==\"}}}");
	assert_says_not(line, "truncated");
}

/* Between a short and a long record lies one that the descriptors just fit in. */
static void what_the_verdict_rests_on_is_kept_whole_or_not_at_all(void **state)
{
	static uint8_t bytes[RECORD_DESCRIPTORS_MAX + 1];
	struct record record = a_record();
	size_t longest = 0;
	bool was_left_out = false;

	record.descriptors = bytes;
	record.n_findings = RECORD_FINDINGS_MAX;
	for (size_t i = 0; i < RECORD_FINDINGS_MAX; i++)
		record.findings[i] = (struct finding){.source = FINDING_DRIVER};
	for (size_t size = 1; size <= RECORD_DESCRIPTORS_MAX; size++) {
		const char *line;
		bool is_there;

		record.descriptors_size = size;
		line = format(&record, &first_link);
		is_there = strstr(line, "\"descriptors\"");
		assert_true(is_there != (strstr(line, "\"truncated\":true}}}") != NULL));
		assert_true(is_there == (strstr(line, "\"active_configuration\"") != NULL));
		assert_true(is_there == (strstr(line, "\"findings\"") != NULL));
		assert_false(is_there && was_left_out);
		was_left_out = !is_there;
		longest = is_there ? strlen(line) + 1 : longest;
	}
	assert_true(was_left_out);
	assert_in_range(longest, RECORD_LINE_MAX - 32, RECORD_LINE_MAX);
	record.n_findings = 0;
	assert_says(format(&record, &first_link), "\"descriptors\":\"");
	record.n_findings = RECORD_FINDINGS_MAX + 1;
	assert_says(format(&record, &first_link), "\"truncated\":true}}}");
	record.n_findings = 0;
	record.descriptors_size = sizeof(bytes);
	assert_says(format(&record, &first_link), "\"truncated\":true}}}");
	record.descriptors = NULL;
	assert_says(format(&record, &first_link), "\"truncated\":true}}}");
}

/* Interfaces take all the room there is: at every length of the rest, nothing is written beyond. */
static void a_full_line_has_no_room_for_what_the_verdict_rests_on(void **state)
{
	static const uint8_t bytes[64] = {18, 1};
	struct record record = a_record();

	record.descriptors = bytes;
	record.descriptors_size = sizeof(bytes);
	record.n_interfaces = RECORD_INTERFACES_MAX;
	fill(record.interfaces[0].reason.text, 40, "x");
	for (size_t i = 1; i < RECORD_INTERFACES_MAX; i++)
		record.interfaces[i] = record.interfaces[0];
	for (size_t length = 0; length < 400; length++) {
		memset(record.text, 'x', length);
		assert_says(format(&record, &first_link), "\"truncated\":true}}}");
	}
}

static void the_builtin_policy_has_no_hash(void **state)
{
	struct record record = a_record();

	memset(record.policy_sha256, 0, SHA256_SIZE);
	assert_says_not(format(&record, &first_link), "\"policy\"");
}

static void missing_records_are_told(void **state)
{
	struct record record = a_record();
	struct record_link link = first_link;

	assert_says_not(format(&record, &link), "missing");
	link.missing = 3;
	assert_says(format(&record, &link), "\"missing\":3");
}

static void an_error_has_its_name(void **state)
{
	struct record record = a_record();

	record.event = RECORD_DEVICE_FAILED;
	record.error = ENODEV;
	assert_says(format(&record, &first_link), "\"error\":\"ENODEV\"");
	assert_says(format(&record, &first_link), "could not be set as decided: No such device");
	record.error = 4095;
	assert_says(format(&record, &first_link), "\"error\":4095");
}

static void a_refused_policy_says_why(void **state)
{
	struct record record = {
		.event = RECORD_POLICY_REFUSED,
		.fault = "threshold",
		.text = "one person of two",
		.number = 43,
	};
	const char *line = format(&record, &first_link);

	assert_says(line, "\"fault\":\"threshold\",\"number\":43,\"text\":\"one person of two\"");
	assert_says(line, "\"message\":\"A policy was refused (threshold): one person of two\"");
}

static void documents_are_told_by_kind_and_number(void **state)
{
	static const struct {
		enum record_event event;
		const char *message;
	} rows[] = {
		{RECORD_POLICY_APPLIED, "The policy with serial 42 is in force"},
		{RECORD_POLICY_NEXT, "The policy with serial 43 was accepted and waits"},
		{RECORD_POLICY_REVERTED, "The policy with serial 43 failed its self-test"},
		{RECORD_POLICY_NOT_HERE, "A policy is good, but not for this terminal yet"},
		{RECORD_ROOT_APPLIED, "Root number 43 is in force"},
		{RECORD_ROOT_REFUSED, "A root was refused (chain)"},
		{RECORD_MEDIA_APPLIED, "The list of registered media with serial 43 is in force"},
		{RECORD_MEDIA_REFUSED, "A list of registered media was refused (chain)"},
		{RECORD_FRESH_TAKEN, "It was confirmed which documents are the newest (serial 43)"},
		{RECORD_FRESH_REFUSED,
			"A confirmation of the newest documents was refused (chain)"},
		{RECORD_DOCUMENT_WAITS, "A document is good, but its day has not come"},
		{RECORD_REHEARSAL_BEGAN,
			"The policy with serial 42 is only rehearsed and refuses nothing yet"},
		{RECORD_REHEARSAL_ENDED,
			"The rehearsal is over: the policy with serial 42 is enforced"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct record record = {
			.event = rows[i].event,
			.policy_serial = 42,
			.number = 43,
			.fault = "chain",
		};

		assert_says(format(&record, &first_link), rows[i].message);
	}
}

static void a_registered_medium_has_its_control_number(void **state)
{
	struct record record = a_record();
	const char *line;

	assert_says_not(format(&record, &first_link), "\"medium\"");
	snprintf(record.device.medium, sizeof(record.device.medium), "M-00123");
	line = format(&record, &first_link);
	assert_says(line, "\"medium\":\"M-00123\"");
	assert_says(line, "Kingston DataTraveler, registered as M-00123) was refused");
}

/* Every text as long as it can be, made of unit. */
static struct record the_longest(const char *unit)
{
	struct record record = a_record();

	fill(record.device.name, sizeof(record.device.name), unit);
	fill(record.device.manufacturer, sizeof(record.device.manufacturer), unit);
	fill(record.device.model, sizeof(record.device.model), unit);
	fill(record.device.serial, sizeof(record.device.serial), unit);
	fill(record.device.medium, sizeof(record.device.medium), unit);
	fill(record.reason.text, sizeof(record.reason.text), unit);
	fill(record.fault, sizeof(record.fault), unit);
	fill(record.text, sizeof(record.text), unit);
	memset(record.policy_sha256, 0xff, SHA256_SIZE);
	record.error = ENOTRECOVERABLE;
	record.number = record.policy_serial = record.boottime_ms = UINT64_MAX;
	record.realtime_ms = INT64_MIN;
	record.reason.number = UINT32_MAX;
	record.reason.line = UINT32_MAX;
	record.is_rehearsed = true;
	record.operator= "abcdefghijklmnopqrstuvwxyz-_0123";
	record.n_interfaces = RECORD_INTERFACES_MAX;
	for (size_t i = 0; i < RECORD_INTERFACES_MAX; i++) {
		record.interfaces[i] = (struct record_interface){
			255, 255, CLASS_SATA_EXTERNAL, VERDICT_READ_ONLY, record.reason};
	}
	return record;
}

static void the_longest_record_of_any_kind_fits(void **state)
{
	static const char *const units[] = {"x", "\033", "\"", "関", "\xff"};
	const struct record_link link = {
		.sequence = UINT64_MAX,
		.boot_id = "01234567-89ab-cdef-0123-456789abcdef",
		.missing = UINT64_MAX,
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct record record = the_longest(units[i]);

		for (int event = 0; event < RECORD_EVENT_COUNT; event++) {
			const char *line;

			record.event = (enum record_event)event;
			line = format(&record, &link);
			assert_says(line, "\"truncated\":true}}}");
			assert_says(line, "\"interfaces\":[{\"configuration\":255");
		}
	}
}

static void a_short_record_is_not_called_truncated(void **state)
{
	struct record record = a_record();

	assert_says_not(format(&record, &first_link), "truncated");
}

static void a_whole_string_descriptor_is_kept(void **state)
{
	struct record record = a_record();
	char expected[DEVICE_STRING_SIZE + 32];

	fill(record.device.serial, sizeof(record.device.serial), "関");
	snprintf(expected, sizeof(expected), "\"serial_number\":\"%s\"", record.device.serial);
	assert_says(format(&record, &first_link), expected);
	assert_says_not(format(&record, &first_link), "truncated");
}

static void more_interfaces_than_there_is_room_for_are_left_out(void **state)
{
	struct record record = a_record();

	record.n_interfaces = RECORD_INTERFACES_MAX + 1;
	assert_says(format(&record, &first_link), "\"truncated\":true");
}

static void a_small_buffer_is_left_alone(void **state)
{
	struct record record = a_record();
	char line[RECORD_LINE_MAX - 1];

	memset(line, '#', sizeof(line));
	assert_int_equal(record_format(&record, &first_link, line, sizeof(line)), -ENOBUFS);
	for (size_t i = 0; i < sizeof(line); i++)
		assert_int_equal(line[i], '#');
}

static void sentences_are_for_people(void **state)
{
	struct record record = a_record();
	char text[RECORD_MESSAGE_SIZE];

	record.event = RECORD_DEVICE_ALLOWED;
	record.n_interfaces = 2;
	record.interfaces[1] = (struct record_interface){.verdict = VERDICT_ALLOW};
	record.reason = (struct reason){.code = REASON_BUILTIN, .device_class = CLASS_KEYBOARD};
	record_describe(&record, text, sizeof(text));
	assert_says(text, "was let in, 1 of 2 interfaces: ");
	record.event = RECORD_DEVICE_FLAPPING;
	record.number = 9;
	record_describe(&record, text, sizeof(text));
	assert_string_equal(
		text, "Device 1-2 (0951:1666 Kingston DataTraveler) comes and goes, 9 arrivals");
	record.event = RECORD_POLICY_APPLIED;
	record_describe(&record, text, sizeof(text));
	assert_string_equal(text, "The policy with serial 42 is in force");
	record.policy_serial = 0;
	record_describe(&record, text, sizeof(text));
	assert_string_equal(text, "The built-in policy is in force");
}

static void a_device_cannot_write_to_the_terminal(void **state)
{
	struct record record = a_record();
	char text[RECORD_MESSAGE_SIZE];

	snprintf(record.device.model, sizeof(record.device.model), "a\033]0;b\a\n\xe2\x80\xae");
	record_describe(&record, text, sizeof(text));
	assert_says(text, "Kingston a?]0;b?"
			  "?"
			  "?)");
}

static void severity_rises_with_what_happened(void **state)
{
	assert_int_equal(record_severity(RECORD_DEVICE_ALLOWED), 1);
	assert_int_equal(record_severity(RECORD_DEVICE_BLOCKED), 2);
	assert_int_equal(record_severity(RECORD_POLICY_REFUSED), 3);
	assert_int_equal(record_severity(RECORD_TAMPERED), 4);
	assert_int_equal(record_severity(RECORD_NONE), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_has_its_own_name_and_back),
		cmocka_unit_test(an_unknown_name_is_no_event),
		cmocka_unit_test(a_line_says_everything_in_its_place),
		cmocka_unit_test(every_event_is_a_class_of_the_schema),
		cmocka_unit_test(tampering_with_a_controller_is_about_the_terminal),
		cmocka_unit_test(alerts_are_marked),
		cmocka_unit_test(a_record_without_a_verdict_claims_none),
		cmocka_unit_test(what_was_only_rehearsed_was_not_denied),
		cmocka_unit_test(what_the_verdict_rests_on_is_kept),
		cmocka_unit_test(what_the_verdict_rests_on_is_kept_whole_or_not_at_all),
		cmocka_unit_test(a_full_line_has_no_room_for_what_the_verdict_rests_on),
		cmocka_unit_test(the_builtin_policy_has_no_hash),
		cmocka_unit_test(missing_records_are_told),
		cmocka_unit_test(an_error_has_its_name),
		cmocka_unit_test(a_refused_policy_says_why),
		cmocka_unit_test(documents_are_told_by_kind_and_number),
		cmocka_unit_test(a_registered_medium_has_its_control_number),
		cmocka_unit_test(the_longest_record_of_any_kind_fits),
		cmocka_unit_test(a_short_record_is_not_called_truncated),
		cmocka_unit_test(a_whole_string_descriptor_is_kept),
		cmocka_unit_test(more_interfaces_than_there_is_room_for_are_left_out),
		cmocka_unit_test(a_small_buffer_is_left_alone),
		cmocka_unit_test(sentences_are_for_people),
		cmocka_unit_test(a_device_cannot_write_to_the_terminal),
		cmocka_unit_test(severity_rises_with_what_happened),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
