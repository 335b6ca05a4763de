#include "policy/admin/register_issue.h"

#include <errno.h>
#include <stdbool.h>

#include "policy/admin/admin.h"
#include "policy/admin/day.h"
#include "policy/admin/register_dates.h"
#include "policy/admin/shell_quote.h"
#include "policy/cleanup.h"

static bool is_meant(const struct register_job *job, const struct register_note *note)
{
	const struct register_token *token;

	if (note->kind != REGISTER_NOTE_DUE)
		return false;
	token = register_fleet_find(&job->fleet, note->account, note->terminal);
	return !token || register_token_has_ended(job, token);
}

static bool is_same_person(const struct register_note *a, const struct register_note *b)
{
	return a->account == b->account;
}

/* The folder of each terminal where the person of the note at first gets a token, between two
 * texts. */
static int write_each(const struct register_job *job, size_t first, const char *before,
	const char *behind, FILE *to)
{
	const struct register_note *notes = job->notes;

	for (size_t i = first; i < job->n_notes; i++) {
		CLEANUP(cleanup_free) char *folder = NULL;

		if (!is_same_person(&notes[i], &notes[first]) || !is_meant(job, &notes[i]))
			continue;
		folder = shell_quote(SHELL_POSIX, job->fleet.terminals[notes[i].terminal].folder);
		if (!folder)
			return -ENOMEM;
		fprintf(to, "%s%s%s", before, folder, behind);
	}
	return 0;
}

/* One person's, from the note at first on. */
static int write_person(const struct register_job *job, size_t first, const char *to_list, FILE *to)
{
	const struct register_note *notes = job->notes;
	const struct register_row *row =
		register_book_find_account(&job->book, notes[first].account);
	char from[DAY_TEXT_SIZE], until[DAY_TEXT_SIZE];
	bool is_later = row->effective > job->today;
	int r;

	fprintf(to, "sekisho-admin token issue-ticket %s", notes[first].account);
	r = write_each(job, first, " --for ", "", to);
	fprintf(to, " --from %s --until %s\n", is_later ? day_format(row->effective, from) : "none",
		row->until != DAY_NONE ? day_format(row->until, until) : "none");
	return r == 0 ? write_each(job, first, "echo ", to_list, to) : r;
}

int register_issue_write(
	const struct register_job *job, const char *to_sign, FILE *to, size_t *ret_n)
{
	CLEANUP(cleanup_free) char *list = shell_quote(SHELL_POSIX, to_sign);
	CLEANUP(cleanup_free)
	char *to_list = list ? admin_format("/tokens.ini >> %s\n", list) : NULL;
	const struct register_note *before = NULL;
	size_t n = 0;
	int r = to_list ? 0 : -ENOMEM;

	fprintf(to,
		"#!/bin/sh\n"
		"# A ticket for each who needs a token, shown once. Who gets a bought one needs "
		"no line here.\n"
		"set -e\n");
	for (size_t i = 0; r == 0 && i < job->n_notes; i++) {
		const struct register_note *note = &job->notes[i];

		/* Those of one person stand together. */
		if (!is_meant(job, note) || (before && is_same_person(before, note)))
			continue;
		r = write_person(job, i, to_list, to);
		before = note;
		n++;
	}
	*ret_n = n;
	return r;
}
