/* sekisho-admin policy diff: what changes between two policies, media lists or tokens documents, in
 * words. */
#include "policy/admin/command_diff.h"

#include <stdio.h>

#include "policy/admin/admin.h"
#include "policy/admin/diff.h"
#include "policy/admin/parse.h"
#include "policy/cleanup.h"
#include "policy/option.h"

#define USAGE "policy diff [--all] OLD NEW"

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Says in words what changes from policy OLD to policy NEW: for which device\n"
	       "classes, [device] rules and settings, and which example devices are judged\n"
	       "differently. Of two lists of registered media: which media are new, gone or\n"
	       "changed, read from the files in media/ beside each, and which shards change. Of\n"
	       "two tokens documents of a terminal: who gets and loses which token.\n"
	       "  --all  names every medium, not only the first twenty of each kind\n"
	       "Signatures are not looked at; comments and order make no difference.\n"
	       "Exit status: 0 no difference, 1 differences, 2 could not tell.\n");
}

static int read_document(const char *path, struct admin_document *ret)
{
	int code = admin_parse(path, ret);

	if (code == EXIT_NO)
		admin_complain("%s has mistakes, so it cannot be compared", path);
	else if (code == EXIT_DONE && !ret->policy && !ret->media && !ret->tokens)
		admin_complain(
			"%s is neither a policy nor a list of registered media or tokens", path);
	else if (code == EXIT_DONE)
		return EXIT_DONE;
	return EXIT_UNKNOWN;
}

static void print_examples(const struct policy *old, const struct policy *new)
{
	printf("what that means for example devices:\n");
	if (diff_examples(old, new) == 0)
		printf("  none is judged differently\n");
}

static int diff(const struct admin_document *old, const struct admin_document *new, bool is_all)
{
	size_t differences;

	if (old->kind != new->kind) {
		admin_complain(
			"%s and %s are documents of two kinds", old->file.path, new->file.path);
		return EXIT_UNKNOWN;
	}
	differences = diff_header(admin_document_header(old), admin_document_header(new));
	if (old->policy) {
		differences += diff_settings(old->policy, new->policy);
		differences += diff_rules(old->policy, new->policy);
		differences += diff_login(old->policy, new->policy);
	} else if (old->tokens) {
		differences += diff_tokens(old->tokens, new->tokens);
	} else {
		differences +=
			diff_media(old->file.path, old->media, new->file.path, new->media, is_all);
	}
	if (differences == 0) {
		printf("no difference\n");
		return EXIT_DONE;
	}
	if (old->policy)
		print_examples(old->policy, new->policy);
	return EXIT_NO;
}

int diff_files(const char *old_path, const char *new_path, bool is_all)
{
	CLEANUP(admin_document_clear) struct admin_document old = {0}, new = {0};

	if (read_document(old_path, &old) != EXIT_DONE ||
		read_document(new_path, &new) != EXIT_DONE)
		return EXIT_UNKNOWN;
	return diff(&old, &new, is_all);
}

int admin_policy_diff(int argc, char **argv)
{
	static const struct option table[] = {
		{"all", no_argument, NULL, 'a'}, {"help", no_argument, NULL, 'h'}, {0}};
	bool is_all = false;
	int option;

	while ((option = option_next(argc, argv, "h", table, NULL)) >= 0) {
		if (option == 'h') {
			print_help();
			return EXIT_DONE;
		}
		if (option != 'a')
			return admin_usage(USAGE);
		is_all = true;
	}
	if (argc - optind != 2)
		return admin_usage(USAGE);
	return diff_files(argv[optind], argv[optind + 1], is_all);
}
