/* The terminals that joined, in one line each. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

#include "policy/admin/admin.h"
#include "policy/admin/moment.h"
#include "policy/admin/options.h"
#include "policy/admin/terminal_list.h"
#include "policy/admin/terminal_retire.h"
#include "policy/admin/exemption_folder.h"
#include "policy/cleanup.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " TERMINAL_LIST_USAGE "\n\n"
	       "Lists the terminals that joined: since when, on which machine, with which key.\n"
	       "  --retired  those that were retired, too\n"
	       "  FOLDER     of the site or of a tier; this one if not given\n"
	       "Exit status: 0 listed, 1 some could not be read, 2 could not be tried.\n");
}

static void print_entry(const struct terminal_entry *entry, int offset_minutes)
{
	char joined[MOMENT_TEXT_SIZE], changed[MOMENT_TEXT_SIZE];
	bool is_retired = entry->state == TERMINAL_RETIRED;

	printf("%-11s %s, machine %s, key %s%s%s\n", entry->terminal,
		moment_format(entry->joined, offset_minutes, joined), entry->machine, entry->key,
		is_retired ? ", retired " : "",
		is_retired ? moment_format(entry->changed, offset_minutes, changed) : "");
}

static int list(const struct exemption_folder *folder, bool is_all, int offset_minutes, size_t *n)
{
	CLEANUP(terminal_list_clear) struct terminal_list terminals = {0};
	int code = terminal_list_read(folder->tier, &terminals);

	for (size_t i = 0; i < terminals.n; i++) {
		if (!is_all && terminals.items[i].state == TERMINAL_RETIRED)
			continue;
		print_entry(&terminals.items[i], offset_minutes);
		(*n)++;
	}
	return code;
}

int admin_terminal_list(int argc, char **argv)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	bool is_all = false;
	const struct admin_option table[] = {{"retired", NULL, &is_all}};
	int code = admin_read_options(argc, argv, table, 1, TERMINAL_LIST_USAGE, print_help);
	int offset_minutes;
	size_t n = 0;

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	if (argc - optind > 1)
		return admin_usage(TERMINAL_LIST_USAGE);
	(void)admin_now(&offset_minutes);
	code = exemption_folders_find(optind < argc ? argv[optind] : ".", &folders);
	for (size_t i = 0; code != EXIT_UNKNOWN && i < folders.n; i++) {
		int one = list(&folders.items[i], is_all, offset_minutes, &n);

		code = one > code ? one : code;
	}
	if (code == EXIT_DONE && n == 0)
		printf("no terminal has joined\n");
	return code;
}
