/* sekisho-admin policy: lint here; diff and explain have files of their own. */
#include "policy/admin/admin.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "policy/admin/bundle_file.h"
#include "policy/admin/command_diff.h"
#include "policy/admin/command_rehearse.h"
#include "policy/admin/lint.h"
#include "policy/admin/options.h"
#include "policy/admin/parse.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"

#define USAGE_LINT "policy lint [--now TIME] FILE..."
#define USAGE      "policy lint|diff|explain|rehearse ..."

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE_LINT "\n"
	       "       sekisho-admin policy diff OLD NEW\n"
	       "       sekisho-admin policy explain --device DEVICE POLICY\n"
	       "       sekisho-admin policy rehearse --records FILE... DRAFT\n\n"
	       "lint reads policies, roots, media lists, fresh and site files as a terminal would "
	       "and names\n"
	       "every mistake: FILE:LINE:COLUMN: read '...', expected ...\n"
	       "Signatures are not looked at. Of what has no mistake it says which parts this "
	       "version of\n"
	       "the agent reads but does not enforce yet, and what is most likely not meant.\n"
	       "  --now TIME   as if it were that time, such as 2026-04-01T00:00:00+09:00\n"
	       "diff says in words what changes between two policies, and for which devices.\n"
	       "explain is \"sekisho-admin explain\".\n"
	       "rehearse says what a draft would change for what terminals have recorded.\n"
	       "Exit status: 0 no mistake, 1 mistakes, 2 a file could not be read;\n"
	       "of diff and rehearse: 0 no difference, 1 differences, 2 could not tell.\n");
}

/* *given is set by a root, which may be compared with what comes after it. */
static int lint(const char *path, int64_t now_s, struct lint_root *given)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0};
	int code = admin_parse(path, &document);

	if (code == EXIT_DONE && document.root && !given->path) {
		given->path = path;
		memcpy(given->site, document.root->header.site, sizeof(given->site));
	}
	if (code == EXIT_DONE)
		code = lint_place(&document, given, now_s);
	if (code == EXIT_DONE)
		lint_document(&document, now_s);
	return code;
}

/* Each document of exemptions.ini or revocations.ini. */
static int lint_bundle(const struct admin_file *file, int64_t now_s)
{
	struct bundle bundle = {.bytes = file->bytes, .size = file->size};
	struct bundle_document part;
	int worst = EXIT_DONE;

	while (bundle_next(&bundle, &part)) {
		CLEANUP(admin_document_clear) struct admin_document document = {0};
		CLEANUP(cleanup_free) char *label = bundle_file_label(file, &part);
		struct admin_file bytes = {0};
		int code = label ? bundle_file_part(file, &part, &bytes) : admin_no_memory();

		if (code == EXIT_DONE)
			code = admin_parse_part(&bytes, part.line, &document);
		if (code == EXIT_DONE) {
			document.file.path = label;
			lint_document(&document, now_s);
		}
		worst = code > worst ? code : worst;
	}
	return worst;
}

static int lint_any(const char *path, int64_t now_s, struct lint_root *given)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};

	if (admin_read_document(path, &file) < 0)
		return EXIT_UNKNOWN;
	return bundle_file_kind(&file) != DOCUMENT_NONE ? lint_bundle(&file, now_s)
							: lint(path, now_s, given);
}

static int run_lint(int argc, char **argv)
{
	const char *now = NULL;
	const struct admin_option table[] = {{"now", &now, NULL}};
	int64_t now_s = time(NULL);
	struct lint_root given = {0};
	int worst = EXIT_DONE, code;

	code = admin_read_options(argc, argv, table, 1, USAGE_LINT, print_help);
	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	if (now && timestamp_parse(now, &now_s) < 0)
		return admin_misused(
			USAGE_LINT, "--now needs a time such as 2026-04-01T00:00:00+09:00");
	if (optind == argc)
		return admin_misused(USAGE_LINT, "which FILE shall be looked through?");
	for (int i = optind; i < argc; i++) {
		code = lint_any(argv[i], now_s, &given);
		worst = code > worst ? code : worst;
	}
	return worst;
}

int admin_policy(int argc, char **argv)
{
	const char *verb = argc >= 2 ? argv[1] : "";

	if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0) {
		print_help();
		return EXIT_DONE;
	}
	if (strcmp(verb, "lint") == 0)
		return run_lint(argc - 1, argv + 1);
	if (strcmp(verb, "diff") == 0)
		return admin_policy_diff(argc - 1, argv + 1);
	if (strcmp(verb, "rehearse") == 0)
		return admin_policy_rehearse(argc - 1, argv + 1);
	if (strcmp(verb, "explain") == 0)
		return admin_explain(argc - 1, argv + 1);
	return admin_usage(USAGE);
}
