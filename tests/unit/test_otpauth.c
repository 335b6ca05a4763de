/* A token as programs on phones read it. */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/otpauth.h"

/* RFC 4648, section 10, without what is padded. */
static void base32_is_that_of_the_rfc(void **state)
{
	static const char *const rows[][2] = {{"", ""}, {"f", "MY"}, {"fo", "MZXQ"},
		{"foo", "MZXW6"}, {"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"},
		{"foobar", "MZXW6YTBOI"}};
	uint8_t longest[CODE_SECRET_MAX];
	char text[BASE32_TEXT_SIZE];

	for (size_t i = 0; i < COUNT(rows); i++) {
		base32_encode((const uint8_t *)rows[i][0], strlen(rows[i][0]), text);
		assert_string_equal(text, rows[i][1]);
	}
	memset(longest, 0xff, sizeof(longest));
	base32_encode(longest, sizeof(longest), text);
	assert_int_equal(strlen(text), BASE32_TEXT_SIZE - 1);
}

static void what_goes_without_saying_is_left_out_of_the_short_form(void **state)
{
	static const struct {
		struct otpauth otpauth;
		bool says_all;
		const char *text;
	} rows[] = {
		{{CODE_TOTP, CODE_SHA1, 6, 30, 0, "tosu", "tanaka", "MY"}, false,
			"otpauth://totp/tosu:tanaka?secret=MY&issuer=tosu"},
		{{CODE_TOTP, CODE_SHA1, 6, 30, 0, "tosu", "tanaka", "MY"}, true,
			"otpauth://totp/tosu:tanaka?secret=MY&issuer=tosu&algorithm=SHA1&digits=6&"
			"period=30"},
		{{CODE_TOTP, CODE_SHA256, 8, 60, 0, "tosu", "tanaka", "MY"}, false,
			"otpauth://totp/"
			"tosu:tanaka?secret=MY&issuer=tosu&algorithm=SHA256&digits=8&"
			"period=60"},
		{{CODE_HOTP, CODE_SHA1, 6, 0, 17, "tosu", "tanaka", "MY"}, false,
			"otpauth://hotp/tosu:tanaka?secret=MY&issuer=tosu&counter=17"},
		{{CODE_TOTP, CODE_SHA512, 6, 30, 0, "tosu", "tanaka", "MY"}, false,
			"otpauth://totp/tosu:tanaka?secret=MY&issuer=tosu&algorithm=SHA512"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[OTPAUTH_SIZE];

		assert_int_equal(otpauth_write(&rows[i].otpauth, rows[i].says_all, text),
			strlen(rows[i].text));
		assert_string_equal(text, rows[i].text);
	}
}

static void what_is_no_token_is_refused_and_the_longest_fits(void **state)
{
	char site[SITE_NAME_MAX + 1] = "", user[ACCOUNT_NAME_MAX + 1] = "";
	char secret[BASE32_TEXT_SIZE] = "", text[OTPAUTH_SIZE], endless[OTPAUTH_SIZE + 1] = "";
	struct otpauth otpauth = {CODE_TOTP, CODE_SHA512, 8, 300, 0, site, user, secret};

	memset(site, 's', SITE_NAME_MAX);
	memset(user, 'u', ACCOUNT_NAME_MAX);
	memset(secret, 'A', BASE32_TEXT_SIZE - 1);
	assert_true(otpauth_write(&otpauth, true, text) > 0);
	otpauth.type = CODE_NONE;
	assert_int_equal(otpauth_write(&otpauth, true, text), -EINVAL);
	otpauth.type = CODE_TOTP;
	otpauth.hash = 0;
	assert_int_equal(otpauth_write(&otpauth, true, text), -EINVAL);
	otpauth.hash = CODE_SHA1;
	memset(endless, 'A', OTPAUTH_SIZE);
	otpauth.secret = endless;
	assert_int_equal(otpauth_write(&otpauth, true, text), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base32_is_that_of_the_rfc),
		cmocka_unit_test(what_goes_without_saying_is_left_out_of_the_short_form),
		cmocka_unit_test(what_is_no_token_is_refused_and_the_longest_fits),
	};

	return cmocka_run_group_tests_name("otpauth", tests, NULL, NULL);
}
