#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/terminal_key.h"

#define ZEROS "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define PRINT "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU" /* of 32 zeros */
#define TEXT  "[terminal-key]\nterminal = desk-17\nkey = " ZEROS "\nfingerprint = " PRINT "\n"

static void each_rule_of_a_terminals_key_is_checked(void **state)
{
	static const struct {
		const char *name, *old, *new, *expected; /* NULL: right */
	} rows[] = {
		{"as it is", "desk", "desk", NULL},
		{"no name", "terminal = desk-17\n", "", NULL},
		{"a name with a capital", "desk-17", "Desk-17",
			"2:12 a word of 1 to 48 letters of a-z 0-9 -; did you mean desk-17?"},
		{"no key", "key = " ZEROS "\n", "", "3:65 the key \"key\" in [terminal-key]"},
		{"a key of 31 bytes", "AAA=", "AA==", "3:7 32 bytes in base64"},
		{"a key of 33 bytes", "AAA=", "AAAA", "3:7 32 bytes in base64"},
		{"a key with bits behind its end", "AAA=", "AAB=", "3:7 32 bytes in base64"},
		{"another key", "key = A", "key = B",
			"4:15 SHA256:S3gGO5wiTaMRvR0/uWm7oZ5+ke4HtQb5xMQ4gokVVj8, which is that of "
			"the key above; is the file whole?"},
		{"no fingerprint", "fingerprint = " PRINT "\n", "",
			"3:51 the key \"fingerprint\" in [terminal-key]"},
		{"another fingerprint", "SHA256:Z", "SHA256:Y",
			"4:15 " PRINT ", which is that of the key above; is the file whole?"},
		{"half a fingerprint", "fKSU", "", "4:15 \"SHA256:\" and 43 letters of base64"},
		{"the private one", "fingerprint", "private = 1\nfingerprint",
			"4:1 one of the keys terminal key fingerprint"},
		{"another section", "[terminal-key]", "[key]",
			"1:1 [terminal-key] as the first section"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = text_edited(TEXT, rows[i].old, rows[i].new);
		struct terminal_key key = {.terminal = "before"};
		struct problems problems = {0};
		char found[PROBLEM_TEXT_MAX + 32];
		int r = terminal_key_parse(text, strlen(text), &problems, &key);

		first_problem(&problems, found);
		if (r != (rows[i].expected ? -EBADMSG : 0) ||
			strcmp(found, rows[i].expected ? rows[i].expected : "nothing") != 0)
			fail_msg("%s: %d, %s", rows[i].name, r, found);
		if (r < 0)
			assert_string_equal(key.terminal, "before");
		else
			assert_string_equal(key.fingerprint, PRINT);
		problems_clear(&problems);
		free(text);
	}
}

static void a_file_that_is_too_large_is_not_read(void **state)
{
	char *text = malloc(TERMINAL_KEY_SIZE_MAX + 2);
	struct problems problems = {0};
	struct terminal_key key;
	size_t used = strlen(TEXT);

	assert_non_null(text);
	memcpy(text, TEXT, used);
	memset(text + used, '\n', TERMINAL_KEY_SIZE_MAX + 1 - used);
	assert_int_equal(terminal_key_parse(text, TERMINAL_KEY_SIZE_MAX, &problems, &key), 0);
	assert_int_equal(
		terminal_key_parse(text, TERMINAL_KEY_SIZE_MAX + 1, &problems, &key), -EBADMSG);
	assert_string_equal(problems.items[0].expected, "at most 4096 bytes, not 4097");
	problems_clear(&problems);
	free(text);
}

static void what_is_written_is_read(void **state)
{
	static const char longest[] = "012345678901234567890123456789012345678901234567";
	static const char *const names[] = {"", "desk-17", longest};
	uint8_t private_key[SEAL_KEY_SIZE], public_key[SEAL_KEY_SIZE];

	assert_int_equal(seal_make_key(private_key, public_key), 0);
	for (size_t i = 0; i < COUNT(names); i++) {
		char text[TERMINAL_KEY_TEXT_SIZE];
		struct problems problems = {0};
		struct terminal_key key;

		assert_int_equal(terminal_key_format(public_key, names[i], text), 0);
		assert_int_equal(terminal_key_parse(text, strlen(text), &problems, &key), 0);
		assert_string_equal(key.terminal, names[i]);
		assert_memory_equal(key.key, public_key, sizeof(public_key));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_of_a_terminals_key_is_checked),
		cmocka_unit_test(a_file_that_is_too_large_is_not_read),
		cmocka_unit_test(what_is_written_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
