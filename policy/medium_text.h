/*
 * A medium in words: what its number and serial may be, how shards write them, which comes first.
 * Knows nothing of documents.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/media.h"

/* So that the longest number, the longest place in a shard and this fit into one line. */
#define MEDIUM_SERIAL_ENCODED_MAX 110

/*
 * Writes the one form that a serial has in a shard: every byte that is not printable ASCII, and
 * space % ; # are %XX. Returns 0, or -ENAMETOOLONG with ret half written.
 */
int medium_serial_encode(const char *serial, char ret[MEDIUM_SERIAL_ENCODED_MAX + 1]);
/* Reads that form and no other. 0, or -EINVAL; ret may be written on failure. */
int medium_serial_decode(const char *text, char ret[MEDIUM_SERIAL_MAX + 1]);

/* By ids, then serial; by number first of all. Below, at or above 0. */
int medium_identity_compare(const struct medium_identity *a, const struct medium_identity *b);
int medium_compare(const struct medium *a, const struct medium *b);
/* Sorts pointers to media by medium_compare(). */
void media_sort(const struct medium **media, size_t n_media);

/* Why no medium can have this control number, in words; NULL: one can. */
const char *medium_number_fault(const char *number);
/* Why no medium can be registered under this serial (decoded), in words; NULL: one can. */
const char *medium_serial_fault(const char *serial);
