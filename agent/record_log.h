/*
 * The records on disk: /var/log/sekisho/records-N.jsonl, each line chained to the one before it,
 * and a copy to the journal. Touches disk. Refuses to know what a record means.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "agent/record.h"
#include "agent/syncer.h"

struct record_log;

struct record_log_config {
	int directory_fd;       /* borrowed, opened for reading; owned by root */
	const char *boot_id;    /* 36 characters */
	uint64_t file_size_max; /* a new file is begun beyond it */
	bool to_journal;
};

/*
 * Opens the newest file (mode 0640 when it makes one), finds its last line, and continues the chain
 * from it: sequence 1 and zeros where there is no record yet. A cut last line is closed with LF and
 * stays a line of the chain; its sequence number is not given again. *ret_torn says that this was
 * so, or that what ends the file is no record, so that the caller records it. A disk that is full
 * or broken is no error here: each append tries again. Returns 0 and *ret, or a negative errno.
 */
int record_log_open(
	const struct record_log_config *config, struct record_log **ret, bool *ret_torn);

/*
 * Appends one record (write(2) whole, no sync). On a full or broken disk nothing is lost in
 * silence: the record goes to the journal, is counted, and the next line that can be written says
 * how many are missing ("missing": n). A file that somebody removed is followed by a new one.
 * Returns 0, or the negative errno of the write.
 */
int record_log_append(struct record_log *log, const struct record *record);

/*
 * The same of a record that is kept elsewhere until it could be written: nothing is counted and
 * nothing goes to the journal where it fails.
 */
int record_log_try_append(struct record_log *log, const struct record *record);

/* Whether lines wait for record_log_sync(). */
bool record_log_is_dirty(const struct record_log *log);

/* fdatasync. 0 or a negative errno; then the log stays dirty. */
int record_log_sync(struct record_log *log);

/* The same by another thread: 0 when it has begun, -EBUSY while the one before goes on. */
int record_log_begin_sync(struct record_log *log, struct syncer *syncer);

/* Sequence number of the last record and the SHA-256 of its line: the head of the chain. */
void record_log_head(
	const struct record_log *log, uint64_t *ret_sequence, uint8_t ret_sha256[SHA256_SIZE]);

/* How many records could not be written since the last one that could. */
uint64_t record_log_missing(const struct record_log *log);

/* Without a sync. */
void record_log_close(struct record_log *log);
