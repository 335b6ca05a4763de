/* Which media two lists do not have in common, by their control numbers, in words. Knows no files.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/media.h"

#define MEDIA_NAMED_MAX 20 /* of each kind of difference, unless all are asked for */

/* Entries in the order of medium_compare(); those of one number are one medium. */
struct media_list {
	const struct medium *const *entries;
	size_t n_entries;
};

struct media_differences {
	size_t n_old, n_new; /* media, not entries */
	size_t n_added, n_removed, n_changed;
};

/* "medium", or "media" of any other number. */
const char *media_word(size_t n);

/* How many media there are: entries with the same number are one. */
size_t media_count_numbers(const struct media_list *list);

void media_differences_find(
	const struct media_list *old, const struct media_list *new, struct media_differences *ret);

/*
 * Prints to stdout, for each kind of difference, the media with their ids and serials: the first
 * MEDIA_NAMED_MAX, or all, and how many more there are.
 */
void media_differences_print(
	const struct media_list *old, const struct media_list *new, bool is_all);
