/* [login] of a policy: what becomes of its values, and what is no value. */
#include "tests/unit/policy_fixture.h"

#include <stdbool.h>

#define APRIL_2027_S 1806505200 /* 2027-04-01T00:00:00+09:00 */
#define APRIL_2027   "2027-04-01T00:00:00+09:00"

static void what_is_not_said_has_its_default(void **state)
{
	struct policy *policy = reader_value(&policy_reader, policy_base);

	assert_true(policy->login_from == LOGIN_ALWAYS);
	assert_int_equal(policy->login_lock_for_s, 600);
	assert_int_equal(policy->login_window, 1);
	assert_int_equal(policy->login_drift, 20);
	assert_int_equal(policy->login_look_ahead, 10);
	assert_int_equal(policy->n_services, 0);
	assert_int_equal(policy->n_groups, 0);
	assert_int_equal(policy->n_exempt, 0);
	policy_free(policy);
}

static struct policy *read_with(const char *lines)
{
	char insert[1024], *text;
	struct policy *policy;

	snprintf(insert, sizeof(insert), "%s[network]\n", lines);
	text = text_edited(policy_base, "[network]\n", insert);
	policy = reader_value(&policy_reader, text);
	free(text);
	return policy;
}

static void numbers_and_dates_become_values(void **state)
{
	struct policy *policy = read_with("from = " APRIL_2027 "\nlock-for = 1h\nwindow = 0\n"
					  "drift = 120\nlook-ahead = 50\n");

	assert_true(policy->login_from == APRIL_2027_S);
	assert_int_equal(policy->login_lock_for_s, 3600);
	assert_int_equal(policy->login_window, 0);
	assert_int_equal(policy->login_drift, 120);
	assert_int_equal(policy->login_look_ahead, 50);
	policy_free(policy);
}

static void services_become_rules(void **state)
{
	static const struct service_rule wished[] = {
		{"sshd", true, SECOND_FACTOR_REQUIRED, LOGIN_BOXES_OF_SERVICE, 32},
		{"sudo", true, SECOND_FACTOR_OFF, LOGIN_BOXES_OF_SERVICE, 33},
		{"waylock", false, SECOND_FACTOR_REQUIRED, LOGIN_ONE_BOX, 34},
		{"kde", false, SECOND_FACTOR_REQUIRED, LOGIN_TWO_BOXES, 35},
		{"sddm", true, SECOND_FACTOR_REHEARSE, LOGIN_ONE_BOX, 36},
		{"gdm-password", true, SECOND_FACTOR_REQUIRED, LOGIN_TWO_BOXES, 37},
	};
	struct policy *policy = read_with(
		"service-2 = sshd required\nservice-1 = sudo off\nservice-3 = waylock one-box\n"
		"service-4 = kde two-boxes\nservice-5 = sddm rehearse one-box\n"
		"service-16 = gdm-password required two-boxes\n");

	assert_int_equal(policy->n_services, COUNT(wished));
	for (size_t i = 0; i < COUNT(wished); i++) {
		assert_string_equal(policy->services[i].name, wished[i].name);
		assert_int_equal(policy->services[i].has_mode, wished[i].has_mode);
		assert_int_equal(policy->services[i].mode, wished[i].mode);
		assert_int_equal(policy->services[i].boxes, wished[i].boxes);
		assert_int_equal(policy->services[i].line, wished[i].line);
	}
	policy_free(policy);
}

static void groups_and_exempt_accounts_become_rules(void **state)
{
	struct policy *policy =
		read_with("group-1 = kaikei required\ngroup-32 = jinji rehearse from " APRIL_2027
			  "\nexempt-1 = _backup-1\nexempt-16 = root until " APRIL_2027 "\n");

	assert_int_equal(policy->n_groups, 2);
	assert_string_equal(policy->groups[0].name, "kaikei");
	assert_int_equal(policy->groups[0].mode, SECOND_FACTOR_REQUIRED);
	assert_true(policy->groups[0].from == LOGIN_ALWAYS);
	assert_int_equal(policy->groups[0].line, 32);
	assert_string_equal(policy->groups[1].name, "jinji");
	assert_int_equal(policy->groups[1].mode, SECOND_FACTOR_REHEARSE);
	assert_true(policy->groups[1].from == APRIL_2027_S);
	assert_int_equal(policy->n_exempt, 2);
	assert_string_equal(policy->exempt[0].name, "_backup-1");
	assert_true(policy->exempt[0].until == LOGIN_NO_END);
	assert_string_equal(policy->exempt[1].name, "root");
	assert_true(policy->exempt[1].until == APRIL_2027_S);
	assert_int_equal(policy->exempt[1].line, 35);
	policy_free(policy);
}

