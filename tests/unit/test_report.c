#include "tests/unit/document_signer.h"
#include "tests/unit/fixture.h"
#include "tests/unit/reader_rows.h"

#include <errno.h>

#include "policy/report.h"

static const char text_report[] = "[report]\n"
				  "kind = report\n"
				  "format = 1\n"
				  "site = tosu\n"
				  "tier = my-number\n"
				  "issued = 2026-11-24T08:31:00+09:00\n"
				  "terminal = desk-17\n"
				  "number = 12\n"
				  "agent = 0.1.0\n"
				  "boot = 6f1d3c1e-0b52-4c7e-9c55-0a4b7d1c2e3f\n"
				  "reason = change\n"
				  "[applied]\n"
				  "mode = enforce\n"
				  "root-serial = 1\n"
				  "root-sha256 = DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
				  "policy-serial = 42\n"
				  "policy-sha256 = EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
				  "next-serial = 43\n"
				  "media-serial = 7\n"
				  "fresh-issued = 2026-11-24T08:00:00+09:00\n"
				  "tokens-serial = 1773968400\n"
				  "exemptions = 40\n"
				  "[health]\n"
				  "second-factor = partial\n"
				  "problem-1 = clock-behind\n"
				  "problem-2 = media-expired\n"
				  "[today]\n"
				  "since = 2026-11-24T00:00:00+09:00\n"
				  "blocked = 3\n"
				  "alert-1 = device-disguised 2\n"
				  "[records]\n"
				  "sequence = 812\n"
				  "sha256 = FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
				  "lost = 5\n"
				  "[open 1]\n"
				  "id = E-7K3M9Q2X\n"
				  "user = tanaka\n"
				  "phase = active\n"
				  "until = 2026-11-24T17:00:00+09:00\n"
				  "[open 2]\n"
				  "id = E-0000000W\n"
				  "phase = approved\n";

#define POLICY_PAIR \
	"policy-serial = 42\npolicy-sha256 = EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"

static const struct reader_row rows[] = {
	{"as it is", "[report]", "[report]", 0, NULL},
	{"another kind", "kind = report", "kind = request", 2, "report"},
	{"another format", "format = 1", "format = 2", 3, "1"},
	{"all tiers", "tier = my-number", "tier = all", 5, "the name of one tier"},
	{"an epoch, which a report has not", "tier = my-number\n", "tier = my-number\nepoch = 1\n",
		6, "one of the keys"},
	{"number 0", "number = 12", "number = 0", 8, "a number from 1"},
	{"the last number", "number = 12", "number = 999999999999", 0, NULL},
	{"one more", "number = 12", "number = 1000000000000", 8, "a number from 1"},
	{"a boot id in capitals", "boot = 6f1d", "boot = 6F1D", 10, "a boot id"},
	{"a boot id that is cut", "2e3f\n", "2e3\n", 10, "a boot id"},
	{"a boot id that goes on", "2e3f\n", "2e3f-1\n", 10, "a boot id"},
	{"a reason nobody has", "reason = change", "reason = changed", 11, "one of hourly"},
	{"at a start", "reason = change", "reason = start", 0, NULL},
	{"a mode nobody has", "mode = enforce", "mode = off", 13, "one of strict"},
	{"one of sekishod's own policies", "mode = enforce", "mode = built-in", 0, NULL},
	{"no policy", POLICY_PAIR, "", 0, NULL},
	{"a policy without its hash",
		"policy-sha256 = EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "", 16,
		"the key \"policy-sha256\" beside it"},
	{"a hash without its policy", "policy-serial = 42\n", "", 16,
		"the key \"policy-serial\" beside it"},
	{"a root without its hash", "root-sha256 = DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		"", 14, "the key \"root-sha256\" beside it"},
	{"none waits", "next-serial = 43\n", "", 0, NULL},
	{"0 waits", "next-serial = 43", "next-serial = 0", 18, "a number from 1"},
	{"how many exemptions is not said", "exemptions = 40\n", "", 21, "the key \"exemptions\""},
	{"a factor nobody has", "second-factor = partial", "second-factor = yes", 24, "one of off"},
	{"it is switched off", "second-factor = partial", "second-factor = off", 0, NULL},
	{"a gap between problems", "problem-2 = ", "problem-3 = ", 26, "the key \"problem-2\""},
	{"problems out of order", "problem-1 = clock-behind\n", "", 25, "the key \"problem-1\""},
	{"two words", "clock-behind", "clock behind", 25, "one word of a-z 0-9 -"},
	{"a word of 32 letters", "clock-behind", "abcdefghijklmnopqrstuvwxyz012345", 0, NULL},
	{"one more letter", "clock-behind", "abcdefghijklmnopqrstuvwxyz0123456", 25, "one word"},
	{"an alert without a number", "device-disguised 2", "device-disguised", 30,
		"the word of an event and a number"},
	{"an alert that never was", "device-disguised 2", "device-disguised 0", 30,
		"the word of an event and a number"},
	{"an alert and more", "device-disguised 2", "device-disguised 2 3", 30,
		"the word of an event and a number"},
	{"no record yet", "sequence = 812", "sequence = 0", 0, NULL},
	{"exemption 0", "[open 1]", "[open 0]", 35, "a number from 1 to 32, in order"},
	{"exemptions out of order", "[open 2]", "[open 3]", 40, "a number from 1 to 32, in order"},
	{"a number that nobody draws", "E-7K3M9Q2X", "E-7K3M9Q2U", 36, ""},
	{"an account that is none", "user = tanaka", "user = -tanaka", 37, ""},
	{"another section", "[records]\n", "[pace]\n[records]\n", 31, "one of the sections"},
	{"no records",
		"[records]\nsequence = 812\n"
		"sha256 = FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nlost = 5\n",
		"", 38, "a section [records]"},
};

