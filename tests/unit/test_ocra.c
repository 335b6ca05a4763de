/* RFC 6287, Appendix C: every vector that is printed there; and what none of them has. */
#include "tests/unit/fixture.h"

#include <errno.h>
#include <string.h>

#include "policy/ocra.h"

#define KEY64 "1234567890123456789012345678901234567890123456789012345678901234"

/* SHA-1 of "1234". */
static const uint8_t pin_1234[] = {0x71, 0x10, 0xed, 0xa4, 0xd0, 0x9e, 0x06, 0x2a, 0xa5, 0xe4, 0xa3,
	0x90, 0xb0, 0xa5, 0x72, 0xac, 0x0d, 0x2c, 0x02, 0x20};

#define MINUTE_OF_RFC 0x132d0b6

struct vector {
	uint64_t counter;
	const char *challenge, *code;
};

struct group {
	const char *suite;
	size_t key_size;
	struct vector vectors[10];
};

static const struct group groups[] = {
	{"OCRA-1:HOTP-SHA1-6:QN08", 20,
		{{0, "00000000", "237653"}, {0, "11111111", "243178"}, {0, "22222222", "653583"},
			{0, "33333333", "740991"}, {0, "44444444", "608993"},
			{0, "55555555", "388898"}, {0, "66666666", "816933"},
			{0, "77777777", "224598"}, {0, "88888888", "750600"},
			{0, "99999999", "294470"}}},
	{"OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", 32,
		{{0, "12345678", "65347737"}, {1, "12345678", "86775851"},
			{2, "12345678", "78192410"}, {3, "12345678", "71565254"},
			{4, "12345678", "10104329"}, {5, "12345678", "65983500"},
			{6, "12345678", "70069104"}, {7, "12345678", "91771096"},
			{8, "12345678", "75011558"}, {9, "12345678", "08522129"}}},
	{"OCRA-1:HOTP-SHA256-8:QN08-PSHA1", 32,
		{{0, "00000000", "83238735"}, {0, "11111111", "01501458"},
			{0, "22222222", "17957585"}, {0, "33333333", "86776967"},
			{0, "44444444", "86807031"}}},
	{"OCRA-1:HOTP-SHA512-8:C-QN08", 64,
		{{0, "00000000", "07016083"}, {1, "11111111", "63947962"},
			{2, "22222222", "70123924"}, {3, "33333333", "25341727"},
			{4, "44444444", "33203315"}, {5, "55555555", "34205738"},
			{6, "66666666", "44343969"}, {7, "77777777", "51946085"},
			{8, "88888888", "20403879"}, {9, "99999999", "31409299"}}},
	{"OCRA-1:HOTP-SHA512-8:QN08-T1M", 64,
		{{0, "00000000", "95209754"}, {0, "11111111", "55907591"},
			{0, "22222222", "22048402"}, {0, "33333333", "24218844"},
			{0, "44444444", "36209546"}}},
	/* Mutual: first the server's half, then the client's. */
	{"OCRA-1:HOTP-SHA256-8:QA08", 32,
		{{0, "CLI22220SRV11110", "28247970"}, {0, "CLI22221SRV11111", "01984843"},
			{0, "CLI22222SRV11112", "65387857"}, {0, "CLI22223SRV11113", "03351211"},
			{0, "CLI22224SRV11114", "83412541"}, {0, "SRV11110CLI22220", "15510767"},
			{0, "SRV11111CLI22221", "90175646"}, {0, "SRV11112CLI22222", "33777207"},
			{0, "SRV11113CLI22223", "95285278"}, {0, "SRV11114CLI22224", "28934924"}}},
	{"OCRA-1:HOTP-SHA512-8:QA08", 64,
		{{0, "CLI22220SRV11110", "79496648"}, {0, "CLI22221SRV11111", "76831980"},
			{0, "CLI22222SRV11112", "12250499"}, {0, "CLI22223SRV11113", "90856481"},
			{0, "CLI22224SRV11114", "12761449"}}},
	{"OCRA-1:HOTP-SHA512-8:QA08-PSHA1", 64,
		{{0, "SRV11110CLI22220", "18806276"}, {0, "SRV11111CLI22221", "70020315"},
			{0, "SRV11112CLI22222", "01600026"}, {0, "SRV11113CLI22223", "18951020"},
			{0, "SRV11114CLI22224", "32528969"}}},
	/* Plain signatures. */
	{"OCRA-1:HOTP-SHA256-8:QA08", 32,
		{{0, "SIG10000", "53095496"}, {0, "SIG11000", "04110475"},
			{0, "SIG12000", "31331128"}, {0, "SIG13000", "76028668"},
			{0, "SIG14000", "46554205"}}},
	{"OCRA-1:HOTP-SHA512-8:QA10-T1M", 64,
		{{0, "SIG1000000", "77537423"}, {0, "SIG1100000", "31970405"},
			{0, "SIG1200000", "10235557"}, {0, "SIG1300000", "95213541"},
			{0, "SIG1400000", "65360607"}}},
};

