#include "policy/admin/token_temporary.h"

#include <getopt.h>
#include <stdio.h>

#include "policy/admin/admin.h"
#include "policy/admin/options.h"
#include "policy/admin/phone_grant.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " TOKEN_TEMPORARY_USAGE "\n\n"
	       "Somebody has left the token at home. After the right password the person types "
	       "\"phone\"\n"
	       "(電話) in place of the code, and reads out what the screen shows; this asks for it "
	       "step\n"
	       "by step, shows in one line what would be granted, asks, writes it into FILE.csv, "
	       "and\n"
	       "prints ten digits. They let this person in at this terminal until midnight, as "
	       "often as\n"
	       "they are typed beside the password. Only for whom you know by voice, or call "
	       "back.\n"
	       "  --phone          by telephone\n" PHONE_CALL_HELP
	       "Exit status: 0 granted, 1 not confirmed, 2 could not be tried.\n");
}

int admin_token_temporary(int argc, char **argv)
{
	struct phone_call call = {0};
	bool is_by_phone = false;
	const struct admin_option options[] = {
		PHONE_CALL_OPTIONS(&call), {"phone", NULL, &is_by_phone}};
	int code = admin_read_options(argc, argv, options, sizeof(options) / sizeof(options[0]),
		TOKEN_TEMPORARY_USAGE, print_help);

	if (code == ADMIN_HELPED)
		return EXIT_DONE;
	if (code != EXIT_DONE)
		return code;
	if (optind != argc || !is_by_phone)
		return admin_usage(TOKEN_TEMPORARY_USAGE);
	if (!call.key_path)
		return admin_misused(TOKEN_TEMPORARY_USAGE, "which desk approves? Say --key");
	return phone_call_answer(&call, PHONE_LOGIN);
}
