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
		cmocka_unit_test(a_large_file_is_refused_unread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