#define LOGIN(line) "[network]\n", line "\n[network]\n"

static void numbers_and_dates_are_checked(void **state)
{
	static const struct reader_row rows[] = {
		{"a minute", LOGIN("lock-for = 1m"), 0, NULL},
		{"no time", LOGIN("lock-for = 0m"), 32, "a duration from 1m to 1d"},
		{"a day", LOGIN("lock-for = 1d"), 0, NULL},
		{"longer", LOGIN("lock-for = 25h"), 32, "a duration from 1m"},
		{"a date", LOGIN("from = " APRIL_2027), 0, NULL},
		{"no time of day", LOGIN("from = 2027-04-01"), 32, "a date and time"},
		{"a window", LOGIN("window = 20"), 0, NULL},
		{"a wider one", LOGIN("window = 21"), 32, "a number from 0 to 20"},
		{"in seconds", LOGIN("window = 30s"), 32, "a number from 0 to 20"},
		{"a drift", LOGIN("drift = 0"), 0, NULL},
		{"a longer one", LOGIN("drift = 121"), 32, "a number from 0 to 120"},
		{"a look-ahead", LOGIN("look-ahead = 1"), 0, NULL},
		{"none", LOGIN("look-ahead = 0"), 32, "a number from 1 to 50"},
		{"a longer one", LOGIN("look-ahead = 51"), 32, "a number from 1 to 50"},
		{"a mistyped key", LOGIN("lookahead = 5"), 32,
			"one of the keys second-factor from methods lock-after lock-for window "
			"drift look-ahead service-1 to service-16 group-1 to group-32 exempt-1 to "
			"exempt-16; did you mean look-ahead?"},
		{"the methods the other way round", "= totp hotp", "= hotp totp", 0, NULL},
		{"a mistyped method", "= totp hotp", "= totp hopt", 30,
			"one or more of totp hotp, each once, one space between; did you mean "
			"hotp?"},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void services_are_checked(void **state)
{
#define A_SERVICE "a PAM service: one name of a file in /etc/pam.d"
#define ONE_OF    "one of required, rehearse, off, one-box, two-boxes"
	static const struct reader_row rows[] = {
		{"a service", LOGIN("service-1 = sshd required"), 0, NULL},
		{"only its name", LOGIN("service-1 = sshd"), 32, ONE_OF},
		{"in capitals", LOGIN("service-1 = SSHD required"), 32, A_SERVICE},
		{"a path", LOGIN("service-1 = /etc/pam.d/sshd required"), 32, A_SERVICE},
		{"every service", LOGIN("service-1 = * required"), 32, A_SERVICE},
		{"32 letters", LOGIN("service-1 = a.34567890123456789012345678901_ off"), 0, NULL},
		{"33 letters", LOGIN("service-1 = a2345678901234567890123456789012_ off"), 32,
			A_SERVICE},
		{"a mode that is none", LOGIN("service-1 = sshd on"), 32, ONE_OF},
		{"a mistyped mode", LOGIN("service-1 = sshd requierd"), 32,
			ONE_OF "; did you mean required?"},
		{"mistyped boxes", LOGIN("service-1 = sddm onebox"), 32,
			ONE_OF "; did you mean one-box?"},
		{"mode and boxes", LOGIN("service-1 = sddm required one-box"), 0, NULL},
		{"the other way round", LOGIN("service-1 = sddm one-box required"), 32,
			"nothing more behind the boxes"},
		{"two modes", LOGIN("service-1 = sddm required off"), 32,
			"one-box or two-boxes, or nothing more"},
		{"mistyped boxes behind a mode", LOGIN("service-1 = sddm off two-box"), 32,
			"one-box or two-boxes, or nothing more; did you mean two-boxes?"},
		{"boxes twice", LOGIN("service-1 = sddm off one-box one-box"), 32,
			"nothing more behind the boxes"},
		{"two spaces", LOGIN("service-1 = sddm  off"), 32, ONE_OF},
		{"two services", LOGIN("service-1 = sshd off\nservice-2 = su off"), 0, NULL},
		{"one twice", LOGIN("service-1 = sshd off\nservice-2 = sshd one-box"), 33,
			"a service that stands nowhere else (line 32)"},
		{"service 16", LOGIN("service-16 = sshd off"), 0, NULL},
		{"service 17", LOGIN("service-17 = sshd off"), 32, "one of the keys"},
		{"service 0", LOGIN("service-0 = sshd off"), 32, "one of the keys"},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void groups_are_checked(void **state)
{
#define A_GROUP "one group's name: a-z 0-9 - _, at most 32 letters"
	static const struct reader_row rows[] = {
		{"a group", LOGIN("group-1 = kaikei required"), 0, NULL},
		{"only its name", LOGIN("group-1 = kaikei"), 32, "one of required, rehearse, off"},
		{"a capital", LOGIN("group-1 = Kaikei off"), 32, A_GROUP},
		{"with an at", LOGIN("group-1 = @kaikei off"), 32, A_GROUP},
		{"boxes", LOGIN("group-1 = kaikei one-box"), 32, "one of required, rehearse, off"},
		{"a mistyped mode", LOGIN("group-1 = kaikei rehears"), 32,
			"one of required, rehearse, off; did you mean rehearse?"},
		{"from a date", LOGIN("group-1 = kaikei off from " APRIL_2027), 0, NULL},
		{"until a date", LOGIN("group-1 = kaikei off until " APRIL_2027), 32,
			"\"from\" and a date, or nothing more"},
		{"mistyped", LOGIN("group-1 = kaikei off form " APRIL_2027), 32,
			"\"from\" and a date, or nothing more; did you mean from?"},
		{"a date alone", LOGIN("group-1 = kaikei off " APRIL_2027), 32,
			"\"from\" and a date, or nothing more"},
		{"no date", LOGIN("group-1 = kaikei off from"), 32, "a date and time such as"},
		{"a day", LOGIN("group-1 = kaikei off from 2027-04-01"), 32,
			"a date and time such as 2026-04-01T00:00:00+09:00: the time is missing"},
		{"more behind it", LOGIN("group-1 = kaikei off from " APRIL_2027 " x"), 32,
			"a date and time"},
		{"two groups", LOGIN("group-1 = kaikei off\ngroup-2 = jinji off"), 0, NULL},
		{"one twice", LOGIN("group-1 = jinji off\ngroup-2 = jinji off from " APRIL_2027),
			33, "a group that stands nowhere else (line 32)"},
		{"group 33", LOGIN("group-33 = kaikei off"), 32, "one of the keys"},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void exempt_accounts_are_checked(void **state)
{
#define AN_ACCOUNT "one account's name: a-z 0-9 - _, at most 32 letters"
#define UNTIL      "\"until\" and a date, or nothing more"
	static const struct reader_row rows[] = {
		{"an account", LOGIN("exempt-1 = backup_2"), 0, NULL},
		{"a capital", LOGIN("exempt-1 = Backup"), 32, AN_ACCOUNT},
		{"an option", LOGIN("exempt-1 = -a"), 32, AN_ACCOUNT},
		{"a number", LOGIN("exempt-1 = 0"), 32, AN_ACCOUNT},
		{"nobody", LOGIN("exempt-1 = "), 32, ""},
		{"two accounts", LOGIN("exempt-1 = backup root"), 32, UNTIL},
		{"everybody", LOGIN("exempt-1 = *"), 32, AN_ACCOUNT},
		{"32 letters", LOGIN("exempt-1 = a1234567890123456789012345678901"), 0, NULL},
		{"33 letters", LOGIN("exempt-1 = a12345678901234567890123456789012"), 32,
			AN_ACCOUNT},
		{"until a date", LOGIN("exempt-1 = backup until " APRIL_2027), 0, NULL},
		{"mistyped", LOGIN("exempt-1 = backup untill " APRIL_2027), 32,
			UNTIL "; did you mean until?"},
		{"no such date", LOGIN("exempt-1 = backup until 2027-02-29T00:00:00+09:00"), 32,
			"a date and time such as 2026-04-01T00:00:00+09:00: that month has no "
			"such day"},
		{"twice", LOGIN("exempt-1 = root\nexempt-2 = root until " APRIL_2027), 33,
			"an account that stands nowhere else (line 32)"},
		{"a part of another", LOGIN("exempt-1 = root\nexempt-2 = root2"), 0, NULL},
		{"exempt-17", LOGIN("exempt-17 = root"), 32, "one of the keys"},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void a_problem_names_the_word_and_its_column(void **state)
{
	static const struct {
		const char *line, *problem;
	} rows[] = {
		{"service-1 = sshd requierd one-box", "32:18 requierd|"},
		{"service-1 = sshd", "32:17 |"},
		{"service-1 = SSHD off", "32:13 SSHD|"},
		{"group-1 = kaikei off until " APRIL_2027, "32:22 until|"},
		{"group-1 = kaikei off from 2027-04-1", "32:27 2027-04-1|"},
		{"exempt-1 = 一郎 until", "32:12 一郎|"},
		{"service-1 = su off\nservice-2 = su off", "33:13 su|"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char insert[256], *text, *found;
		struct problems problems = {0};
		struct policy *policy = NULL;

		snprintf(insert, sizeof(insert), "%s\n[network]\n", rows[i].line);
		text = text_edited(policy_base, "[network]\n", insert);
		assert_int_equal(policy_parse(text, strlen(text), &problems, &policy), -EBADMSG);
		found = problems_text(&problems);
		assert_int_equal(problems.count, 1);
		if (strncmp(found, rows[i].problem, strlen(rows[i].problem)) != 0)
			fail_msg("%s: %s", rows[i].line, found);
		free(found);
		free(text);
		problems_clear(&problems);
	}
}

static void a_wrong_number_of_a_list_is_no_mistyped_word(void **state)
{
	static const struct {
		const char *key, *suggestion; /* NULL: none */
	} rows[] = {
		{"exempt-17", NULL},
		{"service-0", NULL},
		{"exemt-1", "; did you mean exempt-1?"},
		{"groups-1", "; did you mean group-1?"},
		{"service1", "; did you mean service-1?"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char insert[64], *text;
		struct problems problems = {0};
		struct policy *policy = NULL;
		const char *expected, *hint;

		snprintf(insert, sizeof(insert), "%s = x off\n[network]\n", rows[i].key);
		text = text_edited(policy_base, "[network]\n", insert);
		policy_parse(text, strlen(text), &problems, &policy);
		assert_int_equal(problems.count, 1);
		expected = problems.items[0].expected;
		hint = strstr(expected, "; did you");
		if (rows[i].suggestion ? !hint || strcmp(hint, rows[i].suggestion) != 0
				       : hint != NULL)
			fail_msg("%s: %s", rows[i].key, expected);
		free(text);
		problems_clear(&problems);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_said_has_its_default),
		cmocka_unit_test(numbers_and_dates_become_values),
		cmocka_unit_test(services_become_rules),
		cmocka_unit_test(groups_and_exempt_accounts_become_rules),
		cmocka_unit_test(numbers_and_dates_are_checked),
		cmocka_unit_test(services_are_checked),
		cmocka_unit_test(groups_are_checked),
		cmocka_unit_test(exempt_accounts_are_checked),
		cmocka_unit_test(a_problem_names_the_word_and_its_column),
		cmocka_unit_test(a_wrong_number_of_a_list_is_no_mistyped_word),
	};

	return cmocka_run_group_tests_name("policy_login", tests, NULL, NULL);
}
