#include "policy/admin/desk_issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/desk_file.h"
#include "policy/admin/desk_terminal.h"
#include "policy/admin/media_header.h"
#include "policy/cleanup.h"
#include "policy/option.h"
#include "policy/phone_key.h"

#define TERMINALS_MAX 64

struct words {
	const char *items[TERMINALS_MAX];
	size_t n;
};

struct options {
	struct words terminals, keys, logins, removed;
	struct desk_file desks[DESKS_MAX]; /* of keys */
	struct token_time time;
};

static void clear_options(struct options *options)
{
	explicit_bzero(options->desks, sizeof(options->desks));
}

static void print_help(void)
{
	printf("usage: sekisho-admin " DESK_ISSUE_USAGE "\n\n"
	       "Writes desks.ini beside the terminal-key.ini that was carried from a terminal: "
	       "who\n"
	       "approves there by telephone. Each desk's part is a key of its own, sealed to that\n"
	       "terminal. Desks that are in it already stay. The document must then be signed by "
	       "a\n"
	       "token officer.\n"
	       "  --for TERMINAL   a terminal-key.ini or its folder, such as\n"
	       "                   my-number/terminals/desk-17; once for each\n"
	       "  --key FILE       of \"sekisho-admin exemption desk-key\"; once for each\n"
	       "  --login DESK     this desk, of one of the keys, may also give codes that count "
	       "at\n"
	       "                   the login for a day: \"sekisho-admin token temporary "
	       "--phone\"\n"
	       "  --remove DESK    this one approves here no longer\n"
	       "  --tier TIER      as in desks.ini, or in site.ini of the tier's folder\n"
	       "  --not-after DATE such as 2027-04-30; as in desks.ini, or in 400 days\n"
	       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n");
}

static int take_word(struct words *words, const char *word, size_t max, const char *option)
{
	if (words->n == max) {
		admin_complain("--%s stands there at most %zu times", option, max);
		return EXIT_UNKNOWN;
	}
	words->items[words->n++] = word;
	return EXIT_DONE;
}

static int take_option(struct options *options, int option)
{
	switch (option) {
	case 'f': return take_word(&options->terminals, optarg, TERMINALS_MAX, "for");
	case 'k': return take_word(&options->keys, optarg, DESKS_MAX, "key");
	case 'l': return take_word(&options->logins, optarg, DESKS_MAX, "login");
	case 'r': return take_word(&options->removed, optarg, DESKS_MAX, "remove");
	case 't': options->time.tier = optarg; return EXIT_DONE;
	case 'a':
		if (media_header_parse_end(
			    optarg, options->time.offset_minutes, &options->time.not_after) == 0)
			return EXIT_DONE;
		admin_complain("--not-after needs a date such as 2027-04-30");
		return EXIT_UNKNOWN;
	default: return admin_usage(DESK_ISSUE_USAGE);
	}
}

static int read_options(int argc, char **argv, struct options *options)
{
	static const struct option table[] = {{"for", required_argument, NULL, 'f'},
		{"key", required_argument, NULL, 'k'}, {"login", required_argument, NULL, 'l'},
		{"remove", required_argument, NULL, 'r'}, {"tier", required_argument, NULL, 't'},
		{"not-after", required_argument, NULL, 'a'}, {0}};
	int option, code = EXIT_DONE;

	options->time.now_s = admin_now(&options->time.offset_minutes);
	while (code == EXIT_DONE && (option = option_next(argc, argv, "", table, NULL)) >= 0)
		code = take_option(options, option);
	if (code != EXIT_DONE)
		return code;
	if (optind != argc || options->terminals.n == 0)
		return admin_misused(DESK_ISSUE_USAGE, "for which terminals? Say --for");
	if (options->keys.n == 0 && options->removed.n == 0)
		return admin_misused(DESK_ISSUE_USAGE, "which desks? Say --key, or --remove");
	return EXIT_DONE;
}

static bool has_word(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->n; i++)
		if (strcmp(words->items[i], word) == 0)
			return true;
	return false;
}

static int read_keys(struct options *options)
{
	struct words named = {0};
	int code = EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < options->keys.n; i++) {
		code = desk_file_read(options->keys.items[i], &options->desks[i]);
		if (code == EXIT_DONE && has_word(&named, options->desks[i].desk)) {
			admin_complain("%s: another key of the desk %s was named before",
				options->keys.items[i], options->desks[i].desk);
			code = EXIT_NO;
		}
		named.items[named.n++] = options->desks[i].desk;
	}
	for (size_t i = 0; code == EXIT_DONE && i < options->logins.n; i++)
		if (!has_word(&named, options->logins.items[i])) {
			admin_complain("--login %s: none of the keys is of that desk",
				options->logins.items[i]);
			code = EXIT_NO;
		}
	return code;
}

