#include "policy/admin/terminal_approve.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/options.h"
#include "policy/admin/terminal_enter.h"
#include "policy/admin/terminal_requests.h"
#include "policy/cleanup.h"

struct options {
	bool is_move, is_all;
	const char *usage, *folder, *key;
	char **names;
	size_t n_names;
	int offset_minutes;
};

static void print_approve_help(void)
{
	printf("usage: sekisho-admin " TERMINAL_APPROVE_USAGE "\n\n"
	       "Lets terminals join that ask to: each is entered in the folder as\n"
	       "terminals/NAME/terminal.ini, with terminal-key.ini, to which its tokens are "
	       "sealed,\n"
	       "and its reports count from then on. Refused is what \"terminal requests\" refuses, "
	       "at\n"
	       "this moment: a ticket that is used up lets nobody join, however many ask at once.\n"
	       "  --all            all that may be approved\n"
	       "  --key KEY        where two ask under one name: the one with this key, as\n"
	       "                   \"terminal requests\" shows it\n"
	       "  --folder FOLDER  of the tier; this one if not given\n"
	       "Exit status: 0 approved, 1 one was refused, 2 could not be tried.\n");
}

static void print_move_help(void)
{
	printf("usage: sekisho-admin " TERMINAL_MOVE_USAGE "\n\n"
	       "Another PC takes over the name of one that has joined: the new one asks to join "
	       "under\n"
	       "that name, and this puts it into the place of the old one, whose keys count no "
	       "more.\n"
	       "What was sealed to the old one has to be issued anew; it is said what.\n"
	       "  --key KEY        where two ask under that name: the one with this key\n"
	       "  --folder FOLDER  of the tier; this one if not given\n"
	       "Exit status: 0 moved, 1 refused, 2 could not be tried.\n");
}

static int read_options(int argc, char **argv, struct options *ret)
{
	const struct admin_option table[] = {
		{"folder", &ret->folder, NULL}, {"key", &ret->key, NULL},
		{"all", NULL, &ret->is_all}, /* the last: move has none */
	};
	int code = admin_read_options(argc, argv, table,
		sizeof(table) / sizeof(table[0]) - (ret->is_move ? 1 : 0), ret->usage,
		ret->is_move ? print_move_help : print_approve_help);

	if (code != EXIT_DONE)
		return code;
	ret->names = argv + optind;
	ret->n_names = (size_t)(argc - optind);
	if (ret->is_all == (ret->n_names > 0) || (ret->is_move && ret->n_names != 1))
		return admin_misused(ret->usage, ret->is_move ? "which terminal? Say its name"
							      : "which? Say names, or --all");
	if (ret->is_all && ret->key)
		return admin_misused(ret->usage, "--key is of one, and --all of all");
	if (!ret->folder)
		ret->folder = ".";
	(void)admin_now(&ret->offset_minutes);
	return EXIT_DONE;
}

static bool is_wanted(const struct options *options, const struct join_entry *entry)
{
	return options->is_move ? entry->verdict == JOIN_TAKEN : entry->verdict == JOIN_GOOD;
}

/* Two that ask under one name, or with one certificate: of them somebody has to choose. */
static bool is_alone(const struct options *options, const struct join_inbox *inbox,
	const struct join_entry *entry)
{
	for (size_t i = 0; i < inbox->n; i++) {
		const struct join_entry *other = &inbox->items[i];

		if (other == entry || !is_wanted(options, other))
			continue;
		if (strcmp(other->request.terminal, entry->request.terminal) == 0 ||
			(entry->seal_key[0] && strcmp(other->seal_key, entry->seal_key) == 0))
			return false;
	}
	return true;
}

static int complain_of_two(const struct join_entry *entry)
{
	admin_complain("two ask under the name %s, or their disks are copies of one: say --key, "
		       "after you compared it with \"sekisho status\" there",
		entry->request.terminal);
	return EXIT_NO;
}

/* The one of a name that may be approved; else it is said why there is none. */
static int find(const struct options *options, const struct join_inbox *inbox, const char *name,
	struct join_entry **ret)
{
	const struct join_entry *refused = NULL;

