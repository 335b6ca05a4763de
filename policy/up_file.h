/*
 * What a terminal hands up: how its files are called, and who signed one. A name holds a hash of
 * the whole file, so that no name ever comes twice with other bytes; a folder's name counts for
 * nothing, because the signature says whose a file is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"
#include "policy/report.h"
#include "policy/sshsig.h"

#define UP_FILE_SIZE_MAX (64 * 1024)       /* bytes; what a server takes */
#define UP_NUMBER_MAX    REPORT_NUMBER_MAX /* 12 digits, so that names sort */
#define UP_NAME_SIZE     65

enum up_kind {
	UP_NONE = 0,
	UP_STATUS,  /* "status-NUMBER-HASH.ini": a report */
	UP_RECORDS, /* "records-NUMBER-HASH.jsonl": records from that sequence on */
};

struct up_name {
	enum up_kind kind;
	uint64_t number;
	uint64_t hash; /* the first 8 bytes of the SHA-256 of the file, big end first */
};

/* The name of a file with these bytes. 0; -ERANGE: number is 0 or above UP_NUMBER_MAX; -ENOMEM. */
int up_name_make(
	enum up_kind kind, uint64_t number, const char *bytes, size_t size, char ret[UP_NAME_SIZE]);
/* kind UP_NONE where name is written in any other way. */
struct up_name up_name_parse(const char *name);
/* Whether these are the bytes of the file of that name. */
bool up_name_fits(const struct up_name *name, const char *bytes, size_t size);

/* A file cut in two, and whose key signed the first part. */
struct up_file {
	struct document_slice text;               /* points into the file */
	char fingerprint[FINGERPRINT_LENGTH + 1]; /* "SHA256:…" */
};

/*
 * Verifies a file that has exactly one signature, over all that stands before it, by a key for
 * signing that is no hardware key. 0 and *ret; -EBADMSG: it is not so; -ENOMEM. Nothing is said of
 * whether the key is anybody's.
 */
int up_file_open(const char *bytes, size_t size, struct up_file *ret);
