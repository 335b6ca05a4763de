#include "policy/admin/register_difference.h"

#include <stdbool.h>
#include <string.h>

#include "policy/admin/csv_table.h"
#include "policy/timestamp.h"

#define N_CELLS 7

static const char *const changes[REGISTER_CHANGES][2] = {
	[REGISTER_STAYS] = {"変更なし", "unchanged"},
	[REGISTER_IS_NEW] = {"新規", "new"},
	[REGISTER_MOVES] = {"異動", "moves"},
	[REGISTER_LEAVES] = {"抹消", "leaves"},
	[REGISTER_IS_OTHER] = {"変更", "changed"},
};

static const char *const notes[REGISTER_NOTES][2] = {
	[REGISTER_NOTE_DUE] = {"トークンの発行が必要", "needs a token"},
	[REGISTER_NOTE_ORPHAN] = {"登録簿にない利用者のトークン",
		"token of somebody who is not in the register"},
	[REGISTER_NOTE_STRAY] = {"登録簿にない端末のトークン",
		"token at a terminal that the register does not give them"},
	[REGISTER_NOTE_SHORT] = {"登録簿より早く終わるトークン",
		"token that ends before the register says"},
	[REGISTER_NOTE_EARLY] = {"発令日より前から使えるトークン",
		"token that counts before the day of appointment"},
	[REGISTER_NOTE_ENDED] = {"有効期限を過ぎた登録", "expired and not disabled"},
	[REGISTER_NOTE_STILL_LISTED] = {"抹消済みで人事データに残る者",
		"disabled, and still in the file: needs a later 発令日 to come back"},
	[REGISTER_NOTE_OLDER] = {"登録簿より古い人事データ",
		"the file is older than the register; left as it is"},
	[REGISTER_NOTE_NOT_HERE] = {"登録簿にない退職者", "leaves, and was not in the register"},
	[REGISTER_NOTE_GONE] = {"フォルダーのない端末", "terminal without a folder"},
};

const char *register_change_name(enum register_change change, bool is_english)
{
	return changes[change][is_english];
}

const char *register_note_name(enum register_note_kind kind, bool is_english)
{
	return notes[kind][is_english];
}

const char *register_time_text(
	const struct register_job *job, int64_t time_s, char ret[REGISTER_TIME_SIZE])
{
	char text[TIMESTAMP_SIZE];

	ret[0] = '\0';
	if (time_s == 0)
		return ret;
	timestamp_format(time_s, job->offset_minutes, text);
	memcpy(ret, text, REGISTER_TIME_SIZE - 1);
	ret[strlen("2027-03-31")] = ' ';
	ret[REGISTER_TIME_SIZE - 1] = '\0';
	return ret;
}

static int write_cells(FILE *to, const char *const cells[N_CELLS])
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < N_CELLS; i++) {
		fprintf(to, "%s", i > 0 ? "," : "");
		r = csv_write_cell(to, cells[i]);
	}
	fprintf(to, "\r\n");
	return r;
}

static int write_row(FILE *to, const struct register_row *row)
{
	int r = 0;

	for (unsigned column = 0; r == 0 && column < REGISTER_COLUMNS; column++) {
		const char *before = register_cell_before(row, column);
		const char *after = register_cell(row, column);

		if (strcmp(before, after) != 0)
			r = write_cells(to, (const char *const[]){changes[row->change][0],
						    register_cell(row, REGISTER_NUMBER),
						    register_cell(row, REGISTER_ACCOUNT), "",
						    register_heading(column), before, after});
	}
	return r;
}

static int write_date(const struct register_job *job, const struct register_token *token,
	const char *what, int64_t before_s, int64_t after_s, FILE *to)
{
	const struct register_row *row = register_book_find_account(&job->book, token->user);
	char before[REGISTER_TIME_SIZE], after[REGISTER_TIME_SIZE];

	if (before_s == after_s)
		return 0;
	return write_cells(to,
		(const char *const[]){"トークン", row ? register_cell(row, REGISTER_NUMBER) : "",
			token->user, job->fleet.terminals[token->terminal].name, what,
			register_time_text(job, before_s, before),
			register_time_text(job, after_s, after)});
}

static int write_token(const struct register_job *job, const struct register_token *token, FILE *to)
{
	const struct register_row *row = register_book_find_account(&job->book, token->user);
	int r;

	if (token->is_removed)
		return write_cells(
			to, (const char *const[]){"トークン",
				    row ? register_cell(row, REGISTER_NUMBER) : "", token->user,
				    job->fleet.terminals[token->terminal].name, "削除",
				    token->number, ""});
	r = write_date(job, token, "開始", token->before.from_s, token->after.from_s, to);
	return r == 0 ? write_date(
				job, token, "終了", token->before.until_s, token->after.until_s, to)
		      : r;
}

static int write_note(const struct register_job *job, const struct register_note *note, FILE *to)
{
	bool has_terminal = note->terminal != REGISTER_NO_TERMINAL;

	return write_cells(
		to, (const char *const[]){"要確認", note->number, note->account,
			    has_terminal ? job->fleet.terminals[note->terminal].name : "",
			    notes[note->kind][0], note->token, ""});
}

int register_difference_write(const struct register_job *job, FILE *to)
{
	int r;

	fprintf(to, "%s", CSV_BYTE_ORDER_MARK);
	r = write_cells(to, (const char *const[]){
				    "区分", "職員番号", "アカウント", "端末", "項目", "前", "後"});
	for (size_t i = 0; r == 0 && i < job->book.n_rows; i++)
		r = write_row(to, &job->book.rows[i]);
	for (size_t i = 0; r == 0 && i < job->fleet.n_tokens; i++)
		r = write_token(job, &job->fleet.tokens[i], to);
	for (unsigned kind = 0; r == 0 && kind < REGISTER_NOTES; kind++)
		for (size_t i = 0; r == 0 && i < job->n_notes; i++)
			if (job->notes[i].kind == kind)
				r = write_note(job, &job->notes[i], to);
	return r;
}
