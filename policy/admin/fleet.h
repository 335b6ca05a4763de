/*
 * All terminals of a tier: who joined, what each reported last, and what there is to say of it.
 * Reads what terminals handed up; judges nothing but signatures, and changes nothing but what was
 * seen before.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/admin/exemption_folder.h"
#include "policy/admin/fleet_flaw.h"
#include "policy/admin/fleet_report.h"
#include "policy/admin/fleet_seen.h"
#include "policy/admin/terminal_list.h"

#define FLEET_SILENT_S (3 * 86400) /* unless it is said: a long weekend is no silence */

struct fleet_options {
	const char *up;    /* the folder where reports came; NULL: up/ of the site */
	uint32_t silent_s; /* 0: FLEET_SILENT_S */
};

/* The newest documents of the folder, whoever signed them: what terminals are to have. */
struct fleet_published {
	char site[SITE_NAME_MAX + 1];
	char tier_name[FORM_TEXT_MAX + 1]; /* as people call it; may be empty */
	uint64_t root, policy, media;      /* serials; 0: there is none */
	uint8_t policy_sha256[SHA256_SIZE];
	bool is_everywhere; /* the policy's roll-out has reached all */
};

struct fleet_terminal {
	const struct terminal_entry *entry;
	struct fleet_report *report; /* NULL: none came */
	unsigned flaws;              /* bits of FLEET_FLAW() */
	bool is_closed;              /* what was seen of it before is to be forgotten */
};

/* Reports that count for nothing. */
struct fleet_aside {
	size_t n;
	char *example;   /* the path of the first; NULL: none */
	const char *why; /* static */
};

struct fleet {
	const struct exemption_folder *folder; /* the caller's */
	struct fleet_published published;
	struct terminal_list list;
	struct fleet_terminal *items; /* of those that are not retired, by name */
	size_t n, n_retired;
	struct fleet_aside strange, bad;
	int64_t now_s;
	int offset_minutes;
	uint32_t silent_s;
	struct fleet_seen seen;
};

/*
 * Reads all of it. EXIT_DONE; EXIT_NO where something was complained of and left out; EXIT_UNKNOWN
 * after complaining. ret is for fleet_close() in every case.
 */
int fleet_open(const struct exemption_folder *folder, const struct fleet_options *options,
	struct fleet *ret);
void fleet_close(struct fleet *fleet);

/* Remembers what was seen, in TIER/fleet-seen. EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int fleet_remember(struct fleet *fleet);

/* NULL: no terminal that joined is called so. */
struct fleet_terminal *fleet_find(const struct fleet *fleet, const char *name);
