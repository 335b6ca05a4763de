/* sekisho-admin fleet report: one page of all terminals. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/fleet_command.h"
#include "policy/admin/fleet_page.h"
#include "policy/admin/options.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " FLEET_REPORT_USAGE "\n\n"
	       "Writes one HTML page on all terminals of a tier: figures, what is to be looked\n"
	       "into, who is silent or behind, the exemptions that are open, and each terminal.\n"
	       "It needs nothing else, and prints on A4 with boxes for seals.\n"
	       "  FOLDER              of the site or of a tier; this one if not given\n"
	       "  --to FILE           the page; one that is there is replaced\n"
	       "  --up DIR            where reports came, if not in up/ of the site's folder\n"
	       "  --language en|ja    that of the environment, if not given\n"
	       "Exit status: 0 written, 1 some could not be read, 2 could not be tried.\n");
}

struct writing {
	const char *to;
	bool is_japanese;
	size_t n;
};

static int run(struct fleet *fleet, void *context)
{
	struct writing *writing = context;
	int code;

	if (writing->n++ > 0) {
		admin_complain("there are several tiers, and a page is of one: name the folder of "
			       "the tier");
		return EXIT_UNKNOWN;
	}
	code = fleet_page_write(fleet, writing->is_japanese, writing->to);
	if (code == EXIT_DONE)
		printf("%s: %zu terminals\n", writing->to, fleet->n);
	return code;
}

/* As gettext would choose. */
static bool is_japanese_here(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && value[0])
			return strncmp(value, "ja", 2) == 0;
	}
	return false;
}

int admin_fleet_report(int argc, char **argv)
{
	struct fleet_words words = {0};
	struct writing writing = {0};
	const char *language = NULL;
	const struct admin_option table[] = {
		{"up", &words.up, NULL}, {"to", &writing.to, NULL}, {"language", &language, NULL}};
	int code = admin_read_options(argc, argv, table, 3, FLEET_REPORT_USAGE, print_help);

	if (code == EXIT_DONE)
		code = fleet_read_folder(argc, argv, FLEET_REPORT_USAGE, &words);
	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	if (!writing.to)
		return admin_misused(FLEET_REPORT_USAGE, "--to says where the page is to go");
	if (language && strcmp(language, "en") != 0 && strcmp(language, "ja") != 0)
		return admin_misused(FLEET_REPORT_USAGE, "--language is en or ja");
	writing.is_japanese = language ? strcmp(language, "ja") == 0 : is_japanese_here();
	return fleet_each(&words, run, &writing);
}