static void each_rule_of_a_report_is_checked(void **state)
{
	reader_check_rows(&report_reader, text_report, rows, COUNT(rows));
}

static void a_report_becomes_typed_values(void **state)
{
	struct report *report = reader_value(&report_reader, text_report);

	assert_string_equal(report->site, "tosu");
	assert_string_equal(report->terminal, "desk-17");
	assert_int_equal(report->number, 12);
	assert_int_equal(report->issued, 1795476660);
	assert_int_equal(report->reason, REPORT_CHANGE);
	assert_int_equal(report->mode, REPORT_ENFORCE);
	assert_true(report->root.is_named && report->policy.is_named);
	assert_int_equal(report->policy.serial, 42);
	assert_int_equal(report->policy.text_sha256[0], FIRST_BYTE('E'));
	assert_int_equal(report->next, 43);
	assert_int_equal(report->media, 7);
	assert_int_equal(report->fresh, 1795474800);
	assert_int_equal(report->tokens, 1773968400);
	assert_int_equal(report->n_exemptions, 40);
	assert_int_equal(report->factor, REPORT_FACTOR_PARTIAL);
	assert_int_equal(report->n_problems, 2);
	assert_string_equal(report->problems[1], "media-expired");
	assert_int_equal(report->blocked, 3);
	assert_int_equal(report->n_alerts, 1);
	assert_string_equal(report->alerts[0].event, "device-disguised");
	assert_int_equal(report->alerts[0].n, 2);
	assert_int_equal(report->sequence, 812);
	assert_int_equal(report->head[0], FIRST_BYTE('F'));
	assert_int_equal(report->lost, 5);
	assert_int_equal(report->n_open, 2);
	assert_string_equal(report->open[0].user, "tanaka");
	assert_string_equal(report->open[1].user, "");
	assert_int_equal(report->open[1].until, 0);
	report_free(report);
}

static void what_is_not_there_is_zero(void **state)
{
	struct report *report = reader_value(&report_reader,
		"[report]\nkind = report\nformat = 1\nsite = tosu\ntier = my-number\n"
		"issued = 2026-11-24T08:31:00+09:00\nterminal = desk-17\nnumber = 1\n"
		"agent = 0.1.0\nboot = 6f1d3c1e-0b52-4c7e-9c55-0a4b7d1c2e3f\nreason = start\n"
		"[applied]\nmode = strict\nexemptions = 0\n[health]\nsecond-factor = on\n"
		"[today]\nsince = 2026-11-24T00:00:00+09:00\nblocked = 0\n[records]\n"
		"sequence = 0\nsha256 = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nlost = 0\n");

	assert_false(report->root.is_named || report->policy.is_named);
	assert_int_equal(report->next + report->media + report->tokens, 0);
	assert_int_equal(report->fresh, 0);
	assert_int_equal(report->n_problems + report->n_alerts + report->n_open, 0);
	report_free(report);
}

static void a_report_is_written_as_it_is_read(void **state)
{
	struct report *report = reader_value(&report_reader, text_report);
	struct problems problems = {0};
	char *text = NULL;

	assert_int_equal(report_write(report, &problems, &text), 0);
	assert_string_equal(text, text_report);
	free(text);
	text = NULL;
	memcpy(report->problems[0], "no word", sizeof("no word"));
	assert_int_equal(report_write(report, &problems, &text), -EBADMSG);
	assert_null(text);
	assert_true(problems_any(&problems));
	problems_clear(&problems);
	report_free(report);
}

/* With all that it can hold it still finds room beside its signature. */
static void the_longest_report_fits(void **state)
{
	struct report *report = reader_value(&report_reader, text_report);
	struct problems problems = {0};
	char *text = NULL;

	report->n_problems = REPORT_PROBLEMS_MAX;
	report->n_alerts = REPORT_ALERTS_MAX;
	report->n_open = REPORT_OPEN_MAX;
	for (size_t i = 0; i < REPORT_PROBLEMS_MAX; i++)
		memcpy(report->problems[i], "abcdefghijklmnopqrstuvwxyz012345", 33);
	for (size_t i = 0; i < REPORT_ALERTS_MAX; i++) {
		memcpy(report->alerts[i].event, "abcdefghijklmnopqrstuvwxyz012345", 33);
		report->alerts[i].n = 9007199254740991;
	}
	for (size_t i = 0; i < REPORT_OPEN_MAX; i++)
		report->open[i] = report->open[0];
	assert_int_equal(report_write(report, &problems, &text), 0);
	assert_true(strlen(text) < REPORT_SIZE_MAX - 1024);
	free(text);
	report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_of_a_report_is_checked),
		cmocka_unit_test(a_report_becomes_typed_values),
		cmocka_unit_test(what_is_not_there_is_zero),
		cmocka_unit_test(a_report_is_written_as_it_is_read),
		cmocka_unit_test(the_longest_report_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
