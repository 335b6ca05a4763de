/* What becomes of a list of desks on a terminal: opened keys, and who may read them. */
#include "tests/unit/unseal_bench.h"

#include <errno.h>

#include "pam/login_desks.h"
#include "pam/unseal_desks.h"
#include "policy/desks.h"
#include "policy/login_places.h"
#include "policy/phone_key.h"
#include "policy/base64.h"

static const uint8_t shared[PHONE_KEY_SIZE] = {3, 1, 4};

/* As the officer writes them, for the key that the terminal has now. login: of the first desk. */
static void put_desks(struct bench *bench, const char *first, const char *login, const char *second)
{
	const char *const names[] = {first, second};
	struct list *list = begin_list(bench);
	char fingerprint[SEAL_FINGERPRINT_SIZE], text[4096];
	int n;

	read_public(bench, fingerprint);
	n = snprintf(text, sizeof(text),
		"[desks]\nkind = desks\nformat = 1\nsite = tosu\nepoch = 1\nserial = 1\n"
		"issued = 2026-03-20T10:00:00+09:00\nnot-before = 2026-03-20T10:00:00+09:00\n"
		"not-after = 2027-04-30T23:59:59+09:00\ntier = my-number\nterminal = desk-17\n"
		"terminal-key = %s\n",
		fingerprint);
	for (size_t i = 0; i < COUNT(names) && names[i]; i++) {
		struct desk_entry entry = {.may_login = i == 0 && strcmp(login, "on") == 0};
		char key[BASE64_SIZE(SEAL_KEY_SIZE) + 1], secret[BASE64_SIZE(64) + 1];

		snprintf(entry.name, sizeof(entry.name), "%s", names[i]);
		assert_int_equal(desk_seal(list->public, shared, "tosu", "desk-17", &entry), 0);
		base64_encode(entry.secret.key, SEAL_KEY_SIZE, key);
		base64_encode(entry.secret.bytes, entry.secret.size, secret);
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			"[desk %s]\nlogin = %s\nsealed-key = %s\nsealed-secret = %s\n", names[i],
			i == 0 ? login : "off", key, secret);
	}
	temporary_write(bench->temporary, DESKS_FILE, text, (size_t)n);
}

static struct login_desks read_logins(struct bench *bench)
{
	struct login_desks desks = {0};
	size_t size;
	char *text = temporary_read(bench->temporary, "run/" LOGIN_DESKS_FILE, &size);

	assert_int_equal(login_desks_parse(text, size, &desks), 0);
	free(text);
	return desks;
}

static void each_desk_has_a_key_for_sekishod_and_one_for_the_helper(void **state)
{
	struct bench *bench = *state;
	uint8_t wanted[PHONE_KEY_SIZE];
	struct login_desks logins;
	size_t size;
	char *key;

	put_desks(bench, "front-desk", "on", "night-watch");
	assert_int_equal(run_unseal(bench), 0);
	assert_int_equal(phone_key_of_kind(shared, PHONE_EXEMPTION, wanted), 0);
	key = temporary_read(bench->temporary, "run/" DESK_KEY_PREFIX "front-desk", &size);
	assert_int_equal(size, PHONE_KEY_SIZE);
	assert_memory_equal(key, wanted, size);
	free(key);
	assert_int_equal(
		temporary_mode(bench->temporary, "run/" DESK_KEY_PREFIX "front-desk"), 0400);
	assert_true(temporary_has(bench->temporary, "run/" DESK_KEY_PREFIX "night-watch"));
	logins = read_logins(bench);
	assert_int_equal(temporary_mode(bench->temporary, "run/" LOGIN_DESKS_FILE), 0400);
	assert_int_equal(logins.n, 1);
	assert_string_equal(logins.items[0].name, "front-desk");
	assert_string_equal(logins.site, "tosu");
	assert_string_equal(logins.terminal, "desk-17");
	assert_int_equal(phone_key_of_kind(shared, PHONE_LOGIN, wanted), 0);
	assert_memory_equal(logins.items[0].key, wanted, sizeof(wanted));
}

static void a_desk_that_is_named_no_more_has_no_key(void **state)
{
	struct bench *bench = *state;

	put_desks(bench, "front-desk", "on", "night-watch");
	assert_int_equal(run_unseal(bench), 0);
	put_desks(bench, "night-watch", "off", NULL);
	assert_int_equal(run_unseal(bench), 0);
	assert_false(temporary_has(bench->temporary, "run/" DESK_KEY_PREFIX "front-desk"));
	assert_false(temporary_has(bench->temporary, "run/" LOGIN_DESKS_FILE));
	assert_true(temporary_has(bench->temporary, "run/" DESK_KEY_PREFIX "night-watch"));
}

static void what_another_key_opens_is_told(void **state)
{
	struct bench *bench = *state;

	put_desks(bench, "front-desk", "on", NULL);
	bench->unseal.is_key_new = true;
	assert_int_equal(run_unseal(bench), 1);
	assert_true(was_told(bench, LOGIN_KEY_LOST));
	assert_false(temporary_has(bench->temporary, "run/" DESK_KEY_PREFIX "front-desk"));
}

static void a_damaged_document_takes_nothing_away(void **state)
{
	struct bench *bench = *state;

	put_desks(bench, "front-desk", "on", NULL);
	assert_int_equal(run_unseal(bench), 0);
	temporary_write(bench->temporary, DESKS_FILE, "[desks]\n", 8);
	assert_int_equal(run_unseal(bench), 1);
	assert_true(was_told(bench, LOGIN_SECRET_UNREADABLE));
	assert_true(temporary_has(bench->temporary, "run/" DESK_KEY_PREFIX "front-desk"));
}

static void every_damaged_byte_of_the_helpers_file_is_found(void **state)
{
	struct login_desks desks = {.site = "tosu",
				   .terminal = "desk-17",
				   .until_s = 1800000000,
				   .items = {{.name = "front-desk", .key = {1, 0xff}}},
				   .n = 1},
			   again = {.n = 9};
	char text[LOGIN_DESKS_SIZE];
	size_t size = login_desks_format(&desks, text);

	for (size_t i = 0; i < size; i++) {
		text[i] ^= 4;
		assert_int_equal(login_desks_parse(text, size, &again), -EBADMSG);
		assert_int_equal(login_desks_parse(text, i, &again), -EBADMSG);
		text[i] ^= 4;
	}
	assert_int_equal(again.n, 9);
	assert_int_equal(login_desks_parse(text, size, &again), 0);
	assert_memory_equal(&again, &desks, sizeof(desks));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, unseal_setup, unseal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_desk_has_a_key_for_sekishod_and_one_for_the_helper),
		TEST(a_desk_that_is_named_no_more_has_no_key),
		TEST(what_another_key_opens_is_told),
		TEST(a_damaged_document_takes_nothing_away),
		cmocka_unit_test(every_damaged_byte_of_the_helpers_file_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
