#include "policy/admin/token_import.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " TOKEN_IMPORT_USAGE "\n\n"
	       "Writes tokens that were bought into tokens.ini beside the terminal-key.ini that "
	       "was\n"
	       "carried from a terminal, sealed to its key. FILE is the vendor's delivery:\n"
	       "  - PSKC (RFC 6030), plain or encrypted;\n"
	       "  - CSV with the headings トークン番号 (serial) and 秘密鍵 (seed), and where\n"
	       "    needed 職員番号 (account), 種別 (type), ハッシュ (hash), 桁数 (digits),\n"
	       "    間隔 (period), カウンタ (counter);\n"
	       "  - CSV without headings: serial, seed and perhaps type, digits, time step.\n"
	       "It stays where it is; lock it away afterwards. Nothing is imported where there is "
	       "a\n"
	       "mistake. The document must then be signed by a token officer.\n"
	       "  --people CSV     who gets which: 職員番号 (account) and トークン番号 (serial);\n"
	       "                   needed where FILE does not say. \"token assign\" is for one\n"
	       "                   person\n" TOKEN_BOUGHT_HELP
	       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n");
}

static int read_options(int argc, char **argv, struct token_bought *bought, const char **ret_people)
{
	static const struct option table[] = {
		{"people", required_argument, NULL, TOKEN_BOUGHT_OWN}, TOKEN_BOUGHT_OPTIONS, {0}};
	int code = token_bought_read_options(
		argc, argv, table, TOKEN_IMPORT_USAGE, bought, ret_people);

	return code == EXIT_DONE ? token_option_check_terminals(&bought->job, TOKEN_IMPORT_USAGE)
				 : code;
}

int admin_token_import(int argc, char **argv)
{
	CLEANUP(delivery_clear) struct delivery people = {0};
	const char *people_path = NULL;
	struct token_bought bought;
	int code;

	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		print_help();
		return EXIT_DONE;
	}
	token_bought_begin(&bought);
	code = read_options(argc, argv, &bought, &people_path);
	if (code != EXIT_DONE)
		return code;
	if (argc - optind != 1)
		return admin_usage(TOKEN_IMPORT_USAGE);
	bought.path = argv[optind];
	if (people_path)
		code = delivery_read_people(people_path, &people);
	return code == EXIT_DONE
		       ? token_bought_run(&bought, people_path ? &people : NULL, people_path)
		       : code;
}
