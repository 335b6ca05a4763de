#include "policy/admin/exemption_revoke.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/exemption_find.h"
#include "policy/admin/exemption_line.h"
#include "policy/admin/exemption_number.h"
#include "policy/admin/exemption_pen.h"
#include "policy/admin/exemption_revocation.h"
#include "policy/admin/exemption_standing.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/medium_text.h"

struct options {
	bool is_refusal;
	const char *usage;
	const char *what, *medium, *reason, *folder, *root;
	char id[EXEMPTION_ID_SIZE];
	struct exemption_pen pen;
};

static void print_refuse_help(void)
{
	printf("usage: sekisho-admin " EXEMPTION_REFUSE_USAGE "\n\n"
	       "Refuses a request: the person who asked is told the reason, and nothing can be\n"
	       "granted under that number any more. One approver is enough.\n"
	       "  --reason TEXT    what the person is told, at most 40 Japanese "
	       "characters\n" EXEMPTION_PEN_HELP
	       "  --folder FOLDER  from which terminals fetch; this one if not given\n"
	       "  --root ROOT      the root, or the folder of its chain, if it is elsewhere\n"
	       "Exit status: 0 refused, 1 not signed, 2 could not be tried.\n");
}

static void print_revoke_help(void)
{
	printf("usage: sekisho-admin " EXEMPTION_REVOKE_USAGE "\n\n"
	       "Ends an exemption, also one that is in use, on all terminals that hear of it, and\n"
	       "for ever. With --medium: a registered medium that was lost counts as not\n"
	       "registered, and no exemption for it counts. One approver is enough.\n"
	       "  --medium NUMBER  the control number of the medium\n"
	       "  --reason TEXT    what the person is told, at most 40 Japanese "
	       "characters\n" EXEMPTION_PEN_HELP
	       "  --folder FOLDER  from which terminals fetch; this one if not given\n"
	       "  --root ROOT      the root, or the folder of its chain, if it is elsewhere\n"
	       "Exit status: 0 revoked, 1 not signed, 2 could not be tried.\n");
}

static int check_subject(struct options *options)
{
	if (options->medium && medium_number_fault(options->medium)) {
		admin_complain("--medium needs %s", medium_number_fault(options->medium));
		return EXIT_UNKNOWN;
	}
	if (options->what && exemption_number_normalise(options->what, options->id) < 0) {
		admin_complain("%s is no number of a request or an exemption: that is E- and eight "
			       "digits or letters, as in E-7K3M9Q2X",
			options->what);
		return EXIT_UNKNOWN;
	}
	return EXIT_DONE;
}

static int check_reason(const struct options *options)
{
	if (!options->reason && !options->pen.add)
		return admin_misused(options->usage,
			"why? Say --reason: it is what the person who asked is told");
	if (!options->reason ||
		(options->reason[0] != '\0' && strlen(options->reason) <= FORM_TEXT_MAX &&
			utf8_is_plain(options->reason)))
		return EXIT_DONE;
	admin_complain("--reason needs one line of 1 to %d bytes, which are 40 Japanese characters",
		FORM_TEXT_MAX);
	return EXIT_UNKNOWN;
}

static int read_options(int argc, char **argv, struct options *ret)
{
	const struct admin_option table[] = {
		{"reason", &ret->reason, NULL}, EXEMPTION_PEN_OPTIONS(&ret->pen),
		{"folder", &ret->folder, NULL}, {"root", &ret->root, NULL},
		{"medium", &ret->medium, NULL}, /* the last: refuse has none */
	};
	int code = admin_read_options(argc, argv, table,
		sizeof(table) / sizeof(table[0]) - (ret->is_refusal ? 1 : 0), ret->usage,
		ret->is_refusal ? print_refuse_help : print_revoke_help);

	if (code != EXIT_DONE)
		return code;
	if (argc - optind > 1)
		return admin_misused(ret->usage, "one at a time");
	ret->what = optind < argc ? argv[optind] : NULL;
	if ((ret->what != NULL) == (ret->medium != NULL))
		return admin_misused(ret->usage, ret->is_refusal
							 ? "which request? Say its number"
							 : "which? Say its number, or --medium");
	if (!ret->folder)
		ret->folder = ".";
	code = exemption_pen_check(&ret->pen, ret->usage);
	if (code == EXIT_DONE)
		code = check_subject(ret);
	return code == EXIT_DONE ? check_reason(ret) : code;
}

