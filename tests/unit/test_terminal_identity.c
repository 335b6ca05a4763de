/* Whose key it is: lives of a state folder on this machine and on another. */
#include "agent/terminal_identity.h"

#include <errno.h>
#include <sys/stat.h>

#include "tests/unit/fixture.h"

#include "policy/sshsig.h"
#include "tests/unit/temporary.h"

#define ONE   "0123456789abcdef"
#define OTHER "fedcba9876543210"

static struct terminal_identity *opened(const struct temporary *temporary, const char *machine)
{
	struct terminal_identity *identity = NULL;

	assert_int_equal(terminal_identity_open(temporary->fd, machine, &identity), 0);
	assert_string_equal(terminal_identity_machine(identity), machine);
	return identity;
}

/* With a key, whose fingerprint is in ret. */
static struct terminal_identity *keyed(
	const struct temporary *temporary, const char *machine, char ret[FINGERPRINT_LENGTH + 1])
{
	struct terminal_identity *identity = opened(temporary, machine);
	bool is_new;

	assert_int_equal(terminal_identity_make_key(identity, temporary->fd, &is_new), 0);
	snprintf(ret, FINGERPRINT_LENGTH + 1, "%s", terminal_identity_key(identity));
	return identity;
}

static void there_is_no_key_before_one_is_made(void **state)
{
	struct terminal_identity *identity = opened(*state, ONE);
	char armour[SSHSIG_ARMOUR_SIZE] = "untouched";
	bool is_new = false;

	assert_null(terminal_identity_key(identity));
	assert_null(terminal_identity_key_text(identity));
	assert_int_equal(
		terminal_identity_sign(identity, "report@sekisho", "x\n", 2, armour), -ENOKEY);
	assert_string_equal(armour, "untouched");
	assert_int_equal(
		terminal_identity_make_key(identity, ((struct temporary *)*state)->fd, &is_new), 0);
	assert_true(is_new);
	assert_int_equal(
		terminal_identity_make_key(identity, ((struct temporary *)*state)->fd, &is_new), 0);
	assert_false(is_new);
	terminal_identity_free(identity);
}

static void what_it_signs_its_fingerprint_answers_for(void **state)
{
	char armour[SSHSIG_ARMOUR_SIZE], key[FINGERPRINT_LENGTH + 1];
	struct terminal_identity *identity = keyed(*state, ONE, key);
	struct sshsig result;

	assert_int_equal(terminal_identity_sign(identity, "report@sekisho", "x\n", 2, armour), 0);
	sshsig_verify(armour, strlen(armour), "report@sekisho", "x\n", 2, &result);
	assert_int_equal(result.fault, SSHSIG_GOOD);
	assert_string_equal(result.fingerprint, key);
	terminal_identity_free(identity);
}

static void a_key_stays_over_restarts_and_nobody_else_reads_it(void **state)
{
	const struct temporary *temporary = *state;
	char key[FINGERPRINT_LENGTH + 1];
	struct terminal_identity *identity = keyed(temporary, ONE, key);

	terminal_identity_free(identity);
	assert_int_equal(temporary_mode(temporary, "terminal") & 07777, 0700);
	assert_int_equal(temporary_mode(temporary, "terminal/sign.key") & 07777, 0600);
	identity = opened(temporary, ONE);
	assert_string_equal(terminal_identity_key(identity), key);
	assert_null(terminal_identity_came_from(identity));
	terminal_identity_free(identity);
}

static void a_copied_disk_has_no_key_and_says_where_it_came_from(void **state)
{
	const struct temporary *temporary = *state;
	char key[FINGERPRINT_LENGTH + 1], again[FINGERPRINT_LENGTH + 1];

	terminal_identity_free(keyed(temporary, ONE, key));
	for (int start = 0; start < 2; start++) {
		struct terminal_identity *identity = opened(temporary, OTHER);

		assert_null(terminal_identity_key(identity));
		assert_string_equal(terminal_identity_came_from(identity), ONE);
		terminal_identity_free(identity);
	}
	assert_true(temporary_has(temporary, "terminal/sign.key.other"));
	terminal_identity_free(keyed(temporary, OTHER, again));
	assert_string_not_equal(key, again);
}

