/* The codes of sealed envelopes: what was spent stays spent, whatever document comes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pam/envelope_set.h"

static char hashes[ENVELOPES_MAX + 1][CODE_HASH_TEXT_SIZE];

/* Hashes of envelopes number first and so on. */
static void name_hashes(unsigned first)
{
	for (unsigned i = 0; i <= ENVELOPES_MAX; i++)
		snprintf(hashes[i], CODE_HASH_TEXT_SIZE, "$y$j9T$salt$%043u", first + i);
}

static void make(struct envelope_set *ret, unsigned first, size_t n)
{
	envelope_set_empty(ret);
	name_hashes(first);
	assert_int_equal(envelope_set_replace(ret, hashes, n), 0);
}

static void spend(struct envelope_set *set, int place, bool is_told)
{
	set->places[place].state = ENVELOPE_SPENT;
	set->places[place].is_told = is_told;
	set->places[place].at_s = 1000 + place;
	snprintf(set->places[place].user, sizeof(set->places[place].user), "ito");
}

static void assert_states(const struct envelope_set *set, const char *wished)
{
	static const char letters[] = {
		[ENVELOPE_LOST] = 'L',
		[ENVELOPE_EMPTY] = '.',
		[ENVELOPE_UNUSED] = 'u',
		[ENVELOPE_SPENT] = 'S',
	};
	char states[ENVELOPE_PLACES + 1] = "";

	for (size_t i = 0; i < ENVELOPE_PLACES; i++)
		states[i] = letters[set->places[i].state];
	assert_string_equal(states, wished);
}

/* As if the sector of that place had been torn; -1: the head. */
static void damage(struct envelope_set *set, int place)
{
	uint8_t bytes[ENVELOPES_SIZE];

	envelope_set_encode(set, bytes);
	bytes[(1 + place) * ENVELOPE_SECTOR_SIZE + 100] ^= 1;
	envelope_set_decode(bytes, set);
}

static void what_is_written_reads_back(void **state)
{
	uint8_t bytes[ENVELOPES_SIZE], again[ENVELOPES_SIZE];
	struct envelope_set set, back;

	make(&set, 1, 10);
	spend(&set, 2, false);
	spend(&set, 9, true);
	assert_int_equal(envelope_set_add(&set, "$y$root", 77), 10);
	envelope_set_encode(&set, bytes);
	envelope_set_decode(bytes, &back);
	assert_false(back.is_head_lost);
	assert_int_equal(back.id, set.id);
	assert_states(&back, "uuSuuuuuuSu...");
	assert_false(back.places[2].is_told);
	assert_true(back.places[9].is_told);
	assert_int_equal(back.places[9].at_s, 1009);
	assert_string_equal(back.places[9].user, "ito");
	assert_string_equal(back.places[10].hash, "$y$root");
	assert_int_equal(back.places[10].at_s, 77);
	envelope_set_encode(&back, again);
	assert_memory_equal(again, bytes, sizeof(bytes));
}

/* Format 1: what was written once has to be read for ever. */
static void the_bytes_are_those_of_format_1(void **state)
{
	static const uint8_t wished[56] = {'S', 'K', 'V', 1, 0xcd, 0xb9, 0xe9, 0xa1, 3, 1, 8, 7, 6,
		5, 4, 3, 2, 1, 'i', 't', 'o', [51] = '$', 'y', '$', 'h', 0};
	const struct envelope envelope = {.state = ENVELOPE_SPENT,
		.is_told = true,
		.at_s = 0x0102030405060708,
		.user = "ito",
		.hash = "$y$h"};
	uint8_t bytes[ENVELOPE_SECTOR_SIZE];

	envelope_encode(&envelope, bytes);
	assert_memory_equal(bytes, wished, sizeof(wished));
}

static void a_byte_that_changes_loses_its_envelope_and_no_other(void **state)
{
	struct envelope_set set, back;
	uint8_t bytes[ENVELOPES_SIZE];

	make(&set, 1, 10);
	spend(&set, 3, false);
	envelope_set_encode(&set, bytes);
	for (size_t i = 0; i < ENVELOPES_SIZE; i++) {
		size_t sector = i / ENVELOPE_SECTOR_SIZE;

		bytes[i] ^= (uint8_t)(1 << i % 8);
		envelope_set_decode(bytes, &back);
		bytes[i] ^= (uint8_t)(1 << i % 8);
		assert_int_equal(back.is_head_lost, sector == 0);
		for (size_t j = 0; j < ENVELOPE_PLACES; j++)
			assert_int_equal(back.places[j].state,
				j + 1 == sector ? ENVELOPE_LOST : set.places[j].state);
	}
	memset(bytes, 0, sizeof(bytes));
	envelope_set_decode(bytes, &back);
	assert_true(back.is_head_lost);
	assert_states(&back, "LLLLLLLLLLLLLL");
}

