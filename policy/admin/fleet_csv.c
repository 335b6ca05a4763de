#include "policy/admin/fleet_csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "policy/admin/admin.h"
#include "policy/admin/csv_table.h"
#include "policy/admin/fleet_page_words.h"
#include "policy/admin/fleet_remark.h"
#include "policy/admin/moment.h"
#include "policy/cleanup.h"

#define LINE_END "\r\n"

static const char *const headings[] = {"端末名", "方針の番号", "最終報告日時", "多要素認証",
	"本日の遮断件数", "有効な例外措置", "ルートの番号", "媒体台帳の番号", "版", "備考"};

#define N_HEADINGS (sizeof(headings) / sizeof(headings[0]))

static int write_row(FILE *to, const char *const cells[N_HEADINGS])
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < N_HEADINGS; i++) {
		if (i > 0)
			fputc(',', to);
		r = csv_write_cell(to, cells[i]);
	}
	fputs(LINE_END, to);
	return r;
}

static const char *number(uint64_t value, char ret[FLEET_CELL_MAX])
{
	snprintf(ret, FLEET_CELL_MAX, "%" PRIu64, value);
	return ret;
}

static int write_terminal(
	FILE *to, const struct fleet *fleet, const struct fleet_terminal *terminal)
{
	const struct fleet_report *report = terminal->report;
	char when[MOMENT_TEXT_SIZE], policy[FLEET_CELL_MAX], blocked[FLEET_CELL_MAX];
	char open[FLEET_CELL_MAX], root[FLEET_CELL_MAX], media[FLEET_CELL_MAX];
	char remark[FLEET_REMARK_MAX];

	fleet_remark(fleet, terminal, ~0u, true, remark);
	return write_row(
		to, (const char *const[N_HEADINGS]){
			    terminal->entry->terminal,
			    report ? fleet_cell_policy(report, policy) : "",
			    report ? moment_format(report->seen, fleet->offset_minutes, when) : "",
			    report ? fleet_factor_text(report->factor, true) : "",
			    report ? fleet_cell_blocked(fleet, report, blocked) : "",
			    report ? number(report->n_exemptions, open) : "",
			    report ? number(report->root.serial, root) : "",
			    report ? number(report->media, media) : "",
			    report ? report->agent : "",
			    remark,
		    });
}

int fleet_csv_write(const struct fleet *fleet, const char *path)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	int r = 0;

	if (!memory)
		return admin_no_memory();
	fputs(CSV_BYTE_ORDER_MARK, memory);
	r = write_row(memory, headings);
	for (size_t i = 0; r == 0 && i < fleet->n; i++)
		r = write_terminal(memory, fleet, &fleet->items[i]);
	if (ferror(memory))
		r = -ENOMEM;
	if (fclose(memory) != 0 || r < 0)
		return admin_no_memory();
	return admin_replace(path, text, size) < 0 ? EXIT_UNKNOWN : EXIT_DONE;
}