/* The key of before does not come back with the machine of before. */
static void the_way_back_is_another_machine_too(void **state)
{
	const struct temporary *temporary = *state;
	char key[FINGERPRINT_LENGTH + 1];
	struct terminal_identity *identity;

	terminal_identity_free(keyed(temporary, ONE, key));
	terminal_identity_free(opened(temporary, OTHER));
	identity = opened(temporary, ONE);
	assert_null(terminal_identity_key(identity));
	terminal_identity_free(identity);
}

static void who_asked_to_join_came_from_nowhere(void **state)
{
	const struct temporary *temporary = *state;
	char key[FINGERPRINT_LENGTH + 1];
	struct terminal_identity *identity;

	terminal_identity_free(keyed(temporary, ONE, key));
	terminal_identity_free(keyed(temporary, OTHER, key));
	identity = opened(temporary, OTHER);
	assert_string_equal(terminal_identity_came_from(identity), ONE);
	assert_int_equal(terminal_identity_asked(identity, temporary->fd), 0);
	assert_null(terminal_identity_came_from(identity));
	terminal_identity_free(identity);
	identity = opened(temporary, OTHER);
	assert_null(terminal_identity_came_from(identity));
	assert_string_equal(terminal_identity_key(identity), key);
	terminal_identity_free(identity);
}

/* An image that was started once, without a site: many are made from it, and none is a clone. */
static void a_copy_without_a_key_is_nobody(void **state)
{
	struct terminal_identity *identity;

	terminal_identity_free(opened(*state, ONE));
	identity = opened(*state, OTHER);
	assert_null(terminal_identity_came_from(identity));
	terminal_identity_free(identity);
}

static void a_machine_that_nobody_can_tell_loses_nothing(void **state)
{
	const struct temporary *temporary = *state;
	char key[FINGERPRINT_LENGTH + 1];
	struct terminal_identity *identity;
	bool is_new;

	terminal_identity_free(keyed(temporary, ONE, key));
	identity = opened(temporary, "");
	assert_null(terminal_identity_key(identity));
	assert_int_equal(terminal_identity_make_key(identity, temporary->fd, &is_new), -ENODATA);
	terminal_identity_free(identity);
	identity = opened(temporary, ONE);
	assert_string_equal(terminal_identity_key(identity), key);
	terminal_identity_free(identity);
}

/* Each byte of what says whose it is, and each size of the key. */
static void a_damaged_file_is_no_key(void **state)
{
	const struct temporary *temporary = *state;
	char key[FINGERPRINT_LENGTH + 1], *good;
	uint8_t bytes[ED25519_KEY_SIZE + 1] = {1};
	size_t size;

	terminal_identity_free(keyed(temporary, ONE, key));
	good = temporary_read(temporary, "terminal/identity", &size);
	for (size_t i = 0; i < size; i++) {
		struct terminal_identity *identity;

		good[i] ^= 1;
		temporary_write(temporary, "terminal/identity", good, size);
		identity = opened(temporary, ONE);
		if (terminal_identity_key(identity))
			fail_msg("byte %zu", i);
		terminal_identity_free(identity);
		good[i] ^= 1;
		terminal_identity_free(keyed(temporary, ONE, key));
	}
	for (size_t i = 0; i <= sizeof(bytes); i++) {
		struct terminal_identity *identity;

		temporary_write(temporary, "terminal/sign.key", bytes, i);
		identity = opened(temporary, ONE);
		assert_int_equal(terminal_identity_key(identity) != NULL, i == ED25519_KEY_SIZE);
		terminal_identity_free(identity);
	}
	free(good);
}

#define test(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(there_is_no_key_before_one_is_made),
		test(what_it_signs_its_fingerprint_answers_for),
		test(a_key_stays_over_restarts_and_nobody_else_reads_it),
		test(a_copied_disk_has_no_key_and_says_where_it_came_from),
		test(the_way_back_is_another_machine_too),
		test(who_asked_to_join_came_from_nowhere),
		test(a_copy_without_a_key_is_nobody),
		test(a_machine_that_nobody_can_tell_loses_nothing),
		test(a_damaged_file_is_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
