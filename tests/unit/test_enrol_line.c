/* What sekisho-enrol says comes back as it was said, and nothing else is understood. */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/enrol_line.h"

#define SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static struct enrol_line a_secret(void)
{
	struct enrol_line line = {.word = ENROL_SECRET,
		.token = {.type = CODE_TOTP, .hash = CODE_SHA1, .digits = 6, .period_s = 30}};

	snprintf(line.user, sizeof(line.user), "tanaka");
	snprintf(line.secret, sizeof(line.secret), SECRET);
	return line;
}

static struct enrol_line read_back(const struct enrol_line *line, const char *expected)
{
	char text[ENROL_LINE_SIZE];
	struct enrol_line back;
	int size = enrol_line_write(line, text);

	assert_int_equal(size, strlen(expected));
	assert_memory_equal(text, expected, size);
	assert_int_equal(enrol_line_read(text, (size_t)size - 1, &back), 0);
	assert_int_equal(back.word, line->word);
	return back;
}

static void every_line_comes_back_as_it_was(void **state)
{
	struct enrol_line line = a_secret(), back;

	back = read_back(&line, "secret totp sha1 6 30 0 tanaka " SECRET "\n");
	assert_string_equal(back.user, "tanaka");
	assert_string_equal(back.secret, SECRET);
	assert_true(back.token.type == CODE_TOTP && back.token.hash == CODE_SHA1);
	assert_int_equal(back.token.period_s, 30);
	line.token =
		(struct otpauth){.type = CODE_HOTP, .hash = CODE_SHA1, .digits = 8, .count = 17};
	back = read_back(&line, "secret hotp sha1 8 0 17 tanaka " SECRET "\n");
	assert_int_equal(back.token.count, 17);
	line = (struct enrol_line){.word = ENROL_CODES};
	(void)read_back(&line, "codes\n");
	line = (struct enrol_line){.word = ENROL_CLOSED, .closed = ENROL_CLOSED_OVER};
	assert_int_equal(read_back(&line, "closed over\n").closed, ENROL_CLOSED_OVER);
	line = (struct enrol_line){
		.word = ENROL_JUDGED, .reason = LOGIN_LOCKED, .wait_s = INT64_MAX};
	back = read_back(&line, "judged locked 9223372036854775807\n");
	assert_true(back.reason == LOGIN_LOCKED && back.wait_s == INT64_MAX);
	line = (struct enrol_line){.word = ENROL_RECOVERY};
	assert_int_equal(read_back(&line, "recovery\n").n_recovery, 0);
	line.n_recovery = 2;
	snprintf(line.recovery[0], CODE_SYMBOLS_SIZE, "0123456789");
	snprintf(line.recovery[1], CODE_SYMBOLS_SIZE, "ABCDEFGHJK");
	back = read_back(&line, "recovery 0123456789 ABCDEFGHJK\n");
	assert_int_equal(back.n_recovery, 2);
	assert_string_equal(back.recovery[1], "ABCDEFGHJK");
}

/* The longest of each. */
static void the_longest_lines_fit(void **state)
{
	struct enrol_line line = a_secret();
	char text[ENROL_LINE_SIZE];

	line.token = (struct otpauth){
		.type = CODE_HOTP, .hash = CODE_SHA1, .digits = 8, .count = TOKEN_COUNT_MAX};
	memset(line.user, 'a', ACCOUNT_NAME_MAX);
	memset(line.secret, 'A', BASE32_TEXT_SIZE - 1);
	assert_true(enrol_line_write(&line, text) > 0);
	line.word = ENROL_RECOVERY;
	line.n_recovery = RECOVERY_CODES_MAX;
	for (size_t i = 0; i < RECOVERY_CODES_MAX; i++)
		snprintf(line.recovery[i], CODE_SYMBOLS_SIZE, "0123456789");
	assert_true(enrol_line_write(&line, text) > 0);
}

static void no_other_line_is_understood(void **state)
{
	static const char *const rows[] = {"", " ", "codes ", " codes", "codes 1", "code", "Codes",
		"codes\n", "codes\r", "closed", "closed over over", "closed soon", "closed  over",
		"judged right-code", "judged right-code 0 0", "judged right 0", "judged locked -1",
		"judged locked 01", "judged locked 9223372036854775808",
		"secret totp sha1 6 30 0 tanaka", "secret totp sha1 6 30 0 tanaka " SECRET " x",
		"secret ocra sha1 6 30 0 tanaka " SECRET, "secret totp md5 6 30 0 tanaka " SECRET,
		"secret totp sha1 5 30 0 tanaka " SECRET, "secret totp sha1 6 301 0 tanaka " SECRET,
		"secret totp sha1 6 30 0 Tanaka " SECRET, "secret totp sha1 6 30 0 tanaka secret",
		"secret totp sha1 6 30 0 tanaka GEZDGNB=", "recovery ", "recovery 012345678",
		"recovery 01234567890", "recovery 012345678U", "recovery abcdefghjk",
		"recovery 0 1 2 3 4 5 6 7 8 9 0 1 2", "\xe3\x82\xb3", "codes\x7f"};
	struct enrol_line line, untouched;
	char longest[ENROL_LINE_SIZE];

	memset(&line, 0x5a, sizeof(line));
	memset(&untouched, 0x5a, sizeof(untouched));
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (enrol_line_read(rows[i], strlen(rows[i]), &line) != -EBADMSG)
			fail_msg("'%s'", rows[i]);
		assert_memory_equal(&line, &untouched, sizeof(line));
	}
	memset(longest, 'a', sizeof(longest));
	assert_int_equal(enrol_line_read(longest, sizeof(longest), &line), -EBADMSG);
	assert_int_equal(enrol_line_read("codes\0", 6, &line), -EBADMSG);
}

static void what_cannot_be_said_is_not(void **state)
{
	struct enrol_line line = a_secret();
	char text[ENROL_LINE_SIZE];

	line.token.type = CODE_NONE;
	assert_int_equal(enrol_line_write(&line, text), -EINVAL);
	line = (struct enrol_line){.word = ENROL_NONE};
	assert_int_equal(enrol_line_write(&line, text), -EINVAL);
	line = (struct enrol_line){.word = ENROL_CLOSED, .closed = ENROL_CLOSED_CLOCK + 1};
	assert_int_equal(enrol_line_write(&line, text), -EINVAL);
	line = (struct enrol_line){.word = ENROL_JUDGED, .reason = LOGIN_REASON_COUNT};
	assert_int_equal(enrol_line_write(&line, text), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_comes_back_as_it_was),
		cmocka_unit_test(the_longest_lines_fit),
		cmocka_unit_test(no_other_line_is_understood),
		cmocka_unit_test(what_cannot_be_said_is_not),
	};

	return cmocka_run_group_tests_name("enrol_line", tests, NULL, NULL);
}
