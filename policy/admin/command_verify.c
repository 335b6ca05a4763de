/* sekisho-admin verify: would a terminal believe these documents? */
#include "policy/admin/admin.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/judge_report.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"
#include "policy/value.h"

#define USAGE \
	"verify [--root ROOT] [--site SITE] [--tier TIER] [--seen SERIAL] [--now TIME] " \
	"[--shards DIR] FILE..."

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Judges signed documents of any kind as a terminal would: roots, policies,\n"
	       "indexes of media, fresh. Says why not. A site file is not signed, and only\n"
	       "looked through for mistakes.\n"
	       "  --root ROOT    the root to trust, or the folder of the chain 1.ini, 2.ini ...,\n"
	       "                 which is walked as a terminal walks it; for a root, what comes\n"
	       "                 before it. Looked for beside FILE and above it (root.ini, root/)\n"
	       "                 if not given\n"
	       "  --site SITE, --tier TIER\n"
	       "                 the terminal's; if not given, those of site.ini beside FILE, "
	       "else\n"
	       "                 the root's site and any tier\n"
	       "  --seen SERIAL  the terminal saw this serial already\n"
	       "  --now TIME     judge as of this time, such as 2026-04-01T00:00:00+09:00\n"
	       "  --shards DIR   of an index of media: judge its shards, too, in this folder\n"
	       "Exit status: 0 all are believed (now or later), 1 one is refused, 2 could not\n"
	       "tell.\n");
}

/* EXIT_DONE: go on; -1: help was printed. */
static int parse_options(int argc, char **argv, struct judge_options *ret)
{
	static const struct option table[] = {
		{"root", required_argument, NULL, 'r'},
		{"site", required_argument, NULL, 's'},
		{"tier", required_argument, NULL, 't'},
		{"seen", required_argument, NULL, 'S'},
		{"now", required_argument, NULL, 'n'},
		{"shards", required_argument, NULL, 'd'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", table, NULL)) >= 0) {
		switch (option) {
		case 'r': ret->root = optarg; break;
		case 's': ret->request.site = optarg; break;
		case 't': ret->request.tier = optarg; break;
		case 'd': ret->shards = optarg; break;
		case 'n':
			if (timestamp_parse(optarg, &ret->request.now_s) == 0)
				break;
			admin_complain("--now needs a time such as 2026-04-01T00:00:00+09:00");
			return EXIT_UNKNOWN;
		case 'S':
			if (number_parse(optarg, 0, INT64_MAX, &ret->request.serial_floor) == 0)
				break;
			admin_complain("--seen needs a number");
			return EXIT_UNKNOWN;
		case 'h': print_help(); return -1;
		default: return admin_usage(USAGE);
		}
	}
	return optind < argc ? EXIT_DONE : admin_misused(USAGE, "which FILE shall be judged?");
}

int admin_verify(int argc, char **argv)
{
	struct judge_options options = {0};
	int offset_minutes, code, worst = EXIT_DONE;

	options.request.now_s = admin_now(&offset_minutes);
	code = parse_options(argc, argv, &options);
	if (code != EXIT_DONE)
		return code < 0 ? EXIT_DONE : code;
	for (int i = optind; i < argc; i++) {
		CLEANUP(judged_document_clear) struct judged_document judged = {0};

		code = judge_file(&options, argv[i], &judged);
		if (code == EXIT_DONE)
			code = judge_report(&options, &judged);
		worst = code > worst ? code : worst;
	}
	return worst;
}