static void there_is_news_where_one_was_spent_and_nobody_told(void **state)
{
	uint8_t bytes[ENVELOPES_SIZE];
	struct envelope_set set;

	make(&set, 1, 10);
	for (int place = 0; place < ENVELOPE_PLACES; place++) {
		envelope_set_encode(&set, bytes);
		assert_false(envelope_set_may_have_news(bytes));
		spend(&set, place, false);
		envelope_set_encode(&set, bytes);
		assert_true(envelope_set_may_have_news(bytes));
		spend(&set, place, true);
	}
}

static void the_same_set_again_changes_nothing(void **state)
{
	struct envelope_set set;
	uint8_t before[ENVELOPES_SIZE], after[ENVELOPES_SIZE];

	make(&set, 1, 10);
	spend(&set, 0, false);
	spend(&set, 7, true);
	assert_int_equal(envelope_set_add(&set, "$y$root", 77), 10);
	envelope_set_encode(&set, before);
	assert_int_equal(envelope_set_replace(&set, hashes, 10), 0);
	envelope_set_encode(&set, after);
	assert_memory_equal(after, before, sizeof(after));
}

static void a_new_set_takes_the_place_of_the_old(void **state)
{
	struct envelope_set set;

	make(&set, 1, 10);
	spend(&set, 0, true);
	assert_int_equal(envelope_set_add(&set, "$y$root", 77), 10);
	name_hashes(100);
	assert_int_equal(envelope_set_replace(&set, hashes, 3), 0);
	assert_states(&set, "uuu...........");
	assert_int_equal(envelope_set_find(&set, hashes[2]), 2);
	assert_int_equal(envelope_set_find(&set, hashes[3]), -ENOENT);
	assert_int_equal(envelope_set_find(&set, "$y$root"), -ENOENT);
	assert_int_equal(envelope_set_find(&set, ""), -ENOENT);
	/* And none: the document has no envelopes any more. */
	assert_int_equal(envelope_set_replace(&set, hashes, 0), 0);
	assert_states(&set, "..............");
}

static void what_nobody_was_told_outlives_the_set(void **state)
{
	struct envelope_set set;

	make(&set, 1, 10);
	for (int i = 0; i < 6; i++)
		spend(&set, i, i == 1);
	name_hashes(100);
	assert_int_equal(envelope_set_replace(&set, hashes, 2), 0);
	assert_states(&set, "uu........SSSS");
	assert_int_equal(set.places[10].at_s, 1000);
	assert_int_equal(set.places[11].at_s, 1002);
}

static void an_envelope_of_a_set_in_another_order_stays_spent(void **state)
{
	struct envelope_set set;

	make(&set, 1, 5);
	spend(&set, 4, true);
	name_hashes(5); /* what was the last is the first now */
	assert_int_equal(envelope_set_replace(&set, hashes, 3), 0);
	assert_states(&set, "Suu...........");
}

static void what_was_lost_stays_lost_until_a_new_set_comes(void **state)
{
	struct envelope_set set;

	make(&set, 1, 5);
	spend(&set, 2, true);
	damage(&set, 2);
	assert_states(&set, "uuLuu.........");
	for (int boot = 0; boot < 2; boot++) {
		assert_int_equal(envelope_set_replace(&set, hashes, 5), 1);
		assert_states(&set, "uuLuu.........");
	}
	/* More of the same: which of them was spent is not known. */
	damage(&set, 3);
	name_hashes(2);
	assert_int_equal(envelope_set_replace(&set, hashes, 6), 4);
	assert_states(&set, "uLLuLL........");
	name_hashes(100);
	assert_int_equal(envelope_set_replace(&set, hashes, 5), 0);
	assert_states(&set, "uuuuu.........");
}

