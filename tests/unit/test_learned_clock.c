/* After a flat battery two codes in a row tell the time, and less does not. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pam/learned_clock.h"

#define BOOT    "0123abcd-0123-4567-89ab-0123456789ab"
#define BOOT_2  "0123abcd-0123-4567-89ab-0123456789ac"
#define FLOOR_S 1800000000
#define STEP    (FLOOR_S / 30 + INT64_C(1000))

struct take {
	int64_t at_s;
	const char *user;
	uint64_t steps[3]; /* behind STEP, until one is 0 */
};

static enum far_verdict take(
	struct learned_clock *clock, const struct take *what, const char *boot, uint64_t *ret_step)
{
	uint64_t steps[3];
	struct far_code code = {.boot = boot,
		.boottime_s = what->at_s,
		.user = what->user,
		.period_s = 30,
		.steps = steps};

	while (code.n_steps < 3 && what->steps[code.n_steps] != 0) {
		steps[code.n_steps] = STEP + what->steps[code.n_steps];
		code.n_steps++;
	}
	return learned_clock_take(clock, &code, ret_step);
}

static void two_codes_in_a_row_tell_the_time(void **state)
{
	static const struct {
		const char *name;
		struct take first, second;
		enum far_verdict wished;
		uint64_t step;
	} rows[] = {
		{"the next one", {100, "ito", {1}}, {130, "ito", {2}}, FAR_LEARNED, 2},
		{"at once", {100, "ito", {1}}, {101, "ito", {2}}, FAR_LEARNED, 2},
		{"the one after it, late", {100, "ito", {1}}, {101, "ito", {3}}, FAR_LEARNED, 3},
		{"one more than time allows", {100, "ito", {1}}, {101, "ito", {4}}, FAR_FIRST, 0},
		{"the same", {100, "ito", {1}}, {110, "ito", {1}}, FAR_FIRST, 0},
		{"the one before", {100, "ito", {2}}, {130, "ito", {1}}, FAR_FIRST, 0},
		{"as late as can be", {100, "ito", {1}}, {190, "ito", {6}}, FAR_LEARNED, 6},
		{"later", {100, "ito", {1}}, {190, "ito", {7}}, FAR_FIRST, 0},
		{"as early as can be", {100, "ito", {1}}, {190, "ito", {3}}, FAR_LEARNED, 3},
		{"earlier", {100, "ito", {1}}, {190, "ito", {2}}, FAR_FIRST, 0},
		{"ten minutes", {100, "ito", {1}}, {700, "ito", {21}}, FAR_LEARNED, 21},
		{"more than that", {100, "ito", {1}}, {701, "ito", {21}}, FAR_FIRST, 0},
		{"time went back", {100, "ito", {1}}, {99, "ito", {2}}, FAR_FIRST, 0},
		{"somebody else's", {100, "ito", {1}}, {130, "sato", {2}}, FAR_FIRST, 0},
		{"no code at all", {100, "ito", {1}}, {130, "ito", {0}}, FAR_WRONG, 0},
		{"among others", {100, "ito", {900, 1, 500}}, {130, "ito", {300, 700, 2}},
			FAR_LEARNED, 2},
		{"two that fit", {100, "ito", {1, 500}}, {130, "ito", {2, 501}}, FAR_FIRST, 0},
		{"one that fits two", {100, "ito", {1, 2}}, {130, "ito", {3}}, FAR_LEARNED, 3},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct learned_clock clock = {};
		uint64_t step = 0;
		int64_t now_s;

		assert_int_equal(take(&clock, &rows[i].first, BOOT, &step), FAR_FIRST);
		if (take(&clock, &rows[i].second, BOOT, &step) != rows[i].wished)
			fail_msg("%s", rows[i].name);
		assert_int_equal(step, rows[i].step ? STEP + rows[i].step : 0);
		assert_int_equal(clock.has_offset, rows[i].wished == FAR_LEARNED);
		if (!clock.has_offset)
			continue;
		assert_int_equal(
			learned_clock_now(&clock, BOOT, rows[i].second.at_s, 0, FLOOR_S, &now_s),
			LOGIN_TIME_LEARNED);
		assert_int_equal(now_s, (int64_t)step * 30 + 15);
	}
}

static void two_codes_with_another_between_them_are_not_in_a_row(void **state)
{
	struct learned_clock clock = {};
	uint64_t step = 0;

	assert_int_equal(take(&clock, &(struct take){100, "ito", {1}}, BOOT, &step), FAR_FIRST);
	assert_int_equal(take(&clock, &(struct take){110, "ito", {0}}, BOOT, &step), FAR_WRONG);
	assert_int_equal(take(&clock, &(struct take){120, "ito", {2}}, BOOT, &step), FAR_FIRST);
	/* A mistake of somebody else is none of hers. */
	assert_int_equal(take(&clock, &(struct take){130, "sato", {0}}, BOOT, &step), FAR_WRONG);
	assert_int_equal(take(&clock, &(struct take){140, "ito", {3}}, BOOT, &step), FAR_LEARNED);
	/* A second one is not the first of the next pair. */
	assert_int_equal(take(&clock, &(struct take){170, "ito", {4}}, BOOT, &step), FAR_FIRST);
	assert_true(clock.has_offset);
}

