#include "policy/admin/exemption_extend.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/exemption_find.h"
#include "policy/admin/exemption_number.h"
#include "policy/admin/exemption_sign.h"
#include "policy/admin/exemption_terms.h"
#include "policy/admin/shell_quote.h"
#include "policy/cleanup.h"

struct options {
	const char *folder, *root;
	char id[EXEMPTION_ID_SIZE];
	struct exemption_terms terms;
	struct exemption_pen pen;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " EXEMPTION_EXTEND_USAGE "\n\n"
	       "Makes a new exemption with a number of its own, which takes over when the one of\n"
	       "that number ends, without the medium being unmounted. Who, where and which medium\n"
	       "stay as they are. A second approver approves the new number.\n" EXEMPTION_TERMS_HELP
			EXEMPTION_PEN_HELP
	       "  --folder FOLDER  from which terminals fetch; this one if not given\n"
	       "  --root ROOT      the root, or the folder of its chain, if it is elsewhere\n"
	       "Exit status: 0 signed, 1 not signed, 2 could not be tried.\n");
}

static int read_options(int argc, char **argv, struct options *ret)
{
	const struct admin_option table[] = {
		EXEMPTION_TERMS_OPTIONS(&ret->terms),
		EXEMPTION_PEN_OPTIONS(&ret->pen),
		{"folder", &ret->folder, NULL},
		{"root", &ret->root, NULL},
	};
	int code = admin_read_options(argc, argv, table, sizeof(table) / sizeof(table[0]),
		EXEMPTION_EXTEND_USAGE, print_help);

	if (code != EXIT_DONE)
		return code;
	if (argc - optind != 1)
		return admin_misused(EXEMPTION_EXTEND_USAGE, "which exemption? Say its number");
	if (exemption_number_normalise(argv[optind], ret->id) < 0)
		return admin_misused(EXEMPTION_EXTEND_USAGE, "a number is like E-7K3M9Q2X");
	if (!ret->terms.length && !ret->pen.add)
		return admin_misused(EXEMPTION_EXTEND_USAGE, "for how long? Say --for");
	if (!ret->folder)
		ret->folder = ".";
	return exemption_pen_check(&ret->pen, EXEMPTION_EXTEND_USAGE);
}

/* What can be taken over: it is approved, and not over. */
static int check_extended(const struct exemption_site *site,
	const struct exemption_revoked *revoked, const struct admin_document *document)
{
	struct exemption_state state;

	exemption_judge(site, revoked, document, &state);
	if (state.standing == STANDING_COUNTS || state.standing == STANDING_NOT_YET)
		return EXIT_DONE;
	fflush(stdout);
	fprintf(stderr, "sekisho-admin: %s cannot be extended: it ", document->exemption->id);
	exemption_state_print(stderr, site, document->exemption, &state);
	fprintf(stderr, ". Have it asked for again\n");
	return EXIT_NO;
}

/* Who says it twice makes two. */
static void note_others(const struct exemption_bundle *bundle, const char *id)
{
	for (size_t i = 0; i < bundle->n; i++) {
		const struct exemption *other = bundle->items[i].exemption;

		if (other && strcmp(other->extends, id) == 0)
			printf("note: %s takes over from %s, too\n", other->id, id);
	}
}

static int make(const struct options *options, const struct exemption_site *site,
	const struct exemption_found *found, struct admin_document *ret)
{
	struct exemption exemption = *found->document->exemption;
	int code;

	note_others(&found->bundle, exemption.id);
	memcpy(exemption.extends, exemption.id, sizeof(exemption.extends));
	code = exemption_number_make(exemption.id);
	if (code != EXIT_DONE)
		return code;
	exemption.header.issued = site->now_s;
	if (exemption.header.not_before < site->now_s)
		exemption.header.not_before = site->now_s;
	exemption.code_hash[0] = '\0';
	exemption_terms_apply(&options->terms, site, &exemption);
	return exemption_make_document(&exemption, found->bundle.path, ret);
}

static int take_printed(const struct options *options, struct admin_document *ret, char **ret_path)
{
	int code = exemption_pen_read_text(&options->pen, DOCUMENT_EXEMPTION, ret, ret_path);

	if (code != EXIT_DONE || strcmp(ret->exemption->extends, options->id) == 0)
		return code;
	admin_complain("%s does not extend %s", *ret_path, options->id);
	return EXIT_NO;
}

static int extend(const struct options *options, const struct exemption_site *site,
	const struct exemption_found *found)
{
	CLEANUP(exemption_revoked_clear) struct exemption_revoked revoked = {0};
	CLEANUP(admin_document_clear) struct admin_document made = {0};
	CLEANUP(cleanup_free) char *text_path = NULL;
	CLEANUP(cleanup_free) char *folder = shell_quote(SHELL_POSIX, options->folder);
	CLEANUP(cleanup_free)
	char *target = folder ? admin_format("%s --folder %s", options->id, folder) : NULL;
	enum bundle_outcome outcome;
	int code = target ? exemption_revoked_read(site, &revoked) : admin_no_memory();

	if (code == EXIT_DONE)
		code = check_extended(site, &revoked, found->document);
	if (code == EXIT_DONE)
		code = options->pen.add ? take_printed(options, &made, &text_path)
					: make(options, site, found, &made);
	if (code != EXIT_DONE)
		return code;
	code = exemption_sign(&options->pen, site, &revoked, &made,
		&(struct sign_back){"exemption extend", target}, &outcome);
	if (code != EXIT_DONE || outcome == BUNDLE_WRITTEN)
		return code;
	admin_complain("%s was written by somebody else meanwhile", made.exemption->id);
	return EXIT_NO;
}

static int complain_missing(const struct options *options, const struct exemption_found *found)
{
	if (!found->request)
		return exemption_complain_unknown(options->id, options->folder);
	admin_complain("%s was asked for, and not approved: only what was approved is extended",
		options->id);
	return EXIT_NO;
}

int admin_exemption_extend(int argc, char **argv)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	CLEANUP(exemption_found_clear) struct exemption_found found = {0};
	CLEANUP(exemption_site_clear) struct exemption_site site = {0};
	struct options options = {0};
	int code = read_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = exemption_folders_find(options.folder, &folders);
	if (code == EXIT_DONE)
		code = exemption_find(&folders, options.id, &found);
	if (code == EXIT_DONE && !found.document)
		return complain_missing(&options, &found);
	if (code == EXIT_DONE)
		code = exemption_site_open(found.folder, options.root, &site);
	if (code == EXIT_DONE)
		code = exemption_terms_read(&options.terms, site.now_s, site.offset_minutes);
	return code == EXIT_DONE ? extend(&options, &site, &found) : code;
}
