/* sekisho-admin fleet status: all terminals in one table, and their figures. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/fleet_command.h"
#include "policy/admin/fleet_csv.h"
#include "policy/admin/fleet_remark.h"
#include "policy/admin/moment.h"
#include "policy/admin/options.h"
#include "policy/cleanup.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " FLEET_STATUS_USAGE "\n\n"
	       "Lists all terminals that joined, each with what it reported last: the policy that\n"
	       "it applies, when it reported, whether logins ask for a second factor, devices\n"
	       "refused today, exemptions that are open, and what there is to say of it. Then the\n"
	       "figures of all of them.\n"
	       "  FOLDER            of the site or of a tier; this one if not given\n"
	       "  --up DIR          where reports came, if not in up/ of the site's folder\n"
	       "  --terminal NAME   this one alone, and all that it said\n"
	       "  --csv FILE        the table for a spreadsheet, too\n"
	       "Exit status: 0 listed, 1 some could not be read, 2 could not be tried.\n");
}

struct status {
	const char *terminal, *csv;
	bool is_found;
};

/* --- the table --- */

#define NAME_WIDTH_MIN 8

static int name_width(const struct fleet *fleet)
{
	size_t width = NAME_WIDTH_MIN;

	for (size_t i = 0; i < fleet->n; i++) {
		size_t size = strlen(fleet->items[i].entry->terminal);

		width = size > width ? size : width;
	}
	return (int)width;
}

static void print_row(const struct fleet *fleet, const struct fleet_terminal *terminal, int width)
{
	const struct fleet_report *report = terminal->report;
	char policy[FLEET_CELL_MAX], blocked[FLEET_CELL_MAX], when[MOMENT_TEXT_SIZE] = "-";
	char remark[FLEET_REMARK_MAX];

	if (report)
		moment_format(report->seen, fleet->offset_minutes, when);
	fleet_remark(fleet, terminal, ~0u, false, remark);
	printf("%-*s  %-8s  %-16s  %-8s  %7s  %4" PRIu64 "%s%s\n", width, terminal->entry->terminal,
		fleet_cell_policy(report, policy), when,
		report ? report_factor_name(report->factor) : "-",
		fleet_cell_blocked(fleet, report, blocked), report ? report->n_exemptions : 0,
		remark[0] ? "  " : "", remark);
}

static void print_head(int width)
{
	printf("%-*s  %-8s  %-16s  %-8s  %7s  %4s  %s\n", width, "TERMINAL", "POLICY",
		"LAST REPORT", "2ND", "BLOCKED", "OPEN", "REMARKS");
}

/* --- figures --- */

static void print_aside(const struct fleet_aside *aside, const char *one, const char *several)
{
	if (aside->n == 1)
		printf("1 %s: %s (%s)\n", one, aside->example, aside->why);
	else if (aside->n > 1)
		printf("%zu %s, one is %s (%s)\n", aside->n, several, aside->example, aside->why);
}

static void print_sum(const struct fleet *fleet)
{
	const struct fleet_published *published = &fleet->published;
	struct fleet_sum sum;

	fleet_add_up(fleet, &sum);
	printf("%s of %s: %zu terminal%s, %zu without remarks; %zu retired\n",
		fleet->folder->tier_name, published->site, sum.n, sum.n == 1 ? "" : "s", sum.n_calm,
		fleet->n_retired);
	printf("policy %" PRIu64 " is published: %zu apply it; %" PRIu64
	       " devices refused today, %" PRIu64 " exemptions open\n",
		published->policy, sum.n_current, sum.blocked, sum.exemptions);
	for (unsigned i = 0; i < FLEET_FLAW_COUNT; i++)
		if (sum.by_flaw[i] > 0)
			printf("%8zu  %s\n", sum.by_flaw[i],
				fleet_flaw_text((enum fleet_flaw)i, false));
	print_aside(&fleet->strange, "folder of a terminal that nobody approved",
		"folders of terminals that nobody approved");
	print_aside(&fleet->bad, "file that is no report", "files that are no reports");
}

/* --- one terminal --- */

