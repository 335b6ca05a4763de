#include "policy/admin/exemption_phone.h"

#include <getopt.h>
#include <stdio.h>

#include "policy/admin/admin.h"
#include "policy/admin/options.h"
#include "policy/admin/phone_grant.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " EXEMPTION_PHONE_USAGE "\n\n"
	       "Approves by telephone. Somebody reads out what \"sekisho request --phone\" shows; "
	       "this\n"
	       "asks for it step by step, shows in one line what would be granted, asks, writes "
	       "it\n"
	       "into FILE.csv, and prints ten digits. They mean exactly that line: any other "
	       "value\n"
	       "gives other digits. What the policy does not let this desk grant, the terminal "
	       "refuses.\n" PHONE_CALL_HELP
	       "  --medium NUMBER, --direction read-only|read-write, --minutes N   likewise\n"
	       "Exit status: 0 granted, 1 not confirmed, 2 could not be tried.\n");
}

int admin_exemption_phone(int argc, char **argv)
{
	struct phone_call call = {0};
	const struct admin_option options[] = {PHONE_CALL_OPTIONS(&call),
		{"medium", &call.said.medium, NULL}, {"direction", &call.said.direction, NULL},
		{"minutes", &call.said.minutes, NULL}};
	int code = admin_read_options(argc, argv, options, sizeof(options) / sizeof(options[0]),
		EXEMPTION_PHONE_USAGE, print_help);

	if (code == ADMIN_HELPED)
		return EXIT_DONE;
	if (code != EXIT_DONE)
		return code;
	if (optind != argc)
		return admin_usage(EXEMPTION_PHONE_USAGE);
	if (!call.key_path)
		return admin_misused(EXEMPTION_PHONE_USAGE, "which desk approves? Say --key");
	return phone_call_answer(&call, PHONE_EXEMPTION);
}
