/* The policy in force as a list of settings, and what somebody may call one of them. */
#include "tests/unit/fixture.h"

#include "agent/cli_settings.h"
#include "agent/cli_wanted.h"
#include "tests/unit/policy_fixture.h"

static struct cli_settings settings;

static int setup(void **state)
{
	return cli_settings_read(policy_base, &settings);
}

static int teardown(void **state)
{
	cli_settings_clear(&settings);
	return 0;
}

static const struct cli_setting *find(const char *section, const char *name, const char *key)
{
	for (size_t i = 0; i < settings.n; i++) {
		const struct cli_setting *item = &settings.items[i];

		if (strcmp(item->section, section) == 0 && strcmp(item->key, key) == 0 &&
			strcmp(item->name ? item->name : "", name) == 0)
			return item;
	}
	fail_msg("no [%s %s] %s", section, name, key);
	return NULL;
}

static const struct row {
	const char *section, *name, *key, *value;
	unsigned line;
	enum cli_origin origin;
	enum key_effect effect;
	bool is_blocked_instead;
} rows[] = {
	{"policy", "", "serial", "42", 8, ORIGIN_DOCUMENT, KEY_ENFORCED, false},
	{"policy", "", "tier-name", "利用事務系", 6, ORIGIN_DOCUMENT, KEY_ENFORCED, false},
	{"policy", "", "contact", "", 0, ORIGIN_NOTHING, KEY_ENFORCED, false},
	{"policy", "", "until", "", 0, ORIGIN_NOTHING, KEY_ENFORCED, false},
	{"policy", "", "max-age", "3d", 0, ORIGIN_DEFAULT, KEY_ENFORCED, false},
	{"policy", "", "rings", "9", 0, ORIGIN_DEFAULT, KEY_ENFORCED, false},
	{"policy", "", "percent", "100", 0, ORIGIN_DEFAULT, KEY_ENFORCED, false},
	{"media", "", "keyboard", "allow", 14, ORIGIN_DOCUMENT, KEY_ENFORCED, false},
	{"media", "", "optical", "read-only", 16, ORIGIN_DOCUMENT, KEY_ENFORCED, true},
	{"media", "", "audio", "block", 0, ORIGIN_NOT_NAMED, KEY_ENFORCED, false},
	{"media", "", "nvme", "block", 0, ORIGIN_NOT_NAMED, KEY_NOT_ON_USB, false},
	{"device", "reader", "interfaces", "ff 0806 080650", 19, ORIGIN_DOCUMENT, KEY_ENFORCED,
		false},
	{"device", "other", "interfaces", "", 0, ORIGIN_NOTHING, KEY_ENFORCED, false},
	{"device", "other", "access", "block", 23, ORIGIN_DOCUMENT, KEY_ENFORCED, false},
	{"medium", "", "registered", "", 0, ORIGIN_NOTHING, KEY_ENFORCED, false},
	{"medium", "", "file-systems", "vfat exfat iso9660", 0, ORIGIN_DEFAULT, KEY_ENFORCED,
		false},
	{"medium", "", "show", "mount", 0, ORIGIN_DEFAULT, KEY_NO_SCAN, false},
	{"medium", "", "scan", "required", 0, ORIGIN_DEFAULT, KEY_NO_SCAN, false},
	{"medium", "", "scan-data-max-age", "7d", 0, ORIGIN_DEFAULT, KEY_NO_SCAN, false},
	{"exemption", "", "longest", "8h", 25, ORIGIN_DOCUMENT, KEY_ENFORCED, false},
	{"exemption", "", "online", "off", 0, ORIGIN_DEFAULT, KEY_ENFORCED, false},
	{"exemption", "", "lease", "15m", 0, ORIGIN_DEFAULT, KEY_ENFORCED, false},
	{"exemption", "", "approvals-read-only", "1", 0, ORIGIN_DEFAULT, KEY_ENFORCED, false},
	{"login", "", "methods", "totp hotp", 30, ORIGIN_DOCUMENT, KEY_ENFORCED, false},
	{"login", "", "from", "", 0, ORIGIN_NOTHING, KEY_ENFORCED, false},
	{"login", "", "window", "1", 0, ORIGIN_DEFAULT, KEY_ENFORCED, false},
	{"login", "", "drift", "20", 0, ORIGIN_DEFAULT, KEY_ENFORCED, false},
	{"login", "", "look-ahead", "10", 0, ORIGIN_DEFAULT, KEY_ENFORCED, false},
	{"login", "", "lock-for", "10m", 0, ORIGIN_DEFAULT, KEY_ENFORCED, false},
	{"network", "", "allow-3", "10.20.1.0/24 udp 8000-8080", 35, ORIGIN_DOCUMENT, KEY_ONLY_READ,
		false},
	{"records", "", "keep", "400d", 0, ORIGIN_DEFAULT, KEY_ONLY_READ, false},
	{"records", "", "syslog", "on", 0, ORIGIN_DEFAULT, KEY_ONLY_READ, false},
};

