/* What came of a device, in the table of records. */
#include "tests/unit/fixture.h"

#include "agent/cli_record_words.h"

static void the_outcome_is_in_the_words_of_devices(void **state)
{
	static const struct {
		const char *event, *verdict;
		bool is_partly, is_rehearsed;
		const char *expected;
	} rows[] = {
		{"device-blocked", "block", false, false, "refused"},
		{"device-blocked", "block", true, false, "refused"},
		{"device-blocked", "block", true, true, "would be refused"},
		{"device-allowed", "allow", false, false, "let in"},
		{"device-allowed", "allow", false, true, "let in"},
		{"device-allowed", "allow", true, false, "partly"},
		{"device-allowed", "allow", true, true, "would be let in partly"},
		{"device-allowed", "read-only", false, false, "read only"},
		{"device-allowed", "read-only", false, true, "would be read only"},
		{"device-allowed", "read-only", true, false, "partly"},
		{"device-allowed", "of a newer agent", false, false, "refused"},
		{"device-allowed", "Allow", false, false, "refused"},
		{"device-allowed", "", false, false, ""},
		{"device-removed", "allow", false, false, ""},
		{"of a newer agent", "block", false, false, ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct cli_record record = {.event = rows[i].event,
			.verdict = rows[i].verdict,
			.is_partly = rows[i].is_partly,
			.is_rehearsed = rows[i].is_rehearsed};

		assert_string_equal(cli_record_outcome(&record), rows[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_outcome_is_in_the_words_of_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
