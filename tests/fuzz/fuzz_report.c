/* Any text as a report: either problems, or one that is written as it is read, and whose words may
 * be shown on a terminal. */
#include "tests/fuzz/fuzzed_text.h"

#include "policy/characters.h"
#include "policy/report.h"
#include "policy/value.h"

static void check_words(const struct report *report)
{
	assert(report->n_problems <= REPORT_PROBLEMS_MAX && report->n_alerts <= REPORT_ALERTS_MAX);
	assert(report->n_open <= REPORT_OPEN_MAX);
	for (size_t i = 0; i < report->n_problems; i++)
		assert(word_is_valid(report->problems[i]));
	for (size_t i = 0; i < report->n_alerts; i++)
		assert(word_is_valid(report->alerts[i].event) && report->alerts[i].n > 0);
	for (size_t i = 0; i < report->n_open; i++)
		assert(exemption_id_is_valid(report->open[i].id) &&
			word_is_valid(report->open[i].phase));
	assert(word_is_valid(report->terminal) && utf8_is_plain(report->agent));
	assert(report_mode_name(report->mode) && report_factor_name(report->factor) &&
		report_reason_name(report->reason));
}

static void check_text(const char *text, size_t size)
{
	struct report *report = fuzz_read(&report_reader, text, size), *again = NULL;
	struct problems problems = {0};
	char *written = NULL, *twice = NULL;

	if (!report)
		return;
	check_words(report);
	/* Three letters of percent-encoding each find room in a line. */
	assert(report_write(report, &problems, &written) == 0);
	assert(report_parse(written, strlen(written), &problems, &again) == 0);
	assert(report_write(again, &problems, &twice) == 0 && strcmp(written, twice) == 0);
	report_free(report);
	report_free(again);
	free(written);
	free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
