/*
 * What one run of "token register" knows, and what it finds: the register and the tokens as they
 * are and as they are to be, and what somebody has to look at. Touches no files.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/admin/personnel.h"
#include "policy/admin/register_book.h"
#include "policy/admin/register_fleet.h"
#include "policy/problem.h"

/* What is not settled by the run. */
enum register_note_kind {
	REGISTER_NOTE_DUE = 0,      /* has a terminal and no token that will count there */
	REGISTER_NOTE_ORPHAN,       /* a token of an account that the register does not know */
	REGISTER_NOTE_STRAY,        /* a token at a terminal that the register does not name */
	REGISTER_NOTE_SHORT,        /* a token that ends before the register says */
	REGISTER_NOTE_EARLY,        /* a token that counts before the day of appointment */
	REGISTER_NOTE_ENDED,        /* 有効期限 is over, and the row is not disabled */
	REGISTER_NOTE_STILL_LISTED, /* the file has somebody who is disabled */
	REGISTER_NOTE_OLDER,    /* the file says something else, of a day before the register's */
	REGISTER_NOTE_NOT_HERE, /* somebody leaves whom the register does not know */
	REGISTER_NOTE_GONE,     /* a terminal of the register that has no folder any more */
	REGISTER_NOTES,
};

struct register_note {
	enum register_note_kind kind;
	const char *number, *account; /* "" where there is none; they belong to others */
	uint32_t terminal;            /* or REGISTER_NO_TERMINAL */
	const char *token;            /* its number, or "" */
};

#define REGISTER_NO_TERMINAL UINT32_MAX

struct register_job {
	struct register_fleet fleet;
	struct register_book book;
	struct personnel personnel;
	struct register_words words;
	int64_t now_s;
	int offset_minutes;
	int32_t today;
	int32_t date;    /* from which rows without 発令日 count; DAY_NONE: today */
	bool is_whole;   /* whoever the personnel file does not name leaves on that date */
	int32_t renewed; /* until when rows that end before it go on (一括延長); DAY_NONE: none do
			  */
	const char *by;              /* who applies it; "" in a dry run */
	struct problems *problems;   /* of the personnel file */
	struct register_note *notes; /* of each kind in the order of the register */
	size_t n_notes, room_notes;
	size_t n_without_terminal; /* persons of the file who have none here and had none */
};

void register_job_clear(struct register_job *job);
/* 0 or -ENOMEM. */
int register_job_note(struct register_job *job, const struct register_note *note);
