/* Where the exemption or the request of a number is, among the folders of a site. */
#pragma once

#include "policy/admin/exemption_bundle.h"
#include "policy/admin/exemption_folder.h"
#include "policy/exemption_request.h"

struct exemption_found {
	const struct exemption_folder *folder; /* NULL: it is nowhere */
	char terminal[TERMINAL_NAME_MAX + 1];
	struct exemption_request *request; /* NULL: it was prepared, or its file is gone */
	struct exemption_bundle bundle;    /* of the terminal */
	struct admin_document *document;   /* in the bundle; NULL: nobody approved it yet */
};

/*
 * EXIT_DONE, also where it is nowhere; EXIT_NO, EXIT_UNKNOWN after complaining: it is in two
 * places, or cannot be read. ret is for exemption_found_clear() in every case.
 */
int exemption_find(
	const struct exemption_folders *folders, const char *id, struct exemption_found *ret);
/* The same, of what was approved alone: no request is looked at, and ret->request stays NULL. */
int exemption_find_approved(
	const struct exemption_folders *folders, const char *id, struct exemption_found *ret);
/* The same of a request in a file, for one of the folders. */
int exemption_find_file(
	const struct exemption_folders *folders, const char *path, struct exemption_found *ret);
void exemption_found_clear(struct exemption_found *found);

/* Complains that there is none of that number. EXIT_NO. */
int exemption_complain_unknown(const char *id, const char *folder);
