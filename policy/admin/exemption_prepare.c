#include "policy/admin/exemption_prepare.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/csv_file.h"
#include "policy/admin/exemption_batch.h"
#include "policy/admin/exemption_columns.h"
#include "policy/admin/exemption_line.h"
#include "policy/admin/options.h"
#include "policy/cleanup.h"

struct options {
	const char *csv, *folder, *root;
	struct exemption_pen pen;
	bool is_sealed, is_cp932;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " EXEMPTION_PREPARE_USAGE "\n\n"
	       "Grants ahead what an election or a disaster needs: one exemption for each "
	       "terminal\n"
	       "of each row. All rows are judged before anybody is asked, listed in one line "
	       "each,\n"
	       "and signed after one question; where one is wrong, none is granted. What stands\n"
	       "there already is not granted twice: a second approver says the same with the same\n"
	       "file. The columns, by their Japanese or English heading, in any order:");
	for (unsigned column = 0; column < EXEMPTION_COLUMNS; column++)
		printf("%s%s (%s)", column % 4 == 0 ? "\n  " : ", ", exemption_heading(column),
			exemption_heading_english(column));
	printf("\nThe first eight must be there. Dates are such as 2026-11-23 8:30 or "
	       "令和8年11月23日\n"
	       "8時30分; durations 8時間 or 8h; a medium is its control number, or USBメモリ\n"
	       "(usb-storage) for any.\n"
	       "  --key KEY        as for approve; a hardware key wants a touch for each\n"
	       "  --sealed         each counts only once its code was typed at the terminal; "
	       "prints\n"
	       "                   the slips for the envelopes (封緘), and keeps no code. Then "
	       "利用者\n"
	       "                   may be 誰でも (any)\n"
	       "  --sjis           the file is in Windows' Japanese code page\n"
	       "  --folder FOLDER  of the tier, from which terminals fetch; this one if not given\n"
	       "  --root ROOT      the root, or the folder of its chain, if it is elsewhere\n"
	       "  --yes            does not ask before signing; needed where nobody can be asked\n"
	       "Exit status: 0 granted, 1 there are mistakes, 2 could not be tried.\n");
}

static int read_options(int argc, char **argv, struct options *ret)
{
	const struct admin_option table[] = {
		{"key", &ret->pen.key, NULL},
		{"yes", NULL, &ret->pen.is_sure},
		{"sealed", NULL, &ret->is_sealed},
		{"sjis", NULL, &ret->is_cp932},
		{"folder", &ret->folder, NULL},
		{"root", &ret->root, NULL},
	};
	int code = admin_read_options(argc, argv, table, sizeof(table) / sizeof(table[0]),
		EXEMPTION_PREPARE_USAGE, print_help);

	if (code != EXIT_DONE)
		return code;
	if (argc - optind != 1)
		return admin_misused(EXEMPTION_PREPARE_USAGE, "which CSV?");
	if (!ret->pen.key)
		return admin_misused(EXEMPTION_PREPARE_USAGE, "by which key? Say --key");
	ret->csv = argv[optind];
	if (!ret->folder)
		ret->folder = ".";
	return exemption_pen_check(&ret->pen, EXEMPTION_PREPARE_USAGE);
}

static int read_sheet(const struct options *options, const struct exemption_site *site,
	struct exemption_sheet *ret)
{
	const struct exemption_sheet_request request = {.now_s = site->now_s,
		.offset_minutes = site->offset_minutes,
		.is_sealed = options->is_sealed,
		.longest_s = site->policy->exemption_longest_s,
		.media = site->media.media};
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems problems = {0};
	int code = csv_file_read(options->csv, options->is_cp932, &file), r;

	if (code != EXIT_DONE)
		return code;
	r = exemption_sheet_read(file.bytes, file.size, &request, &problems, ret);
	admin_print_problems(options->csv, &problems);
	problems_clear(&problems);
	if (r == -ENOMEM)
		return admin_no_memory();
	if (r < 0)
		return EXIT_NO;
	if (ret->unused)
		printf("note: these columns say nothing here: %s\n", ret->unused);
	return EXIT_DONE;
}

