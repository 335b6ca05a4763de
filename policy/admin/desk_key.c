#include "policy/admin/desk_key.h"

#include <getopt.h>
#include <stdio.h>

#include "policy/admin/admin.h"
#include "policy/admin/desk_file.h"
#include "policy/admin/options.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " DESK_KEY_USAGE "\n\n"
	       "Makes the key of a desk that approves by telephone, in a new file that only you "
	       "can\n"
	       "read. It stays with whoever answers that telephone: a stick in a safe, not the "
	       "folder\n"
	       "of the site. Whoever has it can approve what the policy lets this desk approve.\n"
	       "Next: \"sekisho-admin exemption desk-issue\" gives terminals their part of it.\n"
	       "  FILE         of the key; it must not be there yet\n"
	       "  --desk NAME  as the policy calls the desk: desk-1 = NAME read-only 2h\n"
	       "  --site SITE  the site's name, as its documents say\n"
	       "Exit status: 0 made, 2 could not be made.\n");
}

int admin_desk_key(int argc, char **argv)
{
	const char *desk = NULL, *site = NULL;
	const struct admin_option options[] = {{"desk", &desk, NULL}, {"site", &site, NULL}};
	int code = admin_read_options(argc, argv, options, 2, DESK_KEY_USAGE, print_help);

	if (code == ADMIN_HELPED)
		return EXIT_DONE;
	if (code != EXIT_DONE)
		return code;
	if (optind + 1 != argc || !desk || !site)
		return admin_usage(DESK_KEY_USAGE);
	if (admin_check_name("desk", desk, DESK_NAME_MAX) != EXIT_DONE ||
		admin_check_name("site", site, SITE_NAME_MAX) != EXIT_DONE)
		return EXIT_UNKNOWN;
	code = desk_file_make(argv[optind], site, desk);
	if (code == EXIT_DONE)
		printf("%s: the key of the desk %s of %s. Keep it where only this desk can reach "
		       "it.\n",
			argv[optind], desk, site);
	return code;
}
