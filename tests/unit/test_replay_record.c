/* A line of the records, as sekisho-admin reads it back: what the agent wrote, and what it did not.
 */
#include <errno.h>

#include "tests/unit/fixture.h"

#include "agent/record.h"
#include "policy/admin/replay_judge.h"
#include "policy/admin/replay_record.h"
#include "tests/unit/decision_text.h"
#include "tests/unit/usb_builder.h"

static struct json_line_reader reader;
static struct usb_builder builder;

static int setup(void **state)
{
	return json_line_reader_init(&reader);
}

static int teardown(void **state)
{
	json_line_reader_clear(&reader);
	return 0;
}

/* A gadget of which the disk was refused. */
static struct record a_record(void)
{
	usb_builder_text(&builder, "1d6b:0104 03/01/01 08/06/50");
	return (struct record){
		.event = RECORD_DEVICE_ALLOWED,
		.realtime_ms = 1700000000123,
		.device = {.name = "1-2",
			.vendor = 0x1d6b,
			.product = 0x0104,
			.bus = 1,
			.number = 5,
			.manufacturer = "Ma\"ker",
			.model = "関",
			.serial = "S1",
			.medium = "M-1"},
		.device_class = CLASS_USB_STORAGE,
		.verdict = VERDICT_ALLOW,
		.interfaces = {{1, 0, CLASS_KEYBOARD, VERDICT_ALLOW, {}},
			{1, 1, CLASS_USB_STORAGE, VERDICT_BLOCK, {}}},
		.n_interfaces = 2,
		.active_configuration = 1,
		.findings = {{1, 0, FINDING_REPORT_DESCRIPTOR, CLASS_KEYBOARD, ""},
			{1, 1, FINDING_DRIVER, CLASS_USB_STORAGE, "uas"}},
		.n_findings = 2,
		.descriptors = builder.bytes,
		.descriptors_size = builder.size,
	};
}

/* As the agent writes it, without its LF. */
static const char *line_of(const struct record *record)
{
	static char line[RECORD_LINE_MAX];
	const struct record_link link = {.sequence = 7, .boot_id = "01234567-89ab"};
	int length = record_format(record, &link, line, sizeof(line));

	assert_in_range(length, 2, sizeof(line));
	line[length - 1] = '\0';
	return line;
}

static enum replay_kind read_line(const char *line, struct replay_record *ret)
{
	return replay_record_read(&reader, line, strlen(line), ret);
}

static void what_the_agent_wrote_is_read_back(void **state)
{
	struct record record = a_record();
	struct replay_record seen;

	assert_int_equal(read_line(line_of(&record), &seen), REPLAY_JUDGED);
	assert_string_equal(seen.event, "device-allowed");
	assert_int_equal(seen.sequence, 7);
	assert_string_equal(seen.boot_id, "01234567-89ab");
	assert_int_equal(seen.time_ms, 1700000000123);
	assert_string_equal(seen.port, "1-2");
	assert_int_equal(seen.number, 5);
	assert_int_equal(seen.vendor, 0x1d6b);
	assert_int_equal(seen.product, 0x0104);
	assert_string_equal(seen.manufacturer, "Ma\"ker");
	assert_string_equal(seen.model, "関");
	assert_string_equal(seen.serial, "S1");
	assert_string_equal(seen.medium, "M-1");
	assert_int_equal(seen.verdict, VERDICT_ALLOW);
	assert_int_equal(seen.device_class, CLASS_USB_STORAGE);
	assert_false(seen.is_last_input);
	assert_int_equal(seen.n_interfaces, 2);
	assert_int_equal(seen.interfaces[1].configuration, 1);
	assert_int_equal(seen.interfaces[1].interface, 1);
	assert_int_equal(seen.interfaces[0].verdict, VERDICT_ALLOW);
	assert_int_equal(seen.interfaces[1].verdict, VERDICT_BLOCK);
	assert_int_equal(seen.active_configuration, 1);
	assert_int_equal(seen.n_findings, 2);
	assert_int_equal(seen.findings[0].source, FINDING_REPORT_DESCRIPTOR);
	assert_int_equal(seen.findings[1].device_class, CLASS_USB_STORAGE);
	assert_string_equal(seen.findings[1].driver, "uas");
	assert_int_equal(seen.descriptors_size, builder.size);
	assert_memory_equal(seen.descriptors, builder.bytes, builder.size);
}

