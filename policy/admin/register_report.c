#include "policy/admin/register_report.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/day.h"
#include "policy/admin/register_dates.h"
#include "policy/admin/register_difference.h"

#define SHOWN_MAX 200 /* of each group; --csv has all */

static size_t count_rows(const struct register_job *job, enum register_change change)
{
	size_t n = 0;

	for (size_t i = 0; i < job->book.n_rows; i++)
		n += job->book.rows[i].change == change;
	return n;
}

static size_t count_notes(const struct register_job *job, enum register_note_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < job->n_notes; i++)
		n += job->notes[i].kind == kind;
	return n;
}

/* How many terminals' documents change. */
static size_t count_documents(const struct register_job *job)
{
	uint32_t last = REGISTER_NO_TERMINAL;
	size_t n = 0;

	for (size_t i = 0; i < job->fleet.n_tokens; i++) {
		const struct register_token *token = &job->fleet.tokens[i];

		if (!register_token_is_other(token) || token->terminal == last)
			continue;
		last = token->terminal;
		n++;
	}
	return n;
}

/* "所属: 総務課 → 税務課"; of a new row only what it says. */
static void print_cell(const struct register_row *row, enum register_column column)
{
	const char *before = register_cell_before(row, column), *after = register_cell(row, column);

	if (strcmp(before, after) == 0)
		return;
	if (row->change == REGISTER_IS_NEW)
		printf("  %s %s", register_heading(column), after);
	else
		printf("  %s %s → %s", register_heading(column), before[0] ? before : "(なし)",
			after[0] ? after : "(なし)");
}

static void print_row(const struct register_row *row)
{
	static const enum register_column told[] = {REGISTER_NAME, REGISTER_SECTION,
		REGISTER_EMPLOYMENT, REGISTER_EFFECTIVE, REGISTER_UNTIL, REGISTER_DISABLED,
		REGISTER_TERMINALS};

	printf("  %s (%s)", register_cell(row, REGISTER_NUMBER),
		register_cell(row, REGISTER_ACCOUNT));
	if (row->change != REGISTER_IS_NEW)
		printf(" %s", register_cell(row, REGISTER_NAME));
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		print_cell(row, told[i]);
	printf("\n");
}

static void print_dates(const struct register_job *job, const struct register_token *token)
{
	char time[REGISTER_TIME_SIZE];

	if (token->before.from_s != token->after.from_s)
		printf("  %sから  from then on",
			register_time_text(job, token->after.from_s, time));
	if (token->after.until_s == 0)
		printf("  期限なし  without end");
	else
		printf("  %sまで  until then", register_time_text(job, token->after.until_s, time));
}

static void print_token(const struct register_job *job, const struct register_token *token)
{
	printf("      %s  %s", job->fleet.terminals[token->terminal].name, token->number);
	if (token->is_removed)
		printf("  使われないまま削除  removed, never counted");
	else
		print_dates(job, token);
	printf("\n");
}

/* Those that change; of somebody who leaves all, so that it can be seen that each ends. */
static void print_tokens_of(const struct register_job *job, const struct register_row *row)
{
	const char *account = register_cell(row, REGISTER_ACCOUNT);
	const struct register_token *tokens = job->fleet.tokens;

	for (uint32_t at = register_fleet_first(&job->fleet, account); at != REGISTER_NO_TOKEN;
		at = tokens[at].next)
		if (register_token_is_other(&tokens[at]) || row->disabled != DAY_NONE)
			print_token(job, &tokens[at]);
}

static void print_group(const struct register_job *job, enum register_change change)
{
	size_t n = count_rows(job, change), shown = 0;

	if (n == 0)
		return;
	printf("\n%s %s: %zu\n", register_change_name(change, false),
		register_change_name(change, true), n);
	for (size_t i = 0; i < job->book.n_rows && shown < SHOWN_MAX; i++) {
		const struct register_row *row = &job->book.rows[i];

		if (row->change != change)
			continue;
		print_row(row);
		/* Who retires and comes back has two rows: the tokens are told at the last. */
		if (register_book_find(&job->book, register_cell(row, REGISTER_NUMBER)) == row)
			print_tokens_of(job, row);
		shown++;
	}
	if (n > shown)
		printf("  ほか %zu 件  and %zu more: --csv has all\n", n - shown, n - shown);
}

/* Tokens that change although their person's row does not. */
static void print_repairs(const struct register_job *job)
{
	bool is_said = false;

	for (size_t i = 0; i < job->fleet.n_tokens; i++) {
		const struct register_token *token = &job->fleet.tokens[i];
		const struct register_row *row =
			register_book_find_account(&job->book, token->user);

		if (!register_token_is_other(token) || (row && row->change != REGISTER_STAYS))
			continue;
		printf("%s  %s\n",
			is_said ? "" : "\n登録簿に合わせるトークン tokens made to agree:\n",
			token->user);
		print_token(job, token);
		is_said = true;
	}
}

static void print_notes(const struct register_job *job, enum register_note_kind kind)
{
	size_t n = count_notes(job, kind), shown = 0;

	if (n == 0)
		return;
	printf("\n%s %s: %zu\n", register_note_name(kind, false), register_note_name(kind, true),
		n);
	for (size_t i = 0; i < job->n_notes && shown < SHOWN_MAX; i++) {
		const struct register_note *note = &job->notes[i];

		if (note->kind != kind)
			continue;
		printf("  %s", note->number);
		if (note->account[0] != '\0')
			printf(" (%s)", note->account);
		if (note->terminal != REGISTER_NO_TERMINAL)
			printf("  %s", job->fleet.terminals[note->terminal].name);
		if (note->token[0] != '\0')
			printf("  %s", note->token);
		printf("\n");
		shown++;
	}
	if (n > shown)
		printf("  ほか %zu 件  and %zu more: --csv has all\n", n - shown, n - shown);
}

void register_report_print(const struct register_job *job, const char *register_path)
{
	char day[DAY_TEXT_SIZE];

	printf("利用者登録簿 %s  %s\n", register_path, day_format(job->today, day));
	for (unsigned change = REGISTER_STAYS + 1; change < REGISTER_CHANGES; change++)
		print_group(job, change);
	print_repairs(job);
	for (unsigned kind = 0; kind < REGISTER_NOTES; kind++)
		print_notes(job, kind);
	printf("\n変更なし unchanged: %zu\n", count_rows(job, REGISTER_STAYS));
	if (job->n_without_terminal > 0)
		printf("この階層の端末を使わない者 nobody here, without a terminal: %zu\n",
			job->n_without_terminal);
	printf("書き換える文書 documents to write: %zu / %zu\n", count_documents(job),
		job->fleet.n_terminals);
}
