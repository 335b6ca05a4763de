/* sekisho-admin verify: would a terminal believe these documents? */
#include "policy/admin/admin.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/bundle_file.h"
#include "policy/admin/judge_bundle.h"
#include "policy/admin/judge_report.h"
#include "policy/admin/options.h"
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
	       "indexes of media, fresh, and each document of exemptions.ini and revocations.ini;\n"
	       "what the policy makes of exemptions says \"exemption list\". Says why not. A site "
	       "file is not signed, and only\n"
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

/* EXIT_DONE: go on. */
static int parse_options(int argc, char **argv, struct judge_options *ret)
{
	struct verify_request *request = &ret->request;
	const char *seen = NULL, *now = NULL;
	const struct admin_option table[] = {
		{"root", &ret->root, NULL},
		{"site", &request->site, NULL},
		{"tier", &request->tier, NULL},
		{"seen", &seen, NULL},
		{"now", &now, NULL},
		{"shards", &ret->shards, NULL},
	};
	int code = admin_read_options(
		argc, argv, table, sizeof(table) / sizeof(table[0]), USAGE, print_help);

	if (code != EXIT_DONE)
		return code;
	if (now && timestamp_parse(now, &request->now_s) < 0)
		admin_complain("--now needs a time such as 2026-04-01T00:00:00+09:00");
	else if (seen && number_parse(seen, 0, INT64_MAX, &request->serial_floor) < 0)
		admin_complain("--seen needs a number");
	else
		return optind < argc ? EXIT_DONE
				     : admin_misused(USAGE, "which FILE shall be judged?");
	return EXIT_UNKNOWN;
}

static int verify(const struct judge_options *options, const char *path)
{
	CLEANUP(judged_document_clear) struct judged_document judged = {0};
	int code;

	if (admin_read_document(path, &judged.file) < 0)
		return EXIT_UNKNOWN;
	if (bundle_file_kind(&judged.file) != DOCUMENT_NONE)
		return judge_bundle(options, &judged.file);
	code = judge_read(options, &judged);
	return code == EXIT_DONE ? judge_report(options, &judged) : code;
}

int admin_verify(int argc, char **argv)
{
	struct judge_options options = {0};
	int offset_minutes, code, worst = EXIT_DONE;

	options.request.now_s = admin_now(&offset_minutes);
	code = parse_options(argc, argv, &options);
	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	for (int i = optind; i < argc; i++) {
		code = verify(&options, argv[i]);
		worst = code > worst ? code : worst;
	}
	return worst;
}
