/* sekisho-admin policy rehearse: what terminals have recorded, judged by a draft. */
#include "policy/admin/command_rehearse.h"

#include <stdio.h>

#include "policy/admin/admin.h"
#include "policy/admin/explain_media.h"
#include "policy/admin/parse.h"
#include "policy/admin/replay.h"
#include "policy/admin/replay_report.h"
#include "policy/cleanup.h"
#include "policy/option.h"

#define USAGE "policy rehearse [--media DIR] --records FILE... DRAFT"

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Asks what terminals have recorded once more, by a policy that is not signed yet: "
	       "which\n"
	       "insertions would now be refused or let in, at which terminals, how often, and by "
	       "which line.\n"
	       "  --records FILE...  records-N.jsonl of any number of terminals, as they lie there "
	       "or as they\n"
	       "                     were collected. A terminal is called by the name of its file, "
	       "or by the\n"
	       "                     folder where that is records-N.jsonl\n"
	       "  --media DIR        the folder of the registered media; without it, what was "
	       "registered then\n"
	       "                     counts as registered\n"
	       "The hash chain of the records is not checked here.\n"
	       "Exit status: 0 no difference, 1 differences, 2 could not tell, for all insertions "
	       "or for some.\n");
}

static int read_draft(const char *path, struct admin_document *ret)
{
	int code = admin_parse(path, ret);

	if (code == EXIT_DONE && ret->policy)
		return EXIT_DONE;
	if (code == EXIT_DONE)
		admin_complain("%s is no policy", path);
	else if (code == EXIT_NO)
		admin_complain("%s has mistakes, so it decides nothing", path);
	return EXIT_UNKNOWN;
}

static int rehearse(char *const *files, size_t n_files, const struct admin_document *draft,
	const struct media *media)
{
	CLEANUP(replay_free) struct replay *replay = NULL;
	size_t differences;
	bool is_sure;

	if (replay_read(files, n_files, draft->policy, media, &replay) < 0)
		return EXIT_UNKNOWN;
	differences = replay_report(replay, draft->file.path, &is_sure);
	if (differences > 0)
		return EXIT_NO;
	return is_sure ? EXIT_DONE : EXIT_UNKNOWN;
}

/* EXIT_DONE: go on; -1: help was printed. argv is permuted so that the files begin at optind. */
static int parse_options(int argc, char **argv, char **ret_first, const char **ret_media)
{
	static const struct option table[] = {
		{"records", required_argument, NULL, 'r'},
		{"media", required_argument, NULL, 'm'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;

	while ((option = option_next(argc, argv, "h", table, NULL)) >= 0) {
		switch (option) {
		case 'r':
			if (*ret_first)
				return admin_usage(USAGE);
			*ret_first = optarg;
			break;
		case 'm': *ret_media = optarg; break;
		case 'h': print_help(); return -1;
		default: return admin_usage(USAGE);
		}
	}
	if (!*ret_first || optind >= argc)
		return admin_usage(USAGE);
	return EXIT_DONE;
}

int admin_policy_rehearse(int argc, char **argv)
{
	CLEANUP(admin_document_clear) struct admin_document draft = {0};
	CLEANUP(media_folder_clear) struct media_folder folder = {0};
	CLEANUP(cleanup_free) char **files = NULL;
	const char *path = NULL;
	char *first = NULL;
	size_t n_files = 0;
	bool is_counted = true;
	int code = parse_options(argc, argv, &first, &path);

	if (code != EXIT_DONE)
		return code < 0 ? EXIT_DONE : code;
	code = read_draft(argv[argc - 1], &draft);
	if (code == EXIT_DONE && path)
		code = explain_media_read(path, draft.policy, &folder, &is_counted);
	if (code != EXIT_DONE)
		return code;
	/* A list that does not count is not the one that counted then either. */
	if (!is_counted)
		return EXIT_UNKNOWN;
	files = calloc((size_t)argc, sizeof(*files));
	if (!files)
		return EXIT_UNKNOWN;
	files[n_files++] = first;
	for (int i = optind; i < argc - 1; i++)
		files[n_files++] = argv[i];
	return rehearse(files, n_files, &draft, folder.media);
}
