/*
 * What terminals handed up: SITE/up/FOLDER/request-ID.ini. Whoever can write there can write
 * anything. So of a terminal that joined only what its own key signed counts, whatever the folder
 * is called; of another one only what lies in the folder of its name, and nobody knows who wrote
 * it.
 */
#pragma once

#include <stdbool.h>

#include "policy/admin/exemption_folder.h"
#include "policy/admin/terminal_list.h"
#include "policy/exemption_request.h"

#define REQUEST_SIZE_MAX (16 * 1024)

/* Of one tier: whose keys count. Its terminals are read when they are asked for first. */
struct exemption_desks {
	const struct exemption_folder *folder; /* the caller's; NULL: nobody is asked whose it is */
	struct terminal_list list;
	bool is_read;
	size_t n_strange; /* requests that nobody who joined has signed */
	char *strange;    /* the first of them */
};
void exemption_desks_clear(struct exemption_desks *desks);
/* Says how many there were, if any. */
void exemption_desks_say(const struct exemption_desks *desks);

/* Each returns EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining. */

/*
 * One file; up and id: what its place says, or NULL. *ret is for exemption_request_free(); NULL,
 * and counted in desks: it lies in a folder that a stranger made.
 */
int exemption_request_read(struct exemption_desks *desks, const char *path, const char *up,
	const char *id, struct exemption_request **ret);

/* All that are for the tier of the folder, each once. What is wrong with one is complained of, and
 * the others are read. ret is for exemption_inbox_clear() in every case. */
struct exemption_inbox {
	struct exemption_request **requests;
	size_t n;
};
int exemption_inbox_read(const struct exemption_folder *folder, struct exemption_inbox *ret);
void exemption_inbox_clear(struct exemption_inbox *inbox);

/* Whether two are copies of one: a terminal gives no number twice. */
bool exemption_request_is_same(
	const struct exemption_request *one, const struct exemption_request *other);
