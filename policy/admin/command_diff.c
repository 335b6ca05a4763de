/* sekisho-admin policy diff: what changes between two documents, in words. */
#include "policy/admin/command_diff.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/diff.h"
#include "policy/admin/parse.h"
#include "policy/cleanup.h"

#define USAGE "policy diff OLD NEW"

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Says in words what changes from policy OLD to policy NEW: for which device "
	       "classes, [device]\n"
	       "rules and settings, and which example devices are judged differently.\n"
	       "Signatures are not looked at; comments and order make no difference.\n"
	       "Exit status: 0 no difference, 1 differences, 2 could not tell.\n");
}

static int read_policy(const char *path, struct admin_document *ret)
{
	int code = admin_parse(path, ret);

	if (code == EXIT_NO)
		admin_complain("%s has mistakes, so it cannot be compared", path);
	else if (code == EXIT_DONE && !ret->policy)
		admin_complain("%s is no policy", path);
	return code == EXIT_DONE && ret->policy ? EXIT_DONE : EXIT_UNKNOWN;
}

static int diff_policies(const struct policy *old, const struct policy *new)
{
	size_t differences = diff_settings(old, new) + diff_rules(old, new);

	if (differences == 0) {
		printf("no difference\n");
		return EXIT_DONE;
	}
	printf("what that means for example devices:\n");
	if (diff_examples(old, new) == 0)
		printf("  none is judged differently\n");
	return EXIT_NO;
}

int admin_policy_diff(int argc, char **argv)
{
	CLEANUP(admin_document_clear) struct admin_document old = {0}, new = {0};

	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		print_help();
		return EXIT_DONE;
	}
	if (argc != 3)
		return admin_usage(USAGE);
	if (read_policy(argv[1], &old) != EXIT_DONE || read_policy(argv[2], &new) != EXIT_DONE)
		return EXIT_UNKNOWN;
	return diff_policies(old.policy, new.policy);
}