static void a_set_of_which_nothing_is_left_is_known_by_its_head(void **state)
{
	struct envelope_set set;

	make(&set, 1, 3);
	for (int i = 0; i < 3; i++)
		damage(&set, i);
	assert_int_equal(envelope_set_replace(&set, hashes, 3), 3);
	assert_states(&set, "LLL...........");
	make(&set, 1, 3);
	for (int i = 0; i < 3; i++)
		damage(&set, i);
	name_hashes(100);
	assert_int_equal(envelope_set_replace(&set, hashes, 3), 0);
	assert_states(&set, "uuu...........");
}

static void without_its_head_nobody_knows_whether_a_set_is_new(void **state)
{
	struct envelope_set set;

	make(&set, 1, 3);
	spend(&set, 1, true);
	damage(&set, 1);
	damage(&set, -1);
	assert_true(set.is_head_lost);
	/* What can be read stays what it was. */
	assert_int_equal(envelope_set_replace(&set, hashes, 3), 1);
	assert_states(&set, "uLu...........");
	assert_false(set.is_head_lost);
	for (int i = 2; i >= -1; i--)
		damage(&set, i);
	assert_int_equal(envelope_set_replace(&set, hashes, 3), 3);
	assert_states(&set, "LLL...........");
	name_hashes(100);
	assert_int_equal(envelope_set_replace(&set, hashes, 3), 0);
	assert_states(&set, "uuu...........");
}

static void a_set_that_cannot_be_kept_is_refused(void **state)
{
	struct envelope_set set, before;

	make(&set, 1, 3);
	before = set;
	assert_int_equal(envelope_set_replace(&set, hashes, ENVELOPES_MAX + 1), -EINVAL);
	hashes[1][0] = '\0';
	assert_int_equal(envelope_set_replace(&set, hashes, 2), -EINVAL);
	memset(hashes[1], 'x', CODE_HASH_TEXT_SIZE);
	assert_int_equal(envelope_set_replace(&set, hashes, 2), -EINVAL);
	assert_int_equal(envelope_set_add(&set, hashes[1], 1), -EINVAL);
	assert_int_equal(envelope_set_add(&set, "", 1), -EINVAL);
	assert_memory_equal(&set, &before, sizeof(set));
}

static int add(struct envelope_set *set, unsigned number, int64_t now_s)
{
	char hash[CODE_HASH_TEXT_SIZE];

	snprintf(hash, sizeof(hash), "$y$root%u", number);
	return envelope_set_add(set, hash, now_s);
}

static void roots_envelopes_make_room_for_each_other_only(void **state)
{
	struct envelope_set set;

	make(&set, 1, 10);
	for (unsigned i = 0; i < ENVELOPES_BY_ROOT; i++)
		assert_int_equal(add(&set, i, 100 - i), (int)(ENVELOPES_MAX + i));
	assert_states(&set, "uuuuuuuuuuuuuu");
	/* The oldest goes. */
	assert_int_equal(add(&set, 4, 200), 13);
	assert_int_equal(add(&set, 5, 201), 12);
	/* Sooner one that was spent and told, sooner still one that is lost. */
	spend(&set, 10, true);
	damage(&set, 11);
	assert_int_equal(add(&set, 6, 202), 11);
	assert_int_equal(add(&set, 7, 203), 10);
	/* Not one that somebody has to be told of. */
	spend(&set, 13, false);
	assert_int_equal(add(&set, 8, 204), 12);
	for (int i = 10; i < 13; i++)
		spend(&set, i, false);
	assert_int_equal(add(&set, 9, 205), -ENOSPC);
	assert_states(&set, "uuuuuuuuuuSSSS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(the_bytes_are_those_of_format_1),
		cmocka_unit_test(a_byte_that_changes_loses_its_envelope_and_no_other),
		cmocka_unit_test(there_is_news_where_one_was_spent_and_nobody_told),
		cmocka_unit_test(the_same_set_again_changes_nothing),
		cmocka_unit_test(a_new_set_takes_the_place_of_the_old),
		cmocka_unit_test(what_nobody_was_told_outlives_the_set),
		cmocka_unit_test(an_envelope_of_a_set_in_another_order_stays_spent),
		cmocka_unit_test(what_was_lost_stays_lost_until_a_new_set_comes),
		cmocka_unit_test(a_set_of_which_nothing_is_left_is_known_by_its_head),
		cmocka_unit_test(without_its_head_nobody_knows_whether_a_set_is_new),
		cmocka_unit_test(a_set_that_cannot_be_kept_is_refused),
		cmocka_unit_test(roots_envelopes_make_room_for_each_other_only),
	};

	return cmocka_run_group_tests_name("envelope_set", tests, NULL, NULL);
}
