#include "policy/admin/token_register.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/day.h"
#include "policy/admin/ledger.h"
#include "policy/admin/options.h"
#include "policy/admin/register_apply.h"
#include "policy/admin/register_change.h"
#include "policy/admin/register_difference.h"
#include "policy/admin/register_load.h"
#include "policy/admin/register_report.h"
#include "policy/cleanup.h"

struct options {
	struct register_paths paths;
	const char *by, *date, *renew;
	bool is_dry, is_apply, is_finish, is_csv, is_whole;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " TOKEN_REGISTER_USAGE "\n\n"
	       "Keeps register.csv (利用者登録簿) of a tier's folder by what the personnel section "
	       "delivers,\n"
	       "and with it from when until when tokens count. Rows are disabled, never deleted.\n"
	       "  PERSONNEL.csv    columns 職員番号, 任用区分 and, where known, 氏名, 所属, "
	       "発令日, "
	       "異動区分,\n"
	       "                   有効期限, 端末, アカウント, 申請日, 承認者: everybody, or only "
	       "those who\n"
	       "                   come, move and leave\n"
	       "  --dry-run        says what would change, and changes nothing\n"
	       "  --csv            says it as CSV\n"
	       "  --apply          writes register.csv and the tokens.ini of terminals that "
	       "change, "
	       "all or\n"
	       "                   none; these must then be signed by a token officer\n"
	       "  --by OFFICER     who stands in 承認者 and 抹消者\n"
	       "  --finish         does the rest of an --apply that was interrupted\n"
	       "  --folder TIER    the tier's folder, with terminals/; this one if not given\n"
	       "  --date DATE      from when rows without 発令日 count; today if not given\n"
	       "  --whole          the file names everybody: who is not in it leaves on --date\n"
	       "  --renew DATE     有効期限 that ends before becomes DATE (一括延長), of all who "
	       "are "
	       "not disabled\n"
	       "                   then; who has none gets none\n"
	       "  --places CSV     所属 and 端末: which terminals a section has, for persons whose "
	       "row\n"
	       "                   names none\n"
	       "  --account-prefix WORD  what stands before 職員番号 in the name of an account\n"
	       "  --sjis          the personnel section's files are in Windows' Japanese code "
	       "page\n"
	       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n");
}

static int check(const struct options *options)
{
	const char *usage = TOKEN_REGISTER_USAGE;

	if (options->is_finish)
		return options->paths.personnel || options->is_dry || options->is_apply ||
				       options->renew
			       ? admin_misused(usage, "--finish stands alone, with --folder")
			       : EXIT_DONE;
	if (!options->paths.personnel && !options->renew)
		return admin_misused(usage, "which personnel file? Or say --renew");
	if (!options->paths.personnel && options->is_whole)
		return admin_misused(usage, "--whole is said of a personnel file");
	if (options->is_dry == options->is_apply)
		return admin_misused(usage, "say --dry-run or --apply");
	if (options->is_apply && (!options->by || options->by[0] == '\0'))
		return admin_misused(usage, "who approves it? Say --by");
	if (options->is_csv && options->is_apply)
		return admin_misused(usage, "--csv is for --dry-run");
	if (options->is_whole && !options->date)
		return admin_misused(
			usage, "from which day are those gone who are not in it? Say --date");
	return EXIT_DONE;
}

static int read_options(int argc, char **argv, struct options *options)
{
	const struct admin_option table[] = {
		{"folder", &options->paths.folder, NULL},
		{"by", &options->by, NULL},
		{"date", &options->date, NULL},
		{"renew", &options->renew, NULL},
		{"places", &options->paths.sections, NULL},
		{"account-prefix", &options->paths.account_prefix, NULL},
		{"dry-run", NULL, &options->is_dry},
		{"apply", NULL, &options->is_apply},
		{"finish", NULL, &options->is_finish},
		{"csv", NULL, &options->is_csv},
		{"whole", NULL, &options->is_whole},
		{"sjis", NULL, &options->paths.is_cp932},
	};
	int code = admin_read_options(argc, argv, table, sizeof(table) / sizeof(table[0]),
		TOKEN_REGISTER_USAGE, print_help);

	if (code != EXIT_DONE)
		return code;
	if (argc - optind > 1)
		return admin_usage(TOKEN_REGISTER_USAGE);
	options->paths.personnel = argc > optind ? argv[optind] : NULL;
	return check(options);
}

static int begin(const struct options *options, struct register_job *job)
{
	job->now_s = admin_now(&job->offset_minutes);
	job->today = day_of(job->now_s, job->offset_minutes);
	job->by = options->by ? options->by : "";
	job->is_whole = options->is_whole;
	if (options->date && day_parse(options->date, &job->date) < 0) {
		admin_complain("--date needs a day such as 2027-04-01");
		return EXIT_UNKNOWN;
	}
	if (!options->renew ||
		(day_parse(options->renew, &job->renewed) == 0 && job->renewed >= job->today))
		return EXIT_DONE;
	admin_complain("--renew needs a day that is not over, such as 2028-03-31");
	return EXIT_UNKNOWN;
}

static int change(const struct options *options, struct register_job *job)
{
	struct problems problems = {0};
	int r;

	job->problems = &problems;
	r = register_change(job);
	ledger_print_problems(options->paths.personnel, &problems);
	problems_clear(&problems);
	job->problems = NULL;
	return r == 0 ? EXIT_DONE : r == -EBADMSG ? EXIT_NO : admin_no_memory();
}

static int show(const struct options *options, const struct register_job *job)
{
	CLEANUP(cleanup_free)
	char *path = admin_format("%s/%s", options->paths.folder, REGISTER_FILE);

	if (!path)
		return admin_no_memory();
	if (options->is_csv)
		return register_difference_write(job, stdout) == 0 ? EXIT_DONE : admin_no_memory();
	register_report_print(job, path);
	return EXIT_DONE;
}

static int run(const struct options *options)
{
	CLEANUP(register_job_clear) struct register_job job = {0};
	int code = begin(options, &job);

	if (code == EXIT_DONE)
		code = register_load(&options->paths, &job);
	if (code == EXIT_DONE)
		code = change(options, &job);
	if (code == EXIT_DONE)
		code = show(options, &job);
	if (code == EXIT_DONE && options->is_apply)
		return register_apply(&job, options->paths.folder);
	if (code == EXIT_DONE && !options->is_csv)
		printf("何も変更していません nothing was changed: --apply --by OFFICER does it\n");
	if (code != EXIT_DONE)
		admin_complain("nothing was changed");
	return code;
}

int admin_token_register(int argc, char **argv)
{
	struct options options = {.paths = {.folder = ".", .account_prefix = ""}};
	CLEANUP(register_unlock) int lock = -1;
	int code = read_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = register_lock(options.paths.folder, &lock);
	if (code == EXIT_DONE && options.is_finish)
		return register_finish(options.paths.folder);
	if (code == EXIT_DONE)
		code = register_check_unfinished(options.paths.folder);
	return code == EXIT_DONE ? run(&options) : code;
}
