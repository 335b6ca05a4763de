/*
 * The codes of sealed envelopes at one terminal, as bytes: a head and a sector for each. What
 * cannot be read may have been spent, so it never counts. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/tokens.h"

#define ENVELOPES_BY_ROOT    4 /* made at the console, beside those of the document */
#define ENVELOPE_PLACES      (ENVELOPES_MAX + ENVELOPES_BY_ROOT)
#define ENVELOPE_SECTOR_SIZE 512
#define ENVELOPES_SIZE       ((1 + ENVELOPE_PLACES) * ENVELOPE_SECTOR_SIZE)

enum envelope_state {
	ENVELOPE_LOST = 0, /* it could not be read once */
	ENVELOPE_EMPTY,
	ENVELOPE_UNUSED,
	ENVELOPE_SPENT,
};

struct envelope {
	enum envelope_state state;
	bool is_told;                    /* SPENT: somebody was shown that it was */
	int64_t at_s;                    /* SPENT: when it was; of root's: else when it was made */
	char user[ACCOUNT_NAME_MAX + 1]; /* SPENT: whose login it was */
	char hash[CODE_HASH_TEXT_SIZE];
};

struct envelope_set {
	bool is_head_lost;
	uint32_t id; /* of the document's hashes: tells a new set from the same again */
	struct envelope places[ENVELOPE_PLACES]; /* the document's, then root's */
};

void envelope_encode(const struct envelope *envelope, uint8_t ret[ENVELOPE_SECTOR_SIZE]);
/* LOST and nothing else where one byte of it is not what was written. */
void envelope_decode(const uint8_t bytes[ENVELOPE_SECTOR_SIZE], struct envelope *ret);

void envelope_set_encode(const struct envelope_set *set, uint8_t ret[ENVELOPES_SIZE]);
void envelope_set_decode(const uint8_t bytes[ENVELOPES_SIZE], struct envelope_set *ret);

/* False: nothing was spent that nobody was told of. Cheap, as every login asks: looks at no
 * checksum, so what it says true of may be damaged. */
bool envelope_set_may_have_news(const uint8_t bytes[ENVELOPES_SIZE]);

/* No envelopes. */
void envelope_set_empty(struct envelope_set *ret);

/*
 * Makes it the set of a document. The same set again: what was spent stays spent, what was lost
 * stays lost, and root's stay. A new one: root's are gone with the old ones; what was spent and not
 * told stays to be told, as far as there is room. Returns how many of the document's are lost, or
 * -EINVAL: too many hashes, an empty one, or one without its NUL.
 */
int envelope_set_replace(
	struct envelope_set *set, const char (*hashes)[CODE_HASH_TEXT_SIZE], size_t n);

/*
 * Adds one of root's, in place of one that is lost, of one that was spent and told, or of root's
 * oldest. Returns its place; -EINVAL as above; -ENOSPC: all of root's were spent and nobody told.
 */
int envelope_set_add(struct envelope_set *set, const char *hash, int64_t now_s);

/* The place where this hash is, or -ENOENT. */
int envelope_set_find(const struct envelope_set *set, const char *hash);
