/* sekisho-admin media: the registered media, from the ledger to what terminals believe and back. */
#include "policy/admin/admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/command_diff.h"
#include "policy/admin/ledger.h"
#include "policy/admin/media_differences.h"
#include "policy/admin/media_folder.h"
#include "policy/admin/media_header.h"
#include "policy/admin/media_import.h"
#include "policy/admin/media_policy.h"
#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/option.h"
#include "policy/value.h"

#define USAGE "media {import | lint | sign | export} ..."
#define IMPORT_USAGE \
	"media import --ledger LEDGER.csv [--site SITE] [--tier TIER] [--epoch N] [--serial N] " \
	"[--not-after DATE] [--remove N | --yes] DIR"
#define LINT_USAGE   "media lint DIR"
#define SIGN_USAGE   "media sign [--since OLD] --key KEY [options of sign] DIR"
#define EXPORT_USAGE "media export DIR"

static void print_help(void)
{
	printf("usage: sekisho-admin " IMPORT_USAGE "\n"
	       "       sekisho-admin " LINT_USAGE "\n"
	       "       sekisho-admin " SIGN_USAGE "\n"
	       "       sekisho-admin " EXPORT_USAGE "\n\n"
	       "The registered media of a tier: DIR/media.ini, which is signed, and up to 256 "
	       "files\n"
	       "DIR/media/00 to ff that it names. One new medium changes two of them.\n"
	       "  import  brings DIR up to the ledger, a CSV file with the columns 管理番号,\n"
	       "          シリアル番号 and VID_PID; 状態 紛失 and 廃棄済 are left out. Names what\n"
	       "          changes. Writes nothing where there is a mistake, and only the files\n"
	       "          that must change\n"
	       "  lint    names every mistake of DIR, and serials that several media have\n"
	       "  sign    lint, then as \"sekisho-admin sign\" does with DIR/media.ini\n"
	       "  export  prints the media as a ledger in CSV\n"
	       "  --ledger LEDGER.csv  UTF-8, as Excel saves \"CSV UTF-8\"\n"
	       "  --site SITE, --tier TIER\n"
	       "                   as DIR/media.ini or DIR/site.ini has them if not given\n"
	       "  --epoch N        that of the newest root beside DIR, or as in DIR/media.ini,\n"
	       "                   or 1\n"
	       "  --serial N       the next one if not given\n"
	       "  --not-after DATE such as 2027-04-30, to its last second here; as in\n"
	       "                   DIR/media.ini, or in 400 days\n"
	       "  --remove N       so many media go. Where more than ten and more than a tenth\n"
	       "                   would go, or all, it asks; where nobody can be asked, it\n"
	       "                   writes nothing without this\n"
	       "  --yes            does not ask, however many go\n"
	       "  --since OLD      the folder as it was when it was signed last: first says\n"
	       "                   which media came, went and changed\n"
	       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n");
}

static int take_number(const char *option, const char *text, uint64_t max, uint64_t *ret)
{
	if (number_parse(text, 1, max, ret) == 0)
		return EXIT_DONE;
	admin_complain("--%s needs a number from 1", option);
	return EXIT_UNKNOWN;
}

static int take_option(struct media_import *import, int option)
{
	uint64_t number = 0;
	int code = EXIT_DONE;

	switch (option) {
	case 's': import->site = optarg; break;
	case 't': import->tier = optarg; break;
	case 'l': import->ledger = optarg; break;
	case 'S': code = take_number("serial", optarg, SERIAL_MAX, &import->serial); break;
	case 'e':
		code = take_number("epoch", optarg, UINT32_MAX, &number);
		import->epoch = (uint32_t)number;
		break;
	case 'y': import->may_remove = true; break;
	case 'R':
		import->has_removed = true;
		if (number_parse(optarg, 0, MEDIA_MAX, &number) == 0) {
			import->n_removed = number;
			break;
		}
		admin_complain("--remove needs a number of media");
		code = EXIT_UNKNOWN;
		break;
	case 'n':
		if (media_header_parse_end(optarg, import->offset_minutes, &import->not_after) == 0)
			break;
		admin_complain("--not-after needs a date such as 2027-04-30");
		code = EXIT_UNKNOWN;
		break;
	default: return admin_usage(IMPORT_USAGE);
	}
	return code;
}

static int import(int argc, char **argv)
{
	static const struct option table[] = {
		{"site", required_argument, NULL, 's'},
		{"tier", required_argument, NULL, 't'},
		{"epoch", required_argument, NULL, 'e'},
		{"serial", required_argument, NULL, 'S'},
		{"not-after", required_argument, NULL, 'n'},
		{"ledger", required_argument, NULL, 'l'},
		{"remove", required_argument, NULL, 'R'},
		{"yes", no_argument, NULL, 'y'},
		{0},
	};
	struct media_import options = {0};
	int option, code = EXIT_DONE;

	options.now_s = admin_now(&options.offset_minutes);
	while (code == EXIT_DONE && (option = option_next(argc, argv, "", table, NULL)) >= 0)
		code = take_option(&options, option);
	if (code != EXIT_DONE)
		return code;
	if (argc - optind != 1 || !options.ledger)
		return admin_usage(IMPORT_USAGE);
	options.folder = argv[optind];
	return media_import_run(&options);
}

/* Names every mistake and warning of the folder. */
static int check(const char *path)
{
	CLEANUP(media_folder_clear) struct media_folder folder = {0};
	CLEANUP(cleanup_free) const struct medium **sorted = NULL;
	size_t n_entries, n_media;
	int code;

	if (media_folder_open(path, &folder) != EXIT_DONE)
		return EXIT_UNKNOWN;
	code = media_folder_read(&folder, false);
	if (folder.media && media_folder_warn(&folder) != EXIT_DONE)
		return EXIT_UNKNOWN;
	if (code != EXIT_DONE)
		return code;
	sorted = media_folder_sorted(folder.media);
	if (!sorted)
		return admin_no_memory();
	n_entries = media_count(folder.media);
	n_media = media_count_numbers(&(struct media_list){sorted, n_entries});
	printf("%s: no mistakes; %zu %s, %zu entr%s, in %u shard%s\n", folder.index_path, n_media,
		media_word(n_media), n_entries, n_entries == 1 ? "y" : "ies",
		folder.index->n_shards, folder.index->n_shards == 1 ? "" : "s");
	return EXIT_DONE;
}

static int lint(int argc, char **argv)
{
	CLEANUP(cleanup_free) char *index = NULL;
	int code;

	if (argc != 2 || argv[1][0] == '-')
		return admin_usage(LINT_USAGE);
	code = check(argv[1]);
	if (code != EXIT_DONE)
		return code;
	index = admin_format("%s/media.ini", argv[1]);
	if (!index)
		return admin_no_memory();
	media_policy_warn(index);
	return EXIT_DONE;
}

/* What changed since the folder that was signed last; says how to ask where that is not given. */
static int print_since(const char *old, const char *folder)
{
	CLEANUP(cleanup_free) char *before = old ? admin_format("%s/media.ini", old) : NULL;
	CLEANUP(cleanup_free) char *now = admin_format("%s/media.ini", folder);
	int code;

	if (!old) {
		printf("To see which media came and went since the folder that you signed last: "
		       "--since OLD\n");
		return EXIT_DONE;
	}
	if (!before || !now)
		return admin_no_memory();
	printf("since %s:\n", before);
	code = diff_files(before, now, false);
	return code == EXIT_UNKNOWN ? code : EXIT_DONE;
}

/* Takes "--since OLD" out of the words, which are those of sign. NULL: it is not there. */
static const char *take_since(int *argc, char **argv)
{
	for (int i = 1; i + 1 < *argc; i++) {
		const char *old = argv[i + 1];

		if (strcmp(argv[i], "--since") != 0)
			continue;
		*argc -= 2;
		memmove(&argv[i], &argv[i + 2], (size_t)(*argc - i) * sizeof(*argv));
		return old;
	}
	return NULL;
}

static int sign(int argc, char **argv)
{
	CLEANUP(cleanup_free) char *index = NULL;
	CLEANUP(cleanup_free) char **words = calloc((size_t)argc + 1, sizeof(*words));
	const char *old;
	int code;

	if (!words)
		return admin_no_memory();
	memcpy(words, argv, (size_t)argc * sizeof(*words));
	old = take_since(&argc, words);
	words[argc] = NULL;
	if (argc < 2 || words[argc - 1][0] == '-')
		return admin_usage(SIGN_USAGE);
	code = check(words[argc - 1]);
	if (code == EXIT_DONE)
		code = print_since(old, words[argc - 1]);
	if (code != EXIT_DONE)
		return code;
	index = admin_format("%s/media.ini", words[argc - 1]);
	if (!index)
		return admin_no_memory();
	words[argc - 1] = index;
	return admin_sign(argc, words);
}

static int export(int argc, char **argv)
{
	CLEANUP(media_folder_clear) struct media_folder folder = {0};
	CLEANUP(cleanup_free) const struct medium **sorted = NULL;
	int code;

	if (argc != 2 || argv[1][0] == '-')
		return admin_usage(EXPORT_USAGE);
	if (media_folder_open(argv[1], &folder) != EXIT_DONE)
		return EXIT_UNKNOWN;
	code = media_folder_read(&folder, false);
	if (code != EXIT_DONE)
		return code;
	sorted = media_folder_sorted(folder.media);
	if (!sorted)
		return admin_no_memory();
	if (ledger_write(stdout, sorted, media_count(folder.media)) == 0 && fflush(stdout) == 0)
		return EXIT_DONE;
	admin_complain("the ledger could not be written");
	return EXIT_UNKNOWN;
}

int admin_media(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} commands[] = {{"import", import}, {"lint", lint}, {"sign", sign}, {"export", export}};

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			print_help();
			return EXIT_DONE;
		}
	for (size_t i = 0; argc >= 2 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return admin_usage(USAGE);
}
