#include "policy/admin/register_settle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/day.h"
#include "policy/admin/register_dates.h"
#include "policy/cleanup.h"

static int note(struct register_job *job, enum register_note_kind kind,
	const struct register_row *row, uint32_t terminal, const struct register_token *token)
{
	return register_job_note(
		job, &(struct register_note){.kind = kind,
			     .number = row ? register_cell(row, REGISTER_NUMBER) : "",
			     .account = row ? register_cell(row, REGISTER_ACCOUNT) : token->user,
			     .terminal = terminal,
			     .token = token ? token->number : ""});
}

static bool ends_before(const struct register_token *token, int64_t time_s)
{
	return token->after.until_s != 0 && token->after.until_s < time_s;
}

static int settle_token(struct register_job *job, struct register_token *token)
{
	const struct register_row *row = register_book_find_account(&job->book, token->user);
	int64_t end_s;

	if (row && row->disabled != DAY_NONE)
		register_token_end(job, token, row->disabled);
	if (!row && !register_token_has_ended(job, token))
		return note(job, REGISTER_NOTE_ORPHAN, NULL, token->terminal, token);
	if (!row || row->disabled != DAY_NONE)
		return 0;
	if (!register_places_has(&row->places, token->terminal)) {
		/* Until somebody moves, the terminal is still theirs. */
		bool is_leaving =
			row->effective != DAY_NONE &&
			ends_before(token, day_start(row->effective, job->offset_minutes));

		if (is_leaving || register_token_has_ended(job, token))
			return 0;
		return note(job, REGISTER_NOTE_STRAY, row, token->terminal, token);
	}
	register_token_end(job, token, row->until);
	end_s = register_end_of(job, row->until);
	if (register_token_has_ended(job, token) || token->after.until_s == end_s)
		return 0;
	return note(job, REGISTER_NOTE_SHORT, row, token->terminal, token);
}

static int settle_terminal(
	struct register_job *job, const struct register_row *row, uint32_t terminal)
{
	const struct register_token *token =
		register_fleet_find(&job->fleet, register_cell(row, REGISTER_ACCOUNT), terminal);
	bool is_over = row->until != DAY_NONE && row->until < job->today;

	if (!job->fleet.terminals[terminal].folder)
		return note(job, REGISTER_NOTE_GONE, row, terminal, NULL);
	if (is_over)
		return 0;
	if (token && !register_token_has_ended(job, token) &&
		!(row->effective != DAY_NONE &&
			ends_before(token, day_start(row->effective, job->offset_minutes))))
		return 0;
	return note(job, REGISTER_NOTE_DUE, row, terminal, NULL);
}

/* Numbers of tokens that count now or later, each once. For free(); NULL without memory. */
static char *list_numbers(
	const struct register_job *job, const char *account, const struct register_token **ret_any)
{
	const struct register_token *tokens = job->fleet.tokens;
	CLEANUP(cleanup_free) char *list = strdup("");

	for (uint32_t at = register_fleet_first(&job->fleet, account); at != REGISTER_NO_TOKEN;
		at = tokens[at].next) {
		const char *number = tokens[at].number, *found;
		size_t size = strlen(number);
		char *longer;

		if (!list || register_token_has_ended(job, &tokens[at]))
			continue;
		*ret_any = &tokens[at];
		found = list;
		while ((found = strstr(found, number)) &&
			!((found == list || found[-1] == ' ') &&
				(found[size] == ' ' || found[size] == '\0')))
			found++;
		if (found)
			continue;
		if (asprintf(&longer, "%s%s%s", list, list[0] != '\0' ? " " : "", number) < 0)
			return NULL;
		free(list);
		list = longer;
	}
	return TAKE(list);
}

static int settle_row(struct register_job *job, struct register_row *row)
{
	const struct register_token *token = NULL;
	CLEANUP(cleanup_free) char *numbers = NULL;
	int r = 0;

	if (row->disabled != DAY_NONE)
		return 0;
	if (row->until != DAY_NONE && row->until < job->today)
		r = note(job, REGISTER_NOTE_ENDED, row, REGISTER_NO_TERMINAL, NULL);
	for (size_t i = 0; r == 0 && i < row->places.n; i++)
		r = settle_terminal(job, row, row->places.at[i]);
	numbers = list_numbers(job, register_cell(row, REGISTER_ACCOUNT), &token);
	if (!numbers)
		return -ENOMEM;
	if (r == 0)
		r = register_row_set(row, REGISTER_TOKENS, numbers);
	if (r == 0)
		r = register_row_set(row, REGISTER_FACTORS,
			!token                     ? ""
			: token->type == CODE_HOTP ? "知識+所持(HOTP)"
						   : "知識+所持(TOTP)");
	return r;
}

int register_settle(struct register_job *job)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < job->fleet.n_tokens; i++)
		r = settle_token(job, &job->fleet.tokens[i]);
	for (size_t i = 0; r == 0 && i < job->book.n_rows; i++)
		r = settle_row(job, &job->book.rows[i]);
	return r;
}