static void print_time(const struct fleet *fleet, const char *label, int64_t time_s)
{
	char when[MOMENT_TEXT_SIZE];

	if (time_s != 0)
		printf("%-16s %s\n", label, moment_format(time_s, fleet->offset_minutes, when));
}

static void print_serial(const char *label, uint64_t serial)
{
	if (serial != 0)
		printf("%-16s %" PRIu64 "\n", label, serial);
}

static void print_open(const struct fleet *fleet, const struct fleet_report *report)
{
	printf("%-16s %" PRIu64 " open\n", "exemptions", report->n_exemptions);
	for (size_t i = 0; i < report->n_open; i++) {
		const struct report_open *open = &report->open[i];
		char until[MOMENT_TEXT_SIZE];

		printf("%-16s %s  %s  %s%s%s\n", "", open->id,
			open->user[0] ? open->user : "whoever has the code", open->phase,
			open->until ? " until " : "",
			open->until ? moment_format(open->until, fleet->offset_minutes, until)
				    : "");
	}
}

static void print_report(const struct fleet *fleet, const struct fleet_report *report)
{
	char policy[FLEET_CELL_MAX], blocked[FLEET_CELL_MAX];

	print_time(fleet, "last report", report->seen);
	print_serial("its number", report->number);
	printf("%-16s %s\n", "agent", report->agent);
	printf("%-16s %s (%s)\n", "policy", fleet_cell_policy(report, policy),
		report_mode_name(report->mode));
	print_serial("next policy", report->next);
	print_serial("root", report->root.serial);
	print_serial("media", report->media);
	print_serial("tokens", report->tokens);
	print_time(fleet, "fresh", report->fresh);
	printf("%-16s %s\n", "second factor", report_factor_name(report->factor));
	printf("%-16s %s\n", "blocked today", fleet_cell_blocked(fleet, report, blocked));
	printf("%-16s up to %" PRIu64 "\n", "records", report->sequence);
	print_open(fleet, report);
}

static void print_one(const struct fleet *fleet, const struct fleet_terminal *terminal)
{
	char remark[FLEET_REMARK_MAX];

	printf("%-16s %s\n", "terminal", terminal->entry->terminal);
	printf("%-16s %s\n", "key", terminal->entry->key);
	printf("%-16s %s\n", "certificate", terminal->entry->certificate);
	print_time(fleet, "joined", terminal->entry->joined);
	if (terminal->report)
		print_report(fleet, terminal->report);
	fleet_remark(fleet, terminal, ~0u, false, remark);
	if (remark[0])
		printf("%-16s %s\n", "remarks", remark);
}

/* --- */

static int run(struct fleet *fleet, void *context)
{
	struct status *status = context;
	const struct fleet_terminal *terminal;
	int width = name_width(fleet);

	if (status->terminal) {
		terminal = fleet_find(fleet, status->terminal);
		if (terminal)
			print_one(fleet, terminal);
		status->is_found |= terminal != NULL;
		return EXIT_DONE;
	}
	print_head(width);
	for (size_t i = 0; i < fleet->n; i++)
		print_row(fleet, &fleet->items[i], width);
	print_sum(fleet);
	return status->csv ? fleet_csv_write(fleet, status->csv) : EXIT_DONE;
}

int admin_fleet_status(int argc, char **argv)
{
	struct fleet_words words = {0};
	struct status status = {0};
	const struct admin_option table[] = {{"up", &words.up, NULL},
		{"terminal", &status.terminal, NULL}, {"csv", &status.csv, NULL}};
	int code = admin_read_options(argc, argv, table, 3, FLEET_STATUS_USAGE, print_help);

	if (code == EXIT_DONE)
		code = fleet_read_folder(argc, argv, FLEET_STATUS_USAGE, &words);
	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	setvbuf(stdout, NULL, _IOFBF, 0);
	code = fleet_each(&words, run, &status);
	if (code == EXIT_DONE && status.terminal && !status.is_found) {
		admin_complain("no terminal that joined is called %s", status.terminal);
		return EXIT_NO;
	}
	return code;
}
