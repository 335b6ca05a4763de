/* The first documents of a new site: what they are made of, and their texts. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "policy/document.h"
#include "policy/root.h"

#define NEW_SITE_TEXT_MAX 128

struct new_person {
	char id[PERSON_NAME_MAX + 1];
	char fingerprint[FINGERPRINT_LENGTH + 1];
};

struct new_site {
	char site[SITE_NAME_MAX + 1], tier[TIER_NAME_MAX + 1];
	char tier_name[NEW_SITE_TEXT_MAX]; /* as it stands in the document: encoded; may be empty */
	struct new_person persons[PERSONS_MAX];
	unsigned n_persons, threshold;
	int64_t now_s;
	int offset_minutes; /* of the workstation's clock, for the dates */
};

/* Each writes one file. */
void new_site_write_root(const struct new_site *site, FILE *to);
void new_site_write_site(const struct new_site *site, FILE *to);
void new_site_write_policy(const struct new_site *site, FILE *to);
void new_site_write_readme(const struct new_site *site, FILE *to);
