/* A report as canonical text: what report_parse() reads. */
#include <errno.h>
#include <inttypes.h>

#include "policy/base64.h"
#include "policy/cleanup.h"
#include "policy/ini_text.h"
#include "policy/report.h"

static void write_word(struct ini_text *text, const char *key, const char *word)
{
	ini_text_value(text, key, word ? word : "");
}

static void write_number(struct ini_text *text, const char *key, uint64_t number)
{
	ini_text_line(text, "%s = %" PRIu64, key, number);
}

/* A value that may be absent. */
static void write_serial(struct ini_text *text, const char *key, uint64_t serial)
{
	if (serial > 0)
		write_number(text, key, serial);
}

static void write_sha256(struct ini_text *text, const char *key, const uint8_t sha256[SHA256_SIZE])
{
	char base64[BASE64_SIZE(SHA256_SIZE) + 1];

	base64_encode(sha256, SHA256_SIZE, base64);
	ini_text_line(text, "%s = %.43s", key, base64);
}

static void write_entry(struct ini_text *text, const char *serial_key, const char *sha256_key,
	const struct fresh_entry *entry)
{
	if (!entry->is_named)
		return;
	write_serial(text, serial_key, entry->serial);
	write_sha256(text, sha256_key, entry->text_sha256);
}

static void write_head(struct ini_text *text, const struct report *report)
{
	ini_text_line(text, "[report]");
	ini_text_line(text, "kind = report");
	ini_text_line(text, "format = 1");
	ini_text_value(text, "site", report->site);
	ini_text_value(text, "tier", report->tier);
	ini_text_time(text, "issued", report->issued);
	ini_text_value(text, "terminal", report->terminal);
	write_number(text, "number", report->number);
	ini_text_value(text, "agent", report->agent);
	ini_text_value(text, "boot", report->boot);
	write_word(text, "reason", report_reason_name(report->reason));
}

static void write_applied(struct ini_text *text, const struct report *report)
{
	ini_text_line(text, "[applied]");
	write_word(text, "mode", report_mode_name(report->mode));
	write_entry(text, "root-serial", "root-sha256", &report->root);
	write_entry(text, "policy-serial", "policy-sha256", &report->policy);
	write_serial(text, "next-serial", report->next);
	write_serial(text, "media-serial", report->media);
	if (report->fresh != 0)
		ini_text_time(text, "fresh-issued", report->fresh);
	write_serial(text, "tokens-serial", report->tokens);
	write_number(text, "exemptions", report->n_exemptions);
}

static void write_health(struct ini_text *text, const struct report *report)
{
	ini_text_line(text, "[health]");
	write_word(text, "second-factor", report_factor_name(report->factor));
	for (size_t i = 0; i < report->n_problems && i < REPORT_PROBLEMS_MAX; i++)
		ini_text_line(text, "problem-%zu = %s", i + 1, report->problems[i]);
}

static void write_today(struct ini_text *text, const struct report *report)
{
	ini_text_line(text, "[today]");
	ini_text_time(text, "since", report->since);
	write_number(text, "blocked", report->blocked);
	for (size_t i = 0; i < report->n_alerts && i < REPORT_ALERTS_MAX; i++)
		ini_text_line(text, "alert-%zu = %s %" PRIu64, i + 1, report->alerts[i].event,
			report->alerts[i].n);
}

static void write_open(struct ini_text *text, const struct report_open *open, size_t number)
{
	ini_text_line(text, "[open %zu]", number);
	ini_text_value(text, "id", open->id);
	ini_text_value(text, "user", open->user);
	ini_text_value(text, "phase", open->phase);
	if (open->until != 0)
		ini_text_time(text, "until", open->until);
}

int report_write(const struct report *report, struct problems *problems, char **ret)
{
	CLEANUP(ini_text_clear) struct ini_text text = ini_text_begin(REPORT_SIZE_MAX);
	CLEANUP(report_cleanup) struct report *again = NULL;
	int r;

	write_head(&text, report);
	write_applied(&text, report);
	write_health(&text, report);
	write_today(&text, report);
	ini_text_line(&text, "[records]");
	write_number(&text, "sequence", report->sequence);
	write_sha256(&text, "sha256", report->head);
	write_number(&text, "lost", report->lost);
	for (size_t i = 0; i < report->n_open && i < REPORT_OPEN_MAX; i++)
		write_open(&text, &report->open[i], i + 1);
	if (text.has_failed)
		return -ENOMEM;
	r = report_parse(text.bytes, text.used, problems, &again);
	if (r == 0)
		*ret = TAKE(text.bytes);
	return r;
}
