#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/desks.h"
#include "tests/unit/document_signer.h"
#include "tests/unit/reader.h"
#include "tests/unit/reader_rows.h"

#define KEY_LINE "sealed-key = BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
#define SEALED   "sealed-secret = CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const struct reader_row rows[] = {
	{"as it is", "login = on", "login = on", 0, NULL},
	{"no word of logins", "login = on\n", "", 0, NULL},
	{"login is a switch", "login = on", "login = yes", 14, "on"},
	{"no terminal", "terminal = desk-17\n", "", 11, "the key \"terminal\""},
	{"a terminal that is none", "terminal = desk-17", "terminal = Desk 17", 11,
		"a word of 1 to 48"},
	{"no key of the terminal",
		"terminal-key = SHA256:DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "", 11,
		"the key \"terminal-key\""},
	{"a key that is none", "terminal-key = SHA256:D", "terminal-key = MD5:D", 12,
		"\"SHA256:\" and 43"},
	{"no sealed key", KEY_LINE SEALED, SEALED, 15, "the key \"sealed-key\""},
	{"no sealed secret", SEALED "\n", "", 15, "the key \"sealed-secret\" in [de"},
	{"a secret of 31 bytes", SEALED,
		"sealed-secret = CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		16, "48 bytes"},
	{"a secret of 33 bytes", SEALED,
		"sealed-secret = "
		"CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
		16, "48 bytes"},
	{"a desk twice", "[desk night-watch]", "[desk front-desk]", 17, ""},
	{"a desk without a name", "[desk night-watch]", "[desk]", 17, ""},
	{"a desk's key that is said", "login = on", "key = 1", 14, ""},
	{"a section of another kind", "[desk night-watch]", "[token night-watch]", 17, ""},
};

static void each_rule_of_desks_is_checked(void **state)
{
	reader_check_rows(&desks_reader, text_desks, rows, COUNT(rows));
}

static void desks_become_typed_values(void **state)
{
	struct desks *desks = reader_value(&desks_reader, text_desks);

	assert_int_equal(desks->n_entries, 2);
	assert_string_equal(desks->terminal, "desk-17");
	assert_string_equal(desks->entries[0].name, "front-desk");
	assert_true(desks->entries[0].may_login);
	assert_false(desks->entries[1].may_login);
	assert_int_equal(desks->entries[1].secret.bytes[0], 12);
	assert_ptr_equal(desks_find(desks, "night-watch"), &desks->entries[1]);
	assert_null(desks_find(desks, "night"));
	desks_free(desks);
}

static void more_desks_than_a_policy_has_are_refused(void **state)
{
	size_t used = (size_t)(strstr(text_desks, "[desk front-desk]") - text_desks);
	char text[4096];

	memcpy(text, text_desks, used);
	for (int i = 0; i <= DESKS_MAX; i++) {
		struct problems problems = {0};
		struct desks *desks = NULL;

		used += (size_t)snprintf(
			text + used, sizeof(text) - used, "[desk d%d]\n" KEY_LINE SEALED "\n", i);
		assert_int_equal(
			desks_parse(text, used, &problems, &desks), i < DESKS_MAX ? 0 : -EBADMSG);
		problems_clear(&problems);
		desks_free(desks);
	}
}

/* --- what is sealed --- */

static uint8_t private_key[SEAL_KEY_SIZE], public_key[SEAL_KEY_SIZE];
static const uint8_t shared[PHONE_KEY_SIZE] = {7, 7, 7};

static struct desks *sealed_desks(void)
{
	struct desks *desks = reader_value(&desks_reader, text_desks);

	assert_int_equal(seal_make_key(private_key, public_key), 0);
	assert_int_equal(desk_seal(public_key, shared, "tosu", "desk-17", &desks->entries[0]), 0);
	return desks;
}

static void what_is_sealed_opens_at_its_terminal(void **state)
{
	uint8_t opened[PHONE_KEY_SIZE] = {0}, other[SEAL_KEY_SIZE], ignored[SEAL_KEY_SIZE];
	struct desks *desks = sealed_desks();

	assert_int_equal(desk_open(desks, &desks->entries[0], private_key, opened), 0);
	assert_memory_equal(opened, shared, sizeof(shared));
	memset(opened, 0, sizeof(opened));
	assert_int_equal(seal_make_key(other, ignored), 0);
	assert_int_equal(desk_open(desks, &desks->entries[0], other, opened), -EBADMSG);
	assert_int_equal(opened[0], 0);
	desks_free(desks);
}

static void nothing_that_it_is_bound_to_can_be_changed(void **state)
{
	uint8_t opened[PHONE_KEY_SIZE];

	for (int i = 0; i < 5; i++) {
		struct desks *desks = sealed_desks();
		struct desk_entry *entry = &desks->entries[0];

		if (i == 0)
			desks->header.site[0] = 'T';
		if (i == 1)
			desks->terminal[6] = '8';
		if (i == 2)
			entry->name[0] = 'g';
		if (i == 3)
			entry->may_login = false;
		if (i == 4)
			entry->secret.bytes[0] ^= 1;
		assert_int_equal(desk_open(desks, entry, private_key, opened), -EBADMSG);
		desks_free(desks);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_of_desks_is_checked),
		cmocka_unit_test(desks_become_typed_values),
		cmocka_unit_test(more_desks_than_a_policy_has_are_refused),
		cmocka_unit_test(what_is_sealed_opens_at_its_terminal),
		cmocka_unit_test(nothing_that_it_is_bound_to_can_be_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
