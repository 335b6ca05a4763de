/*
 * The spool of sekisho-fetch: what it copied, under the names of document_name.h, and receipts of
 * what went up. Each file is whole at every moment; nothing here has to outlive a power cut.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct fetch_roots;

/* Folders; -1: none. */
struct fetch_spool {
	int fd, root_fd, media_fd, sent_fd;
};

/* Opens the folder "spool" of a folder, and makes it and those in it where they are missing. 0 and
 * *ret, or a negative errno. */
int fetch_spool_open(const char *folder, struct fetch_spool *ret);
/* For CLEANUP(); of what is all zeros nothing is closed. */
void fetch_spool_close(struct fetch_spool *spool);

/*
 * Puts a file in its place: written under another name first, and only where it is other than what
 * is there. 1: it is new; 0: it was there already; or a negative errno, and what was there stays.
 */
int fetch_spool_put(
	const struct fetch_spool *spool, const char *name, const void *bytes, size_t size);

/* Removes one, where it is there. */
void fetch_spool_remove(const struct fetch_spool *spool, const char *name);

/* Removes the roots that are not among these, so that the spool cannot grow by names alone. */
int fetch_spool_keep_roots(const struct fetch_spool *spool, const struct fetch_roots *roots);

/* Receipts. 0, or a negative errno. */
int fetch_spool_note_sent(const struct fetch_spool *spool, const char *name);
bool fetch_spool_was_sent(const struct fetch_spool *spool, const char *name);
/* Removes those of what does not wait in up_fd any more. */
int fetch_spool_forget_sent(const struct fetch_spool *spool, int up_fd);
