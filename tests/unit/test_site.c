#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/site.h"

static void a_terminal_knows_its_site_and_tier(void **state)
{
	static const struct {
		const char *name, *text;
		int result;
	} rows[] = {
		{"both", "[site]\nsite = tosu\ntier = my-number\n", 0},
		{"with a comment", "# hall\n[site]\nsite = tosu\ntier = my-number\n", 0},
		{"no tier", "[site]\nsite = tosu\n", -EBADMSG},
		{"no site", "[site]\ntier = my-number\n", -EBADMSG},
		{"all tiers", "[site]\nsite = tosu\ntier = all\n", -EBADMSG},
		{"an unknown key", "[site]\nsite = tosu\ntier = a\nroot = b\n", -EBADMSG},
		{"another section", "[sites]\nsite = tosu\ntier = my-number\n", -EBADMSG},
		{"Windows line ends", "[site]\r\nsite = tosu\r\ntier = my-number\r\n", -EBADMSG},
		{"nothing", "", -EBADMSG},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct site site = {.site = "before"};
		struct problems problems = {0};
		int r = site_parse(rows[i].text, strlen(rows[i].text), &problems, &site);

		if (r != rows[i].result || problems_any(&problems) != (r != 0))
			fail_msg("%s: %d", rows[i].name, r);
		assert_string_equal(site.site, r == 0 ? "tosu" : "before");
		problems_clear(&problems);
	}
}

static void a_terminal_may_have_a_name_and_a_ring(void **state)
{
	static const struct {
		const char *name, *lines, *terminal;
		unsigned ring;
		const char *expected; /* NULL: right */
	} rows[] = {
		{"neither", "", "", 9, NULL},
		{"both", "terminal = desk-17\nring = 0\n", "desk-17", 0, NULL},
		{"the last ring", "ring = 9\n", "", 9, NULL},
		{"a ring too high", "ring = 10\n", "", 0, "a number from 0 to 9"},
		{"a ring below all", "ring = -1\n", "", 0, "a number from 0 to 9"},
		{"a ring with a zero", "ring = 01\n", "", 0, "a number from 0 to 9"},
		{"a name of 48 letters",
			"terminal = 012345678901234567890123456789012345678901234567\n",
			"012345678901234567890123456789012345678901234567", 9, NULL},
		{"a name of 49 letters",
			"terminal = 0123456789012345678901234567890123456789012345678\n", "", 0,
			"a word of 1 to 48 letters of a-z 0-9 -"},
		{"a name with a capital", "terminal = Desk-17\n", "", 0,
			"a word of 1 to 48 letters of a-z 0-9 -; did you mean desk-17?"},
		{"a name with _", "terminal = DESK_17\n", "", 0,
			"a word of 1 to 48 letters of a-z 0-9 -; did you mean desk-17?"},
		{"a name that is near none", "terminal = DESK.17\n", "", 0,
			"a word of 1 to 48 letters of a-z 0-9 -"},
		{"a mistyped key", "terminl = desk-17\n", "", 0,
			"one of the keys site tier terminal ring source records; did you mean "
			"terminal?"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct site site = {.site = "before", .ring = 5};
		struct problems problems = {0};
		char text[256];
		int r;

		snprintf(text, sizeof(text), "[site]\nsite = tosu\ntier = my-number\n%s",
			rows[i].lines);
		r = site_parse(text, strlen(text), &problems, &site);
		if (r != (rows[i].expected ? -EBADMSG : 0))
			fail_msg("%s: %d", rows[i].name, r);
		if (rows[i].expected && !has_problem(&problems, 4, rows[i].expected))
			fail_msg("%s: %s", rows[i].name, problems.items[0].expected);
		assert_string_equal(site.terminal, rows[i].terminal);
		assert_int_equal(site.ring, rows[i].expected ? 5 : rows[i].ring);
		problems_clear(&problems);
	}
}

static void records_go_up_where_the_site_says_so(void **state)
{
	static const struct {
		const char *line, *expected; /* NULL: right */
		bool sends;
	} rows[] = {
		{"", NULL, false},
		{"records = up\n", NULL, true},
		{"records = off\n", "\"up\", or no such key", false},
		{"records = on\n", "\"up\", or no such key", false},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct site site = {.sends_records = false};
		struct problems problems = {0};
		char text[256];

		snprintf(text, sizeof(text), "[site]\nsite = tosu\ntier = my-number\n%s",
			rows[i].line);
		assert_int_equal(site_parse(text, strlen(text), &problems, &site),
			rows[i].expected ? -EBADMSG : 0);
		if (rows[i].expected && !has_problem(&problems, 4, rows[i].expected))
			fail_msg("%s: %s", rows[i].line, problems.items[0].expected);
		assert_int_equal(site.sends_records, rows[i].sends);
		problems_clear(&problems);
	}
}

static void a_source_is_a_folder_of_this_pc(void **state)
{
	static const struct {
		const char *name, *value, *source, *folder; /* NULL: refused */
	} rows[] = {
		{"a folder", "file:///srv/sekisho", "file:///srv/sekisho", "/srv/sekisho"},
		{"of one part", "file:///srv", "file:///srv", "/srv"},
		{"with a space", "file:///srv/my%20site", "file:///srv/my site", "/srv/my site"},
		{"with dots in a name", "file:///srv/a..b/.c", "file:///srv/a..b/.c",
			"/srv/a..b/.c"},
		{"of another PC", "file://server/sekisho", NULL, NULL},
		{"a path alone", "/srv/sekisho", NULL, NULL},
		{"a path that begins nowhere", "file:srv", NULL, NULL},
		{"everything", "file:///", NULL, NULL},
		{"a / at the end", "file:///srv/", NULL, NULL},
		{"two of them", "file:///srv//a", NULL, NULL},
		{"upwards", "file:///srv/../etc", NULL, NULL},
		{"upwards, encoded", "file:///srv/%2E%2E/etc", NULL, NULL},
		{"nowhere", "file:///srv/./a", NULL, NULL},
		{"upwards at the end", "file:///srv/..", NULL, NULL},
		{"by the web", "https://server/sekisho", NULL, NULL},
		{"nothing", "", NULL, NULL},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct site site = {.source = "before"};
		struct problems problems = {0};
		char text[256];
		int r;

		snprintf(text, sizeof(text), "[site]\nsite = tosu\ntier = a\nsource = %s\n",
			rows[i].value);
		r = site_parse(text, strlen(text), &problems, &site);
		if (r != (rows[i].source ? 0 : -EBADMSG) || problems_any(&problems) != (r != 0))
			fail_msg("%s: %d", rows[i].name, r);
		assert_string_equal(site.source, rows[i].source ? rows[i].source : "before");
		if (rows[i].folder)
			assert_string_equal(site_source_folder(site.source), rows[i].folder);
		problems_clear(&problems);
	}
}

static void a_large_file_is_refused_unread(void **state)
{
	char text[SITE_SIZE_MAX + 1];
	struct problems problems = {0};
	struct site site;

	memset(text, '#', sizeof(text));
	assert_int_equal(site_parse(text, sizeof(text), &problems, &site), -EBADMSG);
	assert_int_equal(problems.count, 1);
	problems_clear(&problems);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_knows_its_site_and_tier),
		cmocka_unit_test(a_terminal_may_have_a_name_and_a_ring),
		cmocka_unit_test(records_go_up_where_the_site_says_so),
		cmocka_unit_test(a_source_is_a_folder_of_this_pc),
		cmocka_unit_test(a_large_file_is_refused_unread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
