/* sekisho-admin policy lint: every mistake of a document, then what this version does not enforce.
 */
#include "policy/admin/admin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/parse.h"
#include "policy/cleanup.h"
#include "policy/policy.h"
#include "policy/root.h"

#define USAGE "policy lint FILE..."

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Reads policies, roots and site files as a terminal would and names every mistake:\n"
	       "FILE:LINE:COLUMN: read '...', expected ...\n"
	       "Signatures are not looked at. Says afterwards which parts this version of the "
	       "agent\n"
	       "reads but does not enforce yet.\n"
	       "Exit status: 0 no mistake, 1 mistakes, 2 a file could not be read.\n");
}

static void note(const char *path, unsigned line, const char *what)
{
	if (line > 0)
		printf("%s:%u: note: this version does not enforce %s\n", path, line, what);
	else
		printf("%s: note: this version does not enforce %s\n", path, what);
}

static void note_read_only(const char *path, const struct policy *policy)
{
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		if (policy->media[i].access == VERDICT_READ_ONLY)
			note(path, policy->media[i].line, "read-only; it blocks instead");
	for (size_t i = 0; i < policy->n_devices; i++)
		if (policy->devices[i].access == VERDICT_READ_ONLY)
			note(path, policy->devices[i].line, "read-only; it blocks instead");
}

static void note_policy(const char *path, const struct policy *policy)
{
	note_read_only(path, policy);
	if (policy->has_exemption)
		note(path, 0, "[exemption]");
	if (policy->has_login)
		note(path, 0, "[login]");
	if (policy->has_network)
		note(path, 0, "[network]");
	if (policy->media[CLASS_KEYBOARD].access != VERDICT_ALLOW)
		printf("%s: note: keyboards are not allowed; a terminal keeps only its last one\n",
			path);
}

static int lint(const char *path)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0};
	int code = admin_parse(path, &document);

	if (code == EXIT_DONE) {
		printf("%s: no mistakes\n", path);
		if (document.policy)
			note_policy(path, document.policy);
	}
	return code;
}

int admin_policy(int argc, char **argv)
{
	int worst = EXIT_DONE;

	if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		print_help();
		return EXIT_DONE;
	}
	if (argc < 2 || strcmp(argv[1], "lint") != 0)
		return admin_usage(USAGE);
	if (argc >= 3 && strcmp(argv[2], "--help") == 0) {
		print_help();
		return EXIT_DONE;
	}
	if (argc < 3)
		return admin_usage(USAGE);
	for (int i = 2; i < argc; i++) {
		int code = lint(argv[i]);

		worst = code > worst ? code : worst;
	}
	return worst;
}
