/* The first documents of a new site: what they are made of, and their texts. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "policy/document.h"
#include "policy/root.h"

#define NEW_SITE_TEXT_MAX  128
#define NEW_SITE_TIERS_MAX 8
#define NEW_SITE_FRESH_ID  "fresh-timer" /* the "person" who holds the fresh key */

struct new_person {
	char id[PERSON_NAME_MAX + 1];
	char keys[PERSON_KEYS_MAX][FINGERPRINT_LENGTH + 1];
	unsigned n_keys;
};

struct new_tier {
	char name[TIER_NAME_MAX + 1];
	char display[NEW_SITE_TEXT_MAX]; /* how people call it; encoded; may be empty */
};

struct new_site {
	char site[SITE_NAME_MAX + 1];
	struct new_tier tiers[NEW_SITE_TIERS_MAX];
	unsigned n_tiers;
	struct new_person persons[PERSONS_MAX];
	unsigned n_persons, threshold;
	char fresh_key[FINGERPRINT_LENGTH + 1]; /* empty: nobody vouches for what is newest */
	int64_t now_s;
	int offset_minutes; /* of the workstation's clock, for the dates */
};

/* How people call a tier of that name, where it is one of the three that most bodies have; else "".
 */
const char *new_site_display_of(const char *tier);

/* Whether losing one key could leave fewer persons than must sign. */
bool new_site_hangs_on_one_key(const struct new_site *site);

/* The first section's dates. */
void new_site_write_validity(const struct new_site *site, FILE *to, int64_t lasts_s);

/* Each writes one file; tier is the one that it is for, if it is for one. */
void new_site_write_root(const struct new_site *site, const struct new_tier *tier, FILE *to);
void new_site_write_site(const struct new_site *site, const struct new_tier *tier, FILE *to);
void new_site_write_policy(const struct new_site *site, const struct new_tier *tier, FILE *to);
void new_site_write_readme(const struct new_site *site, const struct new_tier *tier, FILE *to);
