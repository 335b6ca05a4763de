#include "policy/admin/token_assign.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"
#include "policy/login_name.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " TOKEN_ASSIGN_USAGE "\n\n"
	       "Gives each USER (an account) the token whose serial number is NUMBER, which the "
	       "back\n"
	       "of the token says, out of a vendor's delivery. Writes tokens.ini beside the\n"
	       "terminal-key.ini that was carried from a terminal, sealed to its key; it must then "
	       "be\n"
	       "signed by a token officer.\n"
	       "  --file FILE      the delivery, PSKC or CSV; \"token import --help\" says "
	       "more\n" TOKEN_BOUGHT_HELP
	       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n");
}

static int read_options(int argc, char **argv, struct token_bought *bought)
{
	static const struct option table[] = {
		{"file", required_argument, NULL, TOKEN_BOUGHT_OWN}, TOKEN_BOUGHT_OPTIONS, {0}};
	int code = token_bought_read_options(
		argc, argv, table, TOKEN_ASSIGN_USAGE, bought, &bought->path);

	if (code != EXIT_DONE)
		return code;
	if (!bought->path)
		return admin_misused(TOKEN_ASSIGN_USAGE, "which delivery is it of? Say --file");
	return token_option_check_terminals(&bought->job, TOKEN_ASSIGN_USAGE);
}

static int complain(const char *word)
{
	admin_complain(
		"%s: an account and a serial number are needed, such as yamada=00012345", word);
	return EXIT_UNKNOWN;
}

static int read_person(const char *word, unsigned at, struct delivery *people)
{
	struct delivered *person = &people->items[people->n];
	const char *equals = strchr(word, '=');
	size_t size = equals ? (size_t)(equals - word) : 0;

	if (!equals || size > ACCOUNT_NAME_MAX || !token_number_is_valid(equals + 1))
		return complain(word);
	memcpy(person->user, word, size);
	if (!account_name_is_valid(person->user))
		return complain(word);
	snprintf(person->number, sizeof(person->number), "%s", equals + 1);
	for (size_t i = 0; i < people->n; i++)
		if (strcmp(people->items[i].user, person->user) == 0 ||
			strcmp(people->items[i].number, person->number) == 0) {
			admin_complain("%s: one token for one person, and each once", word);
			return EXIT_UNKNOWN;
		}
	person->line = at;
	people->n++;
	return EXIT_DONE;
}

int admin_token_assign(int argc, char **argv)
{
	CLEANUP(delivery_clear) struct delivery people = {0};
	struct token_bought bought;
	int code;

	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		print_help();
		return EXIT_DONE;
	}
	token_bought_begin(&bought);
	code = read_options(argc, argv, &bought);
	if (code == EXIT_DONE && optind == argc)
		return admin_misused(TOKEN_ASSIGN_USAGE, "who gets which token?");
	if (code == EXIT_DONE && argc - optind > TOKENS_MAX)
		return admin_misused(TOKEN_ASSIGN_USAGE, "these are too many for a terminal");
	if (code == EXIT_DONE && delivery_begin(&people) < 0)
		return admin_no_memory();
	for (int i = optind; code == EXIT_DONE && i < argc; i++)
		code = read_person(argv[i], (unsigned)(i - optind) + 1, &people);
	return code == EXIT_DONE ? token_bought_run(&bought, &people, "what was said") : code;
}
