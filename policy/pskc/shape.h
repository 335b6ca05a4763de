/*
 * Which elements a PSKC document has where (RFC 6030, section 4), and what this reader makes of
 * each. A table; whatever is not in it is not passed on.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum pskc_content {
	PSKC_UNKNOWN = 0,
	PSKC_SKIPPED, /* nothing about a code */
	PSKC_GROUP,   /* elements of this table */
	PSKC_TEXT,
	PSKC_DATE,        /* 2027-04-01T00:00:00Z */
	PSKC_ATTRIBUTES,  /* says all in attributes */
	PSKC_SECRET,      /* bytes in base64, plain or encrypted */
	PSKC_NUMBER,      /* likewise, up to 64 bits */
	PSKC_SMALL_NUMBER /* likewise, up to 32 bits */
};

struct pskc_shape {
	const char *parent, *name;
	enum pskc_content content;
	bool is_repeated; /* it may stand there more than once */
};

/* That of an element of RFC 6030 in its parent, or NULL. */
const struct pskc_shape *pskc_shape_find(const char *parent, const char *name);

/* "Issuer, AlgorithmParameters, ..." of a parent. Returns ret. */
char *pskc_shape_names(const char *parent, char *ret, size_t size);

/* The attributes of an element that count, NULL at the end; NULL: none do. */
const char *const *pskc_shape_attributes(const char *element);
