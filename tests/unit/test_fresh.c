#include "tests/unit/document_signer.h"
#include "tests/unit/fixture.h"
#include "tests/unit/reader_rows.h"

#include <errno.h>

#include "policy/fresh.h"

#define MEDIA "media-serial = 7\nmedia-sha256 = FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"

static const struct reader_row rows[] = {
	{"as it is", "[fresh]", "[fresh]", 0, NULL},
	{"another kind", "kind = fresh", "kind = media", 2, "fresh"},
	{"all tiers", "tier = my-number", "tier = all", 5, "the name of one tier"},
	{"no tier", "tier = my-number\n", "", 15, "the key \"tier\""},
	{"issued after its end", "issued = 2026", "issued = 2028", 10, "a time after issued"},
	{"the serial is its time", "serial = 1000\n", "serial = 1773968400\n", 0, NULL},
	{"the serial is above it", "serial = 1000\n", "serial = 1773968401\n", 7,
		"at most 1773968400, which is issued in seconds since 1970"},
	{"the highest serial", "serial = 1000\n", "serial = 9007199254740991\n", 7,
		"at most 1773968400"},
	{"a serial in the first second of time", "issued = 2026-03-20T10:00:00+09:00",
		"issued = 1970-01-01T00:00:00Z", 7, "at most 0"},
	{"no root", "root-serial = 1\n", "", 15, "the key \"root-serial\""},
	{"no hash of the root", "root-sha256 = D", "revocations-sha256 = D", 16,
		"the key \"root-sha256\""},
	{"no policy", "policy-serial = 42\n", "", 15, "the key \"policy-serial\""},
	{"policy 0", "policy-serial = 42", "policy-serial = 0", 13, "a number from 1"},
	{"the last serial", "policy-serial = 42", "policy-serial = 9007199254740991", 0, NULL},
	{"one more", "policy-serial = 42", "policy-serial = 9007199254740992", 13,
		"a number from 1"},
	{"no media", MEDIA, "", 0, NULL},
	{"a serial without its hash",
		"media-sha256 = FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "", 15,
		"the key \"media-sha256\" beside it"},
	{"a hash without its serial", "media-serial = 7\n", "", 15,
		"the key \"media-serial\" beside it"},
	{"revocations of which only the serial is known", MEDIA, "revocations-serial = 3\n", 15,
		"the key \"revocations-sha256\" beside it"},
	{"a hash of 42 letters", "= FAA", "= FA", 16, "a SHA-256"},
	{"a hash of 44 letters", "= FAA", "= FAAA", 16, "a SHA-256"},
	{"a padded hash", "FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 16, "a SHA-256"},
	{"a hash with bits behind its end", "FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", 16, "a SHA-256"},
	{"another key", MEDIA, "exemptions-serial = 3\n", 15, "one of the keys"},
	{"another section", "[fresh]\n", "[fresh]\n[media]\n", 2, "one of the sections"},
	{"a space before a line", "media-serial", " media-serial", 15, "no space before"},
};

static void each_rule_of_fresh_is_checked(void **state)
{
	reader_check_rows(&fresh_reader, text_fresh, rows, COUNT(rows));
}

static void fresh_becomes_typed_values(void **state)
{
	struct fresh *fresh = reader_value(&fresh_reader, text_fresh);

	assert_int_equal(fresh->header.kind, DOCUMENT_FRESH);
	assert_string_equal(fresh->header.tier, "my-number");
	assert_int_equal(fresh->header.serial, 1000);
	assert_true(fresh->root.is_named && fresh->policy.is_named && fresh->media.is_named);
	assert_false(fresh->revocations.is_named);
	assert_int_equal(fresh->root.serial, 1);
	assert_int_equal(fresh->root.text_sha256[0], FIRST_BYTE('D'));
	assert_int_equal(fresh->policy.serial, 42);
	assert_int_equal(fresh->policy.text_sha256[0], FIRST_BYTE('E'));
	assert_int_equal(fresh->media.serial, 7);
	assert_int_equal(fresh->media.text_sha256[0], FIRST_BYTE('F'));
	assert_int_equal(fresh->revocations.serial, 0);
	fresh_free(fresh);
}

static void nothing_at_all_is_no_fresh(void **state)
{
	struct problems problems = {0};
	struct fresh *fresh = NULL;

	assert_int_equal(fresh_parse("", 0, &problems, &fresh), -EBADMSG);
	assert_null(fresh);
	problems_clear(&problems);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_of_fresh_is_checked),
		cmocka_unit_test(fresh_becomes_typed_values),
		cmocka_unit_test(nothing_at_all_is_no_fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
