/* terminal.ini: what is written is read, and beside it what is refused. */
#include "policy/terminal_entry.h"

#include <errno.h>

#include "tests/unit/fixture.h"

static const char good[] = "[terminal]\n"
			   "terminal = desk-17\n"
			   "state = active\n"
			   "key = SHA256:lbmsoA0yIEcEiVDRnMWuzm+nV+3ZEEpVIURqFoeSspg\n"
			   "certificate = 0123456789abcdef0123456789abcdef01234567\n"
			   "machine = 0123456789abcdef\n"
			   "joined = 2026-11-23T10:00:00+09:00\n"
			   "ticket = T-7K3M9Q2X\n"
			   "changed = 2026-11-23T10:00:00+09:00\n";

static const struct {
	const char *old, *new, *problem; /* NULL: none */
} rows[] = {
	{"active", "retired", NULL},
	{"active", "moved", "3:9"},
	{"active", "none", "3:9"},
	{"desk-17", "Desk-17", "2:12"},
	{"desk-17", "..", "2:12"},
	{"SHA256:", "MD5:", "4:7"},
	{"Sspg", "Ssp", "4:7"},
	{"01234567\n", "0123456\n", "5:15"},
	{"01234567\n", "012345678\n", "5:15"},
	{"01234567\n", "0123456A\n", "5:15"},
	{"= 0123456789abcdef\n", "= 0123456789abcde\n", "6:11"},
	{"= 0123456789abcdef\n", "= 0123456789abcdeg\n", "6:11"},
	{"2X", "2L", "8:10"},
	{"T-", "E-", "8:10"},
	{"2X", "2", "8:10"},
	{"2X", "2XX", "8:10"},
	{"machine", "machines", "6:1"},
	{"[terminal]", "[terminals]", "1:1"},
	{"ticket = T-7K3M9Q2X\n", "", "8:36"},
};

static void each_value_has_its_type(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = text_edited(good, rows[i].old, rows[i].new);
		struct terminal_entry entry = {.terminal = "untouched"};
		struct problems problems = {};
		int r = terminal_entry_parse(text, strlen(text), &problems, &entry);
		char *found = problems_text(&problems);

		assert_int_equal(r, rows[i].problem ? -EBADMSG : 0);
		if (rows[i].problem &&
			(strncmp(found, rows[i].problem, strlen(rows[i].problem)) != 0 ||
				strcmp(entry.terminal, "untouched") != 0))
			fail_msg("%s: %s", rows[i].new, found);
		free(found);
		problems_clear(&problems);
		free(text);
	}
}

static void what_is_written_is_what_was_read(void **state)
{
	struct problems problems = {};
	struct terminal_entry entry, again;
	char *text = NULL;

	assert_int_equal(terminal_entry_parse(good, strlen(good), &problems, &entry), 0);
	assert_int_equal(entry.state, TERMINAL_ACTIVE);
	assert_int_equal(terminal_entry_write(&entry, &text), 0);
	assert_string_equal(text, good);
	free(text);
	entry.state = TERMINAL_NONE;
	text = (char *)&again;
	assert_int_equal(terminal_entry_write(&entry, &text), -EINVAL);
	assert_ptr_equal(text, &again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_has_its_type),
		cmocka_unit_test(what_is_written_is_what_was_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
