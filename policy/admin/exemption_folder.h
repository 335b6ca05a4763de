/*
 * The folders from which terminals fetch: of a site, with root/ and with what terminals handed up
 * below up/; and in it of each tier, with policy.ini and the exemptions below terminals/. With one
 * tier both may be the same. They are found here by what lies in them, and nothing is judged.
 */
#pragma once

#include <stddef.h>

#include "policy/document.h"

struct exemption_folder {
	char *site, *tier;                 /* folders */
	char tier_name[TIER_NAME_MAX + 1]; /* as its policy says; empty where that cannot be read */
};

struct exemption_folders {
	struct exemption_folder *items;
	size_t n;
};

/*
 * All tiers of FOLDER, which is that of a site or of a tier or holds some: FOLDER/SITE,
 * FOLDER/sekisho/SITE. EXIT_DONE, or EXIT_UNKNOWN after complaining, also where there is none. ret
 * is for exemption_folders_clear() in every case.
 */
int exemption_folders_find(const char *folder, struct exemption_folders *ret);
void exemption_folders_clear(struct exemption_folders *folders);

/* For free(); NULL: no memory. The list of revocations is that of the tier, or where only the site
 * has one, that. */
char *exemption_path(const struct exemption_folder *folder, const char *terminal);
char *revocations_path(const struct exemption_folder *folder);
char *request_path(const struct exemption_folder *folder, const char *terminal, const char *id);

/* Names in a folder, sorted. */
struct folder_names {
	char **names;
	size_t n;
};

/* What could be the names of terminals in a folder; none where there is no such folder. EXIT_DONE
 * with *ret, for folder_names_clear(), or EXIT_UNKNOWN after complaining. */
int folder_names_read(const char *path, struct folder_names *ret);
void folder_names_clear(struct folder_names *names);
