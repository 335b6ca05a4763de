/* How far an exemption has come, as a file keeps it. */
#include "agent/exemption_state.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/fixture.h"

/* Static, so that what lies between its members is zero, as in what is read. */
static const struct exemption_state a_state = {
	.id = "E-7K3M9Q2X",
	.phase = EXEMPTION_WARNED,
	.is_redeemed = true,
	.warned = EXEMPTION_WARNED_20,
	.user = "tanaka",
	.uid = 1000,
	.session = "c2",
	.first_s = 1795405200,
	.boot_id = "11111111-2222-3333-4444-555555555555",
	.deadline_ms = 5400000,
	.spent_ms = 1200000,
	.insertions = 2,
	.bus = 1,
	.number = 17,
	.capacity = 15728640000,
	.volume = "1234-ABCD",
	.not_after = 1795410000,
};

static void what_is_written_is_read(void **state)
{
	struct exemption_state after = {};
	char text[EXEMPTION_STATE_SIZE];
	size_t size = exemption_state_format(&a_state, text);

	assert_int_equal(exemption_state_parse(text, size, &after), 0);
	assert_memory_equal(&a_state, &after, sizeof(after));
}

static void the_longest_state_fits(void **state)
{
	struct exemption_state longest, after = {};
	char text[EXEMPTION_STATE_SIZE];

	memcpy(&longest, &a_state, sizeof(longest));
	memset(longest.user, 'u', sizeof(longest.user) - 1);
	memset(longest.session, 's', sizeof(longest.session) - 1);
	memset(longest.volume, 'v', sizeof(longest.volume) - 1);
	longest.uid = longest.insertions = longest.bus = longest.number = UINT32_MAX;
	longest.warned = UINT32_MAX;
	longest.first_s = longest.not_after = longest.ended_s = INT64_MAX;
	longest.deadline_ms = longest.spent_ms = longest.capacity = INT64_MAX;
	assert_int_equal(
		exemption_state_parse(text, exemption_state_format(&longest, text), &after), 0);
	assert_memory_equal(&longest, &after, sizeof(after));
}

/* Whatever one byte becomes, it is noticed. */
static void no_byte_can_be_another(void **state)
{
	struct exemption_state before = a_state, after = {.id = "untouched"};
	char text[EXEMPTION_STATE_SIZE];
	size_t size = exemption_state_format(&before, text);

	for (size_t i = 0; i < size; i++) {
		text[i] ^= 0x01;
		assert_int_equal(exemption_state_parse(text, size, &after), -EBADMSG);
		text[i] ^= 0x01;
	}
	for (size_t cut = 0; cut < size; cut++)
		assert_int_equal(exemption_state_parse(text, cut, &after), -EBADMSG);
	assert_string_equal(after.id, "untouched");
	assert_int_equal(exemption_state_parse(text, size, &after), 0);
}

static void each_word_has_its_value(void **state)
{
	for (unsigned i = 0; i < EXEMPTION_PHASE_COUNT; i++) {
		enum exemption_phase again = EXEMPTION_PHASE_COUNT;

		assert_int_equal(exemption_phase_from_name(exemption_phase_name(i), &again), 0);
		assert_int_equal(again, i);
	}
	for (unsigned i = 0; i < EXEMPTION_END_COUNT; i++) {
		enum exemption_end again = EXEMPTION_END_COUNT;

		assert_int_equal(exemption_end_from_name(exemption_end_name(i), &again), 0);
		assert_int_equal(again, i);
	}
	assert_null(exemption_phase_name(EXEMPTION_PHASE_COUNT));
	assert_null(exemption_end_name(EXEMPTION_END_COUNT));
}

/* Zeroed memory is an exemption that nobody may use. */
static void zero_is_lost(void **state)
{
	struct exemption_state zero = {};

	assert_string_equal(exemption_phase_name(zero.phase), "lost");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(the_longest_state_fits),
		cmocka_unit_test(no_byte_can_be_another),
		cmocka_unit_test(each_word_has_its_value),
		cmocka_unit_test(zero_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
