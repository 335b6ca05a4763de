/* Records of exemptions: what the ledger is made of, and that the longest of them is a line. */
#include "tests/unit/fixture.h"

#include <string.h>

#include "agent/record.h"
#include "tests/unit/json_check.h"

static const struct record_link first_link = {
	.sequence = 1, .boot_id = "01234567-89ab-cdef-0123-456789abcdef"};
static char line[RECORD_LINE_MAX + 1];

static const char *format(const struct record *record)
{
	int length = record_format(record, &first_link, line, RECORD_LINE_MAX);

	assert_in_range(length, 2, RECORD_LINE_MAX);
	line[length] = '\0';
	assert_true(json_is_valid(line, (size_t)length - 1));
	return line;
}

static struct exemption an_exemption(void)
{
	return (struct exemption){
		.header = {.issued = 1795405000, .not_before = 1795405200, .not_after = 1795410000},
		.id = "E-7K3M9Q2X",
		.terminal = "desk-17",
		.users = {"tanaka"},
		.n_users = 1,
		.requester = "tanaka",
		.requested = 1795404000,
		.medium = {.kind = EXEMPTION_MEDIUM_REGISTERED, .number = "M-00123"},
		.use = {.access = VERDICT_ALLOW, .duration_s = 1800},
		.form = {.purpose = "統計資料の持込み",
			.personal_data = FORM_YES,
			.has_items = true},
	};
}

static void a_line_says_what_the_ledger_needs(void **state)
{
	static const char *const parts[] = {"\"id\":\"E-7K3M9Q2X\"", "\"user\":\"tanaka\"",
		"\"approvers\":\"suzuki, sato\"", "\"approver_names\":\"鈴木課長 (suzuki), sato\"",
		"\"method\":\"screen\"", "\"terminal\":\"desk-17\"", "\"medium\":\"M-00123\"",
		"\"direction\":\"read-write\"", "\"requested\":1795404000000",
		"\"approved\":1795405000000", "\"from\":1795405200000", "\"until\":1795410000000",
		"\"minutes\":30", "\"clean\":false", "\"holders\":\"cp (4711)\"",
		"\"purpose\":\"統計資料の持込み\"", "\"personal_data\":\"yes\"", "\"items\":0",
		"\"reason\":\"time\""};
	const struct exemption exemption = an_exemption();
	struct record_exemption told;
	struct record record = {.event = RECORD_EXEMPTION_ENDED, .exemption = &told};

	record_exemption_fill(&exemption, &told);
	told.method = EXEMPTION_METHOD_SCREEN;
	told.has_ended = true;
	snprintf(told.approvers, sizeof(told.approvers), "suzuki, sato");
	snprintf(told.approver_names, sizeof(told.approver_names), "鈴木課長 (suzuki), sato");
	snprintf(told.holders, sizeof(told.holders), "cp (4711)");
	snprintf(told.reason, sizeof(told.reason), "time");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strstr(format(&record), parts[i]))
			fail_msg("%s is not in %s", parts[i], line);
	assert_null(strstr(line, "specific_personal_data"));
}

static void fill(char *text, size_t size)
{
	memset(text, '"', size - 1);
	text[size - 1] = '\0';
}

/* Each text as long as it can be, and of characters that are escaped. */
static void the_longest_one_is_a_whole_line(void **state)
{
	struct record_exemption told = {.access = VERDICT_ALLOW, .method = EXEMPTION_METHOD_PHONE};
	struct record record = {
		.event = RECORD_EXEMPTION_ENDED, .device = {.number = 1}, .exemption = &told};
	char *texts[] = {told.form.purpose, told.form.information, told.form.classification,
		told.form.destination, told.form.witness, told.form.section, told.form.name,
		told.form.number, told.place};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		fill(texts[i], FORM_TEXT_MAX + 1);
	fill(told.approvers, sizeof(told.approvers));
	fill(told.approver_names, sizeof(told.approver_names));
	fill(told.holders, sizeof(told.holders));
	fill(told.path, sizeof(told.path));
	fill(told.device, sizeof(told.device));
	fill(told.volume, sizeof(told.volume));
	fill(record.text, sizeof(record.text));
	fill(record.device.manufacturer, sizeof(record.device.manufacturer));
	fill(record.device.model, sizeof(record.device.model));
	fill(record.device.serial, sizeof(record.device.serial));
	told.capacity = UINT64_MAX;
	told.requested = told.approved = told.from = told.until = INT64_MAX / 1000;
	told.has_ended = told.form.has_items = true;
	assert_non_null(strstr(format(&record), "\"truncated\":true"));
}

static void each_way_has_its_word(void **state)
{
	for (unsigned i = 0; i < EXEMPTION_METHOD_COUNT; i++) {
		enum exemption_method again = EXEMPTION_METHOD_COUNT;

		assert_int_equal(exemption_method_from_name(exemption_method_name(i), &again), 0);
		assert_int_equal(again, i);
	}
	assert_null(exemption_method_name(EXEMPTION_METHOD_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_what_the_ledger_needs),
		cmocka_unit_test(the_longest_one_is_a_whole_line),
		cmocka_unit_test(each_way_has_its_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
