/* sekisho-admin site init: asks what it needs to know and writes the first documents of a site. */
#include "policy/admin/admin.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/admin/new_site_files.h"
#include "policy/admin/new_site_options.h"

#define USAGE \
	"site init [--site SITE] [--tier TIER] [--tier-name TEXT] [--person ID=KEY.pub]... " \
	"[--threshold N] DIR"

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Writes root.ini, site.ini, policy.ini and README.txt into DIR, which is made if "
	       "it\n"
	       "is not there. Never overwrites. Asks for what is missing when it runs on a "
	       "terminal.\n"
	       "  --site SITE          name of the body: a-z 0-9 -\n"
	       "  --tier TIER          name of the network tier: a-z 0-9 -\n"
	       "  --tier-name TEXT     how people call the tier\n"
	       "  --person ID=KEY.pub  an administrator and their public key file; for each one\n"
	       "  --threshold N        how many of them must sign; 2 if there are two or more\n"
	       "Exit status: 0 written, 1 a file is there already, 2 something is missing.\n");
}

/* EXIT_DONE: go on; -1: help was printed. */
static int parse_options(int argc, char **argv, struct new_site *site, const char **ret_folder)
{
	static const struct option table[] = {
		{"site", required_argument, NULL, 's'},
		{"tier", required_argument, NULL, 't'},
		{"tier-name", required_argument, NULL, 'n'},
		{"person", required_argument, NULL, 'p'},
		{"threshold", required_argument, NULL, 'T'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option, code = EXIT_DONE;

	while (code == EXIT_DONE && (option = getopt_long(argc, argv, "h", table, NULL)) >= 0) {
		switch (option) {
		case 's': code = new_site_set_site(site, optarg); break;
		case 't': code = new_site_set_tier(site, optarg); break;
		case 'n': code = new_site_set_tier_name(site, optarg); break;
		case 'p': code = new_site_add_person(site, optarg); break;
		case 'T': code = new_site_set_threshold(site, optarg); break;
		case 'h': print_help(); return -1;
		default: return admin_usage(USAGE);
		}
	}
	if (code != EXIT_DONE)
		return code;
	if (argc - optind != 1)
		return admin_usage(USAGE);
	*ret_folder = argv[optind];
	return EXIT_DONE;
}

static void set_time(struct new_site *site)
{
	time_t now = time(NULL);
	struct tm local;

	site->now_s = now;
	if (localtime_r(&now, &local))
		site->offset_minutes = (int)(local.tm_gmtoff / 60);
}

int admin_site(int argc, char **argv)
{
	struct new_site site = {0};
	const char *folder = NULL;
	int code;

	if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		print_help();
		return EXIT_DONE;
	}
	if (argc < 2 || strcmp(argv[1], "init") != 0)
		return admin_usage(USAGE);
	code = parse_options(argc - 1, argv + 1, &site, &folder);
	if (code != EXIT_DONE)
		return code < 0 ? EXIT_DONE : code;
	set_time(&site);
	code = new_site_complete(&site);
	return code == EXIT_DONE ? new_site_write(&site, folder) : code;
}