static void each_setting_has_its_value_and_where_it_comes_from(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		const struct cli_setting *seen = find(row->section, row->name, row->key);

		if (strcmp(seen->value, row->value) != 0 || seen->line != row->line ||
			seen->origin != row->origin || seen->effect != row->effect ||
			seen->is_blocked_instead != row->is_blocked_instead)
			fail_msg("[%s %s] %s: %s, line %u, %s, %s", row->section, row->name,
				row->key, seen->value, seen->line, cli_origin_name(seen->origin),
				key_effect_name(seen->effect));
	}
}

static void every_setting_is_there_once(void **state)
{
	for (size_t i = 0; i < settings.n; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(settings.items[i].section, settings.items[k].section) == 0 &&
				strcmp(settings.items[i].key, settings.items[k].key) == 0)
				assert_string_not_equal(
					settings.items[i].name ? settings.items[i].name : "",
					settings.items[k].name ? settings.items[k].name : "");
}

/* What "What is not said" of sekisho-policy(5) lists. */
static void what_a_document_says_of_a_default_is_the_default(void **state)
{
	static const char said[] = "[medium]\n"
				   "file-systems = vfat exfat iso9660\n"
				   "show = mount\n"
				   "scan = required\n"
				   "scan-data-max-age = 7d\n"
				   "[records]\n"
				   "keep = 400d\n"
				   "syslog = on\n";
	char text[8192];
	struct cli_settings longer;

	snprintf(text, sizeof(text), "%s%s", policy_base, said);
	assert_int_equal(cli_settings_read(text, &longer), 0);
	assert_int_equal(longer.n, settings.n);
	for (size_t i = 0; i < longer.n; i++) {
		assert_string_equal(longer.items[i].key, settings.items[i].key);
		assert_string_equal(longer.items[i].value, settings.items[i].value);
		if (settings.items[i].origin == ORIGIN_DEFAULT &&
			(strcmp(settings.items[i].section, "medium") == 0 ||
				strcmp(settings.items[i].section, "records") == 0))
			assert_int_equal(longer.items[i].origin, ORIGIN_DOCUMENT);
	}
	cli_settings_clear(&longer);
}

static void a_section_that_is_not_there_is_told(void **state)
{
	char text[2048];
	struct cli_settings shorter;
	const char *end = strstr(policy_base, "[media]");

	memcpy(text, policy_base, (size_t)(end - policy_base));
	text[end - policy_base] = '\0';
	assert_int_equal(cli_settings_read(text, &shorter), 0);
	for (size_t i = 0; i < shorter.n; i++) {
		const struct cli_setting *item = &shorter.items[i];
		bool is_optional = strcmp(item->section, "login") == 0 ||
				   strcmp(item->section, "network") == 0 ||
				   strcmp(item->section, "exemption") == 0;

		assert_int_equal(item->origin == ORIGIN_NO_SECTION, is_optional);
		assert_string_not_equal(item->section, "device");
	}
	cli_settings_clear(&shorter);
}

