#include "policy/exemption.h"

#include "tests/unit/document_signer.h"
#include "tests/unit/fixture.h"
#include "tests/unit/reader_rows.h"

#define PURPOSE   "purpose = for the prefecture\n"
#define DEVICE    "device = 0951:1666 001A92053B6A\n"
#define HASH      "descriptors = DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
#define CODE_HASH "$y$j9T$abcdefghijklmnopqrstuv$ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij./01234"
#define TEXT_40   "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらり"
#define VOLUME_63 "123456789012345678901234567890123456789012345678901234567890123"

static const struct reader_row rows[] = {
	{"as it is", "[exemption]", "[exemption]", 0, NULL},
	{"another kind", "kind = exemption", "kind = request", 2, "exemption"},
	{"a serial", "epoch = 1\n", "epoch = 1\nserial = 1\n", 7, "one of the keys kind format"},
	{"all tiers", "tier = my-number", "tier = all", 5, "the name of one tier"},
	{"no end", "not-after = 2026-06-30T23:59:59+09:00\n", "", 13, "the key \"not-after\""},
	{"an end before its beginning", "not-after = 2026-06", "not-after = 2026-05", 9,
		"a time after not-before"},
	{"no number", "id = E-7K3M9Q2X\n", "", 13, "the key \"id\""},
	{"a number of 7 symbols", "E-7K3M9Q2X", "E-7K3M9Q2", 10, "\"E-\" and 8 symbols of 0123"},
	{"a number of 9 symbols", "E-7K3M9Q2X", "E-7K3M9Q2XX", 10, "\"E-\" and 8 symbols"},
	{"a number with an O", "E-7K3M9Q2X", "E-7K3M9Q2O", 10, "\"E-\" and 8 symbols"},
	{"a number in small letters", "E-7K3M9Q2X", "e-7k3m9q2x", 10, "\"E-\" and 8 symbols"},
	{"no terminal", "terminal = desk-17\n", "", 13, "the key \"terminal\""},
	{"no users", "users = tanaka\n", "", 13, "the key \"users\""},
	{"16 users", "users = tanaka", "users = a b c d e f g h i j k l m n o p", 0, NULL},
	{"17 users", "users = tanaka", "users = a b c d e f g h i j k l m n o p q", 12,
		"1 to 16 accounts"},
	{"a user twice", "users = tanaka", "users = tanaka sato tanaka", 12, "1 to 16 accounts"},
	{"two spaces", "users = tanaka", "users = tanaka  sato", 12, "1 to 16 accounts"},
	{"no account's name", "users = tanaka", "users = Tanaka", 12, "1 to 16 accounts"},
	{"anybody without a code", "users = tanaka", "users = any", 12,
		"accounts, or a section [code]"},
	{"anybody with a code", "[medium]", "[code]\nhash = " CODE_HASH "\n[medium]", 0, NULL},
	{"a requester without a time", "requested = 2026-05-31T09:55:00+09:00\n", "", 13,
		"the key \"requested\" beside it"},
	{"a time without a requester", "requester = tanaka\n", "", 13,
		"the key \"requester\" beside it"},
	{"a time before 1970", "requested = 2026-05-31T09:55:00+09:00",
		"requested = 1970-01-01T00:00:00Z", 14, "a time after the beginning of 1970"},
	{"it extends another", "[medium]", "extends = E-AAAAAAAA\n[medium]", 0, NULL},
	{"it extends itself", "[medium]", "extends = E-7K3M9Q2X\n[medium]", 15,
		"the number of another exemption"},
	{"it extends nothing", "[medium]", "extends = none\n[medium]", 15, "\"E-\" and 8"},

	{"no medium", "registered = M-1\n", "", 15,
		"one of the keys \"registered\", \"device\" and \"class\""},
	{"a number that no medium has", "registered = M-1", "registered = M 1", 16,
		"a control number"},
	{"ids and serial", "registered = M-1\n", DEVICE HASH, 0, NULL},
	{"ids and serial alone", "registered = M-1\n", DEVICE, 16,
		"the key \"descriptors\" beside it"},
	{"descriptors alone", "registered = M-1\n", HASH, 16, "the key \"device\" beside it"},
	{"ids without a serial", "registered = M-1\n", "device = 0951:1666\n" HASH, 16,
		"ids and serial as a shard"},
	{"a serial with a space", "registered = M-1\n", "device = 0951:1666 A%20B\n" HASH, 0, NULL},
	{"a serial that is written otherwise", "registered = M-1\n",
		"device = 0951:1666 %41\n" HASH, 16, "ids and serial as a shard"},
	{"two media", "registered = M-1\n", "registered = M-1\n" DEVICE HASH, 17,
		"one of registered, device and class, and \"registered\" stands in line 16"},
	{"a kind of media", "registered = M-1", "class = usb-storage", 0, NULL},
	{"another kind of media", "registered = M-1", "class = phone", 16, "usb-storage: nothing"},
	{"a kind and a number", "registered = M-1\n", "registered = M-1\nclass = usb-storage\n", 17,
		"one of registered, device and class"},
	{"a capacity", "registered = M-1\n", "registered = M-1\ncapacity = 15728640000\n", 0, NULL},
	{"no capacity", "registered = M-1\n", "registered = M-1\ncapacity = 0\n", 17,
		"a number from 1"},
	{"a volume", "registered = M-1\n", "registered = M-1\nvolume = " VOLUME_63 "\n", 0, NULL},
	{"a longer volume", "registered = M-1\n", "registered = M-1\nvolume = " VOLUME_63 "4\n", 17,
		"a UUID as blkid prints it"},
	{"a volume with a space", "registered = M-1\n", "registered = M-1\nvolume = a b\n", 17,
		"a UUID as blkid prints it"},

	{"no direction", "direction = read-only\n", "", 18, "the key \"direction\""},
	{"another direction", "read-only", "write", 18, "one of read-only, read-write"},
	{"allow is no direction", "read-only", "allow", 18, "one of read-only, read-write"},
	{"a minute", "30m", "1m", 0, NULL},
	{"less than a minute", "30m", "30s", 19, "a duration"},
	{"31 days", "30m", "31d", 0, NULL},
	{"32 days", "30m", "32d", 19, "a duration"},
	{"three times", "30m\n", "30m\ninsertions = 3\n", 0, NULL},
	{"no time at all", "30m\n", "30m\ninsertions = 0\n", 20, "a number from 1 to 1000"},
	{"until it is pulled out", "30m\n", "30m\nuntil = unplug\n", 0, NULL},
	{"until something else", "30m\n", "30m\nuntil = noon\n", 20, "one or more of unplug"},
	{"it survives both", "30m\n", "30m\nsurvives = reboot logout\n", 0, NULL},
	{"it survives one twice", "30m\n", "30m\nsurvives = logout logout\n", 20,
		"one or more of reboot logout, each once"},
	{"online", "30m\n", "30m\nonline = on\n", 0, NULL},
	{"online yes", "30m\n", "30m\nonline = yes\n", 20, "on or off"},

	{"no purpose", PURPOSE, "", 20, "the key \"purpose\" in [form]"},
	{"40 Japanese characters", PURPOSE, "purpose = " TEXT_40 "\n", 0, NULL},
	{"41 of them", PURPOSE, "purpose = " TEXT_40 "る\n", 21,
		"at most 120 bytes of text (40 Japanese characters)"},
	{"an answer", PURPOSE, PURPOSE "personal-data = yes\n", 0, NULL},
	{"no answer", PURPOSE, PURPOSE "personal-data = on\n", 22, "one of no, yes"},
	{"items", PURPOSE, PURPOSE "items = 0\n", 0, NULL},
	{"items that nobody counted", PURPOSE, PURPOSE "items = many\n", 22, "a number of 0 to"},
	{"no form", "[form]\n" PURPOSE, "", 19, "a section [form]"},

	{"a code", "[medium]", "[code]\nhash = " CODE_HASH "\n[medium]", 0, NULL},
	{"a code in clear", "[medium]", "[code]\nhash = 7K3M-9Q2X\n[medium]", 16,
		"a yescrypt hash"},
	{"a costly hash", "[medium]",
		"[code]\nhash = $y$jZT$abcdefghijklmnopqrstuv$"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij./01234\n[medium]",
		16, "a yescrypt hash"},
	{"no hash", "[medium]", "[code]\n[medium]", 15, "the key \"hash\""},
};

