#include "tests/unit/fixture.h"
#include "tests/unit/reader_rows.h"

#include <errno.h>

#include "policy/root.h"

#define KEY(c) "SHA256:" c "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const char base[] =
	"[root]\n"                                 /* 1 */
	"kind = root\n"                            /* 2 */
	"format = 1\n"                             /* 3 */
	"site = tosu\n"                            /* 4 */
	"tier = all\n"                             /* 5 */
	"epoch = 1\n"                              /* 6 */
	"serial = 1\n"                             /* 7 */
	"issued = 2026-03-01T10:00:00+09:00\n"     /* 8 */
	"not-before = 2026-03-01T00:00:00+09:00\n" /* 9 */
	"not-after = 2028-03-31T23:59:59+09:00\n"  /* 10 */
	"[person suzuki]\n"                        /* 11 */
	"name = 鈴木 %E4%B8%80\n"                  /* 12 */
	"key-1 = " KEY("A") "\n"                   /* 13 */
			    "[person tanaka]\n"    /* 14 */
			    "key-1 = " KEY(
				    "B") "\n" /* 15 */
					 "key-2 = " KEY(
						 "C") "\n"                              /* 16 */
						      "[role root]\n"                   /* 17 */
						      "persons = suzuki tanaka\n"       /* 18 */
						      "threshold = 2\n"                 /* 19 */
						      "[role policy]\n"                 /* 20 */
						      "persons = tanaka\n"              /* 21 */
						      "threshold = 1\n"                 /* 22 */
						      "user-verification = required\n"; /* 23 */

#define ONE "persons = suzuki\nthreshold = 1"

