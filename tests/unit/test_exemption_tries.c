/* Wrong codes of envelopes, told as what happens one after the other; and the file of them. */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "agent/exemption_tries.h"

#define BOOT_1 "11111111-1111-1111-1111-111111111111"
#define BOOT_2 "22222222-2222-2222-2222-222222222222"
#define ID     "E-7K3M9Q2X"
#define OTHER  "E-2B4D6F8H"

static void five_and_then_none_for_ten_minutes(void **state)
{
	struct exemption_tries tries = {.n = 0};

	running_time_count(&tries.run, BOOT_1, 1000);
	for (unsigned left = EXEMPTION_TRIES_MAX; left > 0; left--) {
		assert_int_equal(exemption_tries_wait_ms(&tries, ID), 0);
		assert_int_equal(exemption_tries_charge(&tries, ID), left - 1);
	}
	assert_int_equal(exemption_tries_wait_ms(&tries, ID), EXEMPTION_TRIES_LOCKED_MS);
	assert_int_equal(exemption_tries_wait_ms(&tries, OTHER), 0);
	running_time_count(&tries.run, BOOT_1, 1000 + EXEMPTION_TRIES_LOCKED_MS - 1);
	assert_int_equal(exemption_tries_wait_ms(&tries, ID), 1);
	running_time_count(&tries.run, BOOT_1, 1000 + EXEMPTION_TRIES_LOCKED_MS);
	assert_int_equal(exemption_tries_wait_ms(&tries, ID), 0);
	assert_int_equal(exemption_tries_charge(&tries, ID), EXEMPTION_TRIES_MAX - 1);
}

static void a_reboot_gives_nothing_back_but_what_it_ran(void **state)
{
	struct exemption_tries tries = {.n = 0};

	running_time_count(&tries.run, BOOT_1, 50000000);
	for (unsigned i = 0; i < EXEMPTION_TRIES_MAX; i++)
		exemption_tries_charge(&tries, ID);
	running_time_count(&tries.run, BOOT_2, 1000);
	assert_int_equal(exemption_tries_wait_ms(&tries, ID), EXEMPTION_TRIES_LOCKED_MS - 1000);
	running_time_count(&tries.run, BOOT_2, EXEMPTION_TRIES_LOCKED_MS);
	assert_int_equal(exemption_tries_wait_ms(&tries, ID), 0);
}

static void a_right_one_leaves_nothing(void **state)
{
	struct exemption_tries tries = {.n = 0};

	exemption_tries_charge(&tries, ID);
	exemption_tries_charge(&tries, OTHER);
	exemption_tries_charge(&tries, ID);
	exemption_tries_forgive(&tries, ID);
	exemption_tries_forgive(&tries, ID);
	assert_int_equal(tries.n, 1);
	assert_int_equal(exemption_tries_charge(&tries, ID), EXEMPTION_TRIES_MAX - 1);
	assert_int_equal(exemption_tries_charge(&tries, OTHER), EXEMPTION_TRIES_MAX - 2);
}

static void charge_many(struct exemption_tries *tries)
{
	for (unsigned i = 0; i < EXEMPTION_TRIES_KEPT; i++) {
		char id[EXEMPTION_ID_SIZE];

		snprintf(id, sizeof(id), "E-%c%c222222", "BCDFGHJK"[i / 8], "BCDFGHJK"[i % 8]);
		assert_true(exemption_id_is_valid(id));
		exemption_tries_charge(tries, id);
		exemption_tries_charge(tries, id);
	}
}

static void a_bundle_of_them_has_room_and_the_fewest_give_way(void **state)
{
	struct exemption_tries tries = {.n = 0};

	charge_many(&tries);
	assert_int_equal(exemption_tries_charge(&tries, "E-BB222222"), EXEMPTION_TRIES_MAX - 3);
	assert_int_equal(exemption_tries_charge(&tries, ID), EXEMPTION_TRIES_MAX - 1);
	assert_int_equal(tries.n, EXEMPTION_TRIES_KEPT);
	assert_int_equal(exemption_tries_charge(&tries, "E-BB222222"), EXEMPTION_TRIES_MAX - 4);
}

static void what_claims_to_come_from_the_future_waits(void **state)
{
	const struct exemption_tries tries = {
		.run.ms = 5, .n = 1, .items = {{ID, EXEMPTION_TRIES_MAX, 1000}}};

	assert_int_equal(exemption_tries_wait_ms(&tries, ID), EXEMPTION_TRIES_LOCKED_MS);
}

/* --- the file --- */

static void what_was_written_is_read_again(void **state)
{
	static struct exemption_tries rows[3];

	charge_many(&rows[1]);
	for (size_t i = 0; i < EXEMPTION_TRIES_KEPT; i++)
		rows[1].items[i].last_ms = UINT64_MAX;
	rows[1].run = (struct running_time){
		.ms = UINT64_MAX, .boottime_ms = UINT64_MAX, .boot_id = BOOT_1};
	exemption_tries_charge(&rows[2], ID);
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[EXEMPTION_TRIES_SIZE], text_again[EXEMPTION_TRIES_SIZE];
		struct exemption_tries again;
		size_t size, size_again;

		assert_int_equal(exemption_tries_format(&rows[i], text, &size), 0);
		assert_int_equal(exemption_tries_parse(text, size, &again), 0);
		assert_int_equal(again.n, rows[i].n);
		assert_int_equal(exemption_tries_format(&again, text_again, &size_again), 0);
		assert_int_equal(size_again, size);
		assert_memory_equal(text_again, text, size);
	}
}

static void every_damaged_byte_is_found(void **state)
{
	struct exemption_tries tries = {.n = 0}, untouched = {.n = 7};
	char text[EXEMPTION_TRIES_SIZE];
	size_t size;

	exemption_tries_charge(&tries, ID);
	assert_int_equal(exemption_tries_format(&tries, text, &size), 0);
	for (size_t i = 0; i < size; i++) {
		text[i] ^= 1;
		assert_int_equal(exemption_tries_parse(text, size, &untouched), -EBADMSG);
		text[i] ^= 1;
	}
	for (size_t cut = 0; cut < size; cut++) {
		char last = text[cut];

		text[cut] = '\0';
		assert_int_equal(exemption_tries_parse(text, cut, &untouched), -EBADMSG);
		text[cut] = last;
	}
	assert_int_equal(untouched.n, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_and_then_none_for_ten_minutes),
		cmocka_unit_test(a_reboot_gives_nothing_back_but_what_it_ran),
		cmocka_unit_test(a_right_one_leaves_nothing),
		cmocka_unit_test(a_bundle_of_them_has_room_and_the_fewest_give_way),
		cmocka_unit_test(what_claims_to_come_from_the_future_waits),
		cmocka_unit_test(what_was_written_is_read_again),
		cmocka_unit_test(every_damaged_byte_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
