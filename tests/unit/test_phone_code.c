#include "tests/unit/fixture.h"

#include <errno.h>
#include <string.h>

#include "policy/check_digit.h"
#include "policy/phone_code.h"
#include "policy/phone_key.h"

static const uint8_t key[PHONE_KEY_SIZE] = {1, 2, 3};

static const struct phone_grant exemption = {.kind = PHONE_EXEMPTION,
	.site = "tosu",
	.terminal = "desk-17",
	.user = "tanaka",
	.medium = "M-00123",
	.access = VERDICT_READ_ONLY,
	.minutes = 120,
	.desk = "front-desk",
	.challenge = "12345678"};

static const struct phone_grant login = {.kind = PHONE_LOGIN,
	.site = "tosu",
	.terminal = "desk-17",
	.user = "tanaka",
	.day = "2027-04-01",
	.desk = "front-desk",
	.challenge = "12345678"};

static void code_of(const struct phone_grant *grant, char ret[PHONE_CODE_DIGITS + 1])
{
	assert_int_equal(phone_code(grant, ocra_hmac_openssl, key, ret), 0);
	assert_int_equal(strlen(ret), PHONE_CODE_DIGITS);
	assert_true(check_digit_is_right(ret, PHONE_CODE_DIGITS));
}

/* Made apart from this code, with Python's hmac and hashlib. */
static void the_digits_are_those_that_somebody_else_computes(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	code_of(&exemption, code);
	assert_string_equal(code, "7808169583");
	code_of(&login, code);
	assert_string_equal(code, "6644691113");
}

static struct phone_grant other[11];

static void make_others(void)
{
	for (size_t i = 0; i < COUNT(other); i++)
		other[i] = exemption;
	snprintf(other[0].site, sizeof(other[0].site), "tosv");
	snprintf(other[1].terminal, sizeof(other[1].terminal), "desk-18");
	snprintf(other[2].user, sizeof(other[2].user), "suzuki");
	snprintf(other[3].medium, sizeof(other[3].medium), "M-00124");
	other[4].access = VERDICT_ALLOW;
	other[5].minutes = 121;
	snprintf(other[6].desk, sizeof(other[6].desk), "night-watch");
	snprintf(other[7].challenge, sizeof(other[7].challenge), "12345679");
	other[8] = login;
	other[9] = login;
	snprintf(other[9].day, sizeof(other[9].day), "2027-04-02");
	/* The end of one value is not the beginning of the next. */
	snprintf(other[10].terminal, sizeof(other[10].terminal), "desk-1");
	snprintf(other[10].user, sizeof(other[10].user), "7tanaka");
}

static void another_value_of_any_field_gives_other_digits(void **state)
{
	char codes[COUNT(other) + 1][PHONE_CODE_DIGITS + 1];

	make_others();
	code_of(&exemption, codes[COUNT(other)]);
	for (size_t i = 0; i < COUNT(other); i++)
		code_of(&other[i], codes[i]);
	for (size_t i = 0; i <= COUNT(other); i++)
		for (size_t j = 0; j < i; j++)
			assert_false(phone_code_is_same(codes[i], codes[j]));
}

static void another_key_gives_other_digits(void **state)
{
	static const uint8_t other_key[PHONE_KEY_SIZE] = {1, 2, 4};
	char a[PHONE_CODE_DIGITS + 1], b[PHONE_CODE_DIGITS + 1];

	code_of(&exemption, a);
	assert_int_equal(phone_code(&exemption, ocra_hmac_openssl, other_key, b), 0);
	assert_false(phone_code_is_same(a, b));
	assert_true(phone_code_is_same(a, a));
}

static void codes_that_differ_in_one_place_are_not_the_same(void **state)
{
	for (size_t i = 0; i < PHONE_CODE_DIGITS; i++) {
		char code[PHONE_CODE_DIGITS + 1] = "0000000000";

		code[i] = '1';
		assert_false(phone_code_is_same(code, "0000000000"));
	}
}