/* Lists them all; how many this person is to sign. */
static size_t show(const struct exemption_batch *batch)
{
	size_t n = 0;

	for (size_t i = 0; i < batch->n; i++) {
		const struct batch_row *row = &batch->rows[i];

		exemption_line_print(stdout, row->document->exemption, batch->site->offset_minutes);
		printf("%s\n", row->is_done  ? "  (stands there already)"
			       : row->is_new ? ""
					     : "  (adds your signature)");
		n += !row->is_done;
	}
	return n;
}

/* Who is still needed is the same for all of one direction. */
static void print_needed(const struct exemption_batch *batch)
{
	unsigned needed = 0;

	for (size_t i = 0; i < batch->n; i++) {
		const struct batch_row *row = &batch->rows[i];
		unsigned all = exemption_needed(batch->site, row->document->exemption->use.access);
		struct exemption_state state = {0};

		if (!row->is_new)
			exemption_judge(batch->site, batch->revoked, row->document, &state);
		all -= persons_count(state.signers) + (row->is_done ? 0 : 1) < all
			       ? persons_count(state.signers) + (row->is_done ? 0 : 1)
			       : all;
		needed = all > needed ? all : needed;
	}
	if (needed == 0)
		printf("enough persons approved it; with a server, say publish: nothing else is needed\n");
	else
		printf("needs %u more: whoever that is says the same command with the same file\n",
			needed);
}

static int grant(const struct options *options, struct exemption_batch *batch)
{
	CLEANUP(cleanup_free) char *question = NULL;
	uint64_t person;
	size_t n;
	int code =
		exemption_pen_person(&options->pen, batch->site, batch->rows[0].document, &person);

	if (code == EXIT_DONE)
		code = exemption_batch_check(batch, person);
	if (code != EXIT_DONE)
		return code;
	n = show(batch);
	if (n == 0) {
		printf("nothing is left to be signed\n");
		return EXIT_DONE;
	}
	question = admin_format("Grant %s%zu?", n == 1 ? "this " : "all these ", n);
	if (!question)
		return admin_no_memory();
	code = exemption_pen_ask(&options->pen, question);
	if (code == EXIT_DONE)
		code = exemption_batch_sign(batch, &options->pen);
	if (code == EXIT_DONE)
		code = exemption_batch_write(batch);
	if (code == EXIT_DONE)
		print_needed(batch);
	return code;
}

static int prepare(const struct options *options, const struct exemption_folder *folder)
{
	CLEANUP(exemption_site_clear) struct exemption_site site = {0};
	CLEANUP(exemption_revoked_clear) struct exemption_revoked revoked = {0};
	CLEANUP(exemption_sheet_clear) struct exemption_sheet sheet = {0};
	CLEANUP(exemption_batch_clear) struct exemption_batch batch = {0};
	int code = exemption_site_open(folder, options->root, &site);

	if (code == EXIT_DONE)
		code = exemption_revoked_read(&site, &revoked);
	if (code == EXIT_DONE)
		code = read_sheet(options, &site, &sheet);
	if (code == EXIT_DONE)
		code = exemption_batch_begin(
			&site, &revoked, options->csv, &sheet, options->is_sealed, &batch);
	return code == EXIT_DONE ? grant(options, &batch) : code;
}

int admin_exemption_prepare(int argc, char **argv)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	struct options options = {0};
	int code = read_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = exemption_folders_find(options.folder, &folders);
	if (code == EXIT_DONE && folders.n > 1) {
		admin_complain("in %s are several tiers: say --folder, of the one that it is for",
			options.folder);
		return EXIT_UNKNOWN;
	}
	return code == EXIT_DONE ? prepare(&options, &folders.items[0]) : code;
}
