/* All files of a batch are locked, read again and written aside before the first takes its place.
 */
#include "policy/admin/exemption_batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "policy/admin/exemption_line.h"
#include "policy/admin/token_make.h"
#include "policy/cleanup.h"

struct changes {
	struct bundle_change *items;
	size_t n;
};

static void changes_clear(struct changes *changes)
{
	for (size_t i = 0; i < changes->n; i++)
		bundle_change_clear(&changes->items[i]);
	free(changes->items);
}

/* Each file has a lock of its own that is open until all are written. */
static void allow_many_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int begin_terminal(const struct exemption_batch *batch,
	const struct batch_terminal *terminal, struct changes *changes)
{
	CLEANUP(cleanup_free)
	struct bundle_addition *additions = calloc(terminal->n, sizeof(*additions));
	enum bundle_outcome outcome;
	size_t n = 0;
	int code;

	if (!additions)
		return admin_no_memory();
	for (size_t i = terminal->first; i < terminal->first + terminal->n; i++)
		if (!batch->rows[i].is_done)
			additions[n++] = (struct bundle_addition){
				batch->rows[i].document, batch->rows[i].armour};
	if (n == 0)
		return EXIT_DONE;
	code = bundle_change_begin(terminal->bundle.path, DOCUMENT_EXEMPTION, additions, n,
		batch->site->now_s, &outcome, &changes->items[changes->n++]);
	if (code != EXIT_DONE || outcome == BUNDLE_WRITTEN)
		return code;
	admin_complain("%s was changed by somebody else meanwhile: nothing was written",
		terminal->bundle.path);
	return EXIT_NO;
}

static void print_slip(const struct exemption_batch *batch, const struct batch_row *row)
{
	const struct exemption *exemption = row->document->exemption;
	char code[CODE_TEXT_SIZE];

	printf(TOKEN_CUT "  封緘コード (1回限り)  sealed code, opens once\n"
			 "  受付番号 number    %s\n  端末    terminal  %s\n  利用者  users    ",
		exemption->id, exemption->terminal);
	for (size_t i = 0; i < exemption->n_users; i++)
		printf(" %s", exemption->users[i]);
	printf("%s\n  媒体    medium    ", exemption->n_users == 0 ? " 誰でも anybody" : "");
	exemption_line_print_medium(stdout, &exemption->medium);
	printf("\n  使用    use       ");
	exemption_line_print_use(stdout, &exemption->use);
	printf("\n  期間    between   ");
	exemption_line_print_period(stdout, exemption->header.not_before,
		exemption->header.not_after, batch->site->offset_minutes);
	code_text_group(row->code, code);
	printf("\n  目的    purpose   %s\n  コード  code      %s\n  端末で  type      sekisho "
	       "redeem "
	       "%s\n",
		exemption->form.purpose, code, exemption->id);
	explicit_bzero(code, sizeof(code));
}

/* Before anything counts: codes that nobody could read would be lost. */
static int print_slips(const struct exemption_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		if (batch->rows[i].code[0] != '\0')
			print_slip(batch, &batch->rows[i]);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_DONE;
	admin_complain("the slips could not be written (%s), and so nothing was", strerror(errno));
	return EXIT_UNKNOWN;
}

static int commit(const struct changes *changes, const char *csv_path)
{
	for (size_t i = 0; i < changes->n; i++) {
		int code = bundle_change_commit(&changes->items[i]);

		if (code == EXIT_DONE)
			continue;
		admin_complain("%zu of %zu files were written: the same command with %s writes the "
			       "others, with new codes where there are any",
			i, changes->n, csv_path);
		return code;
	}
	return EXIT_DONE;
}

int exemption_batch_write(struct exemption_batch *batch)
{
	CLEANUP(changes_clear)
	struct changes changes = {.items = calloc(batch->n_terminals, sizeof(*changes.items))};
	int code = EXIT_DONE;

	if (!changes.items)
		return admin_no_memory();
	allow_many_files();
	for (size_t i = 0; code == EXIT_DONE && i < batch->n_terminals; i++)
		code = begin_terminal(batch, &batch->terminals[i], &changes);
	for (size_t i = 0; code == EXIT_DONE && i < changes.n; i++)
		code = bundle_change_stage(&changes.items[i]);
	if (code == EXIT_DONE)
		code = print_slips(batch);
	if (code == EXIT_DONE)
		code = commit(&changes, batch->csv_path);
	if (code == EXIT_DONE)
		printf("written: exemptions.ini of %zu terminal%s\n", changes.n,
			changes.n == 1 ? "" : "s");
	return code;
}