static void what_was_learned_ends_with_the_run_of_the_machine(void **state)
{
	struct learned_clock clock = {};
	uint64_t step = 0;
	int64_t now_s = 0;

	take(&clock, &(struct take){100, "ito", {1}}, BOOT, &step);
	assert_int_equal(take(&clock, &(struct take){130, "ito", {2}}, BOOT_2, &step), FAR_FIRST);
	assert_int_equal(take(&clock, &(struct take){160, "ito", {3}}, BOOT_2, &step), FAR_LEARNED);
	assert_int_equal(
		learned_clock_now(&clock, BOOT_2, 1160, 0, FLOOR_S, &now_s), LOGIN_TIME_LEARNED);
	assert_int_equal(now_s, (STEP + 3) * 30 + 15 + 1000);
	assert_int_equal(
		learned_clock_now(&clock, BOOT, 160, 0, FLOOR_S, &now_s), LOGIN_TIME_UNKNOWN);
	assert_int_equal(now_s, FLOOR_S);
	/* At another start the old offset goes before anything new is learned. */
	assert_int_equal(take(&clock, &(struct take){10, "ito", {9}}, BOOT, &step), FAR_FIRST);
	assert_false(clock.has_offset);
}

static void the_clock_counts_unless_it_is_before_the_floor(void **state)
{
	static const struct {
		bool has_offset;
		int64_t offset_s, real_s;
		enum login_time wished;
		int64_t now_s;
	} rows[] = {
		{false, 0, FLOOR_S, LOGIN_TIME_REAL, FLOOR_S},
		{false, 0, FLOOR_S - 1, LOGIN_TIME_UNKNOWN, FLOOR_S},
		{true, FLOOR_S, FLOOR_S - 1, LOGIN_TIME_LEARNED, FLOOR_S + 50},
		{true, FLOOR_S, 0, LOGIN_TIME_LEARNED, FLOOR_S + 50},
		{true, FLOOR_S, -1, LOGIN_TIME_LEARNED, FLOOR_S + 50},
		/* Set right by somebody: that ends it. */
		{true, FLOOR_S + 99999, FLOOR_S + 1, LOGIN_TIME_REAL, FLOOR_S + 1},
		/* Overtaken by the floor. */
		{true, FLOOR_S - 50, 0, LOGIN_TIME_LEARNED, FLOOR_S},
		{true, FLOOR_S - 51, 0, LOGIN_TIME_UNKNOWN, FLOOR_S},
		{true, INT64_MAX, 0, LOGIN_TIME_UNKNOWN, FLOOR_S},
		{true, INT64_MIN, 0, LOGIN_TIME_UNKNOWN, FLOOR_S},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct learned_clock clock = {.boot = BOOT,
			.has_offset = rows[i].has_offset,
			.offset_s = rows[i].offset_s};
		int64_t now_s;

		assert_int_equal(
			learned_clock_now(&clock, BOOT, 50, rows[i].real_s, FLOOR_S, &now_s),
			rows[i].wished);
		assert_int_equal(now_s, rows[i].now_s);
	}
}

static void a_token_that_is_known_to_be_ahead_is_believed_less(void **state)
{
	struct learned_clock clock = {};
	uint64_t steps[] = {STEP, STEP + 1}, step;
	int64_t now_s;

	for (size_t i = 0; i < 2; i++) {
		const struct far_code code = {
			BOOT, 100 + (int64_t)i * 60, "ito", 60, 3, &steps[i], 1};

		assert_int_equal(
			learned_clock_take(&clock, &code, &step), i == 0 ? FAR_FIRST : FAR_LEARNED);
	}
	learned_clock_now(&clock, BOOT, 160, 0, FLOOR_S, &now_s);
	assert_int_equal(now_s, (STEP + 1 - 3) * 60 + 30);
}

static void what_no_token_shows_is_wrong(void **state)
{
	uint64_t far = UINT64_MAX, near = STEP, step = 7;
	const struct far_code codes[] = {
		{BOOT, 100, "ito", 30, 0, &far, 1},
		{BOOT, 100, "ito", 0, 0, &near, 1},
		{BOOT, -1, "ito", 30, 0, &near, 1},
		{BOOT, 100, "abcdefghijklmnopqrstuvwxyz0123456", 30, 0, &near, 1},
	};
	const struct far_code right = {
		BOOT, 100, "abcdefghijklmnopqrstuvwxyz012345", 30, 0, &near, 1};
	struct learned_clock clock = {.generation = 5};

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		assert_int_equal(learned_clock_take(&clock, &codes[i], &step), FAR_WRONG);
	assert_int_equal(clock.n_steps, 0);
	assert_int_equal(learned_clock_take(&clock, &right, &step), FAR_FIRST);
	assert_int_equal(clock.generation, 5);
	assert_int_equal(step, 7);
}