static void each_event_is_what_it_says(void **state)
{
	for (unsigned event = RECORD_STARTED; event < RECORD_EVENT_COUNT; event++) {
		struct record record = a_record();
		struct replay_record seen;
		enum replay_kind expected = REPLAY_OTHER;

		record.event = event;
		if (event == RECORD_DEVICE_BLOCKED || event == RECORD_DEVICE_ALLOWED ||
			event == RECORD_ALERT_LAST_INPUT)
			expected = REPLAY_JUDGED;
		if (event == RECORD_DEVICE_REMOVED)
			expected = REPLAY_REMOVED;
		assert_int_equal(read_line(line_of(&record), &seen), expected);
		assert_string_equal(seen.event, record_event_name(event));
		assert_int_equal(seen.is_last_input, event == RECORD_ALERT_LAST_INPUT);
	}
}

static void the_most_that_a_line_can_hold_is_read(void **state)
{
	static uint8_t bytes[RECORD_DESCRIPTORS_MAX];
	struct record record = a_record();
	struct replay_record seen;

	record.descriptors = bytes;
	record.descriptors_size = sizeof(bytes);
	record.n_findings = 0;
	assert_int_equal(read_line(line_of(&record), &seen), REPLAY_JUDGED);
	assert_int_equal(seen.descriptors_size, sizeof(bytes));
	record.descriptors = NULL;
	assert_int_equal(read_line(line_of(&record), &seen), REPLAY_JUDGED);
	assert_int_equal(seen.descriptors_size, 0);
}

static void what_is_not_as_it_should_be_is_no_record(void **state)
{
	static const struct {
		const char *old, *new;
		enum replay_kind kind;
	} rows[] = {
		{"\"sequence\":7", "\"sequence\":8", REPLAY_JUDGED},
		{"\"sequence\":7", "\"sequence\":-7", REPLAY_DAMAGED},
		{"\"sequence\":7", "\"sequence\":\"7\"", REPLAY_DAMAGED},
		{"\"name\":\"sekisho\"", "\"name\":\"another\"", REPLAY_FOREIGN},
		{"\"name\":\"sekisho\",", "", REPLAY_FOREIGN},
		{"\"sekisho\":{", "\"other\":{", REPLAY_DAMAGED},
		{"\"event\":\"device-allowed\"", "\"event\":7", REPLAY_DAMAGED},
		{"\"event\":\"device-allowed\"", "\"event\":\"device-eaten\"", REPLAY_OTHER},
		{"\"event\":\"device-allowed\"", "\"event\":\"device-allowed\\u0000\"",
			REPLAY_DAMAGED},
		{"\"boot_id\":\"01234567-89ab\"",
			"\"boot_id\":\"0123456789012345678901234567890123456789\"", REPLAY_DAMAGED},
		{"\"time\":1700000000123", "\"time\":1.5", REPLAY_DAMAGED},
		{"\"time\":1700000000123", "\"time\":-1", REPLAY_JUDGED},
		{"\"vendor_id_list\":[\"1d6b\"]", "\"vendor_id_list\":[\"1d6\"]", REPLAY_DAMAGED},
		{"\"vendor_id_list\":[\"1d6b\"]", "\"vendor_id_list\":[\"1d6x\"]", REPLAY_DAMAGED},
		{"\"vendor_id_list\":[\"1d6b\"]", "\"vendor_id_list\":[]", REPLAY_DAMAGED},
		{"\"vendor_id_list\":[\"1d6b\"]", "\"vendor_id_list\":[7]", REPLAY_DAMAGED},
		{"\"product_id\":\"0104\"", "\"product_id\":\"10104\"", REPLAY_DAMAGED},
		{"\"type\":\"usb-storage\"", "\"type\":\"teapot\"", REPLAY_DAMAGED},
		{"\"number_on_bus\":5", "\"number_on_bus\":4294967296", REPLAY_DAMAGED},
		{"\"serial_number\":\"S1\"", "\"serial_number\":{}", REPLAY_DAMAGED},
		{",\"serial_number\":\"S1\"", ",", REPLAY_FOREIGN}, /* no JSON */
		{",\"serial_number\":\"S1\"", "", REPLAY_JUDGED},
		{"\"medium\":\"M-1\"", "\"medium\":\"M-23456789012345678901234567890123\"",
			REPLAY_DAMAGED},
		{"\"verdict\":\"allow\"", "\"verdict\":\"perhaps\"", REPLAY_DAMAGED},
		{"\"verdict\":\"block\"", "\"verdict\":\"perhaps\"", REPLAY_DAMAGED},
		{"\"interfaces\":[", "\"interfaces\":{},\"x\":[", REPLAY_DAMAGED},
		{"\"interface\":1,\"class\"", "\"interface\":256,\"class\"", REPLAY_DAMAGED},
		{"\"active_configuration\":1", "\"active_configuration\":-1", REPLAY_DAMAGED},
		{"\"active_configuration\":1,", "", REPLAY_DAMAGED},
		{"\"source\":\"driver\"", "\"source\":\"rumour\"", REPLAY_DAMAGED},
		{"\"source\":\"driver\"", "\"source\":\"none\"", REPLAY_DAMAGED},
		{"\"descriptors\":\"E", "\"descriptors\":\"*", REPLAY_DAMAGED},
		{"\"descriptors\":\"", "\"descriptors\":\"\",\"x\":\"", REPLAY_DAMAGED},
		{"\"descriptors\":\"", "\"x\":\"", REPLAY_JUDGED},
		{"}}}", "}}} ", REPLAY_JUDGED},
		{"}}}", "}}}x", REPLAY_FOREIGN},
		{"}}}", "}}", REPLAY_FOREIGN},
		{"Ma", "\xff", REPLAY_FOREIGN},
	};
	struct record record = a_record();

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *line = text_edited(line_of(&record), rows[i].old, rows[i].new);
		struct replay_record seen;
		enum replay_kind kind = read_line(line, &seen);

		if (kind != rows[i].kind)
			fail_msg("%s → %s: %u", rows[i].old, rows[i].new, kind);
		free(line);
	}
}

