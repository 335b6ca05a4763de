#include "policy/admin/fleet_page.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/fleet_page_words.h"
#include "policy/admin/fleet_remark.h"
#include "policy/admin/moment.h"
#include "policy/cleanup.h"

/* Of more than these a browser shows a table too slowly: they are folded. */
#define ROWS_MAX 500
/* Should something that a terminal said ever get past put(): it fetches and runs nothing. */
#define NOTHING_ELSE "default-src 'none'; style-src 'unsafe-inline'"

struct page {
	FILE *to;
	const struct fleet *fleet;
	struct fleet_sum sum;
	bool is_japanese;
};

static const char *word(const struct page *page, enum fleet_word which)
{
	return fleet_word(which, page->is_japanese);
}

static void put(const struct page *page, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '&': fputs("&amp;", page->to); break;
		case '<': fputs("&lt;", page->to); break;
		case '>': fputs("&gt;", page->to); break;
		case '"': fputs("&quot;", page->to); break;
		default: fputc(*text, page->to);
		}
}

static void put_cell(const struct page *page, const char *kind, const char *text)
{
	fprintf(page->to, "<td%s>", kind);
	put(page, text);
	fputs("</td>", page->to);
}

static void put_title(const struct page *page, enum fleet_word which)
{
	fputs("<h2>", page->to);
	put(page, word(page, which));
	fputs("</h2>\n", page->to);
}

static void put_text(const struct page *page, enum fleet_word which)
{
	fputs("<p>", page->to);
	put(page, word(page, which));
	fputs("</p>\n", page->to);
}

/* --- the head --- */

static void put_seals(const struct page *page)
{
	static const enum fleet_word seals[] = {WORD_APPROVED, WORD_CHECKED, WORD_MADE};

	fputs("<table class=\"seals\"><tr>", page->to);
	for (size_t i = 0; i < sizeof(seals) / sizeof(seals[0]); i++)
		fprintf(page->to, "<th>%s</th>", word(page, seals[i]));
	fputs("</tr><tr><td></td><td></td><td></td></tr></table>\n", page->to);
}

static void put_head(const struct page *page)
{
	const struct fleet *fleet = page->fleet;
	const char *tier = fleet->published.tier_name[0] ? fleet->published.tier_name
							 : fleet->folder->tier_name;
	char when[MOMENT_TEXT_SIZE];

	fprintf(page->to,
		"<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"" NOTHING_ELSE "\">"
		"<meta name=\"viewport\" content=\"width=device-width\"><title>%s</title>"
		"<style>%s</style></head><body>\n<header><div><h1>%s</h1><p>",
		page->is_japanese ? "ja" : "en", word(page, WORD_TITLE), fleet_page_style,
		word(page, WORD_TITLE));
	put(page, fleet->published.site);
	fputs(" / ", page->to);
	put(page, tier);
	fprintf(page->to, "<br>%s %s <span class=\"care\">%s</span></p></div>\n",
		word(page, WORD_AS_OF), moment_format(fleet->now_s, fleet->offset_minutes, when),
		word(page, WORD_CONFIDENTIAL));
	put_seals(page);
	fputs("</header>\n", page->to);
}

/* --- figures --- */

static void put_figure(const struct page *page, uint64_t number, enum fleet_word what, bool is_bad)
{
	fprintf(page->to, "<li%s><b>%" PRIu64 "</b>%s</li>", is_bad ? " class=\"bad\"" : "", number,
		word(page, what));
}

static void put_figures(const struct page *page)
{
	const struct fleet_sum *sum = &page->sum;
	size_t silent = sum->by_flaw[FLEET_SILENT] + sum->by_flaw[FLEET_NEVER];

	put_title(page, WORD_FIGURES);
	fputs("<ul class=\"figures\">", page->to);
	put_figure(page, sum->n, WORD_TERMINALS, false);
	put_figure(page, sum->n_calm, WORD_CALM, false);
	fprintf(page->to, "<li><b>%zu</b>%s %" PRIu64 "</li>", sum->n_current,
		word(page, WORD_CURRENT), page->fleet->published.policy);
	put_figure(page, silent, WORD_SILENT, silent > 0);
	put_figure(page, sum->by_flaw[FLEET_FACTOR_OFF], WORD_FACTOR_OFF,
		sum->by_flaw[FLEET_FACTOR_OFF] > 0);
	put_figure(page, sum->blocked, WORD_BLOCKED, false);
	put_figure(page, sum->exemptions, WORD_OPEN, false);
	fputs("</ul>\n", page->to);
}

/* --- tables of terminals --- */

static void put_columns(const struct page *page, const enum fleet_word *columns, size_t n)
{
	fputs("<table class=\"list\"><thead><tr>", page->to);
	for (size_t i = 0; i < n; i++)
		fprintf(page->to, "<th>%s</th>", word(page, columns[i]));
	fputs("</tr></thead><tbody>\n", page->to);
}

static void begin_terminals(const struct page *page)
{
	static const enum fleet_word columns[] = {WORD_TERMINAL, WORD_POLICY, WORD_LAST_REPORT,
		WORD_FACTOR, WORD_BLOCKED_SHORT, WORD_OPEN_SHORT, WORD_REMARKS};

	put_columns(page, columns, sizeof(columns) / sizeof(columns[0]));
}

static void end_table(const struct page *page)
{
	fputs("</tbody></table>\n", page->to);
}

