/*
 * The root that a document is judged by: read from a file, or from a folder with the chain 1.ini,
 * 2.ini and so on, which is walked as a terminal walks it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/admin/admin.h"
#include "policy/root.h"

struct trust {
	struct root *root;
	char *path; /* of the file that holds it */
	uint8_t text_sha256[SHA256_SIZE];
};

#define TRUST_ALL UINT64_MAX

/* What to do where a root is not good. */
enum trust_mode {
	TRUST_STRICT = 0, /* complain and give up */
	/* Say so, and take the one before it, as terminals do; a first root must be good. */
	TRUST_AS_TERMINALS,
	/* The same, but a first root may still lack signatures: it and the other documents of a new
	 * site are signed in one go. Only to name persons by. */
	TRUST_TO_SIGN,
};

/*
 * A file is trusted as it is, if enough of its own persons signed it. A folder is walked from 1.ini
 * on, but not beyond number_max. Returns EXIT_DONE with *ret (for trust_clear()), EXIT_NO or
 * EXIT_UNKNOWN after complaining.
 */
int trust_load(const char *path, uint64_t number_max, int64_t now_s, enum trust_mode mode,
	struct trust *ret);
void trust_clear(struct trust *trust);

/*
 * Where the root of a document is, when nobody says it: root.ini or root/ in the folder of path or
 * in the one above it; of what is for one terminal two and three above it, too. A string for
 * free(), or NULL.
 */
char *trust_find(const char *path);

/* The file that holds the first root, of what may stand for --root: a root or the folder of a
 * chain. A string for free(), or NULL where it is not there. */
char *trust_first_of(const char *place);

/* The root in a file as its text says, whoever signed it: only to tell people of it. For
 * root_free(); NULL where it is none, and where it cannot be read, after complaining. */
struct root *trust_read_text(const char *path);

/* The folder of a chain that path, a root of that number, is part of: path is "NUMBER.ini" and
 * 1.ini lies beside it. A string for free(), or NULL. */
char *trust_chain_of(const char *path, uint64_t number);
