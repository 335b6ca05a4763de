/* sekisho-admin terminal: which terminals belong to a tier, and how they come to. */
#include "policy/admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/terminal_approve.h"
#include "policy/admin/terminal_package.h"
#include "policy/admin/terminal_requests.h"
#include "policy/admin/terminal_retire.h"
#include "policy/admin/terminal_ticket.h"

static const struct {
	const char *word, *usage, *summary;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"ticket", TERMINAL_TICKET_USAGE, "what terminals join with", admin_terminal_ticket},
	{"tickets", TERMINAL_TICKETS_USAGE, "those that were handed out", admin_terminal_tickets},
	{"package", TERMINAL_PACKAGE_USAGE, "what many PCs need to join, to be installed",
		admin_terminal_package},
	{"requests", TERMINAL_REQUESTS_USAGE, "which terminals ask to join",
		admin_terminal_requests},
	{"approve", TERMINAL_APPROVE_USAGE, "lets them join", admin_terminal_approve},
	{"list", TERMINAL_LIST_USAGE, "those that joined", admin_terminal_list},
	{"move", TERMINAL_MOVE_USAGE, "another PC takes over the name of one", admin_terminal_move},
	{"retire", TERMINAL_RETIRE_USAGE, "takes one out", admin_terminal_retire},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(void)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("%s sekisho-admin %s\n", i == 0 ? "usage:" : "      ", commands[i].usage);
	printf("\nWhich terminals belong to a tier. One asks with a ticket, signed by its own "
	       "keys;\n"
	       "who approves it enters those keys in the folder from which terminals fetch. "
	       "\"sekisho-\n"
	       "admin terminal WORD --help\" says more of each.\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("  %-10s %s\n", commands[i].word, commands[i].summary);
	printf("Exit status: 0 done, 1 the answer is no, 2 could not be tried.\n");
}

static int complain_of_word(void)
{
	fprintf(stderr, "usage: sekisho-admin terminal {");
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(stderr, "%s%s", i == 0 ? "" : " | ", commands[i].word);
	fprintf(stderr, "} ...\n");
	return EXIT_UNKNOWN;
}

int admin_terminal(int argc, char **argv)
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