static void put_terminal(const struct page *page, const struct fleet_terminal *terminal)
{
	const struct fleet_report *report = terminal->report;
	char policy[FLEET_CELL_MAX], blocked[FLEET_CELL_MAX], when[MOMENT_TEXT_SIZE] = "-";
	char open[FLEET_CELL_MAX] = "-", remark[FLEET_REMARK_MAX];

	if (report) {
		moment_format(report->seen, page->fleet->offset_minutes, when);
		snprintf(open, sizeof(open), "%" PRIu64, report->n_exemptions);
	}
	fleet_remark(page->fleet, terminal, ~0u, page->is_japanese, remark);
	fputs(fleet_flaws_alarms(terminal->flaws) ? "<tr class=\"bad\">" : "<tr>", page->to);
	put_cell(page, "", terminal->entry->terminal);
	put_cell(page, "", fleet_cell_policy(report, policy));
	put_cell(page, "", when);
	put_cell(page, "", report ? fleet_factor_text(report->factor, page->is_japanese) : "-");
	put_cell(page, " class=\"n\"", fleet_cell_blocked(page->fleet, report, blocked));
	put_cell(page, " class=\"n\"", open);
	put_cell(page, "", remark);
	fputs("</tr>\n", page->to);
}

static bool has_alarm(const struct fleet_terminal *terminal)
{
	return fleet_flaws_alarms(terminal->flaws);
}

static bool has_note(const struct fleet_terminal *terminal)
{
	return terminal->flaws != 0 && !has_alarm(terminal);
}

static void put_some(const struct page *page, bool (*is_one)(const struct fleet_terminal *terminal),
	enum fleet_word title, enum fleet_word none)
{
	size_t n = 0;

	put_title(page, title);
	for (size_t i = 0; i < page->fleet->n; i++) {
		if (!is_one(&page->fleet->items[i]))
			continue;
		if (n++ == 0)
			begin_terminals(page);
		put_terminal(page, &page->fleet->items[i]);
	}
	if (n > 0)
		end_table(page);
	else
		put_text(page, none);
}

static void put_summary(const struct page *page, const char *first, const char *last)
{
	fputs("<details><summary>", page->to);
	put(page, first);
	fputs(" &ndash; ", page->to);
	put(page, last);
	fputs("</summary>\n", page->to);
}

/* A few in one table; of many each part is unfolded by whoever looks for one. */
static void put_all(const struct page *page)
{
	const struct fleet *fleet = page->fleet;
	bool is_folded = fleet->n > ROWS_MAX;

	put_title(page, WORD_ALL);
	for (size_t i = 0; i < fleet->n; i += ROWS_MAX) {
		size_t end = i + ROWS_MAX < fleet->n ? i + ROWS_MAX : fleet->n;

		if (is_folded)
			put_summary(page, fleet->items[i].entry->terminal,
				fleet->items[end - 1].entry->terminal);
		begin_terminals(page);
		for (size_t j = i; j < end; j++)
			put_terminal(page, &fleet->items[j]);
		end_table(page);
		if (is_folded)
			fputs("</details>\n", page->to);
	}
}

/* --- exemptions --- */

static void put_open(const struct page *page, const struct fleet_terminal *terminal,
	const struct report_open *open)
{
	char until[MOMENT_TEXT_SIZE] = "";

	if (open->until)
		moment_format(open->until, page->fleet->offset_minutes, until);
	fputs("<tr>", page->to);
	put_cell(page, "", open->id);
	put_cell(page, "", terminal->entry->terminal);
	put_cell(page, "", open->user[0] ? open->user : word(page, WORD_WHOEVER));
	put_cell(page, "", fleet_phase_text(open->phase, page->is_japanese));
	put_cell(page, "", until);
	fputs("</tr>\n", page->to);
}

static void put_exemptions(const struct page *page)
{
	static const enum fleet_word columns[] = {
		WORD_NUMBER, WORD_TERMINAL, WORD_USER, WORD_PHASE, WORD_UNTIL};

	put_title(page, WORD_EXEMPTIONS);
	if (page->sum.exemptions == 0) {
		put_text(page, WORD_NO_EXEMPTIONS);
		return;
	}
	put_columns(page, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < page->fleet->n; i++) {
		const struct fleet_terminal *terminal = &page->fleet->items[i];

		for (size_t j = 0; terminal->report && j < terminal->report->n_open; j++)
			put_open(page, terminal, &terminal->report->open[j]);
	}
	end_table(page);
}

int fleet_page_write(const struct fleet *fleet, bool is_japanese, const char *path)
{
	CLEANUP(cleanup_free) char *text = NULL;
	struct page page = {.fleet = fleet, .is_japanese = is_japanese};
	bool has_failed;
	size_t size;

	page.to = open_memstream(&text, &size);
	if (!page.to)
		return admin_no_memory();
	fleet_add_up(fleet, &page.sum);
	put_head(&page);
	put_figures(&page);
	put_some(&page, has_alarm, WORD_ALARMS, WORD_NO_ALARMS);
	put_some(&page, has_note, WORD_NOTES, WORD_NO_NOTES);
	put_exemptions(&page);
	put_all(&page);
	fputs("</body></html>\n", page.to);
	has_failed = ferror(page.to);
	if (fclose(page.to) != 0 || has_failed)
		return admin_no_memory();
	return admin_replace(path, text, size) < 0 ? EXIT_UNKNOWN : EXIT_DONE;
}
