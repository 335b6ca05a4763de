#include "policy/admin/token_temporary.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/day.h"
#include "policy/admin/phone_grant.h"
#include "policy/admin/token_make.h"
#include "policy/admin/token_rewrite.h"
#include "policy/code_text.h"
#include "policy/option.h"
#include "policy/timestamp.h"

struct options {
	struct token_rewrite rewrite;
	struct phone_call call;
	bool is_by_phone;
};

/* One for all of the terminals, of the one person of a command; wiped when it was shown. */
static struct {
	char code[CODE_SYMBOLS_SIZE];
	struct token_ticket hashed;
} given;

static void print_help(void)
{
	printf("usage: sekisho-admin " TOKEN_TEMPORARY_USAGE "\n\n"
	       "Somebody has left the token at home: a code of eight letters and digits that "
	       "counts in\n"
	       "place of the token's until midnight, as often as it is typed beside the password.\n"
	       "The documents must then be signed by a token officer.\n"
	       "  USER             an account that has a token at each TERMINAL\n"
	       "  --for TERMINAL   a terminal-key.ini or its folder; once for each\n"
	       "With --phone, where no document reaches the terminal: after the right password "
	       "the\n"
	       "person types \"phone\" (電話) in place of the code, and reads out what the screen "
	       "shows;\n"
	       "this asks for it step by step, shows in one line what would be granted, asks, "
	       "writes it\n"
	       "into FILE.csv, and prints ten digits, which do the same at this terminal.\n"
	       "Only for whom you know by voice, or call back.\n"
	       "  --phone          by telephone\n" PHONE_CALL_HELP
	       "Exit status: 0 granted, 1 not confirmed or a mistake, 2 could not be tried.\n");
}

static int change(struct token_terminal *terminal, struct token_entry *entry, bool is_written)
{
	entry->temporary = given.hashed;
	if (is_written)
		printf("%s: a same-day code of %s\n", terminal->name, entry->user);
	return EXIT_DONE;
}

/* Shown once, and only when every document has it. */
static void show(const char *user, const char *by)
{
	char code[CODE_TEXT_SIZE], until[TIMESTAMP_SIZE];

	code_text_group(given.code, code);
	timestamp_format(given.hashed.until_s, JAPAN_MINUTES, until);
	printf("\n当日限りのコードを発行しました。%s、%.10s 23時59分まで有効です。\n"
	       "  same-day code  %s  of %s until %.10s %.5s%s%s\n",
		user, until, code, user, until, until + strlen("2027-04-08T"), by ? ", by " : "",
		by ? by : "");
	explicit_bzero(code, sizeof(code));
}

static int give(struct options *options)
{
	struct token_rewrite *rewrite = &options->rewrite;
	/* Terminals show Japan's time, wherever the desk is. */
	int64_t until_s = day_end(day_of(rewrite->time.now_s, JAPAN_MINUTES), JAPAN_MINUTES);
	int code;

	if (rewrite->n_users != 1)
		return admin_misused(TOKEN_TEMPORARY_USAGE, "who is it for?");
	if (rewrite->places.n == 0)
		return admin_misused(TOKEN_TEMPORARY_USAGE, "at which terminals? Say --for");
	rewrite->change = change;
	code = token_make_temporary(until_s, given.code, &given.hashed);
	if (code == EXIT_DONE)
		code = token_rewrite_run(rewrite);
	if (code == EXIT_DONE)
		show(rewrite->users[0], options->call.by);
	explicit_bzero(&given, sizeof(given));
	return code;
}

static int take_option(struct options *options, int option)
{
	struct phone_call *call = &options->call;

	switch (option) {
	case 'p': options->is_by_phone = true; return EXIT_DONE;
	case 'k': call->key_path = optarg; return EXIT_DONE;
	case 'b': call->by = optarg; return EXIT_DONE;
	case 'c': call->said.challenge = optarg; return EXIT_DONE;
	case 't': call->said.terminal = optarg; return EXIT_DONE;
	case 'u': call->said.user = optarg; return EXIT_DONE;
	case 'f': return token_places_add(&options->rewrite.places, optarg);
	default: return admin_usage(TOKEN_TEMPORARY_USAGE);
	}
}

static int run(int argc, char **argv, struct options *options)
{
	static const struct option table[] = {{"for", required_argument, NULL, 'f'},
		{"phone", no_argument, NULL, 'p'}, {"key", required_argument, NULL, 'k'},
		{"by", required_argument, NULL, 'b'}, {"challenge", required_argument, NULL, 'c'},
		{"terminal", required_argument, NULL, 't'}, {"user", required_argument, NULL, 'u'},
		{0}};
	bool is_only_of_phone;
	int option, code = EXIT_DONE;

	options->rewrite.time.now_s = admin_now(&options->rewrite.time.offset_minutes);
	while (code == EXIT_DONE && (option = option_next(argc, argv, "", table, NULL)) >= 0)
		code = take_option(options, option);
	if (code != EXIT_DONE)
		return code;
	options->rewrite.users = argv + optind;
	options->rewrite.n_users = (size_t)(argc - optind);
	is_only_of_phone = options->call.key_path || options->call.said.challenge ||
			   options->call.said.terminal || options->call.said.user;
	if (!options->is_by_phone && is_only_of_phone)
		return admin_misused(TOKEN_TEMPORARY_USAGE, "by telephone? Say --phone");
	if (!options->is_by_phone)
		return give(options);
	if (optind != argc || options->rewrite.places.n > 0)
		return admin_usage(TOKEN_TEMPORARY_USAGE);
	if (!options->call.key_path)
		return admin_misused(TOKEN_TEMPORARY_USAGE, "which desk approves? Say --key");
	return phone_call_answer(&options->call, PHONE_LOGIN);
}

int admin_token_temporary(int argc, char **argv)
{
	struct options options = {0};
	int code;

	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		print_help();
		return EXIT_DONE;
	}
	code = run(argc, argv, &options);
	token_places_clear(&options.rewrite.places);
	return code;
}
