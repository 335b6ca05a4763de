/*
 * The records of any number of terminals, asked once more under another policy: insertion by
 * insertion, by the function that decides on terminals. Reads files; prints nothing but what keeps
 * it from reading them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/decide.h"
#include "policy/media.h"

#define REPLAY_TERMINAL_SIZE 64
#define REPLAY_WORDS_MAX     64
#define REPLAY_NOTES_MAX     20

/* What another policy would change for a device. In the order in which it is told. */
enum replay_change {
	REPLAY_UNKNOWN = 0, /* the record does not say enough */
	REPLAY_NOW_REFUSED,
	REPLAY_NOW_LET_IN,
	REPLAY_NOW_LESS, /* let in as before, but not every interface that was */
	REPLAY_NOW_MORE,
	REPLAY_SAME,
	REPLAY_CHANGE_COUNT,
};

struct replay_terminal {
	char name[REPLAY_TERMINAL_SIZE]; /* printable */
	bool is_counted;                 /* for whoever counts terminals */
};

/* One insertion: from plugging in to pulling out, or to the end of the records. */
struct replay_insertion {
	struct replay_terminal *terminal;
	int64_t time_ms; /* of the record that was judged, the last one of the insertion */
	char *device;    /* "0951:1666 Kingston DataTraveler", printable */
	char *serial;    /* printable; empty: it has none */
	bool was_let_in;
	enum replay_change change;
	enum device_class device_class;
	struct reason reason; /* of the other policy */
};

/* Lines that were passed over. */
struct replay_note {
	char *file;
	unsigned long line;
	const char *what; /* static */
};

struct replay {
	struct replay_insertion *insertions;
	size_t n_insertions;
	size_t n_repeated; /* records that stood in the files more than once */
	/* Events that say nothing of what is let in. */
	struct {
		char word[40];
		size_t count;
	} others[REPLAY_WORDS_MAX];
	size_t n_others, n_more_others;
	struct replay_note notes[REPLAY_NOTES_MAX];
	size_t n_notes;                     /* all of them; the first ones are kept */
	struct replay_terminal **terminals; /* of all files */
	size_t n_terminals;
};

/*
 * Reads the files and judges every insertion. media: what counts as registered; NULL: what counted
 * then. A terminal is called by its file, PC-1.jsonl, or by the folder of records-N.jsonl. 0 and
 * *ret for replay_free(), or a negative errno after complaining.
 */
int replay_read(char *const *files, size_t n_files, const struct policy *policy,
	const struct media *media, struct replay **ret);
/* For CLEANUP(replay_free): any replay, or NULL. */
void replay_free(struct replay **replay);