static const struct reader_row rows[] = {
	{"another kind", "kind = root", "kind = policy", 2, "root"},
	{"one tier", "tier = all", "tier = my-number", 5, "all"},
	{"a later root", "serial = 1", "serial = 2", 0, NULL},
	{"root 0", "serial = 1", "serial = 0", 7, "a number"},
	{"no name", "name = 鈴木 %E4%B8%80\n", "", 0, NULL},
	{"nobody", "[person suzuki]", "[person]", 11, "[person NAME]"},
	{"a person without a key", "key-1 = " KEY("B") "\nkey-2 = " KEY("C") "\n", "", 14,
		"at least key-1"},
	{"a key of eight", "key-2 =", "key-8 =", 0, NULL},
	{"accounts", "name = 鈴木 %E4%B8%80\n", "accounts = suzuki a0123\n", 0, NULL},
	{"eight accounts", "name = 鈴木 %E4%B8%80\n", "accounts = a b c d e f g h\n", 0, NULL},
	{"nine accounts", "name = 鈴木 %E4%B8%80\n", "accounts = a b c d e f g h i\n", 12,
		"1 to 8 accounts, each once, one space between"},
	{"an account twice", "name = 鈴木 %E4%B8%80\n", "accounts = a b a\n", 12,
		"1 to 8 accounts"},
	{"no account", "name = 鈴木 %E4%B8%80\n", "accounts = A0123\n", 12, "1 to 8 accounts"},
	{"accounts with a comma", "name = 鈴木 %E4%B8%80\n", "accounts = a,b\n", 12,
		"1 to 8 accounts"},
	{"a key of nine", "key-2 =", "key-9 =", 16, "one of the keys name accounts key-1 to key-8"},
	{"a short fingerprint", KEY("A"), "SHA256:AAAA", 13, "a fingerprint"},
	{"an MD5 fingerprint", KEY("A"), "MD5:43:51:43:a1:b5:fc:8b:b7:0a:3a:a9:b1:0f:66:73:a8", 13,
		"a fingerprint"},
	{"a padded fingerprint", KEY("A"), KEY("A") "=", 13, "a fingerprint"},
	{"a fingerprint by another hash", KEY("A"),
		"SHA512:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 13, "a fingerprint"},
	{"a person whose section is damaged", "[person tanaka]", "[Person tanaka]", 14,
		"\"[type]\""},
	{"a person of 32 letters", "[person suzuki]",
		"[person a234567890123456789012345678901]\n"
		"key-1 = " KEY("D") "\n[person suzuki]",
		0, NULL},
	{"a person of 33 letters", "[person suzuki]",
		"[person a23456789012345678901234567890123]\nkey-1 = " KEY("D") "\n[person suzuki]",
		11, "at most 64 persons with names of at most 32"},
	{"a fingerprint with bits behind its end", KEY("A"),
		"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", 13, "a fingerprint"},
	{"the last fingerprint", KEY("A"), "SHA256://////////////////////////////////////////8", 0,
		NULL},
	{"one key of two persons", KEY("B"), KEY("A"), 15,
		"a key that stands nowhere else (line 13)"},
	{"one key twice", KEY("C"), KEY("B"), 16, "a key that stands nowhere else (line 15)"},
	{"an unknown person in a role", "= suzuki tanaka", "= suzuki sato", 18,
		"a person who has a section [person NAME]"},
	{"a mistyped person in a role", "= suzuki tanaka", "= suzuki tanka", 18,
		"a person who has a section [person NAME]; did you mean tanaka?"},
	{"a person twice in a role", "= suzuki tanaka", "= suzuki suzuki", 18, "each person once"},
	{"a comma between persons", "= suzuki tanaka", "= suzuki, tanaka", 18,
		"a person who has a section [person NAME]; names have one space between, and no "
		"comma; did you mean suzuki?"},
	{"a Japanese comma between persons", "= suzuki tanaka", "= suzuki、tanaka", 18,
		"a person who has a section [person NAME]; names have one space between, and no "
		"comma"},
	{"a full-width comma between persons", "= suzuki tanaka", "= suzuki，tanaka", 18,
		"a person who has a section [person NAME]; names have one space between, and no "
		"comma"},
	{"two spaces between persons", "= suzuki tanaka", "= suzuki  tanaka", 18,
		"names of persons"},
	{"more than there are", "threshold = 2", "threshold = 3", 19, "at most 2"},
	{"fewer than there are", "threshold = 2", "threshold = 1", 0, NULL},
	{"no threshold", "threshold = 2", "threshold = 0", 19, "a number from 1"},
	{"no line for it", "threshold = 2\n", "", 18, "the key \"threshold\""},
	{"no persons", "persons = suzuki tanaka\n", "", 18, "the key \"persons\""},
	{"no role root", "[role root]", "[role approver]", 23, "a section [role root]"},
	{"no role policy", "[role policy]", "[role fresh]", 23, "a section [role policy]"},
	{"another role", "[role policy]", "[role emperor]", 20,
		"one of the roles root policy fresh"},
	{"another name with a role", "[role policy]", "[role emperor]\nrole = policy", 0, NULL},
	{"another name with another role", "[role policy]", "[role emperor]\nrole = emperor", 21,
		"one of the roles root policy fresh"},
	{"a role that is said twice", "[role policy]", "[role policy]\nrole = policy", 0, NULL},
	{"a role that is named otherwise", "[role policy]", "[role policy]\nrole = fresh", 21,
		"policy, as the section is named"},
	{"a name of 43 letters", "[role policy]",
		"[role a123456789b123456789c123456789d123456789012]\nrole = policy", 0, NULL},
	{"a role without name", "[role policy]", "[role]", 20, "[role NAME]"},
	{"a role more", "[role policy]",
		"[role token-officer]\npersons = suzuki\nthreshold = 1\n[role policy]", 0, NULL},
	{"user verification asked otherwise", "= required", "= yes", 23, "required"},
	{"no user verification", "user-verification = required\n", "", 0, NULL},
	{"another word for a scope", "= required", "= required\nscope = usb", 24,
		"one of the keys role persons threshold user-verification tiers"},
	{"a scope", "= required", "= required\ntiers = my-number lgwan", 0, NULL},
	{"a scope of all tiers", "= required", "= required\ntiers = all", 24,
		"the name of one tier"},
	{"a scope with a tier twice", "= required", "= required\ntiers = lgwan lgwan", 24,
		"each tier once"},
	{"a scope of three letters", "= required", "= required\ntiers = alb", 0, NULL},
	{"a scope that begins with a dash", "= required", "= required\ntiers = -a", 24,
		"the name of one tier"},
	{"two sections of no role", "= required",
		"= required\n[role x]\nrole = emperor\n" ONE "\n[role y]\nrole = emperor\n" ONE, 29,
		"one of the roles root policy fresh"},
	{"a scope with commas", "= required", "= required\ntiers = my-number, lgwan", 24,
		"the name of one tier"},
	{"a scope with two spaces", "= required", "= required\ntiers = my-number  lgwan", 24,
		"names of tiers"},
	{"a tier of 32 letters", "= required",
		"= required\ntiers = a123456789a123456789a123456789ab", 0, NULL},
	{"a tier of 33 letters", "= required",
		"= required\ntiers = a123456789a123456789a123456789abc", 24,
		"the name of one tier"},
	{"eight tiers", "= required", "= required\ntiers = a b c d e f g h", 0, NULL},
	{"nine tiers", "= required", "= required\ntiers = a b c d e f g h i", 24,
		"at most 8 tiers"},
	{"a scope of the role root", "threshold = 2", "threshold = 2\ntiers = lgwan", 20,
		"no such key"},
	{"two grants with tiers of their own", "= required",
		"= required\ntiers = a\n[role x]\nrole = policy\ntiers = b\n" ONE, 0, NULL},
	{"two grants with a tier in common", "= required",
		"= required\ntiers = a c\n[role x]\nrole = policy\ntiers = b c\n" ONE, 25,
		"other tiers than that of the role policy in [role policy], line 20"},
	{"a grant of all tiers before another", "= required",
		"= required\n[role x]\nrole = policy\ntiers = b\n" ONE, 24, "other tiers"},
	{"a grant of all tiers after another", "= required",
		"= required\ntiers = a\n[role x]\nrole = policy\n" ONE, 25, "other tiers"},
	{"two roles with a tier in common", "= required",
		"= required\ntiers = a\n[role approver]\ntiers = a\n" ONE, 0, NULL},
	{"two sections of the role root", "= required", "= required\n[role x]\nrole = root\n" ONE,
		24, "one section of the role root, which is [role root] in line 17"},
	{"fresh by somebody who does nothing else", "persons = suzuki tanaka\nthreshold = 2",
		"persons = tanaka\nthreshold = 1\n[role fresh]\n" ONE, 0, NULL},
	{"fresh by somebody of the role policy", "= required",
		"= required\n[role fresh]\npersons = tanaka\nthreshold = 1", 25,
		"a person of no other role, not one of [role root]"},
	{"fresh by nobody who is known", "= required",
		"= required\n[role fresh]\npersons = sato\nthreshold = 1", 25, "a person who has"},
	{"fresh by one person for two tiers apart", "persons = suzuki tanaka\nthreshold = 2",
		"persons = tanaka\nthreshold = 1\n[role fresh]\ntiers = a\n" ONE
		"\n[role x]\nrole = fresh\ntiers = b\n" ONE,
		22, "a person of no other role, not one of [role x]"},
};

static void each_rule_of_a_root_is_checked(void **state)
{
	reader_check_rows(&root_reader, base, rows, COUNT(rows));
}

static void a_root_becomes_typed_values(void **state)
{
	struct root *root = reader_value(&root_reader, base);

	assert_int_equal(root->header.kind, DOCUMENT_ROOT);
	assert_string_equal(root->header.site, "tosu");
	assert_string_equal(root->header.tier, "all");
	assert_int_equal(root->n_persons, 2);
	assert_string_equal(root->persons[0].id, "suzuki");
	assert_string_equal(root->persons[0].name, "鈴木 一");
	assert_int_equal(root->persons[1].n_keys, 2);
	assert_string_equal(root->persons[1].name, "");
	assert_int_equal(root->n_grants, 2);
	assert_string_equal(root->grants[0].name, "root");
	assert_int_equal(root->grants[0].role, ROLE_ROOT);
	assert_int_equal(root->grants[0].threshold, 2);
	assert_int_equal(root->grants[0].persons, 3);
	assert_int_equal(root->grants[0].n_tiers, 0);
	assert_int_equal(root->grants[0].line, 17);
	assert_false(root->grants[0].needs_user_verification);
	assert_int_equal(root->grants[1].role, ROLE_POLICY);
	assert_int_equal(root->grants[1].persons, 2);
	assert_true(root->grants[1].needs_user_verification);
	root_free(root);
}

static void a_person_is_found_by_any_of_their_keys(void **state)
{
	struct root *root = reader_value(&root_reader, base);

	assert_int_equal(root_find_person(root, KEY("A")), 0);
	assert_int_equal(root_find_person(root, KEY("B")), 1);
	assert_int_equal(root_find_person(root, KEY("C")), 1);
	assert_int_equal(root_find_person(root, KEY("D")), -ENOENT);
	assert_int_equal(root_find_person(root, ""), -ENOENT);
	root_free(root);
}

static void a_role_may_name_persons_who_come_later(void **state)
{
	char *without = text_edited(
		base, "[person tanaka]\nkey-1 = " KEY("B") "\nkey-2 = " KEY("C") "\n", "");
	char *text = text_edited(without, "user-verification = required\n",
		"user-verification = required\n[person tanaka]\nkey-1 = " KEY("B") "\n");
	struct problems problems = {0};
	struct root *root = NULL;

	assert_int_equal(root_parse(text, strlen(text), &problems, &root), 0);
	assert_int_equal(root_find_grant(root, ROLE_POLICY, NULL)->persons, 2);
	root_free(root);
	free(text);
	free(without);
}

static void a_grant_is_found_by_role_and_tier(void **state)
{
	char *text = text_edited(base, "= required",
		"= required\ntiers = my-number\n[role lgwan]\nrole = policy\ntiers = lgwan "
		"b\n" ONE);
	struct problems problems = {0};
	struct root *root = NULL;

	assert_int_equal(root_parse(text, strlen(text), &problems, &root), 0);
	assert_string_equal(root_find_grant(root, ROLE_POLICY, "my-number")->name, "policy");
	assert_string_equal(root_find_grant(root, ROLE_POLICY, "lgwan")->name, "lgwan");
	assert_string_equal(root_find_grant(root, ROLE_POLICY, "b")->name, "lgwan");
	assert_null(root_find_grant(root, ROLE_POLICY, "internet"));
	assert_null(root_find_grant(root, ROLE_POLICY, "lgwan b"));
	assert_string_equal(root_find_grant(root, ROLE_ROOT, "internet")->name, "root");
	assert_string_equal(root_find_grant(root, ROLE_POLICY, NULL)->name, "policy");
	assert_null(root_find_grant(root, ROLE_FRESH, NULL));
	root_free(root);
	free(text);
}

static void the_33rd_role_is_refused(void **state)
{
	for (unsigned n = GRANTS_MAX; n <= GRANTS_MAX + 1; n++) {
		char text[8192];
		size_t used = (size_t)snprintf(text, sizeof(text), "%s", base);
		struct problems problems = {0};
		struct root *root = NULL;

		for (unsigned i = 2; i < n; i++)
			used += (size_t)snprintf(text + used, sizeof(text) - used,
				"[role r%u]\nrole = approver\ntiers = t%u\n" ONE "\n", i, i);
		if (n == GRANTS_MAX) {
			assert_int_equal(root_parse(text, used, &problems, &root), 0);
			assert_int_equal(root->n_grants, GRANTS_MAX);
		} else {
			assert_int_equal(root_parse(text, used, &problems, &root), -EBADMSG);
			assert_int_equal(problems.count, 1);
			assert_memory_equal(problems.items[0].expected, "at most 32 roles", 16);
		}
		problems_clear(&problems);
		root_free(root);
	}
}

static void the_65th_person_is_refused(void **state)
{
	size_t size = sizeof(base) + 65 * 100, used;
	char *text = malloc(size);
	struct problems problems = {0};
	struct root *root = NULL;

	used = (size_t)snprintf(text, size, "%s", base);
	for (int i = 2; i < 65; i++)
		used += (size_t)snprintf(text + used, size - used,
			"[person p%d]\nkey-1 = "
			"SHA256:Z%c%cAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
			i, 'A' + i / 26, 'A' + i % 26);
	assert_int_equal(root_parse(text, strlen(text), &problems, &root), -EBADMSG);
	assert_int_equal(problems.count, 1);
	assert_memory_equal(problems.items[0].expected, "at most 64 persons", 18);
	problems_clear(&problems);
	free(text);
}

static void roles_have_names_both_ways(void **state)
{
	for (unsigned role = ROLE_ROOT; role < ROLE_COUNT; role++) {
		enum role found = ROLE_NONE;

		assert_int_equal(role_from_name(role_name(role), &found), 0);
		assert_int_equal(found, role);
	}
	assert_null(role_name(ROLE_NONE));
	assert_null(role_name(ROLE_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_of_a_root_is_checked),
		cmocka_unit_test(a_root_becomes_typed_values),
		cmocka_unit_test(a_person_is_found_by_any_of_their_keys),
		cmocka_unit_test(a_role_may_name_persons_who_come_later),
		cmocka_unit_test(a_grant_is_found_by_role_and_tier),
		cmocka_unit_test(the_33rd_role_is_refused),
		cmocka_unit_test(the_65th_person_is_refused),
		cmocka_unit_test(roles_have_names_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