static void what_is_not_whole_grants_nothing(void **state)
{
	struct {
		const char *name;
		struct phone_grant grant;
	} rows[] = {
		{"zeroed", {0}},
		{"no site", exemption},
		{"no terminal", exemption},
		{"no account", exemption},
		{"no desk", exemption},
		{"a line feed in a name", exemption},
		{"no medium", exemption},
		{"no access", exemption},
		{"no minutes", exemption},
		{"more than 31 days", exemption},
		{"a day with an exemption", exemption},
		{"a challenge of seven digits", exemption},
		{"a challenge with a letter", exemption},
		{"a login without a day", login},
		{"a login on 31 April", login},
		{"a login with a medium", login},
		{"a login with minutes", login},
	};
	size_t i = 1;

	rows[i++].grant.site[0] = '\0';
	rows[i++].grant.terminal[0] = '\0';
	rows[i++].grant.user[0] = '\0';
	rows[i++].grant.desk[0] = '\0';
	rows[i++].grant.user[1] = '\n';
	rows[i++].grant.medium[0] = '\0';
	rows[i++].grant.access = VERDICT_BLOCK;
	rows[i++].grant.minutes = 0;
	rows[i++].grant.minutes = PHONE_MINUTES_MAX + 1;
	snprintf(rows[i++].grant.day, PHONE_DAY_SIZE, "2027-04-01");
	rows[i++].grant.challenge[7] = '\0';
	rows[i++].grant.challenge[7] = 'x';
	rows[i++].grant.day[0] = '\0';
	snprintf(rows[i++].grant.day, PHONE_DAY_SIZE, "2027-04-31");
	rows[i++].grant.medium[0] = 'M';
	rows[i++].grant.minutes = 1;
	assert_int_equal(i, COUNT(rows));
	for (i = 0; i < COUNT(rows); i++) {
		char code[PHONE_CODE_DIGITS + 1] = "untouched";

		print_message("%s\n", rows[i].name);
		assert_int_equal(phone_code(&rows[i].grant, ocra_hmac_openssl, key, code), -EINVAL);
		assert_string_equal(code, "untouched");
	}
}

static void what_is_typed_is_read_as_it_was_meant(void **state)
{
	static const struct {
		const char *name, *text;
		enum phone_typed typed;
	} rows[] = {
		{"as it is shown", "123-456-7894", PHONE_TYPED_WHOLE},
		{"in one", "1234567894", PHONE_TYPED_WHOLE},
		{"with blanks", " 123 456 7894 ", PHONE_TYPED_WHOLE},
		{"full-width, with an input method's hyphens",
			"\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93\xe3\x83\xbc"
			"456\xe3\x80\x80"
			"7894",
			PHONE_TYPED_WHOLE},
		{"two transposed", "1243567894", PHONE_TYPED_MISTYPED},
		{"one wrong", "1234567898", PHONE_TYPED_MISTYPED},
		{"one too few", "123456789", PHONE_TYPED_NOTHING},
		{"one too many", "12345678940", PHONE_TYPED_NOTHING},
		{"a letter", "12345678O7", PHONE_TYPED_NOTHING},
		{"nothing", "", PHONE_TYPED_NOTHING},
		{"not UTF-8", "123456789\xff", PHONE_TYPED_NOTHING},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char code[PHONE_CODE_DIGITS + 1] = "untouched";
		bool is_whole = rows[i].typed == PHONE_TYPED_WHOLE;

		print_message("%s\n", rows[i].name);
		assert_int_equal(phone_code_read(rows[i].text, code), rows[i].typed);
		assert_string_equal(code, is_whole ? "1234567894" : "untouched");
	}
}

static void a_challenge_is_read_back_as_it_was_shown(void **state)
{
	const uint8_t random[2 * PHONE_CHALLENGE_DIGITS] = {
		0, 1, 0, 2, 1, 0, 0xff, 0xff, 0, 9, 0, 10, 0, 0, 0, 7};
	char challenge[PHONE_CHALLENGE_DIGITS + 1], again[PHONE_CHALLENGE_DIGITS + 1] = "untouche";
	char text[PHONE_CHALLENGE_TEXT_SIZE];

	phone_challenge_make(random, challenge);
	assert_string_equal(challenge, "12659007");
	phone_challenge_group(challenge, text);
	assert_int_equal(strlen(text), 11);
	text[0] = '2';
	assert_int_equal(phone_challenge_read(text, again), PHONE_TYPED_MISTYPED);
	assert_string_equal(again, "untouche");
	text[0] = '1';
	assert_int_equal(phone_challenge_read(text, again), PHONE_TYPED_WHOLE);
	assert_string_equal(again, challenge);
	assert_int_equal(phone_challenge_read("12659007", again), PHONE_TYPED_NOTHING);
}

