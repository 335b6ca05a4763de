/* The forms of requests, key by key: what is taken, what is not, and what people are told. */
#include <errno.h>

#include "tests/unit/fixture.h"

#include "agent/bus.h"
#include "agent/exemption_form.h"

#define LONG_120 \
	"123456789012345678901234567890123456789012345678901234567890" \
	"123456789012345678901234567890123456789012345678901234567890"

/* A form of a device that is whole; key and value are put in or replace what is there. */
static struct agent_form form_with(const char *key, const char *value)
{
	struct agent_form form = {
		.entries = {{"device", "1-2"}, {"direction", "read-only"}, {"minutes", "30"},
			{"purpose", "予算"}},
		.n = 4,
	};

	for (size_t i = 0; i < form.n; i++)
		if (strcmp(form.entries[i].key, key) == 0) {
			form.entries[i].value = value;
			return form;
		}
	form.entries[form.n].key = key;
	form.entries[form.n++].value = value;
	return form;
}

static void a_form_becomes_typed(void **state)
{
	struct agent_form form = {
		.entries = {{"medium", "M-00123"}, {"direction", "read-write"}, {"minutes", "90"},
			{"survives", "logout reboot"}, {"from", "1800000000"}, {"purpose", "a%b;c"},
			{"information", "住民票"}, {"classification", "機密性3"},
			{"destination", "県庁"}, {"witness", "佐藤"}, {"section", "税務課"},
			{"name", "田中"}, {"number", "1204"}, {"personal-data", "yes"},
			{"specific-personal-data", "no"}, {"encrypted", "yes"}, {"items", "120"}},
		.n = 17,
	};
	struct agent_refusal refusal;
	struct exemption_wish wish;

	assert_int_equal(exemption_form_read(&form, FORM_OF_REQUEST, &wish, &refusal), 0);
	assert_string_equal(wish.medium, "M-00123");
	assert_string_equal(wish.device, "");
	assert_int_equal(wish.use.access, VERDICT_ALLOW);
	assert_int_equal(wish.use.duration_s, 5400);
	assert_int_equal(wish.use.survives, EXEMPTION_SURVIVES_REBOOT | EXEMPTION_SURVIVES_LOGOUT);
	assert_int_equal(wish.from, 1800000000);
	assert_string_equal(wish.form.purpose, "a%b;c");
	assert_string_equal(wish.form.information, "住民票");
	assert_string_equal(wish.form.classification, "機密性3");
	assert_string_equal(wish.form.destination, "県庁");
	assert_string_equal(wish.form.witness, "佐藤");
	assert_string_equal(wish.form.section, "税務課");
	assert_string_equal(wish.form.name, "田中");
	assert_string_equal(wish.form.number, "1204");
	assert_int_equal(wish.form.personal_data, FORM_YES);
	assert_int_equal(wish.form.specific_personal_data, FORM_NO);
	assert_int_equal(wish.form.encrypted, FORM_YES);
	assert_true(wish.form.has_items);
	assert_int_equal(wish.form.items, 120);
}

