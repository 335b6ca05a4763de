/*
 * What terminals handed up: SITE/up/TERMINAL/request-ID.ini. Nobody signed these, and whoever can
 * write there can write anything: a file that does not say of itself what its place says counts
 * for nothing.
 */
#pragma once

#include "policy/admin/exemption_folder.h"
#include "policy/exemption_request.h"

#define REQUEST_SIZE_MAX (16 * 1024)

/* Each returns EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining. */

/* One file; terminal and id: what its place says, or NULL. *ret is for exemption_request_free(). */
int exemption_request_read(
	const char *path, const char *terminal, const char *id, struct exemption_request **ret);

/* All that are for the tier of the folder. What is wrong with one is complained of, and the others
 * are read. ret is for exemption_inbox_clear() in every case. */
struct exemption_inbox {
	struct exemption_request **requests;
	size_t n;
};
int exemption_inbox_read(const struct exemption_folder *folder, struct exemption_inbox *ret);
void exemption_inbox_clear(struct exemption_inbox *inbox);
