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
			"one of the keys site tier terminal ring source records proxy pin; did "
			"you mean terminal?"},
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
		{"by the web", "https://server/sekisho", "https://server/sekisho", NULL},
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
		else if (rows[i].source)
			assert_null(site_source_folder(site.source));
		problems_clear(&problems);
	}
}

static void a_server_is_named_by_https_alone(void **state)
{
	static const struct {
		const char *source;
		enum site_source kind;
	} rows[] = {
		{"https://sekisho.example", SITE_SOURCE_HTTPS},
		{"https://10.1.2.3:8443", SITE_SOURCE_HTTPS},
		{"https://[2001:db8::1]:8443/a/b.c_d~e-f", SITE_SOURCE_HTTPS},
		{"https://host:65535", SITE_SOURCE_HTTPS},
		{"https://host:65536", SITE_SOURCE_NONE},
		{"https://host:0", SITE_SOURCE_NONE},
		{"https://host:080", SITE_SOURCE_NONE},
		{"https://host:", SITE_SOURCE_NONE},
		{"https://host/", SITE_SOURCE_NONE},
		{"https://host//a", SITE_SOURCE_NONE},
		{"https://host/a/", SITE_SOURCE_NONE},
		{"https://host/../a", SITE_SOURCE_NONE},
		{"https://host/a?b", SITE_SOURCE_NONE},
		{"https://host/a#b", SITE_SOURCE_NONE},
		{"https://host/a%20b", SITE_SOURCE_NONE},
		{"https://host/a b", SITE_SOURCE_NONE},
		{"https://user@host", SITE_SOURCE_NONE},
		{"https://user:secret@host", SITE_SOURCE_NONE},
		{"https://host\\evil", SITE_SOURCE_NONE},
		{"https://-host", SITE_SOURCE_NONE},
		{"https://host.", SITE_SOURCE_NONE},
		{"https://a..b", SITE_SOURCE_NONE},
		{"https://[2001:db8::1", SITE_SOURCE_NONE},
		{"https://[]", SITE_SOURCE_NONE},
		{"https://[fe80::1%eth0]", SITE_SOURCE_NONE},
		{"https://", SITE_SOURCE_NONE},
		{"https:///a", SITE_SOURCE_NONE},
		{"HTTPS://host", SITE_SOURCE_NONE},
		{"http://host", SITE_SOURCE_NONE},
		{"ftp://host", SITE_SOURCE_NONE},
		{"file:///srv", SITE_SOURCE_FOLDER},
		{"", SITE_SOURCE_NONE},
	};
	char long_name[300] = "https://";

	for (size_t i = 0; i < COUNT(rows); i++)
		if (site_source_kind(rows[i].source) != rows[i].kind)
			fail_msg("%s", rows[i].source);
	memset(long_name + strlen(long_name), 'a', 253);
	assert_int_equal(site_source_kind(long_name), SITE_SOURCE_HTTPS);
	long_name[strlen(long_name)] = 'a';
	assert_int_equal(site_source_kind(long_name), SITE_SOURCE_NONE);
}

static void a_proxy_has_a_port_and_nothing_else(void **state)
{
	static const struct {
		const char *proxy;
		bool is_valid;
	} rows[] = {
		{"http://proxy.example:8080", true},
		{"http://[::1]:3128", true},
		{"http://proxy.example", false},
		{"http://proxy.example:8080/", false},
		{"http://proxy.example:x", false},
		{"http://proxy.example:80x", false},
		{"http://a@proxy.example:8080", false},
		{"https://proxy.example:8080", false},
		{"socks5://proxy.example:8080", false},
		{"proxy.example:8080", false},
		{"", false},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (site_proxy_is_valid(rows[i].proxy) != rows[i].is_valid)
			fail_msg("%s", rows[i].proxy);
}

#define PIN "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static void proxy_and_pin_belong_to_a_server(void **state)
{
	static const struct {
		const char *lines;
		unsigned line; /* of the problem; 0: there is none */
	} rows[] = {
		{"source = https://host\nproxy = http://proxy:1\npin = " PIN "\n", 0},
		{"pin = " PIN "\nsource = https://host\n", 0},
		{"source = file:///srv\nproxy = http://proxy:1\n", 5},
		{"source = file:///srv\npin = " PIN "\n", 5},
		{"pin = " PIN "\n", 4},
		{"source = https://host\nproxy = proxy:1\n", 5},
		{"source = https://host\npin = " PIN "A\n", 5},
		{"source = https://host\npin = " PIN "=\n", 5},
		{"source = https://host\npin = sha256//" PIN "\n", 5},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct problems problems = {0};
		struct site site = {0};
		char text[256];
		int r;

		snprintf(text, sizeof(text), "[site]\nsite = tosu\ntier = a\n%s", rows[i].lines);
		r = site_parse(text, strlen(text), &problems, &site);
		if (r != (rows[i].line ? -EBADMSG : 0) ||
			(rows[i].line && problems.items[0].line != rows[i].line))
			fail_msg("row %zu: %d", i, r);
		if (r == 0)
			assert_string_equal(site.pin, PIN);
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
		cmocka_unit_test(a_server_is_named_by_https_alone),
		cmocka_unit_test(a_proxy_has_a_port_and_nothing_else),
		cmocka_unit_test(proxy_and_pin_belong_to_a_server),
		cmocka_unit_test(a_large_file_is_refused_unread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
