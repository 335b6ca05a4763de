/* What a PC is called, and whether a terminal can be called so. */
#include "agent/terminal_name.h"

#include "tests/unit/fixture.h"

#include "tests/unit/temporary.h"

static const struct {
	const char *host, *name; /* NULL: it cannot */
} rows[] = {
	{"desk-17", "desk-17"},
	{"DESK-17\n", "desk-17"},
	{"desk-17.city.example.jp\n", "desk-17"},
	{"17", "17"},
	{"", NULL},
	{"\n", NULL},
	{".city", NULL},
	{"localhost\n", NULL},
	{"LocalHost.localdomain", NULL},
	{"desk_17", NULL},
	{"-desk", NULL},
	{"../up", NULL},
	{"\xe7\xaa\x93", NULL},
	{"abcdefghijklmnopqrstuvwxyz0123456789abcdefghijkl",
		"abcdefghijklmnopqrstuvwxyz0123456789abcdefghijkl"},
	{"abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklm", NULL},
};

static void a_host_name_is_a_terminals_name_or_none(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		char name[TERMINAL_NAME_MAX + 1] = "before";

		assert_int_equal(terminal_name_of_host(rows[i].host, name), rows[i].name != NULL);
		assert_string_equal(name, rows[i].name ? rows[i].name : "before");
	}
}

static void what_site_ini_says_goes_before(void **state)
{
	const struct temporary *temporary = *state;
	struct site site = {.terminal = "desk-1", .source = "file:///srv"};
	char path[128];

	temporary_write(temporary, "hostname", "pc-9\n", 5);
	snprintf(path, sizeof(path), "%s/hostname", temporary->path);
	terminal_name_settle(path, &site);
	assert_string_equal(site.terminal, "desk-1");
	site.terminal[0] = '\0';
	terminal_name_settle("/nowhere", &site);
	assert_string_equal(site.terminal, "");
	terminal_name_settle(path, &site);
	assert_string_equal(site.terminal, "pc-9");
	/* Who has no source needs no name. */
	site = (struct site){.source = ""};
	terminal_name_settle(path, &site);
	assert_string_equal(site.terminal, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_name_is_a_terminals_name_or_none),
		cmocka_unit_test_setup_teardown(
			what_site_ini_says_goes_before, temporary_setup, temporary_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
