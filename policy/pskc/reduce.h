/*
 * A document made anew of what libpskc is to read: known elements only, each once, every value
 * checked and none encrypted. libpskc takes "12x" for 12, passes over what is no base64, and does
 * not survive an empty element; it is shown nothing of that kind.
 */
#pragma once

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

#include "policy/problem.h"
#include "policy/pskc/lock.h"

#define PSKC_PACKAGES_MAX 10000

/* Of each KeyPackage, what libpskc does not tell. */
struct pskc_package {
	unsigned line;
	const char *unfit; /* why it cannot be used, or NULL; a constant */
};

struct pskc_reduced {
	xmlDoc *document;
	struct pskc_package *packages; /* in the order of the document */
	size_t n_packages;
	bool is_signed;
};

/*
 * 0 and *ret, for pskc_reduced_clear(); -EBADMSG after adding problems; -ENOMEM, -EIO.
 */
int pskc_reduce(xmlDoc *document, const struct pskc_lock *lock, struct problems *problems,
	struct pskc_reduced *ret);
void pskc_reduced_clear(struct pskc_reduced *reduced);
