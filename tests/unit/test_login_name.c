/* Which names of accounts, groups and services a policy can give. */
#include "tests/unit/fixture.h"

#include "policy/login_name.h"

#define LETTERS_32 "abcdefghijklmnopqrstuvwxyz-_0123"

static const struct {
	const char *name;
	bool is_account, is_service;
} names[] = {
	{"tanaka", true, true},
	{"t", true, true},
	{"_sekisho", true, false},
	{"tanaka-2_b", true, true},
	{LETTERS_32, true, true},
	{LETTERS_32 "4", false, false},
	{"", false, false},
	{"-tanaka", false, false},
	{"0tanaka", false, true},
	{"xrdp.sesman", false, true},
	{".decoy", false, false},
	{"..", false, false},
	{"tanaka/x", false, false},
	{"Tanaka", false, false},
	{"tanaka taro", false, false},
	{"tanaka$", false, false},
	{"\xe7\x94\xb0", false, false},
};

static void a_name_is_valid_or_not(void **state)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		if (account_name_is_valid(names[i].name) != names[i].is_account)
			fail_msg("account %s", names[i].name);
		if (service_name_is_valid(names[i].name) != names[i].is_service)
			fail_msg("service %s", names[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_valid_or_not),
	};

	return cmocka_run_group_tests_name("login_name", tests, NULL, NULL);
}
