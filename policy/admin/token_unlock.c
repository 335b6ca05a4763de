#include "policy/admin/token_unlock.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/token_rewrite.h"
#include "policy/option.h"

#define HELP_OF_PLACES \
	"  USER             an account that has a token at each TERMINAL\n" \
	"  --for TERMINAL   a terminal-key.ini or its folder; once for each\n" \
	"  --everywhere FOLDER  every terminal below the folder of a site, of a tier or of its\n" \
	"                   terminals where the person has one\n" \
	"Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n"

static int complain_of_end(const struct token_entry *entry, const char *what)
{
	admin_complain("the token of %s was %s too often: issue a new one", entry->user, what);
	return EXIT_NO;
}

static int unlock(struct token_terminal *terminal, struct token_entry *entry, bool is_written)
{
	if (entry->unlock == UINT16_MAX)
		return complain_of_end(entry, "unlocked");
	entry->unlock++;
	if (is_written)
		printf("%s: the wrong codes of %s are forgotten, and a lock\n", terminal->name,
			entry->user);
	return EXIT_DONE;
}

static int resync(struct token_terminal *terminal, struct token_entry *entry, bool is_written)
{
	if (entry->reset == UINT32_MAX)
		return complain_of_end(entry, "reset");
	entry->reset++;
	if (is_written)
		printf("%s: what is believed of the clock of %s's token is forgotten\n",
			terminal->name, entry->user);
	return EXIT_DONE;
}

struct command {
	const char *usage, *help; /* help: its first lines, before those of places */
	int (*change)(struct token_terminal *terminal, struct token_entry *entry, bool is_written);
};

static int run(int argc, char **argv, const struct command *command)
{
	static const struct option table[] = {TOKEN_REWRITE_OPTIONS, {0}};
	struct token_rewrite rewrite = {.change = command->change};
	int option, code = EXIT_DONE;

	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		printf("usage: sekisho-admin %s\n\n%s" HELP_OF_PLACES, command->usage,
			command->help);
		return EXIT_DONE;
	}
	rewrite.time.now_s = admin_now(&rewrite.time.offset_minutes);
	while (code == EXIT_DONE && (option = option_next(argc, argv, "", table, NULL)) >= 0)
		code = token_rewrite_take(&rewrite, option, command->usage);
	rewrite.users = argv + optind;
	rewrite.n_users = (size_t)(argc - optind);
	if (code == EXIT_DONE && rewrite.n_users == 0)
		code = admin_misused(command->usage, "whose token is it?");
	if (code == EXIT_DONE && rewrite.places.n == 0)
		code = admin_misused(
			command->usage, "at which terminals? Say --for or --everywhere");
	if (code == EXIT_DONE)
		code = token_rewrite_run(&rewrite);
	token_places_clear(&rewrite.places);
	return code;
}

int admin_token_unlock(int argc, char **argv)
{
	static const struct command command = {
		.usage = TOKEN_UNLOCK_USAGE,
		.help = "The terminal forgets wrong codes and the lock that came of them, and "
			"nothing else "
			"of\nthe token. While it holds, recovery codes let nobody in either.\n"
			"The documents must then be signed by a token officer.\n",
		.change = unlock,
	};

	return run(argc, argv, &command);
}

int admin_token_resync(int argc, char **argv)
{
	static const struct command command = {
		.usage = TOKEN_RESYNC_USAGE,
		.help = "The terminal forgets how far it believes the clock of a token to be off, "
			"and codes "
			"that\ncounted while its own clock was ahead; with them wrong codes and "
			"the lock. "
			"No code that\nwas used counts again, and how far a HOTP token has counted "
			"stays "
			"known: one that ran\nahead comes back by two codes in a row at the "
			"login.\n"
			"The documents must then be signed by a token officer.\n",
		.change = resync,
	};

	return run(argc, argv, &command);
}
