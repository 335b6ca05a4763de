#include "policy/admin/exemption_approve.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/exemption_find.h"
#include "policy/admin/exemption_number.h"
#include "policy/admin/exemption_line.h"
#include "policy/admin/exemption_sign.h"
#include "policy/admin/exemption_terms.h"
#include "policy/admin/shell_quote.h"
#include "policy/cleanup.h"

#define TRIES_MAX 3 /* as often somebody else may be faster */

struct options {
	const char *what, *folder, *root;
	struct exemption_terms terms;
	struct exemption_pen pen;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " EXEMPTION_APPROVE_USAGE "\n\n"
	       "Shows in one line what would be granted of a request (ID is its number, FILE the\n"
	       "request itself), says what terminals would refuse, asks, and adds your signature.\n"
	       "Where two persons must approve, the second one says the same, and sees what the\n"
	       "first one granted. When enough have signed, the terminal needs nothing "
	       "else.\n" EXEMPTION_TERMS_HELP EXEMPTION_PEN_HELP
	       "  --folder FOLDER  from which terminals fetch: of the site or its tier; if not\n"
	       "                   given this one, or the one where FILE lies\n"
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
		EXEMPTION_APPROVE_USAGE, print_help);

	if (code != EXIT_DONE)
		return code;
	if (argc - optind < 1)
		return admin_misused(EXEMPTION_APPROVE_USAGE, "which request? Say its number");
	if (argc - optind > 1)
		return admin_misused(EXEMPTION_APPROVE_USAGE,
			"one request at a time: each is shown before it is approved");
	ret->what = argv[optind];
	return exemption_pen_check(&ret->pen, EXEMPTION_APPROVE_USAGE);
}

/* SITE of "SITE/up/TERMINAL/request-ID.ini"; else this folder. For free(). */
static char *folder_of_file(const char *path)
{
	CLEANUP(cleanup_free) char *real = realpath(path, NULL);

	for (unsigned n = 0; real && n < 3; n++) {
		char *slash = strrchr(real, '/');

		if (!slash || (n == 2 && strcmp(slash, "/up") != 0))
			return strdup(".");
		*slash = '\0';
	}
	return real && real[0] != '\0' ? TAKE(real) : strdup(".");
}

static bool is_file(const char *what)
{
	return strchr(what, '/') || strchr(what, '.');
}

static int find(const struct options *options, struct exemption_folders *folders,
	struct exemption_found *ret)
{
	CLEANUP(cleanup_free)
	char *folder = options->folder          ? strdup(options->folder)
		       : is_file(options->what) ? folder_of_file(options->what)
						: strdup(".");
	char id[EXEMPTION_ID_SIZE];
	int code;

	if (!folder)
		return admin_no_memory();
	if (!is_file(options->what) && exemption_number_normalise(options->what, id) < 0) {
		admin_complain(
			"%s is no number of a request: that is E- and eight digits or letters, "
			"as in E-7K3M9Q2X",
			options->what);
		return EXIT_UNKNOWN;
	}
	code = exemption_folders_find(folder, folders);
	if (code != EXIT_DONE)
		return code;
	if (is_file(options->what))
		return exemption_find_file(folders, options->what, ret);
	code = exemption_find(folders, id, ret);
	return code == EXIT_DONE && !ret->folder ? exemption_complain_unknown(id, folder) : code;
}

/* What was asked for, where another thing is granted. */
static void print_asked(const struct exemption_request *request, const struct exemption *exemption)
{
	if (request->use.access == exemption->use.access &&
		request->use.duration_s == exemption->use.duration_s)
		return;
	printf("asked for: ");
	exemption_line_print_use(stdout, &request->use);
	printf("\n");
}

static bool has_same_text(const struct admin_document *a, const struct admin_document *b)
{
	return a->parts.text.size == b->parts.text.size &&
	       memcmp(a->parts.text.bytes, b->parts.text.bytes, a->parts.text.size) == 0;
}

/* The text that was printed to be signed elsewhere; *ret_document: it, or the same one where others
 * have signed it already. */