static void more_steps_than_there_is_room_for_are_left_out(void **state)
{
	uint64_t steps[LEARNED_CANDIDATES + 1], step;
	struct far_code code = {BOOT, 100, "ito", 30, 0, steps, LEARNED_CANDIDATES + 1};
	struct learned_clock clock = {};

	for (size_t i = 0; i <= LEARNED_CANDIDATES; i++)
		steps[i] = STEP + i * 100;
	assert_int_equal(learned_clock_take(&clock, &code, &step), FAR_FIRST);
	assert_int_equal(clock.n_steps, LEARNED_CANDIDATES);
}

static const struct learned_clock full = {
	.generation = 0x0102030405060708,
	.boot = BOOT,
	.has_offset = true,
	.offset_s = -2,
	.user = "ito",
	.first_at_s = 0x1112131415161718,
	.steps = {1, 2, 3, 4, 5, 6, 7, 0x2122232425262728},
	.n_steps = 8,
};

static void what_is_written_reads_back(void **state)
{
	uint8_t bytes[LEARNED_SLOT_SIZE], again[LEARNED_SLOT_SIZE];
	struct learned_clock back;

	learned_clock_encode(&full, bytes);
	assert_int_equal(learned_clock_decode(bytes, &back), 0);
	assert_int_equal(back.generation, full.generation);
	assert_string_equal(back.boot, full.boot);
	assert_true(back.has_offset);
	assert_int_equal(back.offset_s, full.offset_s);
	assert_string_equal(back.user, full.user);
	assert_int_equal(back.first_at_s, full.first_at_s);
	assert_int_equal(back.n_steps, 8);
	assert_memory_equal(back.steps, full.steps, sizeof(full.steps));
	learned_clock_encode(&back, again);
	assert_memory_equal(again, bytes, sizeof(bytes));
}

/* Format 1: what was written once has to be read for ever. */
static void the_bytes_are_those_of_format_1(void **state)
{
	static const uint8_t wished[32] = {'S', 'K', 'C', 1, 0x6e, 0x6c, 0x19, 0xd8, 8, 7, 6, 5, 4,
		3, 2, 1, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x18, 0x17, 0x16, 0x15,
		0x14, 0x13, 0x12, 0x11};
	uint8_t bytes[LEARNED_SLOT_SIZE];

	learned_clock_encode(&full, bytes);
	assert_memory_equal(bytes, wished, sizeof(wished));
}

static void every_byte_that_changes_is_seen(void **state)
{
	uint8_t bytes[LEARNED_SLOT_SIZE];
	struct learned_clock back = {.n_steps = 3};

	learned_clock_encode(&full, bytes);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		for (int bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1 << bit);
			assert_int_equal(learned_clock_decode(bytes, &back), -EBADMSG);
			bytes[i] ^= (uint8_t)(1 << bit);
		}
	}
	assert_int_equal(back.n_steps, 3);
}

static void the_newer_slot_counts_and_the_other_is_written(void **state)
{
	static const struct {
		uint64_t generations[2]; /* 0: damaged */
		uint64_t wished;
		unsigned next;
	} rows[] = {{{7, 8}, 8, 0}, {{9, 8}, 9, 1}, {{7, 0}, 7, 1}, {{0, 8}, 8, 0}, {{0, 0}, 0, 0}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint8_t bytes[LEARNED_SLOTS][LEARNED_SLOT_SIZE];
		struct learned_clock clock = full;
		unsigned next;

		for (unsigned slot = 0; slot < LEARNED_SLOTS; slot++) {
			clock.generation = rows[i].generations[slot];
			learned_clock_encode(&clock, bytes[slot]);
			bytes[slot][400] = clock.generation == 0;
		}
		learned_clock_find(bytes, &clock, &next);
		assert_int_equal(clock.generation, rows[i].wished);
		assert_int_equal(clock.has_offset, rows[i].wished > 0);
		assert_int_equal(next, rows[i].next);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_codes_in_a_row_tell_the_time),
		cmocka_unit_test(two_codes_with_another_between_them_are_not_in_a_row),
		cmocka_unit_test(what_was_learned_ends_with_the_run_of_the_machine),
		cmocka_unit_test(the_clock_counts_unless_it_is_before_the_floor),
		cmocka_unit_test(a_token_that_is_known_to_be_ahead_is_believed_less),
		cmocka_unit_test(what_no_token_shows_is_wrong),
		cmocka_unit_test(more_steps_than_there_is_room_for_are_left_out),
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(the_bytes_are_those_of_format_1),
		cmocka_unit_test(every_byte_that_changes_is_seen),
		cmocka_unit_test(the_newer_slot_counts_and_the_other_is_written),
	};

	return cmocka_run_group_tests_name("learned_clock", tests, NULL, NULL);
}