static struct revocation revocation_of(const struct options *options)
{
	struct revocation revocation = {
		.kind = options->medium       ? REVOCATION_MEDIUM
			: options->is_refusal ? REVOCATION_REQUEST
					      : REVOCATION_EXEMPTION,
	};

	snprintf(revocation.subject, sizeof(revocation.subject), "%s",
		options->medium ? options->medium : options->id);
	snprintf(revocation.reason, sizeof(revocation.reason), "%s",
		options->reason ? options->reason : "");
	return revocation;
}

/* In the folder of one tier; found: what is there of the number, or NULL. */
static int revoke_in(const struct options *options, const struct exemption_folder *folder,
	const struct exemption_found *found)
{
	CLEANUP(exemption_site_clear) struct exemption_site site = {0};
	CLEANUP(exemption_revoked_clear) struct exemption_revoked revoked = {0};
	struct revocation revocation = revocation_of(options);
	int code = exemption_site_open(folder, options->root, &site);

	if (code == EXIT_DONE)
		code = exemption_revoked_read(&site, &revoked);
	if (code != EXIT_DONE)
		return code;
	if (exemption_revoked_of(&revoked, options->medium ? "" : options->id,
		    options->medium ? options->medium : "")) {
		printf("%s: %s already\n", revocation.subject,
			options->is_refusal ? "refused" : "revoked");
		return EXIT_DONE;
	}
	return exemption_revoke(&options->pen, &site, &revoked, found, &revocation,
		options->is_refusal ? "exemption refuse" : "exemption revoke", options->folder);
}

static int complain_of_tiers(const struct options *options)
{
	admin_complain("in %s are several tiers, and none of them knows %s: say --folder, of one "
		       "tier",
		options->folder, options->medium ? options->medium : options->id);
	return EXIT_NO;
}

/* In each tier where it is registered; where it is nowhere, in the one that there is. */
static int revoke_medium(const struct options *options, const struct exemption_folders *folders)
{
	bool is_anywhere = false;
	int code = EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < folders->n; i++) {
		CLEANUP(exemption_site_clear) struct exemption_site site = {0};
		bool is_known;

		code = exemption_site_open(&folders->items[i], options->root, &site);
		is_known = code == EXIT_DONE && exemption_site_knows(&site, options->medium);
		is_anywhere = is_anywhere || is_known;
		if (is_known)
			code = revoke_in(options, &folders->items[i], NULL);
	}
	if (code != EXIT_DONE || is_anywhere)
		return code;
	if (folders->n > 1)
		return complain_of_tiers(options);
	printf("note: no medium is registered here under %s\n", options->medium);
	return revoke_in(options, &folders->items[0], NULL);
}

/* A terminal that was taken over writes into its request what it likes, and keeps nobody from
 * ending what was granted. */
static int find(const struct options *options, const struct exemption_folders *folders,
	struct exemption_found *ret)
{
	int code = exemption_find(folders, options->id, ret);

	if (code != EXIT_NO || options->is_refusal)
		return code;
	exemption_found_clear(ret);
	code = exemption_find_approved(folders, options->id, ret);
	return code == EXIT_DONE && !ret->folder ? EXIT_NO : code;
}

static int revoke_number(const struct options *options, const struct exemption_folders *folders)
{
	CLEANUP(exemption_found_clear) struct exemption_found found = {0};
	int code = find(options, folders, &found);

	if (code != EXIT_DONE)
		return code;
	if (found.folder)
		return revoke_in(options, found.folder, &found);
	if (options->is_refusal)
		return exemption_complain_unknown(options->id, options->folder);
	/* What was approved on the telephone is at the terminal alone. */
	if (folders->n > 1)
		return complain_of_tiers(options);
	printf("note: there is no exemption %s in %s; what was approved on the telephone is not "
	       "here\n",
		options->id, options->folder);
	return revoke_in(options, &folders->items[0], NULL);
}

static int run(struct options *options, int argc, char **argv)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	int code = read_options(argc, argv, options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = exemption_folders_find(options->folder, &folders);
	if (code != EXIT_DONE)
		return code;
	return options->medium ? revoke_medium(options, &folders)
			       : revoke_number(options, &folders);
}

int admin_exemption_refuse(int argc, char **argv)
{
	struct options options = {.is_refusal = true, .usage = EXEMPTION_REFUSE_USAGE};

	return run(&options, argc, argv);
}

int admin_exemption_revoke(int argc, char **argv)
{
	struct options options = {.usage = EXEMPTION_REVOKE_USAGE};

	return run(&options, argc, argv);
}
