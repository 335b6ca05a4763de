#include "tests/unit/document_signer.h"
#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/up_file.h"

#define HASH_OF_ABC "ba7816bf8f01cfea" /* FIPS 180-2, appendix B.1 */

static const struct {
	const char *name;
	enum up_kind kind;
	uint64_t number;
} names[] = {
	{"status-000000000012-" HASH_OF_ABC ".ini", UP_STATUS, 12},
	{"records-000000000001-" HASH_OF_ABC ".jsonl", UP_RECORDS, 1},
	{"status-999999999999-ffffffffffffffff.ini", UP_STATUS, 999999999999},
	{"status-000000000000-" HASH_OF_ABC ".ini", UP_NONE, 0},
	{"status-00000000012-" HASH_OF_ABC ".ini", UP_NONE, 0},
	{"status-0000000000012-" HASH_OF_ABC ".ini", UP_NONE, 0},
	{"status-00000000001a-" HASH_OF_ABC ".ini", UP_NONE, 0},
	{"status-000000000012-BA7816BF8F01CFEA.ini", UP_NONE, 0},
	{"status-000000000012-" HASH_OF_ABC ".jsonl", UP_NONE, 0},
	{"status-000000000012-" HASH_OF_ABC ".ini.tmp", UP_NONE, 0},
	{"records-000000000012-" HASH_OF_ABC ".ini", UP_NONE, 0},
	{"status-000000000012-", UP_NONE, 0},
	{"status-", UP_NONE, 0},
	{"", UP_NONE, 0},
	{"request-E-7K3M9Q2X.ini", UP_NONE, 0},
};

static void a_name_has_one_form(void **state)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		struct up_name name = up_name_parse(names[i].name);

		if (name.kind != names[i].kind || name.number != names[i].number)
			fail_msg("%s: kind %d, number %llu", names[i].name, name.kind,
				(unsigned long long)name.number);
	}
}

static void a_name_says_what_its_file_holds(void **state)
{
	char made[UP_NAME_SIZE] = "untouched";
	struct up_name name;

	assert_int_equal(up_name_make(UP_STATUS, 0, "abc", 3, made), -ERANGE);
	assert_int_equal(up_name_make(UP_STATUS, UP_NUMBER_MAX + 1, "abc", 3, made), -ERANGE);
	assert_int_equal(up_name_make(UP_NONE, 1, "abc", 3, made), -ERANGE);
	assert_string_equal(made, "untouched");
	assert_int_equal(up_name_make(UP_STATUS, 12, "abc", 3, made), 0);
	assert_string_equal(made, names[0].name);
	name = up_name_parse(made);
	assert_true(up_name_fits(&name, "abc", 3));
	assert_false(up_name_fits(&name, "abd", 3));
	assert_false(up_name_fits(&name, "abc", 2));
	assert_int_equal(up_name_make(UP_RECORDS, UP_NUMBER_MAX, "abc", 3, made), 0);
	assert_string_equal(made, "records-999999999999-" HASH_OF_ABC ".jsonl");
}

static void the_signature_says_whose_a_file_is(void **state)
{
	char *file = document_signed("line\n", REPORT_NAMESPACE, "desk");
	struct up_file opened;

	assert_int_equal(up_file_open(file, strlen(file), &opened), 0);
	assert_int_equal(opened.text.size, 5);
	assert_memory_equal(opened.text.bytes, "line\n", 5);
	assert_int_equal(strlen(opened.fingerprint), FINGERPRINT_LENGTH);
	free(file);
}

static void what_is_not_signed_once_by_a_terminal_is_nobodys(void **state)
{
	char *const files[] = {
		document_signed("line\n", "policy@sekisho", "desk"),
		document_signed("line\n", REPORT_NAMESPACE, "desk other"),
		document_signed("line\n", REPORT_NAMESPACE, "desk-sk"),
		strdup("line\n"),
		strdup(""),
	};
	struct up_file opened = {.fingerprint = "untouched"};
	char *changed = document_signed("line\n", REPORT_NAMESPACE, "desk");

	changed[0] = 'L';
	assert_int_equal(up_file_open(changed, strlen(changed), &opened), -EBADMSG);
	changed[0] = 'l';
	assert_int_equal(up_file_open(changed, strlen(changed) - 1, &opened), -EBADMSG);
	for (size_t i = 0; i < COUNT(files); i++) {
		assert_int_equal(up_file_open(files[i], strlen(files[i]), &opened), -EBADMSG);
		free(files[i]);
	}
	assert_string_equal(opened.fingerprint, "untouched");
	assert_int_equal(up_file_open(changed, strlen(changed), &opened), 0);
	free(changed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_has_one_form),
		cmocka_unit_test(a_name_says_what_its_file_holds),
		cmocka_unit_test(the_signature_says_whose_a_file_is),
		cmocka_unit_test(what_is_not_signed_once_by_a_terminal_is_nobodys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