static void each_value_is_taken_or_its_key_is_named(void **state)
{
	static const struct {
		const char *name, *key, *value;
		const char *says; /* NULL: it is taken */
	} rows[] = {
		{"one minute", "minutes", "1", NULL},
		{"31 days", "minutes", "44640", NULL},
		{"no minute", "minutes", "0", "minutes: a whole number"},
		{"more than 31 days", "minutes", "44641", "minutes: a whole number"},
		{"not a number", "minutes", "30m",
			"minutes: a whole number of minutes from 1 to 44640 is "
			"wanted, not \"30m\""},
		{"empty", "minutes", "", "minutes: for how long is missing"},
		{"both directions", "direction", "read-write", NULL},
		{"no such direction", "direction", "write", "direction: "},
		{"none", "direction", "", "direction: read-only or read-write is missing"},
		{"a deep port", "device", "3-1.4.2", NULL},
		{"no port", "device", "../1-2", "device: "},
		{"no device", "device", "", "device: the device or the number"},
		{"a device and a medium", "medium", "M-1", "medium: the device is named already"},
		{"a number that is none", "medium", "M 1",
			"medium: the number of a registered medium"},
		{"120 bytes", "purpose", LONG_120, NULL},
		{"121 bytes", "purpose", LONG_120 "x", "purpose: at most 120 bytes"},
		{"what becomes too long for its line", "information",
			"%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%"
			"%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%",
			"information: at most 120 bytes"},
		{"no purpose", "purpose", "", "purpose: what it is for is missing"},
		{"two lines", "purpose", "a\nb", "purpose: one line of text is wanted"},
		{"an escape", "witness", "\033[31m",
			"witness: one line of text is wanted, without "
			"control characters, not \"?[31m\""},
		{"turned writing", "name", "a\u202eb", "name: one line"},
		{"bytes that are no text", "name", "\xff", "name: one line"},
		{"yes", "encrypted", "yes", NULL},
		{"hai", "encrypted", "はい", "encrypted: yes or no is wanted"},
		{"no items at all", "items", "0", NULL},
		{"fewer", "items", "-1", "items: a whole number"},
		{"the beginning of time", "from", "0", "from: seconds"},
		{"a time", "from", "1800000000", NULL},
		{"reboot", "survives", "reboot", NULL},
		{"all", "survives", "all", "survives: reboot, logout or both"},
		{"twice reboot", "survives", "reboot reboot", "survives: reboot, logout or both"},
		{"a key of the phone", "desk", "joho", "desk: no form has this key"},
		{"a key of nobody", "uid\n", "0", "uid?: no form has this key"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct agent_form form = form_with(rows[i].key, rows[i].value);
		struct agent_refusal refusal = {.error = NULL};
		struct exemption_wish wish = {.from = -1};
		int r = exemption_form_read(&form, FORM_OF_REQUEST, &wish, &refusal);

		if ((r == 0) != !rows[i].says || (r < 0 && (r != -EINVAL || wish.from != -1)))
			fail_msg("%s: %d: %s", rows[i].name, r, refusal.text);
		if (r < 0 &&
			(strcmp(refusal.error, BUS_ERROR_INVALID) != 0 ||
				strncmp(refusal.text, rows[i].says, strlen(rows[i].says)) != 0))
			fail_msg("%s: %s", rows[i].name, refusal.text);
	}
}

static void a_key_that_is_there_twice_is_named(void **state)
{
	struct agent_form form = form_with("items", "1");
	struct agent_refusal refusal;
	struct exemption_wish wish;

	form.entries[form.n].key = "items";
	form.entries[form.n++].value = "";
	assert_int_equal(exemption_form_read(&form, FORM_OF_REQUEST, &wish, &refusal), -EINVAL);
	assert_string_equal(refusal.text, "items: it is there twice");
}

static int read_phone(const char *key, const char *value, struct exemption_wish *ret,
	struct agent_refusal *ret_refusal)
{
	struct agent_form form = {
		.entries = {{"medium", "M-1"}, {"direction", "read-only"}, {"minutes", "30"},
			{"purpose", "x"}, {key, value}},
		.n = 5,
	};

	return exemption_form_read(&form, FORM_OF_PHONE, ret, ret_refusal);
}

static void by_phone_one_or_two_desks_are_named(void **state)
{
	struct agent_refusal refusal;
	struct exemption_wish wish;

	assert_int_equal(read_phone("desk", "joho", &wish, &refusal), 0);
	assert_int_equal(wish.n_desks, 1);
	assert_string_equal(wish.desks[0], "joho");
	assert_int_equal(read_phone("desks", "joho soumu", &wish, &refusal), 0);
	assert_int_equal(wish.n_desks, 2);
	assert_string_equal(wish.desks[1], "soumu");
	assert_int_equal(read_phone("desks", "joho joho", &wish, &refusal), -EINVAL);
	assert_int_equal(read_phone("desks", "a b c", &wish, &refusal), -EINVAL);
	assert_int_equal(read_phone("desks", "a ", &wish, &refusal), -EINVAL);
	assert_int_equal(read_phone("desks", " a", &wish, &refusal), -EINVAL);
	assert_int_equal(read_phone("desk", "", &wish, &refusal), -EINVAL);
	assert_string_equal(refusal.text, "desk: the desk that is called is missing");
	assert_int_equal(read_phone("device", "1-2", &wish, &refusal), -EINVAL);
}

static void a_report_says_what_was_done(void **state)
{
	struct agent_form form = {.entries = {{"done", "配布した"}, {"items", "12"}}, .n = 2};
	struct exemption_report report;
	struct agent_refusal refusal;

	assert_int_equal(exemption_report_read(&form, &report, &refusal), 0);
	assert_string_equal(report.done, "配布した");
	assert_true(report.has_items);
	assert_int_equal(report.items, 12);
	form.entries[0].value = "";
	assert_int_equal(exemption_report_read(&form, &report, &refusal), -EINVAL);
	assert_string_equal(refusal.text, "done: what was done is missing");
	form.entries[0].key = "purpose";
	assert_int_equal(exemption_report_read(&form, &report, &refusal), -EINVAL);
}

static void a_place_is_a_text(void **state)
{
	char place[FORM_TEXT_MAX + 1] = "as before";
	struct agent_refusal refusal;

	assert_int_equal(exemption_text_read("place", "金庫", place, &refusal), 0);
	assert_string_equal(place, "金庫");
	assert_int_equal(exemption_text_read("place", "", place, &refusal), -EINVAL);
	assert_string_equal(refusal.text, "place: it is missing");
	assert_int_equal(exemption_text_read("place", "a\tb", place, &refusal), -EINVAL);
	assert_string_equal(place, "金庫");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_form_becomes_typed),
		cmocka_unit_test(each_value_is_taken_or_its_key_is_named),
		cmocka_unit_test(a_key_that_is_there_twice_is_named),
		cmocka_unit_test(by_phone_one_or_two_desks_are_named),
		cmocka_unit_test(a_report_says_what_was_done),
		cmocka_unit_test(a_place_is_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
