#include "policy/admin/register_change.h"

#include <errno.h>
#include <string.h>

#include "policy/admin/day.h"
#include "policy/admin/register_dates.h"
#include "policy/admin/register_settle.h"
#include "policy/login_name.h"

static void complain(struct register_job *job, const struct personnel_row *person,
	enum register_column column, const char *read, const char *expected)
{
	problems_add(job->problems, person->row, job->personnel.at[column], read, strlen(read),
		"%s", expected);
}

static int note(struct register_job *job, enum register_note_kind kind,
	const struct personnel_row *person, const struct register_row *row)
{
	return register_job_note(
		job, &(struct register_note){.kind = kind,
			     .number = person->number,
			     .account = row ? register_cell(row, REGISTER_ACCOUNT) : "",
			     .terminal = REGISTER_NO_TERMINAL,
			     .token = ""});
}

/* The first day of what the row says. */
static int32_t day_of_row(const struct register_job *job, const struct personnel_row *person)
{
	if (person->effective != DAY_NONE)
		return person->effective;
	return job->date != DAY_NONE ? job->date : job->today;
}

static int32_t later(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* 有効期限 of somebody who has none of their own yet, or begins anew. */
static int32_t default_end(const struct register_job *job, const struct personnel_row *person,
	enum register_employment kind, int32_t first_day)
{
	if (person->until != DAY_NONE)
		return person->until;
	if (kind == EMPLOYMENT_UNLIMITED)
		return DAY_NONE;
	return day_fiscal_end(later(first_day, job->today));
}

static int disable(struct register_job *job, struct register_row *row, int32_t last_day)
{
	row->change = row->change == REGISTER_IS_NEW ? REGISTER_IS_NEW : REGISTER_LEAVES;
	register_account_end(job, register_cell(row, REGISTER_ACCOUNT), last_day);
	if (register_row_set(row, REGISTER_DISABLER, job->by) < 0)
		return -ENOMEM;
	return register_row_set_day(row, REGISTER_DISABLED, last_day);
}

static int leave(
	struct register_job *job, const struct personnel_row *person, struct register_row *row)
{
	int32_t last_day = person->effective - 1;

	/* Nobody retires at the end of the first of a month: there it is the first day without. */
	if (person->event == EVENT_LEAVES_WITH && day_of_month(person->effective) != 1)
		last_day = person->effective;
	if (!row)
		return note(job, REGISTER_NOTE_NOT_HERE, person, row);
	if (row->disabled != DAY_NONE && row->disabled <= last_day)
		return 0;
	return disable(job, row, last_day);
}

/* Terminals of which the file says nothing: those where the account has a token. */
static int places_of_tokens(
	const struct register_job *job, const char *account, struct register_places *ret)
{
	const struct register_token *tokens = job->fleet.tokens;
	int r = 0;

	for (uint32_t at = register_fleet_first(&job->fleet, account);
		r == 0 && at != REGISTER_NO_TOKEN; at = tokens[at].next)
		r = register_places_add(ret, tokens[at].terminal);
	return r;
}

static int fill_new(struct register_job *job, const struct personnel_row *person,
	struct register_row *row, int32_t first_day)
{
	const char *approver = person->approver[0] != '\0' ? person->approver : job->by;
	int r = register_row_set(row, REGISTER_NAME, person->name);

	if (r == 0)
		r = register_row_set(row, REGISTER_SECTION, person->section);
	if (r == 0)
		r = register_row_set(row, REGISTER_EMPLOYMENT, person->employment);
	if (r == 0)
		r = register_row_set(row, REGISTER_APPROVER, approver);
	if (r == 0)
		r = register_row_set_day(row, REGISTER_APPLIED,
			person->applied != DAY_NONE ? person->applied : job->today);
	if (r == 0)
		r = register_row_set_day(row, REGISTER_REGISTERED, job->today);
	if (r == 0)
		r = register_row_set_day(row, REGISTER_EFFECTIVE, first_day);
	if (r == 0)
		r = register_row_set_day(
			row, REGISTER_UNTIL, default_end(job, person, person->kind, first_day));
	return r == 0 ? register_row_set_places(row, &job->fleet, &person->places) : r;
}

static int gain(struct register_job *job, const struct register_row *row, uint32_t terminal,
	bool was_registered)
{
	struct register_token *token =
		register_fleet_find(&job->fleet, register_cell(row, REGISTER_ACCOUNT), terminal);
	bool is_early;

	if (!token)
		return 0;
	register_token_gain(job, token, row->effective, row->until, was_registered);
	is_early = !was_registered && row->effective > job->today &&
		   token->after.from_s < day_start(row->effective, job->offset_minutes) &&
		   !register_token_has_ended(job, token);
	if (!is_early)
		return 0;
	/* Somebody gave it out by hand, perhaps years ago: that is not taken away in passing. */
	return register_job_note(job, &(struct register_note){.kind = REGISTER_NOTE_EARLY,
					      .number = register_cell(row, REGISTER_NUMBER),
					      .account = token->user,
					      .terminal = terminal,
					      .token = token->number});
}

/* Whether a row can be made; a problem is added where not. */
static bool can_join(
	struct register_job *job, const struct personnel_row *person, const char *account)
{
	enum register_column column = person->says_account ? REGISTER_ACCOUNT : REGISTER_NUMBER;
	const struct register_row *other = register_book_find_account(&job->book, account);
	bool is_taken = other && strcmp(register_cell(other, REGISTER_NUMBER), person->number) != 0;

	if (!account_name_is_valid(account))
		complain(job, person, column, account,
			"what can be an account (a-z 0-9 - _, no digit first, at most 32 letters): "
			"--account-prefix s makes s00012345 of 00012345, or a column アカウント "
			"says it");
	else if (is_taken)
		complain(job, person, column, account,
			"an account that nobody in the register has, or had");
	else if (person->kind == EMPLOYMENT_UNKNOWN)
		complain(job, person, REGISTER_EMPLOYMENT, person->employment,
			"the employment of somebody who is new, such as 正規 or 会計年度任用");
	else
		return true;
	return false;
}

/* A new row; before is one that is disabled, or NULL. */
static int join(
	struct register_job *job, struct personnel_row *person, const struct register_row *before)
{
	int32_t first_day = day_of_row(job, person);
	struct register_row *row;
	const char *account = before ? register_cell(before, REGISTER_ACCOUNT) : person->account;
	int r;

	if (!person->says_places && (r = places_of_tokens(job, account, &person->places)) < 0)
		return r;
	if (person->places.n == 0) {
		job->n_without_terminal++;
		return 0;
	}
	if (!can_join(job, person, account))
		return 0;
	row = register_book_add(&job->book, person->number, account);
	if (!row)
		return -ENOMEM;
	row->is_named = true;
	r = fill_new(job, person, row, first_day);
	for (size_t i = 0; r == 0 && i < row->places.n; i++)
		r = gain(job, row, row->places.at[i], before != NULL);
	return r;
}

static bool is_other(const struct register_row *row, const struct personnel_row *person)
{
	const struct {
		enum register_column column;
		const char *said;
	} cells[] = {{REGISTER_NAME, person->name}, {REGISTER_SECTION, person->section},
		{REGISTER_EMPLOYMENT, person->employment}};

	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		if (cells[i].said[0] != '\0' &&
			strcmp(register_cell(row, cells[i].column), cells[i].said) != 0)
			return true;
	return person->says_places && !register_places_are_same(&row->places, &person->places);
}

/* Another 有効期限: what the file says; without that, of a new appointment the usual one. */
static int32_t new_end(const struct register_job *job, const struct register_row *row,
	const struct personnel_row *person)
{
	const char *employment = register_cell(row, REGISTER_EMPLOYMENT);
	bool is_said = person->employment[0] != '\0';
	bool is_same_kind = !is_said || strcmp(employment, person->employment) == 0;

	if (person->until != DAY_NONE)
		return person->until;
	if (is_same_kind && (person->effective == DAY_NONE || person->effective == row->effective))
		return row->until;
	return default_end(job, person,
		is_said ? person->kind : register_employment_of(&job->words, employment),
		day_of_row(job, person));
}

/* Tokens of somebody who goes from the terminals of the row to those of places. */
static void move_tokens(struct register_job *job, const struct register_row *row,
	const struct register_places *places, int32_t first_day, int32_t end)
{
	struct register_token *tokens = job->fleet.tokens;
	uint32_t at = register_fleet_first(&job->fleet, register_cell(row, REGISTER_ACCOUNT));

	for (; at != REGISTER_NO_TOKEN; at = tokens[at].next) {
		bool was = register_places_has(&row->places, tokens[at].terminal);
		bool is = register_places_has(places, tokens[at].terminal);

		if (tokens[at].is_removed)
			continue;
		if (was && !is)
			register_token_end(job, &tokens[at], first_day - 1);
		else if (!was && is)
			register_token_gain(job, &tokens[at], first_day, end, true);
		else if (is && end != row->until)
			register_token_renew(job, &tokens[at], row->until, end);
	}
}

static int set_said(struct register_row *row, enum register_column column, const char *text)
{
	return text[0] != '\0' ? register_row_set(row, column, text) : 0;
}

static int change_row(struct register_job *job, const struct personnel_row *person,
	struct register_row *row, int32_t first_day, int32_t end)
{
	const struct register_places *places = person->says_places ? &person->places : &row->places;
	bool is_move = !register_places_are_same(&row->places, places) ||
		       (person->section[0] != '\0' &&
			       strcmp(register_cell(row, REGISTER_SECTION), person->section) != 0);
	int r;

	if (row->change == REGISTER_STAYS || (is_move && row->change == REGISTER_IS_OTHER))
		row->change = is_move ? REGISTER_MOVES : REGISTER_IS_OTHER;
	move_tokens(job, row, places, first_day, end);
	r = set_said(row, REGISTER_NAME, person->name);
	if (r == 0)
		r = set_said(row, REGISTER_SECTION, person->section);
	if (r == 0)
		r = set_said(row, REGISTER_EMPLOYMENT, person->employment);
	if (r == 0)
		r = set_said(row, REGISTER_APPROVER,
			person->approver[0] != '\0' ? person->approver : job->by);
	if (r == 0 && person->applied != DAY_NONE)
		r = register_row_set_day(row, REGISTER_APPLIED, person->applied);
	if (r == 0)
		r = register_row_set_day(row, REGISTER_EFFECTIVE, first_day);
	if (r == 0)
		r = register_row_set_day(row, REGISTER_UNTIL, end);
	if (r == 0 && places != &row->places)
		r = register_row_set_places(row, &job->fleet, places);
	/* Nobody is registered here who has no terminal here. */
	return r == 0 && row->places.n == 0 ? disable(job, row, first_day - 1) : r;
}

static int update(
	struct register_job *job, const struct personnel_row *person, struct register_row *row)
{
	int32_t first_day = day_of_row(job, person), end = new_end(job, row, person);
	bool is_changed = is_other(row, person) || end != row->until ||
			  (person->effective != DAY_NONE && person->effective != row->effective);

	if (person->says_account &&
		strcmp(register_cell(row, REGISTER_ACCOUNT), person->account) != 0)
		complain(job, person, REGISTER_ACCOUNT, person->account,
			"the account that the register has for this number");
	if (!is_changed)
		return 0;
	if (first_day < row->effective)
		return is_other(row, person) ? note(job, REGISTER_NOTE_OLDER, person, row) : 0;
	return change_row(job, person, row, first_day, end);
}

/* They do not leave after all. */
static int cancel(
	struct register_job *job, const struct personnel_row *person, struct register_row *row)
{
	struct register_token *tokens = job->fleet.tokens;
	uint32_t at;

	if (!row || row->disabled == DAY_NONE)
		return 0;
	if (row->disabled < job->today) {
		complain(job, person, REGISTER_NUMBER, person->number,
			"somebody who has not left yet; who comes back needs a new appointment "
			"(採用) with its 発令日");
		return 0;
	}
	at = register_fleet_first(&job->fleet, register_cell(row, REGISTER_ACCOUNT));
	for (; at != REGISTER_NO_TOKEN; at = tokens[at].next)
		if (register_places_has(&row->places, tokens[at].terminal))
			register_token_revive(job, &tokens[at], row->disabled, row->until);
	if (row->change == REGISTER_STAYS)
		row->change = REGISTER_IS_OTHER;
	if (register_row_set(row, REGISTER_DISABLER, "") < 0)
		return -ENOMEM;
	return register_row_set_day(row, REGISTER_DISABLED, DAY_NONE);
}

static int take_person(struct register_job *job, struct personnel_row *person)
{
	struct register_row *row = register_book_find(&job->book, person->number);

	if (row)
		row->is_named = true;
	switch (person->event) {
	case EVENT_LEAVES_ON:
	case EVENT_LEAVES_WITH: return leave(job, person, row);
	case EVENT_CANCELLED: return cancel(job, person, row);
	case EVENT_STAYS:
	case EVENT_UNKNOWN: break;
	}
	if (!row)
		return join(job, person, NULL);
	if (row->disabled == DAY_NONE)
		return update(job, person, row);
	if (person->effective != DAY_NONE && person->effective > row->disabled)
		return join(job, person, row);
	/* Until then the file may well go on naming them. */
	return row->disabled < job->today ? note(job, REGISTER_NOTE_STILL_LISTED, person, row) : 0;
}

/* 一括延長: nobody's becomes shorter, and who has no end gets none. */
static int renew(struct register_job *job, struct register_row *row)
{
	if (row->disabled != DAY_NONE || row->until == DAY_NONE || row->until >= job->renewed)
		return 0;
	if (row->change == REGISTER_STAYS)
		row->change = REGISTER_IS_OTHER;
	move_tokens(job, row, &row->places, row->effective, job->renewed);
	return register_row_set_day(row, REGISTER_UNTIL, job->renewed);
}

int register_change(struct register_job *job)
{
	size_t before = problems_found(job->problems);
	int r = 0;

	for (size_t i = 0; r == 0 && i < job->personnel.n_rows; i++)
		r = take_person(job, &job->personnel.rows[i]);
	for (size_t i = 0; r == 0 && job->is_whole && i < job->book.n_rows; i++) {
		struct register_row *row = &job->book.rows[i];

		if (!row->is_named && row->disabled == DAY_NONE)
			r = disable(job, row, job->date - 1);
	}
	for (size_t i = 0; r == 0 && job->renewed != DAY_NONE && i < job->book.n_rows; i++)
		r = renew(job, &job->book.rows[i]);
	if (r == 0 && problems_found(job->problems) != before)
		return -EBADMSG;
	return r == 0 ? register_settle(job) : r;
}