static void other_lines_are_foreign(void **state)
{
	static const char *const lines[] = {"", " ", "rubbish", "{}", "[]", "7", "null",
		"\"sekisho\"", "{\"metadata\":7}", "{\"metadata\":{\"product\":[]}}",
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"};
	struct replay_record seen;

	for (size_t i = 0; i < COUNT(lines); i++)
		assert_int_equal(read_line(lines[i], &seen), REPLAY_FOREIGN);
	assert_int_equal(replay_record_read(&reader, "{}\0x", 4, &seen), REPLAY_FOREIGN);
}

/* --- asked once more --- */

static void judge(const char *rules, struct replay_record *record, struct replay_insertion *ret)
{
	struct policy policy;

	policy_text(rules, &policy);
	assert_int_equal(replay_judge(record, &policy, NULL, ret), 0);
	policy_text_free(&policy);
}

static void each_change_has_its_name(void **state)
{
	static const struct {
		const char *rules;
		enum replay_change change;
		enum reason_code code;
	} rows[] = {
		{"keyboard=allow usb-storage=block", REPLAY_SAME, REASON_CLASS_RULE},
		{"keyboard=allow usb-storage=read-only", REPLAY_NOW_MORE, REASON_CLASS_RULE},
		{"keyboard=allow usb-storage=allow", REPLAY_NOW_MORE, REASON_CLASS_RULE},
		{"keyboard=block usb-storage=block", REPLAY_NOW_REFUSED, REASON_CLASS_RULE},
		/* Another interface than before: what is taken away counts. */
		{"[gadget 1d6b:0104 allow 08]", REPLAY_NOW_LESS, REASON_NOT_LISTED},
	};
	struct record record = a_record();
	struct replay_record seen;
	struct replay_insertion insertion = {};

	assert_int_equal(read_line(line_of(&record), &seen), REPLAY_JUDGED);
	for (size_t i = 0; i < COUNT(rows); i++) {
		judge(rows[i].rules, &seen, &insertion);
		if (insertion.change != rows[i].change || insertion.reason.code != rows[i].code)
			fail_msg("%s: %u %s", rows[i].rules, insertion.change,
				reason_code_name(insertion.reason.code));
	}
	record.verdict = record.interfaces[0].verdict = VERDICT_BLOCK;
	assert_int_equal(read_line(line_of(&record), &seen), REPLAY_JUDGED);
	judge("keyboard=allow", &seen, &insertion);
	assert_int_equal(insertion.change, REPLAY_NOW_LET_IN);
	judge("hub=allow", &seen, &insertion);
	assert_int_equal(insertion.change, REPLAY_SAME);
	seen.is_last_input = true;
	judge("hub=allow", &seen, &insertion);
	assert_int_equal(insertion.change, REPLAY_NOW_LET_IN);
	seen.descriptors_size = 0;
	judge("keyboard=allow", &seen, &insertion);
	assert_int_equal(insertion.change, REPLAY_UNKNOWN);
}

static void a_medium_counts_by_what_it_was_registered_as(void **state)
{
	struct record record = a_record();
	struct replay_record seen;
	struct replay_insertion insertion = {};

	usb_builder_text(&builder, "1d6b:0104 08/06/50");
	record.descriptors_size = builder.size;
	record.n_findings = 0;
	record.n_interfaces = 0;
	assert_int_equal(read_line(line_of(&record), &seen), REPLAY_JUDGED);
	judge("usb-storage=block registered=allow", &seen, &insertion);
	assert_int_equal(insertion.change, REPLAY_SAME);
	assert_string_equal(insertion.reason.text, "M-1");
	seen.medium[0] = '\0';
	judge("usb-storage=block registered=allow", &seen, &insertion);
	assert_int_equal(insertion.change, REPLAY_NOW_REFUSED);
}

/* Who has a policy rehearsed asks about the policy, not about who had which form then. */
static void what_an_exemption_opened_it_opens_again_where_there_are_any(void **state)
{
	struct record record = a_record();
	struct replay_record seen;
	struct replay_insertion insertion = {};

	usb_builder_text(&builder, "1d6b:0104 08/06/50");
	record.descriptors_size = builder.size;
	record.n_findings = 0;
	record.n_interfaces = 1;
	record.interfaces[0] = (struct record_interface){
		1, 0, CLASS_USB_STORAGE, VERDICT_READ_ONLY, {.code = REASON_EXEMPTION}};
	record.verdict = VERDICT_READ_ONLY;
	record.reason = (struct reason){.code = REASON_EXEMPTION, .text = "E-7K3M9Q2X"};
	assert_int_equal(read_line(line_of(&record), &seen), REPLAY_JUDGED);
	assert_string_equal(seen.exemption, "E-7K3M9Q2X");
	judge("usb-storage=block exemptions", &seen, &insertion);
	assert_int_equal(insertion.change, REPLAY_SAME);
	assert_int_equal(insertion.reason.code, REASON_EXEMPTION);
	assert_string_equal(insertion.reason.text, "E-7K3M9Q2X");
	judge("usb-storage=block", &seen, &insertion);
	assert_int_equal(insertion.change, REPLAY_NOW_REFUSED);
	judge("usb-storage=allow exemptions", &seen, &insertion);
	assert_int_equal(insertion.change, REPLAY_NOW_MORE);
	/* What only says why it opened nothing is nothing that may open it now. */
	record.verdict = record.interfaces[0].verdict = VERDICT_BLOCK;
	record.reason.code = REASON_EXEMPTION_OTHER_USER;
	assert_int_equal(read_line(line_of(&record), &seen), REPLAY_JUDGED);
	assert_string_equal(seen.exemption, "");
	judge("usb-storage=block exemptions", &seen, &insertion);
	assert_int_equal(insertion.change, REPLAY_SAME);
}

/* Whoever wrote the record is not believed. */
static void a_record_opens_no_keyboard_by_an_exemption(void **state)
{
	struct record record = a_record();
	struct replay_record seen;
	struct replay_insertion insertion = {};

	record.reason = (struct reason){.code = REASON_EXEMPTION, .text = "E-7K3M9Q2X"};
	assert_int_equal(read_line(line_of(&record), &seen), REPLAY_JUDGED);
	judge("usb-storage=block keyboard=block exemptions", &seen, &insertion);
	assert_int_equal(insertion.change, REPLAY_NOW_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_agent_wrote_is_read_back),
		cmocka_unit_test(each_event_is_what_it_says),
		cmocka_unit_test(the_most_that_a_line_can_hold_is_read),
		cmocka_unit_test(what_is_not_as_it_should_be_is_no_record),
		cmocka_unit_test(other_lines_are_foreign),
		cmocka_unit_test(each_change_has_its_name),
		cmocka_unit_test(a_medium_counts_by_what_it_was_registered_as),
		cmocka_unit_test(what_an_exemption_opened_it_opens_again_where_there_are_any),
		cmocka_unit_test(a_record_opens_no_keyboard_by_an_exemption),
	};

	return cmocka_run_group_tests_name("replay record", tests, setup, teardown);
}
