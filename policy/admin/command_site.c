/* sekisho-admin site: init asks what it needs to know and writes the first documents of a site;
 * pack puts together what terminals need of it. */
#include "policy/admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/new_site_ask.h"
#include "policy/admin/new_site_files.h"
#include "policy/admin/new_site_options.h"
#include "policy/admin/options.h"
#include "policy/admin/site_pack.h"
#include "policy/option.h"

#define USAGE \
	"site init [--site SITE] [--tier NAME[=TEXT]]... [--person ID=KEY.pub]... " \
	"[--threshold N] [--fresh-key KEY.pub] DIR"
#define PACK_USAGE "site pack DIR TIER OUT"

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n"
	       "       sekisho-admin " PACK_USAGE "\n\n"
	       "Writes the first documents of a site into DIR, which is made if it is not there:\n"
	       "root/1.ini, policy.ini and site.ini in a folder for each tier, and README.txt, "
	       "which\n"
	       "says what to do next. Never overwrites. Asks for what is missing when it runs on "
	       "a\n"
	       "terminal.\n"
	       "  --site SITE          name of the body: a-z 0-9 -\n"
	       "  --tier NAME[=TEXT]   a network tier (a-z 0-9 -) and how people call it; for "
	       "each\n"
	       "                       one. my-number, lgwan and internet get samples of their "
	       "own,\n"
	       "                       other names the strict one\n"
	       "  --person ID=KEY.pub  an administrator and their public key file; for each one, "
	       "and\n"
	       "                       once more for a second key of the same person\n"
	       "  --threshold N        how many of them must sign; 2 if there are two or more\n"
	       "  --fresh-key KEY.pub  the key of a timer that says daily what is the newest\n"
	       "Exit status: 0 written, 1 a file is there already or the answer was no, 2 "
	       "something\n"
	       "is missing or wrong.\n");
}

static void print_pack_help(void)
{
	printf("usage: sekisho-admin " PACK_USAGE "\n\n"
	       "Puts what the terminals of a tier need into the new folder OUT, for a CD, a share\n"
	       "or a web server: of the site's folder DIR the roots, and of the folder TIER in it\n"
	       "the policy, registered media, fresh, and terminals' tokens, where there are\n"
	       "any, and site.ini. Each is\n"
	       "judged as a terminal would. Drafts and other files are left out; where a document\n"
	       "is refused, nothing is packed.\n"
	       "Exit status: 0 packed, 1 a document is refused or OUT is there already, 2 could\n"
	       "not be tried.\n");
}

/* In the order of the command line. EXIT_DONE: go on. */
static int parse_options(int argc, char **argv, struct new_site *site, const char **ret_folder)
{
	static const struct option table[] = {
		{"site", required_argument, NULL, 's'},
		{"tier", required_argument, NULL, 't'},
		{"person", required_argument, NULL, 'p'},
		{"threshold", required_argument, NULL, 'T'},
		{"fresh-key", required_argument, NULL, 'f'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option, code = EXIT_DONE;

	while (code == EXIT_DONE && (option = option_next(argc, argv, "h", table, NULL)) >= 0) {
		switch (option) {
		case 's': code = new_site_set_site(site, optarg); break;
		case 't': code = new_site_add_tier(site, optarg); break;
		case 'p': code = new_site_add_person(site, optarg); break;
		case 'T': code = new_site_set_threshold(site, optarg); break;
		case 'f': code = new_site_set_fresh_key(site, optarg); break;
		case 'h': print_help(); return ADMIN_HELPED;
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

static int init(int argc, char **argv)
{
	struct new_site site = {0};
	const char *folder = NULL;
	bool has_asked;
	int code = parse_options(argc, argv, &site, &folder);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	site.now_s = admin_now(&site.offset_minutes);
	has_asked = admin_is_interactive() && new_site_ask(&site);
	code = new_site_complete(&site);
	if (code == EXIT_DONE && has_asked && !new_site_confirm(&site, folder)) {
		printf("nothing was written\n");
		return EXIT_NO;
	}
	return code == EXIT_DONE ? new_site_write(&site, folder) : code;
}

static bool asks_for_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int pack(int argc, char **argv)
{
	if (argc == 2 && asks_for_help(argv[1])) {
		print_pack_help();
		return EXIT_DONE;
	}
	if (argc != 4 || argv[1][0] == '-')
		return admin_usage(PACK_USAGE);
	return site_pack(argv[1], argv[2], argv[3]);
}

int admin_site(int argc, char **argv)
{
	if (argc >= 2 && asks_for_help(argv[1])) {
		print_help();
		return EXIT_DONE;
	}
	if (argc >= 2 && strcmp(argv[1], "init") == 0)
		return init(argc - 1, argv + 1);
	if (argc >= 2 && strcmp(argv[1], "pack") == 0)
		return pack(argc - 1, argv + 1);
	fprintf(stderr, "usage: sekisho-admin " USAGE "\n");
	return admin_usage(PACK_USAGE);
}