static int code_of(const struct group *group, const struct vector *vector, char *ret)
{
	const struct ocra_input input = {.counter = vector->counter,
		.challenge = vector->challenge,
		.pin = pin_1234,
		.now_s = (int64_t)MINUTE_OF_RFC * 60};
	struct ocra_suite suite;
	int r = ocra_suite_parse(group->suite, &suite);

	return r < 0 ? r
		     : ocra_code(&suite, ocra_hmac_openssl, (const uint8_t *)KEY64, group->key_size,
			       &input, ret);
}

static void the_codes_are_those_of_the_rfc(void **state)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(groups); i++)
		for (size_t j = 0; j < COUNT(groups[i].vectors) && groups[i].vectors[j].code; j++) {
			char code[OCRA_DIGITS_MAX + 1] = "";

			print_message("%s %s\n", groups[i].suite, groups[i].vectors[j].challenge);
			assert_int_equal(code_of(&groups[i], &groups[i].vectors[j], code), 0);
			assert_string_equal(code, groups[i].vectors[j].code);
			n++;
		}
	assert_int_equal(n, 70);
}

/* No vector of the RFC has one: section 5.1 says what stands where. */
static void session_information_stands_behind_the_pin_with_zeros_before_it(void **state)
{
	const struct ocra_input input = {.counter = 0x0102030405060708,
		.challenge = "12345678",
		.pin = pin_1234,
		.session = (const uint8_t *)"abc",
		.session_size = 3,
		.now_s = 3 * 3600 + 5};
	const char *text = "OCRA-1:HOTP-SHA256-9:C-QN08-PSHA1-S064-T1H";
	uint8_t message[OCRA_MESSAGE_MAX], wanted[OCRA_MESSAGE_MAX] = {0};
	struct ocra_suite suite;
	size_t size, at = strlen(text) + 1;

	memcpy(wanted, text, at);
	memcpy(wanted + at, "\1\2\3\4\5\6\7\10", 8);
	memcpy(wanted + at + 8, "\xbc\x61\x4e", 3); /* 12345678 is hexadecimal BC614E */
	memcpy(wanted + at + 8 + 128, pin_1234, 20);
	memcpy(wanted + at + 8 + 128 + 20 + 61, "abc", 3);
	wanted[at + 8 + 128 + 20 + 64 + 7] = 3;
	assert_int_equal(ocra_suite_parse(text, &suite), 0);
	assert_int_equal(ocra_message(&suite, &input, message, &size), 0);
	assert_int_equal(size, at + 8 + 128 + 20 + 64 + 8);
	assert_memory_equal(message, wanted, size);
}

static void a_challenge_stands_as_its_form_says(void **state)
{
	static const struct {
		const char *suite, *challenge;
		int r;
		const char *bytes;
		size_t size;
	} rows[] = {
		{"OCRA-1:HOTP-SHA1-6:QN08", "00000016", 0, "\x10", 1},
		{"OCRA-1:HOTP-SHA1-6:QN08", "256", 0, "\x10\x00", 2},
		{"OCRA-1:HOTP-SHA1-6:QN64",
			"9999999999999999999999999999999999999999999999999999999999999999", 0,
			"\x18\x4f\x03\xe9\x3f\xf9\xf4\xda\xa7\x97\xed\x6e\x38\xed\x64\xbf\x6a\x1f"
			"\x00\xff\xff\xff\xff\xff\xff\xff\xff",
			27},
		{"OCRA-1:HOTP-SHA1-6:QN08", "12 4", -EINVAL, NULL, 0},
		{"OCRA-1:HOTP-SHA1-6:QN08", "", -EINVAL, NULL, 0},
		{"OCRA-1:HOTP-SHA1-6:QN08", "12345678901234567", -EINVAL, NULL, 0},
		{"OCRA-1:HOTP-SHA1-6:QH08", "abc", 0, "\xab\xc0", 2},
		{"OCRA-1:HOTP-SHA1-6:QH08", "abg", -EINVAL, NULL, 0},
		{"OCRA-1:HOTP-SHA1-6:QA08", "a b", 0, "a b", 3},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct ocra_input input = {.challenge = rows[i].challenge};
		uint8_t message[OCRA_MESSAGE_MAX];
		struct ocra_suite suite;
		size_t size = 1;

		print_message("%s %s\n", rows[i].suite, rows[i].challenge);
		assert_int_equal(ocra_suite_parse(rows[i].suite, &suite), 0);
		assert_int_equal(ocra_message(&suite, &input, message, &size), rows[i].r);
		if (rows[i].r < 0) {
			assert_int_equal(size, 1);
			continue;
		}
		assert_int_equal(size, strlen(rows[i].suite) + 1 + 128);
		assert_memory_equal(
			message + strlen(rows[i].suite) + 1, rows[i].bytes, rows[i].size);
	}
}

