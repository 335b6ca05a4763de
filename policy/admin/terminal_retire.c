#include "policy/admin/terminal_retire.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/exemption_line.h"
#include "policy/admin/exemption_revocation.h"
#include "policy/admin/options.h"
#include "policy/admin/terminal_enter.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

/* People at the terminal read it, in the language of the documents. */
#define REASON "端末の使用終了 (terminal retired)"

struct options {
	const char *name, *folder, *root, *reason;
	struct exemption_pen pen;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " TERMINAL_RETIRE_USAGE "\n\n"
	       "Takes a terminal out of the list: from now on nothing that it signs counts, and "
	       "what\n"
	       "is published for it goes with the next \"publish\". Its name is free again. "
	       "Exemptions\n"
	       "that it may still use are named, and with --key revoked.\n"
	       "  --key KEY        an approver's key, to revoke them\n"
	       "  --reason TEXT    what whoever uses them is told\n"
	       "  --folder FOLDER  of the tier; this one if not given\n"
	       "  --root ROOT      the root, or the folder of its chain, if it is elsewhere\n"
	       "  --yes            does not ask before signing\n"
	       "On the terminal itself \"sekisho decommission\" wipes what it keeps.\n"
	       "Exit status: 0 retired, 1 refused or not all revoked, 2 could not be tried.\n");
}

static int read_options(int argc, char **argv, struct options *ret)
{
	const struct admin_option table[] = {
		{"key", &ret->pen.key, NULL},
		{"yes", NULL, &ret->pen.is_sure},
		{"reason", &ret->reason, NULL},
		{"folder", &ret->folder, NULL},
		{"root", &ret->root, NULL},
	};
	int code = admin_read_options(argc, argv, table, sizeof(table) / sizeof(table[0]),
		TERMINAL_RETIRE_USAGE, print_help);

	if (code != EXIT_DONE)
		return code;
	if (argc - optind != 1)
		return admin_misused(TERMINAL_RETIRE_USAGE, "which terminal? Say its name");
	ret->name = argv[optind];
	if (!ret->folder)
		ret->folder = ".";
	if (!ret->reason)
		ret->reason = REASON;
	if (ret->reason[0] == '\0' || strlen(ret->reason) > FORM_TEXT_MAX ||
		!utf8_is_plain(ret->reason)) {
		admin_complain("--reason needs one line of 1 to %d bytes, which are 40 Japanese "
			       "characters",
			FORM_TEXT_MAX);
		return EXIT_UNKNOWN;
	}
	return ret->pen.key ? exemption_pen_check(&ret->pen, TERMINAL_RETIRE_USAGE) : EXIT_DONE;
}

static int retire(const struct join_site *site, const char *name)
{
	const struct terminal_entry *found = terminal_list_by_name(&site->list, name);
	struct terminal_entry entry;
	int code;

	if (!found) {
		admin_complain("no terminal %s has joined", name);
		return EXIT_NO;
	}
	if (found->state == TERMINAL_RETIRED) {
		printf("%s: retired already\n", name);
		return EXIT_DONE;
	}
	entry = *found;
	entry.state = TERMINAL_RETIRED;
	/* What it asked before is not newer than this; see join_judge(). */
	entry.changed = entry.joined > site->now_s ? entry.joined : site->now_s;
	code = terminal_entry_replace(site->folder->tier, &entry);
	if (code == EXIT_DONE)
		printf("%s: retired; its key %s counts no more\n", name, entry.key);
	return code;
}

/* --- what it may still use --- */

static bool is_open(enum exemption_standing standing)
{
	switch (standing) {
	case STANDING_WAITS:
	case STANDING_NOT_YET:
	case STANDING_COUNTS: return true;
	case STANDING_REFUSED:
	case STANDING_ENDED:
	case STANDING_REVOKED: break;
	}
	return false;
}

static int end_one(const struct options *options, const struct exemption_site *site,
	const struct exemption_revoked *revoked, const char *id)
{
	struct revocation revocation = {.kind = REVOCATION_EXEMPTION};

	if (!options->pen.key) {
		printf("            still open; \"sekisho-admin exemption revoke %s\" ends it\n",
			id);
		return EXIT_DONE;
	}
	snprintf(revocation.subject, sizeof(revocation.subject), "%s", id);
	snprintf(revocation.reason, sizeof(revocation.reason), "%s", options->reason);
	/* Without its request: what a retired terminal asked is not looked at any more. */
	return exemption_revoke(&options->pen, site, revoked, NULL, &revocation, "exemption revoke",
		options->folder);
}

static int end_exemptions(const struct options *options, const struct exemption_folders *folders)
{
	CLEANUP(cleanup_free) char *path = exemption_path(&folders->items[0], options->name);
	CLEANUP(exemption_bundle_clear) struct exemption_bundle bundle = {0};
	CLEANUP(exemption_site_clear) struct exemption_site site = {0};
	CLEANUP(exemption_revoked_clear) struct exemption_revoked revoked = {0};
	int code, one;

	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) < 0)
		return EXIT_DONE;
	code = exemption_site_open(&folders->items[0], options->root, &site);
	if (code == EXIT_DONE)
		code = exemption_revoked_read(&site, &revoked);
	if (code == EXIT_DONE)
		code = exemption_bundle_read(TAKE(path), DOCUMENT_EXEMPTION, &bundle);
	for (size_t i = 0; code != EXIT_UNKNOWN && i < bundle.n; i++) {
		struct exemption_state state;

		if (!bundle.items[i].exemption)
			continue;
		exemption_judge(&site, &revoked, &bundle.items[i], &state);
		if (!is_open(state.standing))
			continue;
		exemption_line_print(stdout, bundle.items[i].exemption, site.offset_minutes);
		printf("\n");
		one = end_one(options, &site, &revoked, bundle.items[i].exemption->id);
		code = one > code ? one : code;
	}
	return code;
}

int admin_terminal_retire(int argc, char **argv)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	CLEANUP(join_site_close) struct join_site site = {.tickets = {.lock = -1}};
	struct options options = {0};
	int code = read_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = ticket_folder_find(options.folder, &folders);
	if (code == EXIT_DONE)
		code = join_site_open(&folders.items[0], true, &site);
	if (code == EXIT_DONE)
		code = retire(&site, options.name);
	return code == EXIT_DONE ? end_exemptions(&options, &folders) : code;
}
