/* sekisho-admin fleet stale, exemptions: who is silent or behind, and what is open. */
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/fleet_command.h"
#include "policy/admin/fleet_remark.h"
#include "policy/admin/moment.h"
#include "policy/admin/options.h"

#define STALE \
	(FLEET_FLAW(FLEET_NEVER) | FLEET_FLAW(FLEET_SILENT) | FLEET_FLAW(FLEET_BEHIND) | \
		FLEET_FLAW(FLEET_ROOT_BEHIND) | FLEET_FLAW(FLEET_MEDIA_BEHIND) | \
		FLEET_FLAW(FLEET_NO_POLICY) | FLEET_FLAW(FLEET_CLOCK_AHEAD))

/* --- stale --- */

static void print_stale_help(void)
{
	printf("usage: sekisho-admin " FLEET_STALE_USAGE "\n\n"
	       "Lists the terminals that joined and have not reported for long, or say that they\n"
	       "apply older documents than those that are published.\n"
	       "  FOLDER       of the site or of a tier; this one if not given\n"
	       "  --up DIR     where reports came, if not in up/ of the site's folder\n"
	       "  --for TIME   how long without a report: 12h, 5d; 3d if not given\n"
	       "Exit status: 0 there is none, 1 there are some, 2 could not be tried.\n");
}

static int list_stale(struct fleet *fleet, void *context)
{
	size_t *n = context;

	for (size_t i = 0; i < fleet->n; i++) {
		const struct fleet_terminal *terminal = &fleet->items[i];
		char when[MOMENT_TEXT_SIZE] = "never", remark[FLEET_REMARK_MAX];

		if (!(terminal->flaws & STALE))
			continue;
		if (terminal->report)
			moment_format(terminal->report->seen, fleet->offset_minutes, when);
		fleet_remark(fleet, terminal, STALE, false, remark);
		printf("%s  %s  %s\n", terminal->entry->terminal, when, remark);
		++*n;
	}
	return EXIT_DONE;
}

int admin_fleet_stale(int argc, char **argv)
{
	struct fleet_words words = {0};
	const struct admin_option table[] = {{"up", &words.up, NULL}, {"for", &words.silent, NULL}};
	size_t n = 0;
	int code = admin_read_options(argc, argv, table, 2, FLEET_STALE_USAGE, print_stale_help);

	if (code == EXIT_DONE)
		code = fleet_read_folder(argc, argv, FLEET_STALE_USAGE, &words);
	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = fleet_each(&words, list_stale, &n);
	if (code == EXIT_DONE && n == 0)
		printf("all terminals have reported, and apply what is published\n");
	return code == EXIT_DONE && n > 0 ? EXIT_NO : code;
}

/* --- exemptions --- */

static void print_open_help(void)
{
	printf("usage: sekisho-admin " FLEET_OPEN_USAGE "\n\n"
	       "Lists the exemptions that are open at the terminals, as each said in its last\n"
	       "report: who has which one, how far it has come, and until when. \"sekisho-admin\n"
	       "exemption show ID\" says what was approved.\n"
	       "  FOLDER     of the site or of a tier; this one if not given\n"
	       "  --up DIR   where reports came, if not in up/ of the site's folder\n"
	       "Exit status: 0 listed, 1 some could not be read, 2 could not be tried.\n");
}

static void print_open(const struct fleet *fleet, const struct fleet_terminal *terminal)
{
	const struct fleet_report *report = terminal->report;
	char when[MOMENT_TEXT_SIZE], until[MOMENT_TEXT_SIZE];

	for (size_t i = 0; i < report->n_open; i++) {
		const struct report_open *open = &report->open[i];

		printf("%s  %s at %s: %s%s%s, as of %s\n", open->id,
			open->user[0] ? open->user : "whoever has the code",
			terminal->entry->terminal, open->phase, open->until ? " until " : "",
			open->until ? moment_format(open->until, fleet->offset_minutes, until) : "",
			moment_format(report->seen, fleet->offset_minutes, when));
	}
	if (report->n_exemptions > report->n_open)
		printf("%s has %zu more than it could name\n", terminal->entry->terminal,
			(size_t)report->n_exemptions - report->n_open);
}

static int list_open(struct fleet *fleet, void *context)
{
	size_t *n = context;

	for (size_t i = 0; i < fleet->n; i++)
		if (fleet->items[i].report && fleet->items[i].report->n_exemptions > 0) {
			print_open(fleet, &fleet->items[i]);
			++*n;
		}
	return EXIT_DONE;
}

int admin_fleet_exemptions(int argc, char **argv)
{
	struct fleet_words words = {0};
	const struct admin_option table[] = {{"up", &words.up, NULL}};
	size_t n = 0;
	int code = admin_read_options(argc, argv, table, 1, FLEET_OPEN_USAGE, print_open_help);

	if (code == EXIT_DONE)
		code = fleet_read_folder(argc, argv, FLEET_OPEN_USAGE, &words);
	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = fleet_each(&words, list_open, &n);
	if (code == EXIT_DONE && n == 0)
		printf("no exemption is open anywhere\n");
	return code;
}