static struct desk_entry *find(struct desks *desks, const char *name)
{
	for (size_t i = 0; i < desks->n_entries; i++)
		if (strcmp(desks->entries[i].name, name) == 0)
			return &desks->entries[i];
	return NULL;
}

static int put(
	const struct options *options, const struct desk_file *file, struct desk_terminal *terminal)
{
	struct desks *desks = &terminal->desks;
	struct desk_entry *entry = find(desks, file->desk);
	uint8_t shared[PHONE_KEY_SIZE];
	int r;

	if (strcmp(file->site, desks->header.site) != 0) {
		admin_complain("the key of the desk %s is of the site %s, and %s of %s", file->desk,
			file->site, terminal->path, desks->header.site);
		return EXIT_NO;
	}
	if (!entry && desks->n_entries == DESKS_MAX) {
		admin_complain("%s: at most %d desks", terminal->path, DESKS_MAX);
		return EXIT_NO;
	}
	if (!entry)
		entry = &desks->entries[desks->n_entries++];
	*entry = (struct desk_entry){.may_login = has_word(&options->logins, file->desk)};
	memcpy(entry->name, file->desk, sizeof(entry->name));
	r = phone_key_of_terminal(file->key, file->site, file->desk, terminal->place.name, shared);
	if (r == 0)
		r = desk_seal(terminal->place.key.key, shared, desks->header.site, desks->terminal,
			entry);
	explicit_bzero(shared, sizeof(shared));
	if (r < 0) {
		admin_complain("%s: the key of the desk %s could not be sealed: %s", terminal->path,
			file->desk, strerror(-r));
		return EXIT_UNKNOWN;
	}
	return EXIT_DONE;
}

static int take_away(struct desk_terminal *terminal, const char *name)
{
	struct desks *desks = &terminal->desks;
	struct desk_entry *entry = find(desks, name);

	if (!entry) {
		admin_complain("%s has no desk %s", terminal->path, name);
		return EXIT_NO;
	}
	desks->n_entries--;
	memmove(entry, entry + 1,
		(desks->n_entries - (size_t)(entry - desks->entries)) * sizeof(*entry));
	return EXIT_DONE;
}

static int change(const struct options *options, struct desk_terminal *terminal)
{
	int code = EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < options->removed.n; i++)
		code = take_away(terminal, options->removed.items[i]);
	for (size_t i = 0; code == EXIT_DONE && i < options->keys.n; i++)
		code = put(options, &options->desks[i], terminal);
	return code;
}

static void print(const struct desk_terminal *terminal)
{
	printf("%s:", terminal->path);
	for (size_t i = 0; i < terminal->desks.n_entries; i++)
		printf(" %s%s", terminal->desks.entries[i].name,
			terminal->desks.entries[i].may_login ? " (also logins)" : "");
	printf("%s\n", terminal->desks.n_entries == 0 ? " no desk" : "");
}

/* All are changed before one is written. */
static int run(const struct options *options)
{
	struct desk_terminal *terminals = calloc(TERMINALS_MAX, sizeof(*terminals));
	int code = terminals ? EXIT_DONE : admin_no_memory();

	for (size_t i = 0; code == EXIT_DONE && i < options->terminals.n; i++) {
		code = desk_terminal_open(
			options->terminals.items[i], &options->time, &terminals[i]);
		if (code == EXIT_DONE)
			code = change(options, &terminals[i]);
	}
	for (size_t i = 0; code == EXIT_DONE && i < options->terminals.n; i++) {
		code = desk_terminal_write(&terminals[i], &options->time);
		if (code == EXIT_DONE)
			print(&terminals[i]);
	}
	for (size_t i = 0; terminals && i < options->terminals.n; i++)
		desk_terminal_clear(&terminals[i]);
	free(terminals);
	if (code == EXIT_DONE)
		printf("Next: a token officer signs: sekisho-admin sign --key KEY "
		       "FILE\n");
	return code;
}

int admin_desk_issue(int argc, char **argv)
{
	CLEANUP(clear_options) struct options options = {0};
	int code;

	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		print_help();
		return EXIT_DONE;
	}
	code = read_options(argc, argv, &options);
	if (code == EXIT_DONE)
		code = read_keys(&options);
	return code == EXIT_DONE ? run(&options) : code;
}
