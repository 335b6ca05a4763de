/* sekisho: the program that people type. Reads the command line, and no more. */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli.h"

static const char usage[] =
	"Usage: sekisho COMMAND\n"
	"\n"
	"  status           what holds on this terminal, and whether all is well\n"
	"  devices          the USB devices that are connected, and what became of each\n"
	"  explain DEVICE   why: each interface, its verdict, and the rule that spoke\n"
	"  update-from DIR  hand the documents in DIR to the agent (as root): root/2.ini and so\n"
	"                   on, policy.ini, media.ini with media/, fresh.ini. They may lie in\n"
	"                   DIR/sekisho/SITE, and all but the roots in a folder named as the\n"
	"                   tier. Files may be named instead of DIR.\n"
	"  sha256 FILE      the SHA-256 of a document, to be compared with paper: that of its\n"
	"                   text, without the signatures\n"
	"\n"
	"  --help           this text\n"
	"  --version        the version of this program\n"
	"\n"
	"DEVICE is a name as `sekisho devices` prints it, such as 1-2.\n"
	"\n"
	"Exit status: 0 done, or the answer is yes; 1 the answer is no: a problem (status), a\n"
	"refused device (explain), a refused document (update-from); 2 it could not be told: no\n"
	"agent, no bus, not permitted, no such device, or a wrong command line.\n";

struct command {
	const char *name;
	int (*run)(void);
	int (*run_with)(const char *argument);
	int (*run_with_all)(int n_arguments, char **arguments);
};

static const struct command commands[] = {
	{"status", .run = cli_status},
	{"devices", .run = cli_devices},
	{"explain", .run_with = cli_explain},
	{"update-from", .run_with_all = cli_update_from},
	{"sha256", .run_with_all = cli_sha256},
};

static int complain(const char *what, const char *name)
{
	fprintf(stderr, "sekisho: %s%s%s\nTry: sekisho --help\n", what, name ? " " : "",
		name ? name : "");
	return CLI_UNKNOWN;
}

static int run(int n_words, char **words)
{
	if (n_words == 0)
		return complain("a command is missing", NULL);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct command *command = &commands[i];
		int n_expected = command->run ? 1 : 2;

		if (strcmp(words[0], command->name) != 0)
			continue;
		if (n_words < n_expected)
			return complain("this command needs one word more:", words[0]);
		if (command->run_with_all)
			return command->run_with_all(n_words - 1, words + 1);
		if (n_words > n_expected)
			return complain("this command takes no such word:", words[n_expected]);
		return command->run ? command->run() : command->run_with(words[1]);
	}
	return complain("there is no command", words[0]);
}

/* What was printed must have arrived: a full disk is no success. */
static int finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	perror("sekisho");
	return CLI_UNKNOWN;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{NULL, 0, NULL, 0},
	};

	setlocale(LC_ALL, "");
	opterr = 0;
	switch (getopt_long(argc, argv, "+h", options, NULL)) {
	case 'h': fputs(usage, stdout); return finish(CLI_DONE);
	case 'v': puts("sekisho " SEKISHO_VERSION); return finish(CLI_DONE);
	case -1: return finish(run(argc - optind, argv + optind));
	default: return complain("there is no option", argv[optind - 1]);
	}
}
