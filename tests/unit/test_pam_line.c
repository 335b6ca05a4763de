/* Lines of PAM's files, cut up as libpam cuts them up. tests/login/test_doctor.py compares the rest
 * with libpam itself. */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "agent/pam_entry.h"

struct row {
	const char *name, *text;
	const char *lines; /* as "NUMBER:LINE|…", or NULL: it is given up */
};

static const struct row rows[] = {
	{"nothing", "", ""},
	{"a line", "auth x\n", "1:auth x\n|"},
	{"a line without an end", "auth x", "1:auth x|"},
	{"remarks and blanks", "# a\n\n  \t\n#b \\\nauth x\n", "5:auth x\n|"},
	{"a remark behind a line", "auth x # y\\\nauth z\n", "1:auth x |2:auth z\n|"},
	{"a line that goes on", "auth \\\n x\nauth y\n", "1:auth   x\n|3:auth y\n|"},
	{"a backslash and blanks", "auth \\ \t\n x\n", "1:auth   x\n|"},
	{"a backslash within", "auth \\x\n", "1:auth \\x\n|"},
	{"blank and remark within a line that goes on", "auth\\\n\n# r\nx\n", "1:auth x\n|"},
	{"a backslash alone", "\\\nauth\n", "1: auth\n|"},
	{"the end of the file in a line that goes on", "auth x\\\n", NULL},
	{"the same with a remark behind it", "auth x\\\n# y\n", NULL},
};

static void lines_are_those_of_libpam(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pam_text text = {.bytes = rows[i].text, .size = strlen(rows[i].text)};
		char line[PAM_LINE_SIZE], all[256] = "";
		unsigned number = 0;
		int r;

		while ((r = pam_line_next(&text, line, &number)) > 0)
			snprintf(all + strlen(all), sizeof(all) - strlen(all), "%u:%.64s|", number,
				line);
		if (r != (rows[i].lines ? 0 : -EBADMSG) ||
			(rows[i].lines && strcmp(all, rows[i].lines) != 0))
			fail_msg("%s: %d %s", rows[i].name, r, all);
	}
}

static void a_long_line_is_two_lines(void **state)
{
	char bytes[1500];
	struct pam_text text = {.bytes = bytes, .size = sizeof(bytes)};
	char line[PAM_LINE_SIZE];
	unsigned number;

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(pam_line_next(&text, line, &number), 1);
	assert_int_equal(strlen(line), PAM_LINE_SIZE - 1);
	assert_int_equal(pam_line_next(&text, line, &number), 1);
	assert_int_equal(strlen(line), sizeof(bytes) - PAM_LINE_SIZE + 1);
	assert_int_equal(number, 1);
	assert_int_equal(pam_line_next(&text, line, &number), 0);
}

/* libpam asks for no byte there, again and again. */
static void a_line_that_goes_on_where_there_is_no_room_is_given_up(void **state)
{
	for (size_t length = PAM_LINE_SIZE - 4; length <= PAM_LINE_SIZE + 2; length++) {
		char bytes[PAM_LINE_SIZE + 16];
		struct pam_text text = {.bytes = bytes};
		char line[PAM_LINE_SIZE];
		unsigned number;

		(void)state;
		memset(bytes, 'x', sizeof(bytes));
		text.size = length + 4;
		memcpy(bytes + length - 1, "\\\nx\n", 4);
		assert_int_equal(pam_line_next(&text, line, &number),
			length == PAM_LINE_SIZE - 1 ? -EBADMSG : 1);
	}
}

static void words_end_at_blanks_and_brackets(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"auth required x", "auth|required|x|"},
		{" \tauth\trequired  \n", "auth|required|"},
		{"auth [a=b c=d] x", "auth|a=b c=d|x|"},
		{"[a \\] b]x", "a ] b|x|"},
		{"[] x", "|x|"},
		{"[never closed", "never closed|"},
		{"a[b c]", "a[b|c]|"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[64], all[128] = "", *next = text, *word;

		snprintf(text, sizeof(text), "%s", cases[i].text);
		while ((word = pam_line_word(&next)))
			snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s|", word);
		assert_string_equal(all, cases[i].words);
	}
}

static void controls_say_what_to_do_about_each_code(void **state)
{
	static const struct {
		const char *control;
		int success, ignore, auth_err, new_authtok_reqd;
	} cases[] = {
		{"required", -1, 0, -3, -1},
		{"Requisite", -1, 0, -4, -1},
		{"SUFFICIENT", -2, 0, 0, -2},
		{"optional", -1, 0, 0, -1},
		{"success=ok default=die", -1, -4, -4, -4},
		{"default=die success=ok", -1, -4, -4, -4},
		{"success=1 default=ignore", 1, 0, 0, 0},
		{"success = 12", 12, -3, -3, -3},
		{"success=okauth_err=reset", -1, -3, -5, -3},
		{"success=ok ignore", -3, -3, -3, -3},
		{"success=ok auth_err=0", -3, -3, -3, -3},
		{"success=ok,default=die", -3, -3, -3, -3},
		{"success=ok nonsense=ok", -3, -3, -3, -3},
		{"require", -3, -3, -3, -3},
		{"", -3, -3, -3, -3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int actions[PAM_CODES];

		pam_control_read(cases[i].control, actions);
		if (actions[PAM_SUCCESS] != cases[i].success ||
			actions[PAM_IGNORE] != cases[i].ignore ||
			actions[PAM_AUTH_ERR] != cases[i].auth_err ||
			actions[PAM_NEW_AUTHTOK_REQD] != cases[i].new_authtok_reqd)
			fail_msg("%s: %d %d %d", cases[i].control, actions[PAM_SUCCESS],
				actions[PAM_IGNORE], actions[PAM_AUTH_ERR]);
	}
}

static void a_line_says_type_control_and_module(void **state)
{
	char plain[] = "-AUTH [default=die] pam_x.so a b", at[] = "@include common-auth",
	     foreign[] = "session required pam_x.so", wrong[] = "autth required pam_x.so";
	struct pam_entry entry;

	(void)state;
	assert_true(pam_entry_read(plain, PAM_TYPE_ANY, true, &entry));
	assert_true(entry.type == PAM_TYPE_AUTH && entry.is_silent && !entry.must_fail);
	assert_string_equal(entry.module, "pam_x.so");
	assert_string_equal(entry.rest, "a b");
	assert_true(pam_entry_read(at, PAM_TYPE_AUTH, true, &entry));
	assert_true(entry.is_include && entry.is_at && entry.type == PAM_TYPE_AUTH);
	assert_string_equal(entry.module, "common-auth");
	assert_false(pam_entry_read(foreign, PAM_TYPE_AUTH, true, &entry));
	assert_true(pam_entry_read(wrong, PAM_TYPE_ANY, true, &entry));
	assert_true(entry.must_fail && entry.type == PAM_TYPE_AUTH);
}

static void include_with_an_at_is_unknown_outside_of_debian(void **state)
{
	char at[] = "@include common-auth";
	struct pam_entry entry;

	(void)state;
	assert_true(pam_entry_read(at, PAM_TYPE_ANY, false, &entry));
	assert_true(entry.must_fail && !entry.is_include);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_those_of_libpam),
		cmocka_unit_test(a_long_line_is_two_lines),
		cmocka_unit_test(a_line_that_goes_on_where_there_is_no_room_is_given_up),
		cmocka_unit_test(words_end_at_blanks_and_brackets),
		cmocka_unit_test(controls_say_what_to_do_about_each_code),
		cmocka_unit_test(a_line_says_type_control_and_module),
		cmocka_unit_test(include_with_an_at_is_unknown_outside_of_debian),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
