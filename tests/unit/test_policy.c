#include "tests/unit/policy_fixture.h"

#include <unistd.h>

static void a_policy_becomes_typed_values(void **state)
{
	struct policy *policy = reader_value(&policy_reader, policy_base);

	assert_int_equal(policy->header.kind, DOCUMENT_POLICY);
	assert_string_equal(policy->header.site, "tosu");
	assert_string_equal(policy->header.tier, "my-number");
	assert_string_equal(policy->tier_name, "利用事務系");
	assert_int_equal(policy->header.epoch, 1);
	assert_int_equal(policy->header.serial, 42);
	assert_int_equal(policy->header.issued, 1773968400);
	assert_int_equal(policy->header.not_before, 1774969200);
	assert_int_equal(policy->header.not_after, 1809097199);
	assert_false(policy->is_builtin);
	assert_int_equal(policy->media[CLASS_KEYBOARD].access, VERDICT_ALLOW);
	assert_int_equal(policy->media[CLASS_KEYBOARD].line, 14);
	assert_int_equal(policy->media[CLASS_USB_STORAGE].access, VERDICT_BLOCK);
	assert_int_equal(policy->media[CLASS_USB_STORAGE].line, 15);
	assert_int_equal(policy->media[CLASS_OPTICAL].access, VERDICT_READ_ONLY);
	assert_true(policy->has_exemption && policy->has_login && policy->has_network);
	assert_int_equal(policy->exemption_longest_s, 8 * 3600);
	assert_int_equal(policy->exemption_approvals_read_write, 2);
	assert_int_equal(policy->exemption_scan, SCAN_REQUIRED);
	assert_int_equal(policy->second_factor, SECOND_FACTOR_REQUIRED);
	assert_int_equal(policy->login_methods, LOGIN_METHOD_TOTP | LOGIN_METHOD_HOTP);
	assert_int_equal(policy->login_lock_after, 5);
	assert_int_equal(policy->isolation, ISOLATION_ENFORCE);
	assert_int_equal(policy->n_network, 2);
	assert_string_equal(policy->network[1].text, "10.20.1.0/24 udp 8000-8080");
	assert_int_equal(policy->network[1].line, 35);
	policy_free(policy);
}

static void device_rules_keep_their_order_and_lines(void **state)
{
	struct policy *policy = reader_value(&policy_reader, policy_base);
	const struct device_rule *rule = &policy->devices[0];

	assert_int_equal(policy->n_devices, 2);
	assert_string_equal(rule->name, "reader");
	assert_int_equal(rule->line, 17);
	assert_int_equal(rule->vendor, 0x054c);
	assert_int_equal(rule->product, 0x06c3);
	assert_int_equal(rule->access, VERDICT_ALLOW);
	assert_int_equal(rule->n_interfaces, 3);
	assert_int_equal(rule->interfaces[0].n_bytes, 1);
	assert_int_equal(rule->interfaces[0].bytes[0], 0xff);
	assert_int_equal(rule->interfaces[1].n_bytes, 2);
	assert_int_equal(rule->interfaces[2].n_bytes, 3);
	assert_int_equal(rule->interfaces[2].bytes[2], 0x50);
	assert_string_equal(policy->devices[1].name, "other");
	assert_int_equal(policy->devices[1].n_interfaces, 0);
	assert_int_equal(policy->devices[1].access, VERDICT_BLOCK);
	policy_free(policy);
}

static void a_class_that_no_line_names_is_blocked(void **state)
{
	struct policy *policy = reader_value(&policy_reader, policy_base);

	assert_int_equal(policy->media[CLASS_PRINTER].access, VERDICT_BLOCK);
	assert_int_equal(policy->media[CLASS_PRINTER].line, 0);
	policy_free(policy);
}