static void each_rule_of_an_exemption_is_checked(void **state)
{
	reader_check_rows(&exemption_reader, text_exemption, rows, COUNT(rows));
}

static void an_exemption_becomes_typed_values(void **state)
{
	struct exemption *exemption = reader_value(&exemption_reader, text_exemption);

	assert_int_equal(exemption->header.kind, DOCUMENT_EXEMPTION);
	assert_int_equal(exemption->header.serial, 0);
	assert_int_equal(exemption->header.not_before, 1780239600);
	assert_int_equal(exemption->header.not_after, 1782831599);
	assert_string_equal(exemption->id, "E-7K3M9Q2X");
	assert_string_equal(exemption->terminal, "desk-17");
	assert_int_equal(exemption->n_users, 1);
	assert_string_equal(exemption->users[0], "tanaka");
	assert_string_equal(exemption->requester, "tanaka");
	assert_int_equal(exemption->requested, 1780188900);
	assert_string_equal(exemption->extends, "");
	assert_int_equal(exemption->medium.kind, EXEMPTION_MEDIUM_REGISTERED);
	assert_string_equal(exemption->medium.number, "M-1");
	assert_int_equal(exemption->use.access, VERDICT_READ_ONLY);
	assert_int_equal(exemption->use.duration_s, 1800);
	assert_int_equal(exemption->use.insertions, 0);
	assert_false(exemption->use.is_online || exemption->use.until || exemption->use.survives);
	assert_string_equal(exemption->form.purpose, "for the prefecture");
	assert_int_equal(exemption->form.personal_data, FORM_NOT_ANSWERED);
	assert_false(exemption->form.has_items);
	assert_string_equal(exemption->code_hash, "");
	exemption_free(exemption);
}

