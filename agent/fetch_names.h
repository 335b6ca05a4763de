/*
 * What sekisho-fetch takes, by its name alone: documents, the parts of their lists, and what goes
 * up; and how large each may be. Pure: what the files say is not its business.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FETCH_SHARDS    256
#define FETCH_ROOTS_MAX 240 /* the newest of a chain: one a year, and some more */
#define FETCH_UP_MAX    256 /* files that wait to go up */
/* Of one of them. */
#define FETCH_UP_SIZE_MAX (64 * 1024)
#define FETCH_UP_NAME_MAX 64
/* In the spool: written anew while the source can be reached. */
#define FETCH_HEARD "heard"

/* "policy.ini" and so on in the order in which they are taken; NULL behind the last one. */
const char *fetch_name_single(size_t i);

/*
 * Bytes that a document of this name may have; 0: none is called so. A larger one is taken cut to
 * one byte more, so that whoever judges it sees that it is too large.
 */
size_t fetch_size_max(const char *name);

/* Whether something of this name may go up: 1 to FETCH_UP_NAME_MAX of A-Z a-z 0-9 . _ -, first a
 * letter or digit. */
bool fetch_may_go_up(const char *name);

/* Whether somebody waits for what comes of it: a request, or a terminal that joins. */
bool fetch_is_urgent(const char *name);

/* Keeps the highest FETCH_ROOTS_MAX numbers of those that are added, in ascending order. */
struct fetch_roots {
	uint64_t numbers[FETCH_ROOTS_MAX];
	size_t n;
};

void fetch_roots_add(struct fetch_roots *roots, uint64_t number);
bool fetch_roots_has(const struct fetch_roots *roots, uint64_t number);
