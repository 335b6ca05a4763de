/* sekisho-admin token: one-time codes for people, sealed to the terminals where they count. */
#include "policy/admin/admin.h"

#include "policy/admin/subcommand.h"
#include "policy/admin/token_assign.h"
#include "policy/admin/token_extend.h"
#include "policy/admin/token_import.h"
#include "policy/admin/token_issue.h"
#include "policy/admin/token_key.h"
#include "policy/admin/token_list.h"
#include "policy/admin/token_register.h"
#include "policy/admin/token_revoke.h"
#include "policy/admin/token_temporary.h"
#include "policy/admin/token_ticket.h"
#include "policy/admin/token_unlock.h"

static const struct subcommand commands[] = {
	{"issue", TOKEN_ISSUE_USAGE, "a fresh secret for each USER (an account)",
		admin_token_issue},
	{"issue-ticket", TOKEN_TICKET_USAGE, "the same for people who enrol themselves",
		admin_token_issue_ticket},
	{"import", TOKEN_IMPORT_USAGE, "tokens that were bought", admin_token_import},
	{"assign", TOKEN_ASSIGN_USAGE, "one person's token out of a delivery", admin_token_assign},
	{"extend", TOKEN_EXTEND_USAGE, "another end for tokens that are there", admin_token_extend},
	{"revoke", TOKEN_REVOKE_USAGE, "somebody's token counts no longer", admin_token_revoke},
	{"unlock", TOKEN_UNLOCK_USAGE, "wrong codes are forgotten", admin_token_unlock},
	{"resync", TOKEN_RESYNC_USAGE, "what is believed of a token's clock is forgotten",
		admin_token_resync},
	{"temporary", TOKEN_TEMPORARY_USAGE, "a code for a day: a token left at home",
		admin_token_temporary},
	{"key", TOKEN_KEY_USAGE,
		"fingerprints of terminals' keys, to be compared with their screens",
		admin_token_key},
	{"list", TOKEN_LIST_USAGE, "who has which token where", admin_token_list},
	{"register", TOKEN_REGISTER_USAGE, "the register of users (利用者登録簿), and 1 April",
		admin_token_register},
};

int admin_token(int argc, char **argv)
{
	static const struct subcommand_table table = {
		.command = "token",
		.about = "Writes tokens.ini beside the terminal-key.ini that was carried from a "
			 "terminal: who may\n"
			 "log in there with which one-time codes. The document must then be signed "
			 "by a token\n"
			 "officer. \"sekisho-admin token WORD --help\" says more of each.\n",
		.exit_status = "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n",
		.rows = commands,
		.n_rows = sizeof(commands) / sizeof(commands[0]),
	};

	return subcommand_run(&table, argc, argv);
}
