/* sekisho-admin exemption: what people ask for, approved for a time by who may. */
#include "policy/admin/admin.h"

#include "policy/admin/desk_issue.h"
#include "policy/admin/desk_key.h"
#include "policy/admin/exemption_approve.h"
#include "policy/admin/exemption_extend.h"
#include "policy/admin/exemption_list.h"
#include "policy/admin/exemption_phone.h"
#include "policy/admin/exemption_prepare.h"
#include "policy/admin/exemption_revoke.h"
#include "policy/admin/subcommand.h"

static const struct subcommand commands[] = {
	{"requests", EXEMPTION_REQUESTS_USAGE, "what is asked for, in one line each",
		admin_exemption_requests},
	{"approve", EXEMPTION_APPROVE_USAGE, "grants one of them, or adds the second approver",
		admin_exemption_approve},
	{"refuse", EXEMPTION_REFUSE_USAGE, "answers one of them with a reason",
		admin_exemption_refuse},
	{"revoke", EXEMPTION_REVOKE_USAGE, "ends an exemption, or a lost medium",
		admin_exemption_revoke},
	{"extend", EXEMPTION_EXTEND_USAGE, "one that takes over when another ends",
		admin_exemption_extend},
	{"prepare", EXEMPTION_PREPARE_USAGE, "many ahead, from a CSV: elections, disasters",
		admin_exemption_prepare},
	{"list", EXEMPTION_LIST_USAGE, "what was granted, and how it stands", admin_exemption_list},
	{"show", EXEMPTION_SHOW_USAGE, "all that is known of one", admin_exemption_show},
	{"phone", EXEMPTION_PHONE_USAGE, "ten digits for somebody who calls",
		admin_exemption_phone},
	{"desk-key", DESK_KEY_USAGE, "the key of a desk that approves by telephone",
		admin_desk_key},
	{"desk-issue", DESK_ISSUE_USAGE, "which desks approve so at a terminal", admin_desk_issue},
};

int admin_exemption(int argc, char **argv)
{
	static const struct subcommand_table table = {
		.command = "exemption",
		.about = "Answers requests for media that are refused: for a time, at one "
			 "terminal, to one\n"
			 "person. Reads and writes the folder from which terminals fetch. "
			 "\"sekisho-admin\n"
			 "exemption WORD --help\" says more of each.\n",
		.exit_status = "Exit status: 0 done, 1 the answer is no, 2 could not be tried.\n",
		.rows = commands,
		.n_rows = sizeof(commands) / sizeof(commands[0]),
	};

	return subcommand_run(&table, argc, argv);
}
