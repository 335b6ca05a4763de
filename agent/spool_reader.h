/*
 * What lies in the spool that sekisho-fetch fills: names, and bytes that nobody believes. Reads
 * regular files of bounded size, by names that are known, not through links; follows whatever
 * happens to the folder meanwhile.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "agent/bus.h"
#include "policy/document_name.h"

/* Documents that are judged together, in this order. */
enum spool_part {
	SPOOL_ROOTS,
	SPOOL_POLICY,
	SPOOL_MEDIA, /* with the shards */
	SPOOL_FRESH,
	SPOOL_TOKENS,
	SPOOL_DESKS,
	SPOOL_REVOCATIONS,
	SPOOL_EXEMPTIONS,
	SPOOL_PARTS,
};

#define SPOOL_ORIGIN "sekisho-fetch"

struct spool_files {
	char names[BUS_DOCUMENTS_MAX][DOCUMENT_NAME_MAX];
	struct agent_document items[BUS_DOCUMENTS_MAX]; /* names and bytes belong to this */
	size_t n;
};

/*
 * The files of a part, without their bytes. 0 with ret and what tells this state of them from
 * another; -ENOENT: there are none; or a negative errno.
 */
int spool_list(
	int spool_fd, enum spool_part part, struct spool_files *ret, uint8_t ret_seen[SHA256_SIZE]);

/* Reads them; those that cannot be read are left out. 0 and the SHA-256 over names and bytes, or a
 * negative errno. */
int spool_read(int spool_fd, struct spool_files *files, uint8_t ret_bytes[SHA256_SIZE]);

/* Frees the bytes. */
void spool_files_clear(struct spool_files *files);

/* What tells whether the source was reached anew since; zeros: it never was. */
struct spool_heard {
	uint64_t inode;
	int64_t modified_ns;
};

struct spool_heard spool_heard(int spool_fd);

/* Removes from up_fd what has a receipt in the spool. */
void spool_take_receipts(int spool_fd, int up_fd);