/* RFC 5869, A.1 and A.3: the first 32 bytes. */
static void keys_are_derived_as_the_rfc_says(void **state)
{
	static const uint8_t wanted_1[] = {0x3c, 0xb2, 0x5f, 0x25, 0xfa, 0xac, 0xd5, 0x7a, 0x90,
		0x43, 0x4f, 0x64, 0xd0, 0x36, 0x2f, 0x2a, 0x2d, 0x2d, 0x0a, 0x90, 0xcf, 0x1a, 0x5a,
		0x4c, 0x5d, 0xb0, 0x2d, 0x56, 0xec, 0xc4, 0xc5, 0xbf};
	static const uint8_t wanted_3[] = {0x8d, 0xa4, 0xe7, 0x75, 0xa5, 0x63, 0xc1, 0x8f, 0x71,
		0x5f, 0x80, 0x2a, 0x06, 0x3c, 0x5a, 0x31, 0xb8, 0xa1, 0x1f, 0x5c, 0x5e, 0xe1, 0x87,
		0x9e, 0xc3, 0x45, 0x4e, 0x5f, 0x3c, 0x73, 0x8d, 0x2d};
	const uint8_t salt[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
	const uint8_t info[] = {0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9};
	uint8_t secret[22], derived[32], long_info[256] = {0};

	memset(secret, 0x0b, sizeof(secret));
	assert_int_equal(
		hkdf_sha256(salt, 13, secret, sizeof(secret), info, sizeof(info), derived), 0);
	assert_memory_equal(derived, wanted_1, 32);
	assert_int_equal(hkdf_sha256(NULL, 0, secret, sizeof(secret), NULL, 0, derived), 0);
	assert_memory_equal(derived, wanted_3, 32);
	assert_int_equal(
		hkdf_sha256(NULL, 0, secret, sizeof(secret), long_info, 256, derived), -EINVAL);
}

static void each_site_desk_terminal_and_kind_has_a_key_of_its_own(void **state)
{
	static const char *const names[][3] = {{"tosu", "front", "desk-17"},
		{"tosv", "front", "desk-17"}, {"tosu", "night", "desk-17"},
		{"tosu", "front", "desk-18"}, {"tosu", "frontdesk", "-17"}};
	uint8_t keys[COUNT(names) + 2][PHONE_KEY_SIZE];

	for (size_t i = 0; i < COUNT(names); i++)
		assert_int_equal(
			phone_key_of_terminal(key, names[i][0], names[i][1], names[i][2], keys[i]),
			0);
	assert_int_equal(phone_key_of_kind(keys[0], PHONE_EXEMPTION, keys[COUNT(names)]), 0);
	assert_int_equal(phone_key_of_kind(keys[0], PHONE_LOGIN, keys[COUNT(names) + 1]), 0);
	for (size_t i = 0; i < COUNT(keys); i++)
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(keys[i], keys[j], PHONE_KEY_SIZE);
	assert_int_equal(phone_key_of_terminal(key, "tosu", "", "desk-17", keys[0]), -EINVAL);
	assert_int_equal(phone_key_of_terminal(key, "to\nsu", "a", "b", keys[0]), -EINVAL);
	assert_int_equal(phone_key_of_kind(key, PHONE_NOTHING, keys[0]), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digits_are_those_that_somebody_else_computes),
		cmocka_unit_test(another_value_of_any_field_gives_other_digits),
		cmocka_unit_test(another_key_gives_other_digits),
		cmocka_unit_test(codes_that_differ_in_one_place_are_not_the_same),
		cmocka_unit_test(what_is_not_whole_grants_nothing),
		cmocka_unit_test(what_is_typed_is_read_as_it_was_meant),
		cmocka_unit_test(a_challenge_is_read_back_as_it_was_shown),
		cmocka_unit_test(keys_are_derived_as_the_rfc_says),
		cmocka_unit_test(each_site_desk_terminal_and_kind_has_a_key_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