static void the_head_is_checked(void **state)
{
	static const struct reader_row rows[] = {
		{"a comment in front", "[policy]\n", "# x\n[policy]\n", 0, NULL},
		{"another section first", "[policy]\n", "[media]\n[policy]\n", 1,
			"[policy] as the first"},
		{"no head", "[policy]\n", "[media]\n", 1,
			"[policy] above these keys, because kind"},
		{"the head below", "[policy]\n", "[media]\nhub = allow\n[policy]\n", 1,
			"[policy] as the first section; it stands on line 3"},
		{"a named head", "[policy]\n", "[policy x]\n", 1, "[policy]"},
		{"another kind", "kind = policy", "kind = root", 2, "policy"},
		{"another format", "format = 1", "format = 2", 3, "1"},
		{"no site", "site = tosu\n", "", 11, "the key \"site\""},
		{"no mode", "mode = enforce\n", "", 11, "the key \"mode\""},
		{"no beginning", "not-before = 2026-04-01T00:00:00+09:00\n", "", 11,
			"the key \"not-before\""},
		{"no end", "not-after = 2027-04-30T23:59:59+09:00\n", "", 11,
			"the key \"not-after\""},
		{"a site with a capital", "site = tosu", "site = Tosu", 4, "a word"},
		{"a site that leaves its folder", "site = tosu", "site = ..", 4, "a word"},
		{"a site of 32 letters", "= tosu", "= 01234567890123456789012345678901", 0, NULL},
		{"a site of 33 letters", "= tosu", "= 012345678901234567890123456789012", 4,
			"a word"},
		{"all tiers", "= my-number", "= all", 5, "the name of one tier"},
		{"no name of the tier", "tier-name = 利用事務系\n", "", 0, NULL},
		{"an encoded name", "利用事務系", "%E5%88%A9%E7%94%A8", 0, NULL},
		{"epoch 0", "epoch = 1", "epoch = 0", 7, "a number"},
		{"the last epoch", "epoch = 1", "epoch = 4294967295", 0, NULL},
		{"an epoch too high", "epoch = 1", "epoch = 4294967296", 7, "a number"},
		{"serial 0", "= 42", "= 0", 8, "a number"},
		{"the last serial", "= 42", "= 9007199254740991", 0, NULL},
		{"a serial too high", "= 42", "= 9007199254740992", 8, "a number"},
		{"a date without time", "2026-04-01T00:00:00+09:00", "2026-04-01", 10,
			"a date and time"},
		{"a day that is not", "2026-04-01T", "2026-04-31T", 10, "a date and time"},
		{"the end before the beginning", "2027-04-30T", "2026-03-30T", 11,
			"a time after not-before"},
		{"the end at the beginning", "2027-04-30T23:59:59", "2026-04-01T00:00:00", 11,
			"a time after"},
		{"the end just after", "2027-04-30T23:59:59", "2026-04-01T00:00:01", 0, NULL},
		{"issued after its end", "2026-03-20T", "2027-05-20T", 11, "a time after issued"},
		{"another mode", "= enforce\n[", "= off\n[", 12, "one of enforce, rehearse"},
		{"an unknown key", "mode =", "colour = red\nmode =", 12,
			"one of the keys kind format"},
		{"an unknown section", "[login]", "[logon]", 28,
			"one of the sections [policy] [media] [device NAME]"},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void media_are_classes_and_accesses(void **state)
{
	static const struct reader_row rows[] = {
		{"an allowed hub", "keyboard = allow", "hub = allow", 0, NULL},
		{"a read-only hub", "keyboard = allow", "hub = read-only", 14, "block or allow"},
		{"a read-only stick", "= block\noptical", "= read-only\noptical", 0, NULL},
		{"a read-only keyboard", "keyboard = allow", "keyboard = read-only", 14,
			"block or allow"},
		{"another access", "keyboard = allow", "keyboard = deny", 14, "block, allow or"},
		{"a capital", "keyboard = allow", "keyboard = Allow", 14, "block, allow or"},
		{"a class that is none", "keyboard = allow", "keyboards = allow", 14,
			"one of the keys hub keyboard"},
		{"no media at all",
			"[media]\nkeyboard = allow\nusb-storage = block\noptical = read-only\n", "",
			0, NULL},
		{"the last class of the list", "keyboard = allow", "unknown = allow", 0, NULL},
		{"a named section", "[media]", "[media x]", 13, "[media]"},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void device_rules_are_checked(void **state)
{
#define ZEROS(name, id) "[device " name "]\n" id "\naccess = allow\n"
	static const struct reader_row rows[] = {
		{"no name", "[device reader]", "[device]", 17, "[device NAME]"},
		{"a name of 40 letters", "[device reader]",
			"[device 0123456789012345678901234567890123456789]", 0, NULL},
		{"a name of 41 letters", "[device reader]",
			"[device 01234567890123456789012345678901234567890]", 17,
			"a name of at most 40"},
		{"no id", "id = 054c:06c3\n", "", 19, "the key \"id\""},
		{"no access", "access = allow\n", "", 19, "the key \"access\""},
		{"no interfaces", "interfaces = ff 0806 080650\n", "", 0, NULL},
		{"an id in capitals", "054c:06c3", "054C:06C3", 18, "vendor:product"},
		{"a short id", "054c:06c3", "54c:06c3", 18, "vendor:product"},
		{"a vendor that is no number", "054c:06c3", "054g:06c3", 18, "vendor:product"},
		{"a product that is no number", "054c:06c3", "054c:06cg", 18, "vendor:product"},
		{"an id without colon", "054c:06c3", "054c-06c3", 18, "vendor:product"},
		{"a long id", "054c:06c3", "054c:06c35", 18, "vendor:product"},
		{"the id of another rule", "id = 054c:06c4", "id = 054c:06c3", 22,
			"an id that no other rule has"},
		{"an id of zeros", "id = 054c:06c3", "id = 0000:0000", 0, NULL},
		{"an id of zeros twice", "[device reader]",
			ZEROS("a", "id = 0000:0000") ZEROS("b", "id = 0000:0000") "[device reader]",
			21, "an id that no other rule has ([device a], line 17)"},
		{"two rules without id", "[device reader]",
			ZEROS("a", "interfaces = ff")
				ZEROS("b", "interfaces = ff") "[device reader]",
			22, "the key \"id\" in [device b]"},
		{"two ids that cannot be read", "[device reader]",
			ZEROS("a", "id = x") ZEROS("b", "id = x") "[device reader]", 21,
			"vendor:product"},
		{"two ids on damaged lines", "[device reader]",
			ZEROS("a", "id=0000:0000") ZEROS("b", "id=0000:0000") "[device reader]", 21,
			"\"key = value\""},
		{"five digits", "ff 0806", "ff 08065", 19, "up to 16"},
		{"capitals", "ff 0806", "FF 0806", 19, "up to 16"},
		{"two spaces", "ff 0806", "ff  0806", 19, "up to 16"},
		{"a comma", "ff 0806", "ff,0806", 19, "up to 16"},
		{"the same twice", "ff 0806 ", "ff 0806 ff ", 19, "up to 16"},
		{"sixteen", "ff 0806 080650", "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f", 0,
			NULL},
		{"seventeen", "ff 0806 080650",
			"00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10", 19, "up to 16"},
		{"read-only storage", "ff 0806 080650\naccess = allow",
			"0806 080650\naccess = read-only", 0, NULL},
		{"read-only of what has nothing to write", "080650\naccess = allow",
			"080650\naccess = read-only", 20, "block or allow: read-only"},
		{"read-only without a list", "interfaces = ff 0806 080650\naccess = allow",
			"access = read-only", 19, "block or allow: read-only"},
		{"another access", "access = allow", "access = yes", 20,
			"block, read-only or allow"},
		{"an unknown key", "access = allow", "access = allow\nserial = 1", 21,
			"one of the keys id"},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void what_is_not_enforced_yet_is_checked_all_the_same(void **state)
{
	static const struct reader_row rows[] = {
		{"a minute", "= 8h", "= 1m", 0, NULL},
		{"no time", "= 8h", "= 0m", 25, "a duration from 1m to 31d"},
		{"a month", "= 8h", "= 31d", 0, NULL},
		{"more than a month", "= 8h", "= 32d", 25, "a duration"},
		{"three approvals", "write = 2", "write = 3", 26, "a number from 1 to 2"},
		{"no scan", "scan = required", "scan = off", 0, NULL},
		{"another scan", "scan = required", "scan = maybe", 27, "one of required, off"},
		{"rehearsed logins", "second-factor = required", "second-factor = rehearse", 0,
			NULL},
		{"another second factor", "second-factor = required", "second-factor = sms", 29,
			"one of"},
		{"one method", "= totp hotp", "= hotp", 0, NULL},
		{"another method", "= totp hotp", "= totp sms", 30, "one or more of totp hotp"},
		{"a method twice", "= totp hotp", "= totp totp", 30, "one or more of totp hotp"},
		{"two tries", "lock-after = 5", "lock-after = 2", 31, "a number from 3 to 20"},
		{"no isolation", "isolation = enforce", "isolation = off", 0, NULL},
		{"a network rule without port", "tcp 443", "tcp", 34, "\"NETWORK"},
		{"a network rule of a network alone", " tcp 443", "", 34, "\"NETWORK"},
		{"a network longer than any", "10.20.0.0/24",
			"10.20.0.0/240123456789012345678901234567890123456789012345678901234567",
			34, "\"NETWORK"},
		{"a protocol longer than any", "tcp 443", "telegraph 443", 34, "\"NETWORK"},
		{"ports longer than any", "tcp 443", "tcp 1-99999999999999", 34, "\"NETWORK"},
		{"more behind the port", "tcp 443", "tcp 443 udp", 34, "\"NETWORK"},
		{"a range up to itself", "8000-8080", "8000-8000", 35, "\"NETWORK"},
		{"a range up to the next", "8000-8080", "8000-8001", 0, NULL},
		{"a range without end", "8000-8080", "8000-", 35, "\"NETWORK"},
		{"a range without beginning", "8000-8080", "-8080", 35, "\"NETWORK"},
		{"ping", "tcp 443", "icmp", 0, NULL},
		{"ping with a port", "tcp 443", "icmp 443", 34, "\"NETWORK"},
		{"another protocol", "tcp 443", "sctp 443", 34, "\"NETWORK"},
		{"port 0", "tcp 443", "tcp 0", 34, "\"NETWORK"},
		{"a range backwards", "8000-8080", "8080-8000", 35, "\"NETWORK"},
		{"host bits", "10.20.0.0/24", "10.20.0.1/24", 34, "\"NETWORK"},
		{"rule 64", "allow-3", "allow-64", 0, NULL},
		{"rule 65", "allow-3", "allow-65", 35,
			"one of the keys isolation allow-1 to allow-64"},
		{"rule 0", "allow-3", "allow-0", 35, "one of the keys"},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void errors_of_form_and_of_value_are_found_in_one_run(void **state)
{
	char *one = text_edited(policy_base, "site = tosu", "site=tosu");
	char *two = text_edited(one, "keyboard = allow", "keyboard = perhaps");
	char *three = text_edited(two, "[login]", "[logon]");
	struct problems problems = {0};
	struct policy *policy = NULL;

	assert_int_equal(policy_parse(three, strlen(three), &problems, &policy), -EBADMSG);
	assert_null(policy);
	assert_int_equal(problems.count, 3);
	assert_true(has_problem(&problems, 4, "\"key = value\""));
	assert_true(has_problem(&problems, 14, "block, allow or"));
	assert_true(has_problem(&problems, 28, "one of the sections"));
	problems_clear(&problems);
	free(one);
	free(two);
	free(three);
}

static void a_line_that_is_damaged_is_named_once(void **state)
{
	char *text = text_edited(policy_base, "keyboard = allow", "keyboard=perhaps");
	struct problems problems = {0};
	struct policy *policy = NULL;

	assert_int_equal(policy_parse(text, strlen(text), &problems, &policy), -EBADMSG);
	assert_int_equal(problems.count, 1);
	problems_clear(&problems);
	free(text);
}

static void many_device_rules_take_no_time(void **state)
{
	size_t size = POLICY_SIZE_MAX + sizeof(policy_base), used;
	char *text = malloc(size);
	struct policy *policy;
	unsigned n = 0;

	used = (size_t)snprintf(text, size, "%s", policy_base);
	for (; used < size - 80; n++)
		used += (size_t)snprintf(text + used, size - used,
			"[device d%u]\nid = 1%03x:%04x\naccess = block\n", n, n >> 8 & 0xfff,
			n & 0xff);
	alarm(5);
	policy = reader_value(&policy_reader, text);
	alarm(0);
	assert_int_equal(policy->n_devices, n + 2);
	policy_free(policy);
	free(text);
}

static void the_builtin_policy_lets_in_what_a_desk_needs(void **state)
{
	static const enum device_class let_in[] = {
		CLASS_HUB, CLASS_KEYBOARD, CLASS_POINTER, CLASS_CARD_READER, CLASS_PRINTER};
	struct policy *policy = NULL;
	unsigned allowed = 0;

	assert_int_equal(policy_new_builtin(&policy), 0);
	assert_true(policy->is_builtin);
	assert_int_equal(policy->n_devices, 0);
	assert_string_equal(policy->header.site, "");
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		allowed += policy->media[i].access != VERDICT_BLOCK;
	assert_int_equal(allowed, COUNT(let_in));
	for (size_t i = 0; i < COUNT(let_in); i++)
		assert_int_equal(policy->media[let_in[i]].access, VERDICT_ALLOW);
	policy_free(policy);
	policy_free(NULL);
}

static void the_message_for_an_unknown_class_lists_every_class(void **state)
{
	char *text = text_edited(policy_base, "keyboard = allow", "teapot = allow");
	struct problems problems = {0};
	struct policy *policy = NULL;

	policy_parse(text, strlen(text), &problems, &policy);
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		if (!strstr(problems.items[0].expected, device_class_name(i)))
			fail_msg("%s is missing", device_class_name(i));
	problems_clear(&problems);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_policy_becomes_typed_values),
		cmocka_unit_test(device_rules_keep_their_order_and_lines),
		cmocka_unit_test(a_class_that_no_line_names_is_blocked),
		cmocka_unit_test(the_head_is_checked),
		cmocka_unit_test(media_are_classes_and_accesses),
		cmocka_unit_test(device_rules_are_checked),
		cmocka_unit_test(what_is_not_enforced_yet_is_checked_all_the_same),
		cmocka_unit_test(errors_of_form_and_of_value_are_found_in_one_run),
		cmocka_unit_test(a_line_that_is_damaged_is_named_once),
		cmocka_unit_test(many_device_rules_take_no_time),
		cmocka_unit_test(the_builtin_policy_lets_in_what_a_desk_needs),
		cmocka_unit_test(the_message_for_an_unknown_class_lists_every_class),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