static void the_built_in_policy_is_built_in(void **state)
{
	struct cli_settings builtin;

	assert_int_equal(cli_settings_read("", &builtin), 0);
	assert_true(builtin.policy->is_builtin);
	for (size_t i = 0; i < builtin.n; i++) {
		assert_string_not_equal(builtin.items[i].section, "policy");
		if (strcmp(builtin.items[i].section, "media") == 0)
			assert_int_equal(builtin.items[i].origin, ORIGIN_BUILTIN);
	}
	cli_settings_clear(&builtin);
}

static void what_is_no_policy_is_refused(void **state)
{
	struct cli_settings none = {.n = 7};

	assert_int_equal(cli_settings_read("[policy]\n", &none), -EBADMSG);
	assert_int_equal(cli_settings_read("\n", &none), -EBADMSG);
	assert_int_equal(none.n, 7);
}

static void a_setting_is_found_by_what_people_call_it(void **state)
{
	static const struct {
		const char *typed, *expected; /* all that fit; NULL: refused */
	} words[] = {
		{"usb-storage", "[media] usb-storage "},
		{"[media] usb-storage", "[media] usb-storage "},
		{"  [media]  usb-storage ", "[media] usb-storage "},
		{"reader", "[device reader] id [device reader] interfaces [device reader] access "},
		{"[device reader]",
			"[device reader] id [device reader] interfaces [device reader] access "},
		{"[device reader] id", "[device reader] id "},
		{"id", "[device reader] id [device other] id "},
		{"scan", "[medium] scan [exemption] scan "},
		{"[medium] scan", "[medium] scan "},
		{"records", "[records] keep [records] syslog "},
		{"[records]", "[records] keep [records] syslog "},
		{"[media] max-age", ""},
		{"[device nobody] id", ""},
		{"Usb-Storage", ""},
		{"", NULL},
		{"   ", NULL},
		{"two words", NULL},
		{"[media", NULL},
		{"[]", NULL},
		{"[] scan", NULL},
		{"[media] usb-storage more", NULL},
		{"[a b c] d", NULL},
		{"0123456789012345678901234567890123456789012345678901234567890123456789", NULL},
	};

	for (size_t i = 0; i < COUNT(words); i++) {
		struct cli_wanted wanted;
		char seen[1024] = "", name[CLI_SETTING_NAME_SIZE];
		int r = cli_wanted_read(words[i].typed, &wanted);

		if ((r == 0) != (words[i].expected != NULL))
			fail_msg("%s: %d", words[i].typed, r);
		for (size_t k = 0; r == 0 && k < settings.n; k++) {
			const struct cli_setting *item = &settings.items[k];
			size_t used = strlen(seen);

			if (cli_wanted_fits(&wanted, item))
				snprintf(seen + used, sizeof(seen) - used, "%s ",
					cli_setting_name(item, name));
		}
		if (r == 0)
			assert_string_equal(seen, words[i].expected);
	}
}

static void the_nearest_word_is_found(void **state)
{
	static const struct {
		const char *typed, *expected;
	} words[] = {
		{"usb-strage", "usb-storage"},
		{"[media] keybord", "keyboard"},
		{"[device raeder]", "reader"},
		{"max_age", "max-age"},
		{"exemptoin", "exemption"},
		{"colour", NULL},
	};

	for (size_t i = 0; i < COUNT(words); i++) {
		struct cli_wanted wanted;
		const char *seen;

		assert_int_equal(cli_wanted_read(words[i].typed, &wanted), 0);
		seen = cli_wanted_nearest(&wanted, &settings);
		if (words[i].expected) {
			assert_non_null(seen);
			assert_string_equal(seen, words[i].expected);
		} else {
			assert_null(seen);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_setting_has_its_value_and_where_it_comes_from),
		cmocka_unit_test(every_setting_is_there_once),
		cmocka_unit_test(what_a_document_says_of_a_default_is_the_default),
		cmocka_unit_test(a_section_that_is_not_there_is_told),
		cmocka_unit_test(the_built_in_policy_is_built_in),
		cmocka_unit_test(what_is_no_policy_is_refused),
		cmocka_unit_test(a_setting_is_found_by_what_people_call_it),
		cmocka_unit_test(the_nearest_word_is_found),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
