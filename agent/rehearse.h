/*
 * sekishod --rehearse: says what a policy would do with what is plugged in, and with what is
 * plugged in next. The same core judges as on a terminal; it only watches. Reads, and prints:
 * writes no file, takes no name on the bus, and refuses nothing.
 */
#pragma once

struct rehearse_options {
	const char *policy; /* a file; need not be signed */
	const char *media;  /* a folder with media.ini and media/, or NULL */
};

struct rehearsal;

/*
 * Reads the documents. 0 and *ret; -EBADMSG where one has mistakes, or the negative errno; what is
 * wrong was said on standard error.
 */
int rehearse_new(const struct rehearse_options *options, struct rehearsal **ret);

/* Runs until SIGINT or SIGTERM. 0, or a negative errno after saying it. */
int rehearse_run(struct rehearsal *rehearsal);

/* For CLEANUP(rehearse_free): any rehearsal, or NULL. */
void rehearse_free(struct rehearsal **rehearsal);
