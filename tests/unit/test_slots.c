/* What is remembered of a token survives being written, and no byte of it changes unseen. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pam/slots.h"

static const struct login_state full = {
	.generation = 0x0102030405060708,
	.memory = {.next = 0x1112131415161718, .drift = -3, .awaited = 0x2122232425262728},
	.attempts = {.failures = 4, .locks = 2, .locked_until_s = -5},
	.recovery_spent = 0x8001,
};

static struct login_state unlocked(void)
{
	struct login_state state = full;

	state.unlock = 0x0203;
	return state;
}

/* Padding is nobody's business. */
static void assert_same(const struct login_state *a, const struct login_state *b)
{
	assert_int_equal(a->generation, b->generation);
	assert_int_equal(a->memory.next, b->memory.next);
	assert_int_equal(a->memory.drift, b->memory.drift);
	assert_int_equal(a->memory.awaited, b->memory.awaited);
	assert_int_equal(a->attempts.failures, b->attempts.failures);
	assert_int_equal(a->attempts.locks, b->attempts.locks);
	assert_int_equal(a->attempts.locked_until_s, b->attempts.locked_until_s);
	assert_int_equal(a->recovery_spent, b->recovery_spent);
	assert_int_equal(a->unlock, b->unlock);
}

static void write_slots(uint8_t slots[SLOTS][SLOT_SIZE], uint64_t first, uint64_t second)
{
	struct login_state state = full;

	state.generation = first;
	slot_encode(&state, slots[0]);
	state.generation = second;
	slot_encode(&state, slots[1]);
}

static void what_is_written_reads_back(void **state)
{
	uint8_t bytes[SLOT_SIZE];
	struct login_state back;

	slot_encode(&full, bytes);
	assert_int_equal(slot_decode(bytes, &back), 0);
	assert_same(&back, &full);
}

/* Format 2, which a version without it calls damaged. */
static void a_token_that_was_unlocked_is_of_format_2(void **state)
{
	static const uint8_t magics[][4] = {{'S', 'K', '2', 1}, {'S', 'K', '2', 2}};
	const struct login_state was = unlocked();
	uint8_t bytes[SLOT_SIZE];
	struct login_state back;

	slot_encode(&was, bytes);
	assert_memory_equal(bytes, magics[1], sizeof(magics[1]));
	assert_int_equal(bytes[62], 3);
	assert_int_equal(bytes[63], 2);
	assert_int_equal(slot_decode(bytes, &back), 0);
	assert_same(&back, &was);
	memcpy(bytes, magics[0], sizeof(magics[0]));
	assert_int_equal(slot_decode(bytes, &back), -EBADMSG);
}

/* Format 1: what was written once has to be read for ever. */
static void the_bytes_are_those_of_format_1(void **state)
{
	static const uint8_t wished[SLOT_SIZE] = {'S', 'K', '2', 1, 0xd4, 0x83, 0x93, 0x2c, 8, 7, 6,
		5, 4, 3, 2, 1, 0x18, 0x17, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11, 0x28, 0x27, 0x26,
		0x25, 0x24, 0x23, 0x22, 0x21, 0xfb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfd,
		0xff, 0xff, 0xff, 4, 0, 2, 0, 1, 0x80};
	uint8_t bytes[SLOT_SIZE];

	slot_encode(&full, bytes);
	assert_memory_equal(bytes, wished, SLOT_SIZE);
}

static void every_bit_that_flips_is_seen(void **state)
{
	uint8_t bytes[SLOT_SIZE];
	struct login_state back;

	slot_encode(&full, bytes);
	for (size_t i = 0; i < SLOT_SIZE; i++) {
		for (int bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1 << bit);
			assert_int_equal(slot_decode(bytes, &back), -EBADMSG);
			bytes[i] ^= (uint8_t)(1 << bit);
		}
		for (unsigned other = 1; other < 256; other++) {
			bytes[i] ^= (uint8_t)other;
			assert_int_equal(slot_decode(bytes, &back), -EBADMSG);
			bytes[i] ^= (uint8_t)other;
		}
	}
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(slot_decode(bytes, &back), -EBADMSG);
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(slot_decode(bytes, &back), -EBADMSG);
}

static void the_newest_counts_and_the_other_is_written(void **state)
{
	uint8_t slots[SLOTS][SLOT_SIZE];
	struct slots_found found;

	write_slots(slots, 7, 8);
	assert_int_equal(slots_find(slots, &found), 0);
	assert_int_equal(found.state.generation, 8);
	assert_int_equal(found.next, 0);
	assert_false(found.is_damaged);
	write_slots(slots, 9, 8);
	assert_int_equal(slots_find(slots, &found), 0);
	assert_int_equal(found.state.generation, 9);
	assert_int_equal(found.next, 1);
	assert_false(found.is_damaged);
}

static void one_that_is_damaged_is_told_and_written_next(void **state)
{
	uint8_t slots[SLOTS][SLOT_SIZE];
	struct slots_found found;

	for (unsigned damaged = 0; damaged < SLOTS; damaged++) {
		write_slots(slots, 7, 8);
		slots[damaged][20] ^= 1;
		assert_int_equal(slots_find(slots, &found), 0);
		assert_true(found.is_damaged);
		assert_int_equal(found.next, damaged);
		assert_int_equal(found.state.generation, damaged == 0 ? 8 : 7);
	}
}

static void two_that_cannot_be_told_apart_are_none(void **state)
{
	uint8_t slots[SLOTS][SLOT_SIZE];
	struct slots_found found;

	write_slots(slots, 7, 7);
	assert_int_equal(slots_find(slots, &found), -EBADMSG);
	write_slots(slots, 7, 8);
	slots[0][4] ^= 1;
	slots[1][63] ^= 1;
	assert_int_equal(slots_find(slots, &found), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(the_bytes_are_those_of_format_1),
		cmocka_unit_test(a_token_that_was_unlocked_is_of_format_2),
		cmocka_unit_test(every_bit_that_flips_is_seen),
		cmocka_unit_test(the_newest_counts_and_the_other_is_written),
		cmocka_unit_test(one_that_is_damaged_is_told_and_written_next),
		cmocka_unit_test(two_that_cannot_be_told_apart_are_none),
	};

	return cmocka_run_group_tests_name("slots", tests, NULL, NULL);
}