static struct exemption *edited(const char *old, const char *new)
{
	char *text = text_edited(text_exemption, old, new);
	struct exemption *exemption = reader_value(&exemption_reader, text);

	free(text);
	return exemption;
}

static void what_is_rare_becomes_typed_values_too(void **state)
{
	struct exemption *exemption = edited("registered = M-1\n", DEVICE HASH "capacity = 5\n");

	assert_int_equal(exemption->medium.kind, EXEMPTION_MEDIUM_DEVICE);
	assert_int_equal(exemption->medium.identity.vendor, 0x0951);
	assert_int_equal(exemption->medium.identity.product, 0x1666);
	assert_string_equal(exemption->medium.identity.serial, "001A92053B6A");
	assert_int_equal(exemption->medium.descriptors_sha256[0], FIRST_BYTE('D'));
	assert_int_equal(exemption->medium.capacity_bytes, 5);
	exemption_free(exemption);
	exemption = edited("registered = M-1", "class = usb-storage");
	assert_int_equal(exemption->medium.kind, EXEMPTION_MEDIUM_CLASS);
	assert_int_equal(exemption->medium.device_class, CLASS_USB_STORAGE);
	exemption_free(exemption);
	exemption = edited("read-only\n",
		"read-write\ninsertions = 3\nuntil = unplug\nsurvives = logout\nonline = on\n");
	assert_int_equal(exemption->use.access, VERDICT_ALLOW);
	assert_int_equal(exemption->use.insertions, 3);
	assert_int_equal(exemption->use.until, EXEMPTION_UNTIL_UNPLUG);
	assert_int_equal(exemption->use.survives, EXEMPTION_SURVIVES_LOGOUT);
	assert_true(exemption->use.is_online);
	exemption_free(exemption);
	exemption = edited("[form]", "[code]\nhash = " CODE_HASH "\n[form]");
	assert_string_equal(exemption->code_hash, CODE_HASH);
	exemption_free(exemption);
}

static void words_are_their_values(void **state)
{
	enum verdict access = VERDICT_BLOCK;
	enum form_answer answer = FORM_NOT_ANSWERED;

	assert_null(exemption_direction_name(VERDICT_BLOCK));
	assert_int_equal(exemption_direction_from_name("read-write", &access), 0);
	assert_int_equal(access, VERDICT_ALLOW);
	assert_string_equal(exemption_direction_name(access), "read-write");
	assert_true(exemption_direction_from_name("allow", &access) < 0);
	assert_null(form_answer_name(FORM_NOT_ANSWERED));
	assert_int_equal(form_answer_from_name("no", &answer), 0);
	assert_int_equal(answer, FORM_NO);
	assert_string_equal(form_answer_name(FORM_YES), "yes");
	assert_true(form_answer_from_name("", &answer) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_of_an_exemption_is_checked),
		cmocka_unit_test(an_exemption_becomes_typed_values),
		cmocka_unit_test(what_is_rare_becomes_typed_values_too),
		cmocka_unit_test(words_are_their_values),
	};

	return cmocka_run_group_tests_name("exemption", tests, NULL, NULL);
}
