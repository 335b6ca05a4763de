/* What is worth a report at once, what waits for its turn, and what for the next hour. */
#include "tests/unit/fixture.h"

#include "agent/report_due.h"

#define NOW  1000000u
#define HOUR (NOW + 3600000u)

static struct report some_report(void)
{
	struct report report = {
		.number = 7,
		.issued = 1790000000,
		.since = 1789999000,
		.mode = REPORT_ENFORCE,
		.factor = REPORT_FACTOR_ON,
		.root = {true, 1, {1}},
		.policy = {true, 42, {2}},
		.sequence = 5,
	};

	memcpy(report.site, "tosu", sizeof("tosu"));
	memcpy(report.tier, "my-number", sizeof("my-number"));
	memcpy(report.terminal, "desk-17", sizeof("desk-17"));
	memcpy(report.agent, "0.1.0", sizeof("0.1.0"));
	memcpy(report.boot, "6f1d3c1e-0b52-4c7e-9c55-0a4b7d1c2e3f", REPORT_BOOT_ID_SIZE);
	return report;
}

static struct report_digest digest_of(const struct report *report)
{
	struct report_digest digest;

	assert_int_equal(report_digest(report, &digest), 0);
	return digest;
}

/* Said at NOW, with the next one an hour later. */
static struct report_said said_of(const struct report *report)
{
	struct report_digest digest = digest_of(report);
	struct report_said said = {};

	assert_true(report_is_due(&said, &digest, NOW, 0));
	report_note_said(&said, &digest, NOW, HOUR);
	return said;
}

static bool is_due_at(struct report_said *said, const struct report *report, uint64_t now_ms)
{
	struct report_digest digest = digest_of(report);

	return report_is_due(said, &digest, now_ms, 99999);
}

static void what_only_counts_on_waits_for_the_hour(void **state)
{
	struct report report = some_report();
	struct report_said said = said_of(&report);

	report.number++;
	report.issued += 60;
	report.sequence += 9;
	report.head[3] = 1;
	report.blocked = 3;
	report.fresh = 1790000000;
	assert_false(is_due_at(&said, &report, NOW + 60000));
	assert_int_equal(report_next_ms(&said), HOUR);
	assert_true(is_due_at(&said, &report, HOUR));
}

static void what_happened_here_is_said_at_once(void **state)
{
	struct report before = some_report(), report;
	struct report_said said = said_of(&before);

	report = before;
	report.n_alerts = 1;
	memcpy(report.alerts[0].event, "tampered", sizeof("tampered"));
	report.alerts[0].n = 1;
	assert_true(is_due_at(&said, &report, NOW + 5000));
	report = before;
	report.n_problems = 1;
	memcpy(report.problems[0], "policy-lost", sizeof("policy-lost"));
	assert_true(is_due_at(&said, &report, NOW + 5000));
	report = before;
	report.mode = REPORT_STRICT;
	assert_true(is_due_at(&said, &report, NOW + 5000));
	report = before;
	report.lost = 1;
	assert_true(is_due_at(&said, &report, NOW + 5000));
	report = before;
	report.n_exemptions = 1;
	assert_true(is_due_at(&said, &report, NOW + 5000));
}

static void what_all_apply_is_said_one_after_the_other(void **state)
{
	struct report report = some_report();
	struct report_said said = said_of(&report);

	report.policy.serial++;
	report.policy.text_sha256[0]++;
	report.factor = REPORT_FACTOR_PARTIAL;
	assert_false(is_due_at(&said, &report, NOW + 5000));
	assert_int_equal(report_next_ms(&said), NOW + 5000 + 1 + 99999);
	/* Another look moves it no further. */
	assert_false(is_due_at(&said, &report, NOW + 60000));
	assert_int_equal(report_next_ms(&said), NOW + 5000 + 1 + 99999);
	assert_true(is_due_at(&said, &report, report_next_ms(&said)));
	/* With what happened here it is said, too. */
	said = said_of(&report);
	report.media++;
	assert_false(is_due_at(&said, &report, NOW + 5000));
	report.n_exemptions = 1;
	assert_true(is_due_at(&said, &report, NOW + 6000));
}

static void what_was_taken_back_is_not_waited_for(void **state)
{
	struct report report = some_report();
	struct report_said said = said_of(&report);

	report.next = 43;
	assert_false(is_due_at(&said, &report, NOW + 5000));
	report.next = 0;
	assert_false(is_due_at(&said, &report, NOW + 6000));
	assert_int_equal(report_next_ms(&said), HOUR);
}

/* 100,000 terminals that take a policy within a minute. */
static void they_spread_over_five_minutes(void **state)
{
	struct report report = some_report();
	struct report_said before = said_of(&report);
	struct report_digest digest;
	uint64_t last = 0, seed = 1;
	unsigned half = 0;

	report.policy.serial++;
	digest = digest_of(&report);
	for (unsigned i = 0; i < 10000; i++) {
		struct report_said said = before;
		uint64_t due_ms;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		assert_false(report_is_due(&said, &digest, NOW, (uint32_t)(seed >> 32)));
		due_ms = report_next_ms(&said);
		assert_in_range(due_ms, NOW + 1, NOW + REPORT_SPREAD_MS);
		half += due_ms < NOW + REPORT_SPREAD_MS / 2;
		last = due_ms > last ? due_ms : last;
	}
	assert_in_range(half, 4700, 5300);
	assert_true(last > NOW + REPORT_SPREAD_MS - 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_only_counts_on_waits_for_the_hour),
		cmocka_unit_test(what_happened_here_is_said_at_once),
		cmocka_unit_test(what_all_apply_is_said_one_after_the_other),
		cmocka_unit_test(what_was_taken_back_is_not_waited_for),
		cmocka_unit_test(they_spread_over_five_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
