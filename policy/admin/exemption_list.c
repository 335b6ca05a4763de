#include "policy/admin/exemption_list.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "policy/admin/admin.h"
#include "policy/admin/exemption_inbox.h"
#include "policy/admin/exemption_line.h"
#include "policy/admin/exemption_standing.h"
#include "policy/admin/options.h"
#include "policy/cleanup.h"

/* One tier's folder, while it is listed. */
struct listing {
	struct exemption_site site;
	struct exemption_revoked revoked;
	bool is_waiting_only; /* of the exemptions */
	size_t n;             /* lines so far */
};

static void print_requests_help(void)
{
	printf("usage: sekisho-admin " EXEMPTION_REQUESTS_USAGE "\n\n"
	       "Lists in one line each what is asked for and nobody has answered: of all "
	       "terminals\n"
	       "below FOLDER, from which they fetch, or of one request in a FILE. Then what one\n"
	       "person has approved and another one must approve, too.\n"
	       "  FOLDER        of the site or of a tier; this one if not given\n"
	       "  --root ROOT   the root, or the folder of its chain, if it is elsewhere\n"
	       "\"sekisho-admin exemption approve ID --key KEY\" approves one.\n"
	       "Exit status: 0 listed, 1 some could not be read, 2 could not be tried.\n");
}

static void print_list_help(void)
{
	printf("usage: sekisho-admin " EXEMPTION_LIST_USAGE "\n\n"
	       "Lists the exemptions of all terminals below FOLDER, in two lines each: what was\n"
	       "granted, and how it stands by the newest root, policy and revocations there. What\n"
	       "ended more than seven days ago goes when others are approved.\n"
	       "  FOLDER        of the site or of a tier; this one if not given\n"
	       "  --root ROOT   the root, or the folder of its chain, if it is elsewhere\n"
	       "Exit status: 0 listed, 1 some could not be read, 2 could not be tried.\n");
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

static int open_listing(
	const struct exemption_folder *folder, const char *root, struct listing *ret)
{
	int code = exemption_site_open(folder, root, &ret->site);

	return code == EXIT_DONE ? exemption_revoked_read(&ret->site, &ret->revoked) : code;
}

static void close_listing(struct listing *listing)
{
	exemption_revoked_clear(&listing->revoked);
	exemption_site_clear(&listing->site);
}

static void print_exemption(struct listing *listing, const struct admin_document *document)
{
	struct exemption_state state;

	exemption_judge(&listing->site, &listing->revoked, document, &state);
	if (listing->is_waiting_only && state.standing != STANDING_WAITS)
		return;
	exemption_line_print(stdout, document->exemption, listing->site.offset_minutes);
	printf("\n            ");
	exemption_state_print(stdout, &listing->site, document->exemption, &state);
	printf("\n");
	listing->n++;
}

static int complain_unread(const struct exemption_bundle *bundle, size_t i)
{
	admin_complain("%s: what begins in line %u cannot be read, and terminals refuse it; "
		       "\"sekisho-admin policy lint\" of the file says why",
		bundle->path, bundle->lines[i] + 1);
	return EXIT_NO;
}

static int list_terminal(struct listing *listing, const char *terminal)
{
	CLEANUP(exemption_bundle_clear) struct exemption_bundle bundle = {0};
	int code = exemption_bundle_read(
		exemption_path(listing->site.folder, terminal), DOCUMENT_EXEMPTION, &bundle);

	for (size_t i = 0; i < bundle.n; i++) {
		if (bundle.items[i].exemption)
			print_exemption(listing, &bundle.items[i]);
		else
			code = worse(code, complain_unread(&bundle, i));
	}
	return code;
}

static int list_exemptions(struct listing *listing)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/terminals", listing->site.folder->tier);
	CLEANUP(folder_names_clear) struct folder_names terminals = {0};
	int code = path ? folder_names_read(path, &terminals) : admin_no_memory();

	for (size_t i = 0; i < terminals.n; i++)
		code = worse(code, list_terminal(listing, terminals.names[i]));
	return code;
}

/* Whether nobody has answered it. */
static bool is_open(const struct listing *listing, const struct exemption_request *request)
{
	CLEANUP(exemption_bundle_clear) struct exemption_bundle bundle = {0};

	if (exemption_revoked_of(&listing->revoked, request->id, ""))
		return false;
	return exemption_bundle_read(exemption_path(listing->site.folder, request->terminal),
		       DOCUMENT_EXEMPTION, &bundle) != EXIT_DONE ||
	       !exemption_bundle_find(&bundle, request->id);
}

static void print_request(struct listing *listing, const struct exemption_request *request)
{
	exemption_line_print_request(
		stdout, request, listing->site.now_s, listing->site.offset_minutes);
	printf("\n");
	listing->n++;
}

static int list_requests(struct listing *listing)
{
	CLEANUP(exemption_inbox_clear) struct exemption_inbox inbox = {0};
	int code = exemption_inbox_read(listing->site.folder, &inbox);

	for (size_t i = 0; i < inbox.n; i++)
		if (is_open(listing, inbox.requests[i]))
			print_request(listing, inbox.requests[i]);
	return code;
}

static int list_folders(const char *folder, const char *root, bool is_waiting_only, size_t *ret_n)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	int code = exemption_folders_find(folder, &folders);

	*ret_n = 0;
	for (size_t i = 0; i < folders.n; i++) {
		CLEANUP(close_listing)
		struct listing listing = {.is_waiting_only = is_waiting_only};
		int one = open_listing(&folders.items[i], root, &listing);

		if (one == EXIT_DONE && is_waiting_only)
			one = list_requests(&listing);
		if (listing.site.policy)
			one = worse(one, list_exemptions(&listing));
		code = worse(code, one);
		*ret_n += listing.n;
	}
	return code;
}

static bool is_file(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static int show_request(const char *path)
{
	CLEANUP(exemption_request_cleanup) struct exemption_request *request = NULL;
	struct exemption_desks nobody = {.folder = NULL};
	int code = exemption_request_read(&nobody, path, NULL, NULL, &request), offset_minutes;
	int64_t now_s = admin_now(&offset_minutes);

	if (code != EXIT_DONE)
		return code;
	exemption_line_print_request(stdout, request, now_s, offset_minutes);
	printf("\n");
	return EXIT_DONE;
}

/* Reads --root and at most one word, this folder if there is none. */
static int read_options(int argc, char **argv, const char *usage, void (*print_help)(void),
	const char **ret_root, const char **ret_folder)
{
	const struct admin_option table[] = {{"root", ret_root, NULL}};
	int code = admin_read_options(argc, argv, table, 1, usage, print_help);

	if (code == EXIT_DONE && argc - optind > 1)
		return admin_usage(usage);
	if (code == EXIT_DONE)
		*ret_folder = optind < argc ? argv[optind] : ".";
	return code;
}

int admin_exemption_requests(int argc, char **argv)
{
	const char *root = NULL, *folder;
	size_t n = 0;
	int code = read_options(
		argc, argv, EXEMPTION_REQUESTS_USAGE, print_requests_help, &root, &folder);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	if (is_file(folder))
		return show_request(folder);
	code = list_folders(folder, root, true, &n);
	if (code == EXIT_DONE && n == 0)
		printf("nothing is asked for\n");
	return code;
}

int admin_exemption_list(int argc, char **argv)
{
	const char *root = NULL, *folder;
	size_t n = 0;
	int code = read_options(argc, argv, EXEMPTION_LIST_USAGE, print_list_help, &root, &folder);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = list_folders(folder, root, false, &n);
	if (code == EXIT_DONE && n == 0)
		printf("there are no exemptions\n");
	return code;
}
