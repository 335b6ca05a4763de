#include "policy/admin/token_revoke.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/token_period.h"
#include "policy/admin/token_rewrite.h"
#include "policy/cleanup.h"
#include "policy/option.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " TOKEN_REVOKE_USAGE "\n\n"
	       "Takes tokens out of tokens.ini. They let nobody in any more, with their recovery "
	       "codes,\nonce the documents are signed and the terminals took them.\n"
	       "  USER             an account\n"
	       "  --number NUMBER  whoever has the token of that number\n"
	       "  --lost           it was lost: says what to tell who reports it\n"
	       "  --for TERMINAL   a terminal-key.ini or its folder; once for each\n"
	       "  --everywhere FOLDER  every terminal below the folder of a site, of a tier or "
	       "of its\n"
	       "                   terminals that has it\n"
	       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n");
}

static int remove_entry(struct token_terminal *terminal, struct token_entry *entry, bool is_written)
{
	char period[TOKEN_PERIOD_TEXT_MAX];

	token_period_words(&entry->dates, period);
	if (is_written)
		printf("%s: %s loses the token %s (%s%s)\n", terminal->name, entry->user,
			entry->number, token_type_name(entry->type), period);
	token_terminal_remove(terminal, entry);
	return EXIT_DONE;
}

/* It is dead when terminals have it: nobody is to be told more. */
static void print_thanks(void)
{
	printf("To be read out:\n"
	       "  トークンの紛失届を受け付けました。このトークンは、各端末が新しい一覧を"
	       "受け取りしだい使えなくなります。\n"
	       "  報告ありがとうございます。\n"
	       "  The loss report is received; the token counts nowhere once terminals have the "
	       "new list. Thank you.\n"
	       "Another token with the same dates: \"token issue USER --for TERMINAL --until "
	       "DATE\".\n");
}

static int check(const struct token_rewrite *rewrite)
{
	if ((rewrite->number != NULL) == (rewrite->n_users > 0))
		return admin_misused(TOKEN_REVOKE_USAGE, "whose token is it? Say who, or --number");
	if (rewrite->places.n == 0)
		return admin_misused(
			TOKEN_REVOKE_USAGE, "at which terminals? Say --for or --everywhere");
	return EXIT_DONE;
}

static int read_options(int argc, char **argv, struct token_rewrite *rewrite, bool *ret_is_lost)
{
	static const struct option table[] = {
		TOKEN_REWRITE_OPTIONS,
		{"number", required_argument, NULL, 'n'},
		{"lost", no_argument, NULL, 'l'},
		{0},
	};
	int option, code = EXIT_DONE;

	while (code == EXIT_DONE && (option = option_next(argc, argv, "", table, NULL)) >= 0) {
		if (option == 'n')
			rewrite->number = optarg;
		else if (option == 'l')
			*ret_is_lost = true;
		else
			code = token_rewrite_take(rewrite, option, TOKEN_REVOKE_USAGE);
	}
	rewrite->users = argv + optind;
	rewrite->n_users = (size_t)(argc - optind);
	return code == EXIT_DONE ? check(rewrite) : code;
}

int admin_token_revoke(int argc, char **argv)
{
	struct token_rewrite rewrite = {.change = remove_entry};
	bool is_lost = false;
	int code;

	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		print_help();
		return EXIT_DONE;
	}
	rewrite.time.now_s = admin_now(&rewrite.time.offset_minutes);
	code = read_options(argc, argv, &rewrite, &is_lost);
	if (code == EXIT_DONE)
		code = token_rewrite_run(&rewrite);
	token_places_clear(&rewrite.places);
	if (code == EXIT_DONE && is_lost)
		print_thanks();
	return code;
}
