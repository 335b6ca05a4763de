/* sekisho-admin: finds the command and runs it. */
#include "policy/admin/admin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"site", admin_site},
	{"policy", admin_policy},
	{"media", admin_media},
	{"sign", admin_sign},
	{"verify", admin_verify},
	{"token", admin_token},
	{"exemption", admin_exemption},
	{"fleet", admin_fleet},
	{"terminal", admin_terminal},
	{"root", admin_root},
	{"fresh", admin_fresh},
	{"publish", admin_publish},
	{"rotate", admin_rotate},
	{"explain", admin_explain},
};

/* In the order in which a new site needs them. */
static const struct {
	const char *words, *help;
} helps[] = {
	{"site init DIR", "write the first documents of a new site"},
	{"policy lint FILE...", "name every mistake in documents of every kind"},
	{"policy diff OLD NEW", "say what changes from one to the other"},
	{"policy rehearse DRAFT", "ask what terminals have recorded by a draft"},
	{"explain --device DEVICE POLICY", "say what a policy does with a USB device, and why"},
	{"explain --login SERVICE --user NAME", "say whether a login asks for a code, and why"},
	{"media import DIR", "bring the registered media up to the ledger"},
	{"media lint DIR", "name every mistake in registered media"},
	{"media sign DIR", "lint them and add your signature"},
	{"media export DIR", "print them as a ledger"},
	{"token issue USER... --for TERMINAL", "give people one-time codes at terminals"},
	{"token issue-ticket USER...", "the same, for people who enrol themselves"},
	{"token import FILE --for TERMINAL", "tokens that were bought"},
	{"token assign USER=NUMBER...", "one of them, by the number on its back"},
	{"token extend USER... --for TERMINAL", "give them another end"},
	{"token revoke USER... --for TERMINAL", "a lost token, or one that is taken back"},
	{"token unlock|resync USER...", "for somebody who is locked, or a clock that is off"},
	{"token register CSV --dry-run", "1 April: what the personnel section's file changes"},
	{"token temporary USER --for TERMINAL", "a token left at home: in for a day"},
	{"token key TERMINAL...", "the fingerprint of a terminal's key"},
	{"exemption requests", "what people ask for, in one line each"},
	{"exemption approve ID --key KEY", "grant one of them for a time"},
	{"exemption refuse ID --reason TEXT", "answer one with a reason"},
	{"exemption revoke ID --reason TEXT", "end one, or a lost medium"},
	{"exemption extend ID --for DURATION", "one that takes over when another ends"},
	{"exemption prepare CSV --key KEY", "many ahead: elections, disasters"},
	{"exemption phone --key FILE", "approve by telephone"},
	{"exemption desk-key FILE", "the key of a desk that does"},
	{"exemption desk-issue --for TERMINAL", "give a terminal its part of it"},
	{"exemption list", "what was granted, and how it stands"},
	{"fleet status", "how all terminals are, by their reports"},
	{"fleet stale", "which are silent, or behind"},
	{"fleet exemptions", "what is open, and where"},
	{"fleet alerts", "what somebody has to look into"},
	{"fleet records --to DIR", "the records that terminals handed up"},
	{"fleet report --to FILE", "one page of all terminals, to be printed"},
	{"terminal ticket", "what terminals join with"},
	{"terminal package OUT.deb", "what many PCs need to join, to be installed"},
	{"terminal requests", "which terminals ask to join"},
	{"terminal approve NAME...", "let them join"},
	{"terminal list", "those that joined"},
	{"terminal move NAME", "another PC takes over the name of one"},
	{"terminal retire NAME", "take one out"},
	{"sign --key KEY FILE", "add your signature to a document"},
	{"verify FILE...", "say whether terminals would believe it"},
	{"root rotate", "make the next root: keys, persons, roles"},
	{"rotate key OLD", "a key is lost or stolen: a root without it"},
	{"site pack DIR TIER OUT", "put together what the terminals of a tier need"},
	{"fresh", "for a timer: say what is the newest"},
	{"publish --to PLACE", "put it where terminals fetch it"},
};

static void print_help(void)
{
	printf("sekisho-admin makes, checks, signs and explains the documents of sekisho.\n\n");
	for (size_t i = 0; i < sizeof(helps) / sizeof(helps[0]); i++)
		printf("  sekisho-admin %-36s  %s\n", helps[i].words, helps[i].help);
	printf("\n\"sekisho-admin COMMAND --help\" says more.\n"
	       "Exit status: 0 done, 1 the answer is no, 2 could not tell.\n");
}

/* An answer that nobody could read is none. */
static int end_output(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	admin_complain("what was to be said could not be written: %s", strerror(errno));
	return EXIT_UNKNOWN;
}

static int run(const char *name, int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run(argc, argv);
	admin_complain("there is no command \"%s\"; sekisho-admin --help lists them", name);
	return EXIT_UNKNOWN;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "--help";

	/* In one file with the errors, each line stands where it was said. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		print_help();
		return end_output(argc > 1 ? EXIT_DONE : EXIT_UNKNOWN);
	}
	if (strcmp(name, "--version") == 0) {
		printf("sekisho-admin %s\n", SEKISHO_VERSION);
		return end_output(EXIT_DONE);
	}
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1) {
		admin_complain("libcrypto does not start");
		return EXIT_UNKNOWN;
	}
	return end_output(run(name, argc - 1, argv + 1));
}
