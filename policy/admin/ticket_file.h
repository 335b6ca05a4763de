/*
 * TIER/tickets.ini at the administrators' side: read, changed under a lock and written for its
 * owner alone.
 */
#pragma once

#include "policy/admin/exemption_folder.h"
#include "policy/join_tickets.h"

#define TICKETS_FILE "tickets.ini"

struct ticket_file {
	char *path;
	int lock;
	struct join_tickets *tickets;
};

/*
 * Reads the file of a tier's folder; where there is none, an empty list of the site and tier that
 * its policy.ini names. EXIT_DONE; EXIT_NO after complaining: it has mistakes, is of another tier,
 * or others may read it; EXIT_UNKNOWN. ret is for ticket_file_close() in every case.
 */
int ticket_file_read(const struct exemption_folder *folder, struct ticket_file *ret);
/* The same with the lock, until it is closed. */
int ticket_file_open(const struct exemption_folder *folder, struct ticket_file *ret);
/* EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int ticket_file_write(const struct ticket_file *file);
void ticket_file_close(struct ticket_file *file);

/* The one tier that FOLDER is or holds. EXIT_DONE; EXIT_UNKNOWN after complaining, also where it
 * holds several. ret is for exemption_folders_clear() in every case. */
int ticket_folder_find(const char *folder, struct exemption_folders *ret);
