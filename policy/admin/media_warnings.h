/* What is no mistake in a list of media, but seldom meant: one serial for several media, one number
 * for several serials, a lost medium that would still be let in. */
#pragma once

#include <stddef.h>

#include "policy/media.h"

struct media_mention {
	const struct medium *medium;
	unsigned row; /* of the ledger; 0: there is no ledger */
};

/*
 * Prints a warning "PATH: warning: …" for each serial that media of several numbers have, and for
 * each number that has several serials, and for serials of the same VID and PID that differ only in
 * capitals. Sorts the mentions. Returns how many warnings there are;
 * beyond a hundred they are only counted.
 */
size_t media_warn_of_doubles(const char *path, struct media_mention *mentions, size_t n_mentions);

/* Prints one for each serial that was typed, not copied from a device: it matches none. */
size_t media_warn_of_typed(
	const char *path, const struct media_mention *mentions, size_t n_mentions);

/* Prints one for each serial that looks like a number of which a spreadsheet kept 15 digits. */
size_t media_warn_of_rounded(
	const char *path, const struct media_mention *mentions, size_t n_mentions);

/* Prints one for each lost medium that has the identity of one that is registered. Sorts both. */
size_t media_warn_of_lost(const char *path, struct media_mention *mentions, size_t n_mentions,
	struct media_mention *lost, size_t n_lost);