static void a_suite_that_the_rfc_does_not_know_is_refused(void **state)
{
	static const char *const good[] = {"OCRA-1:HOTP-SHA1-4:QA04", "OCRA-1:HOTP-SHA512-10:QH64",
		"OCRA-1:HOTP-SHA256-9:QN08-S512", "OCRA-1:HOTP-SHA1-6:QN08-T48H",
		"OCRA-1:HOTP-SHA1-6:C-QN08-PSHA512-S128-T59S", "OCRA-1:HOTP-SHA1-0:QN08"};
	static const char *const bad[] = {"", "OCRA-1:HOTP-SHA1-6:", "OCRA-2:HOTP-SHA1-6:QN08",
		"OCRA-1:HOTP-SHA1-3:QN08", "OCRA-1:HOTP-SHA1-11:QN08", "OCRA-1:HOTP-MD5-6:QN08",
		"OCRA-1:HOTP-SHA1-6:QN03", "OCRA-1:HOTP-SHA1-6:QN65", "OCRA-1:HOTP-SHA1-6:QX08",
		"OCRA-1:HOTP-SHA1-6:QN8", "OCRA-1:HOTP-SHA1-6:C", "OCRA-1:HOTP-SHA1-6:QN08-",
		"OCRA-1:HOTP-SHA1-6:QN08-S100", "OCRA-1:HOTP-SHA1-6:QN08-T0M",
		"OCRA-1:HOTP-SHA1-6:QN08-T60M", "OCRA-1:HOTP-SHA1-6:QN08-T49H",
		"OCRA-1:HOTP-SHA1-6:QN08-T1D", "OCRA-1:HOTP-SHA1-6:QN08-T1M-S064",
		"ocra-1:hotp-sha1-6:qn08", "OCRA-1:HOTP-SHA1-6:QN08 "};
	struct ocra_suite suite = {.digits = 99};

	for (size_t i = 0; i < COUNT(bad); i++) {
		print_message("%s\n", bad[i]);
		assert_int_equal(ocra_suite_parse(bad[i], &suite), -EINVAL);
		assert_int_equal(suite.digits, 99);
	}
	for (size_t i = 0; i < COUNT(good); i++)
		assert_int_equal(ocra_suite_parse(good[i], &suite), 0);
	assert_int_equal(ocra_suite_parse(good[2], &suite), 0);
	assert_int_equal(suite.session_size, 512);
	assert_int_equal(suite.digits, 9);
	assert_int_equal(suite.hash, CODE_SHA256);
}

static void what_a_suite_needs_and_is_not_given_is_refused(void **state)
{
	static const uint8_t session[OCRA_SESSION_MAX];
	static const struct {
		const char *name, *suite;
		struct ocra_input input;
	} rows[] = {
		{"no PIN", "OCRA-1:HOTP-SHA1-6:QN08-PSHA1", {.challenge = "1234"}},
		{"no challenge", "OCRA-1:HOTP-SHA1-6:QN08", {.challenge = NULL}},
		{"a time before 1970", "OCRA-1:HOTP-SHA1-6:QN08-T1M",
			{.challenge = "1234", .now_s = -1}},
		{"more session information than there is room for", "OCRA-1:HOTP-SHA1-6:QN08-S064",
			{.challenge = "1234", .session = session, .session_size = 65}},
		{"no digits are asked for", "OCRA-1:HOTP-SHA1-0:QN08", {.challenge = "1234"}},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char code[OCRA_DIGITS_MAX + 1] = "untouched";
		struct ocra_suite suite;

		print_message("%s\n", rows[i].name);
		assert_int_equal(ocra_suite_parse(rows[i].suite, &suite), 0);
		assert_int_equal(
			ocra_code(&suite, ocra_hmac_openssl, session, 20, &rows[i].input, code),
			-EINVAL);
		assert_string_equal(code, "untouched");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_codes_are_those_of_the_rfc),
		cmocka_unit_test(session_information_stands_behind_the_pin_with_zeros_before_it),
		cmocka_unit_test(a_challenge_stands_as_its_form_says),
		cmocka_unit_test(a_suite_that_the_rfc_does_not_know_is_refused),
		cmocka_unit_test(what_a_suite_needs_and_is_not_given_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
