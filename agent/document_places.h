/*
 * Where documents lie below a folder that a site is reached by: a share, a CD, the folder in which
 * they were made. Opens folders, and judges nothing.
 *
 * They may lie below sekisho/SITE or SITE, and all but the roots below TIER; what is for one
 * terminal in terminals/TERMINAL there, or beside the others.
 */
#pragma once

#include <stddef.h>

#include "policy/site.h"

/* Whose documents are looked for; each may be empty. */
struct document_place {
	char site[SITE_NAME_MAX + 1], tier[TIER_NAME_MAX + 1];
	char terminal[TERMINAL_NAME_MAX + 1];
};

/* Open folders; -1: there is none. */
struct document_places {
	int site_fd, tier_fd;
	int of_tier_fd, of_site_fd; /* of the terminal */
};

#define DOCUMENT_FOLDERS_MAX 4

/* 0 and *ret, or a negative errno where the folder itself cannot be opened. */
int document_places_open(
	const char *path, const struct document_place *place, struct document_places *ret);

/* For CLEANUP(); of what is all zeros nothing is closed. */
void document_places_close(struct document_places *places);

/*
 * The folders where a document of this name may lie, the likeliest first: borrowed. Returns how
 * many. What lies in the first that has it counts. The parts of a list, "media/3f" and
 * "root/2.ini", have the folder that "media" and "root" lie in.
 */
size_t document_places_of(
	const struct document_places *places, const char *name, int ret[DOCUMENT_FOLDERS_MAX]);
