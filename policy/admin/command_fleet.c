/* sekisho-admin fleet: how all terminals are, from what they reported. */
#include "policy/admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/fleet_command.h"

static const struct {
	const char *word, *usage, *summary;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"status", FLEET_STATUS_USAGE, "all terminals in one table", admin_fleet_status},
	{"stale", FLEET_STALE_USAGE, "who is silent, or behind", admin_fleet_stale},
	{"exemptions", FLEET_OPEN_USAGE, "what is open, and where", admin_fleet_exemptions},
	{"alerts", FLEET_ALERTS_USAGE, "what somebody has to look into", admin_fleet_alerts},
	{"records", FLEET_RECORDS_USAGE, "what was handed up of them", admin_fleet_records},
	{"report", FLEET_REPORT_USAGE, "one page of all, to be printed", admin_fleet_report},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(void)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("%s sekisho-admin %s\n", i == 0 ? "usage:" : "      ", commands[i].usage);
	printf("\nSays how the terminals of a tier are, from the reports that they signed and\n"
	       "handed up. Reads the folder from which they fetch. \"sekisho-admin fleet WORD\n"
	       "--help\" says more of each.\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("  %-12s %s\n", commands[i].word, commands[i].summary);
	printf("Exit status: 0 done, 1 the answer is no, 2 could not be tried.\n");
}

static int complain_of_word(void)
{
	fprintf(stderr, "usage: sekisho-admin fleet {");
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(stderr, "%s%s", i == 0 ? "" : " | ", commands[i].word);
	fprintf(stderr, "} ...\n");
	return EXIT_UNKNOWN;
}

int admin_fleet(int argc, char **argv)
{
	const char *word = argc >= 2 ? argv[1] : "";

	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
		print_help();
		return EXIT_DONE;
	}
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(word, commands[i].word) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return complain_of_word();
}