static int take_printed(const struct exemption_pen *pen, struct exemption_found *found,
	const char *id, struct admin_document *printed, char **ret_path,
	struct admin_document **ret_document)
{
	int code = exemption_pen_read_text(pen, DOCUMENT_EXEMPTION, printed, ret_path);

	if (code != EXIT_DONE)
		return code;
	if (strcmp(printed->exemption->id, id) != 0) {
		admin_complain("%s is of %s, and not of %s", *ret_path, printed->exemption->id, id);
		return EXIT_NO;
	}
	if (found->document && !has_same_text(found->document, printed)) {
		admin_complain(
			"somebody else approved %s meanwhile, with another text than %s: say "
			"\"exemption approve --print %s\" again, and sign that",
			id, *ret_path, id);
		return EXIT_NO;
	}
	*ret_document = found->document ? found->document : printed;
	return EXIT_DONE;
}

/* What is to be signed: what was printed, the text of the first approver, or a new one. */
static int make_text(const struct options *options, const struct exemption_site *site,
	struct exemption_found *found, struct admin_document *made, char **ret_path,
	struct admin_document **ret)
{
	const char *id = found->request ? found->request->id : found->document->exemption->id;
	struct exemption exemption;

	if (options->pen.add)
		return take_printed(&options->pen, found, id, made, ret_path, ret);
	*ret = found->document ? found->document : made;
	if (found->document)
		return exemption_terms_compare(
			&options->terms, found->document->exemption, site->offset_minutes);
	exemption_terms_grant(&options->terms, site, found->request, &exemption);
	return exemption_make_document(&exemption, found->bundle.path, made);
}

/* "E-7K3M9Q2X --folder share", as it is to be typed again. For free(). */
static char *target_of(const struct options *options)
{
	CLEANUP(cleanup_free) char *what = shell_quote(SHELL_POSIX, options->what);
	CLEANUP(cleanup_free)
	char *folder = options->folder ? shell_quote(SHELL_POSIX, options->folder) : NULL;

	if (!what || (options->folder && !folder))
		return NULL;
	return folder ? admin_format("%s --folder %s", what, folder) : TAKE(what);
}

static int approve_found(const struct options *options, struct exemption_found *found,
	const struct exemption_site *site, enum bundle_outcome *ret)
{
	CLEANUP(exemption_revoked_clear) struct exemption_revoked revoked = {0};
	CLEANUP(admin_document_clear) struct admin_document made = {0};
	CLEANUP(cleanup_free) char *text_path = NULL;
	CLEANUP(cleanup_free) char *target = target_of(options);
	struct admin_document *document = NULL;
	int code = target ? exemption_revoked_read(site, &revoked) : admin_no_memory();

	if (code == EXIT_DONE)
		code = make_text(options, site, found, &made, &text_path, &document);
	if (code != EXIT_DONE)
		return code;
	if (found->request)
		print_asked(found->request, document->exemption);
	return exemption_sign(&options->pen, site, &revoked, document,
		&(struct sign_back){"exemption approve", target}, ret);
}

static int approve(struct options *options, enum bundle_outcome *ret)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	CLEANUP(exemption_found_clear) struct exemption_found found = {0};
	CLEANUP(exemption_site_clear) struct exemption_site site = {0};
	int code = find(options, &folders, &found);

	if (code == EXIT_DONE)
		code = exemption_site_open(found.folder, options->root, &site);
	if (code == EXIT_DONE)
		code = exemption_terms_read(&options->terms, site.now_s, site.offset_minutes);
	return code == EXIT_DONE ? approve_found(options, &found, &site, ret) : code;
}

int admin_exemption_approve(int argc, char **argv)
{
	struct options options = {0};
	enum bundle_outcome outcome = BUNDLE_OTHER_TEXT;
	int code = read_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	for (unsigned n = 0; n < TRIES_MAX; n++) {
		code = approve(&options, &outcome);
		if (code != EXIT_DONE || outcome == BUNDLE_WRITTEN)
			return code;
		printf("somebody else approved it just now; yours would be added to that:\n");
	}
	admin_complain("nothing was written: others change it all the time");
	return EXIT_UNKNOWN;
}
