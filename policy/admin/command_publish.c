/* sekisho-admin publish: what terminals fetch, put where they fetch it. */
#include "policy/admin/admin.h"

#include <getopt.h>
#include <stdio.h>

#include "policy/admin/options.h"
#include "policy/admin/publish.h"
#include "policy/admin/publish_target.h"

#define USAGE "publish [--folder TIER] --to PLACE [--collect] [--curl-config FILE]"

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Puts what the terminals of a tier fetch into sekisho/SITE below PLACE: roots,\n"
	       "policy, registered media, fresh, revocations, and of each terminal tokens, desks\n"
	       "and exemptions. Each is judged as a terminal would first; where one is refused,\n"
	       "nothing is published. Only what changed is written, each file at once, and in\n"
	       "an order in which no terminal sees half of a change. Drafts, keys, tickets and\n"
	       "what is kept of terminals stay here, and what is for retired ones is removed\n"
	       "there.\n"
	       "  --folder TIER      the folder of the tier; this one if not given\n"
	       "  --to PLACE         " PUBLISH_TO ":\n"
	       "                     a folder that is there, one of another machine by rsync, or\n"
	       "                     a server that takes PUT\n"
	       "  --collect          also bring what terminals handed up into the folder up of\n"
	       "                     the site; not from https\n"
	       "  --curl-config FILE\n"
	       "                     for https: what curl --config is to read, such as who may\n"
	       "                     write and by which certificates\n"
	       "Exit status: 0 published, 1 a document is refused, or something newer lies\n"
	       "there, 2 could not be tried or not be finished.\n");
}

int admin_publish(int argc, char **argv)
{
	struct publish_job job = {.folder = "."};
	const struct admin_option table[] = {
		{"folder", &job.folder, NULL},
		{"to", &job.to, NULL},
		{"collect", NULL, &job.collects},
		{"curl-config", &job.curl_config, NULL},
	};
	int code = admin_read_options(
		argc, argv, table, sizeof(table) / sizeof(table[0]), USAGE, print_help);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	if (optind != argc)
		return admin_usage(USAGE);
	if (!job.to)
		return admin_misused(USAGE, "where to? Say --to");
	return publish(&job);
}
