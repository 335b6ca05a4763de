/*
 * Where a document lies says for whom it is meant: site.ini beside it names the terminals, and the
 * root beside or above names the site. Read only to be compared; nothing of it is believed.
 */
#pragma once

#include "policy/admin/admin.h"
#include "policy/site.h"

struct place {
	char *site_path; /* of site.ini; NULL where there is none */
	struct site site;
	char *root_path; /* of the root that names the site; NULL where there is none */
	char root_site[SITE_NAME_MAX + 1];
};

/*
 * What lies around the file path; root is what was said by --root, or NULL: looked for. EXIT_DONE
 * with *ret (for place_clear()), also where nothing is there; EXIT_NO where site.ini has mistakes,
 * which were printed; EXIT_UNKNOWN where it cannot be read.
 */
int place_find(const char *path, const char *root, struct place *ret);
void place_clear(struct place *place);

/* The root alone. */
void place_find_root(const char *path, const char *root, struct place *ret);
