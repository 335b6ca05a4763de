/* sekisho-admin exemption: what people ask for, approved for a time by who may. */
#include "policy/admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/desk_issue.h"
#include "policy/admin/desk_key.h"
#include "policy/admin/exemption_approve.h"
#include "policy/admin/exemption_extend.h"
#include "policy/admin/exemption_list.h"
#include "policy/admin/exemption_phone.h"
#include "policy/admin/exemption_prepare.h"
#include "policy/admin/exemption_revoke.h"

static const struct {
	const char *word, *usage, *summary;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"requests", EXEMPTION_REQUESTS_USAGE, "what is asked for, in one line each",
		admin_exemption_requests},
	{"approve", EXEMPTION_APPROVE_USAGE, "grants one of them, or adds the second approver",
		admin_exemption_approve},
	{"refuse", EXEMPTION_REFUSE_USAGE, "answers one of them with a reason",
		admin_exemption_refuse},
	{"revoke", EXEMPTION_REVOKE_USAGE, "ends an exemption, or a lost medium",
		admin_exemption_revoke},
	{"extend", EXEMPTION_EXTEND_USAGE, "one that takes over when another ends",
		admin_exemption_extend},
	{"prepare", EXEMPTION_PREPARE_USAGE, "many ahead, from a CSV: elections, disasters",
		admin_exemption_prepare},
	{"list", EXEMPTION_LIST_USAGE, "what was granted, and how it stands", admin_exemption_list},
	{"show", EXEMPTION_SHOW_USAGE, "all that is known of one", admin_exemption_show},
	{"phone", EXEMPTION_PHONE_USAGE, "ten digits for somebody who calls",
		admin_exemption_phone},
	{"desk-key", DESK_KEY_USAGE, "the key of a desk that approves by telephone",
		admin_desk_key},
	{"desk-issue", DESK_ISSUE_USAGE, "which desks approve so at a terminal", admin_desk_issue},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(void)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("%s sekisho-admin %s\n", i == 0 ? "usage:" : "      ", commands[i].usage);
	printf("\nAnswers requests for media that are refused: for a time, at one terminal, to "
	       "one\n"
	       "person. Reads and writes the folder from which terminals fetch. \"sekisho-admin\n"
	       "exemption WORD --help\" says more of each.\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("  %-12s %s\n", commands[i].word, commands[i].summary);
	printf("Exit status: 0 done, 1 the answer is no, 2 could not be tried.\n");
}

static int complain_of_word(void)
{
	fprintf(stderr, "usage: sekisho-admin exemption {");
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(stderr, "%s%s", i == 0 ? "" : " | ", commands[i].word);
	fprintf(stderr, "} ...\n");
	return EXIT_UNKNOWN;
}

int admin_exemption(int argc, char **argv)
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