	*ret = NULL;
	for (size_t i = 0; i < inbox->n; i++) {
		struct join_entry *entry = &inbox->items[i];

		if (strcmp(entry->request.terminal, name) != 0 ||
			(options->key && strcmp(entry->key, options->key) != 0))
			continue;
		if (!is_wanted(options, entry))
			refused = !refused || refused->verdict == JOIN_JOINED ? entry : refused;
		else if (!options->key && !is_alone(options, inbox, entry))
			return complain_of_two(entry);
		else
			*ret = entry;
	}
	if (*ret)
		return EXIT_DONE;
	if (!refused)
		admin_complain("nobody asks to join as %s%s%s", name,
			options->key ? " with the key " : "", options->key ? options->key : "");
	else if (refused->verdict == JOIN_JOINED)
		admin_complain("%s has joined already, and nobody else asks under its name", name);
	else if (refused->verdict == JOIN_GOOD)
		admin_complain(
			"nobody is called %s: \"terminal approve %s\" lets it join", name, name);
	else
		admin_complain("%s: %s", name, refused->reason);
	return EXIT_NO;
}

/* Judged once more: those before it used up the ticket, perhaps. */
static int choose(const struct options *options, struct join_site *site, struct join_entry *entry,
	struct join_entry **chosen, size_t *n_chosen)
{
	join_judge(site, entry);
	if (!is_wanted(options, entry)) {
		admin_complain("%s: %s", entry->request.terminal, entry->reason);
		return EXIT_NO;
	}
	for (size_t i = 0; i < *n_chosen; i++)
		if (chosen[i] == entry)
			return EXIT_DONE;
	join_tickets_find(site->tickets.tickets, entry->request.ticket)->used++;
	chosen[(*n_chosen)++] = entry;
	return EXIT_DONE;
}

static int choose_all(const struct options *options, struct join_site *site,
	const struct join_inbox *inbox, struct join_entry **chosen, size_t *n_chosen)
{
	int code = EXIT_DONE, one;

	for (size_t i = 0; i < inbox->n; i++) {
		struct join_entry *entry = &inbox->items[i];

		if (!is_wanted(options, entry))
			continue;
		one = is_alone(options, inbox, entry)
			      ? choose(options, site, entry, chosen, n_chosen)
			      : complain_of_two(entry);
		code = one > code ? one : code;
	}
	return code;
}

static int choose_names(const struct options *options, struct join_site *site,
	const struct join_inbox *inbox, struct join_entry **chosen, size_t *n_chosen)
{
	int code = EXIT_DONE;

	for (size_t i = 0; i < options->n_names; i++) {
		struct join_entry *entry;
		int one = find(options, inbox, options->names[i], &entry);

		if (one == EXIT_DONE)
			one = choose(options, site, entry, chosen, n_chosen);
		code = one > code ? one : code;
	}
	return code;
}

/* The tickets first: what is cut off between the two lets one fewer join, never one more. */
static int enter(const struct options *options, struct join_site *site,
	struct join_entry *const *chosen, size_t n_chosen)
{
	int code = n_chosen > 0 ? ticket_file_write(&site->tickets) : EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < n_chosen; i++)
		code = terminal_enter(site, chosen[i], options->is_move);
	return code;
}

static int approve(const struct options *options, struct join_site *site)
{
	CLEANUP(join_inbox_clear) struct join_inbox inbox = {0};
	CLEANUP(cleanup_free) struct join_entry **chosen = NULL;
	size_t n_chosen = 0;
	int code = join_inbox_read(site, &inbox), choice;

	if (code == EXIT_UNKNOWN)
		return code;
	chosen = calloc(inbox.n > 0 ? inbox.n : 1, sizeof(struct join_entry *));
	if (!chosen)
		return admin_no_memory();
	for (size_t i = 0; i < inbox.n; i++)
		join_judge(site, &inbox.items[i]);
	choice = options->is_all ? choose_all(options, site, &inbox, chosen, &n_chosen)
				 : choose_names(options, site, &inbox, chosen, &n_chosen);
	code = enter(options, site, chosen, n_chosen);
	if (code == EXIT_DONE && choice == EXIT_DONE && n_chosen == 0)
		printf("nobody asks to join\n");
	return choice > code ? choice : code;
}

static int run(struct options *options, int argc, char **argv)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	CLEANUP(join_site_close) struct join_site site = {.tickets = {.lock = -1}};
	int code = read_options(argc, argv, options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = ticket_folder_find(options->folder, &folders);
	if (code == EXIT_DONE)
		code = join_site_open(&folders.items[0], true, &site);
	return code == EXIT_DONE ? approve(options, &site) : code;
}

int admin_terminal_approve(int argc, char **argv)
{
	struct options options = {.usage = TERMINAL_APPROVE_USAGE};

	return run(&options, argc, argv);
}

int admin_terminal_move(int argc, char **argv)
{
	struct options options = {.usage = TERMINAL_MOVE_USAGE, .is_move = true};

	return run(&options, argc, argv);
}
