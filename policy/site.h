/*
 * site.ini: which site and tier a terminal belongs to. Canonical INI without signatures: it lies on
 * the terminal beside the first root, and belongs to whoever installs it.
 *
 *	[site]
 *	site = tosu
 *	tier = my-number
 */
#pragma once

#include <stddef.h>

#include "policy/document.h"
#include "policy/problem.h"

#define SITE_SIZE_MAX (4 * 1024) /* bytes of the file */

struct site {
	char site[SITE_NAME_MAX + 1];
	char tier[TIER_NAME_MAX + 1];
};

/*
 * Reads the text. Every error of it goes to problems. Returns 0 and *ret when there was none,
 * -EBADMSG when problems were added, -ENOMEM.
 */
int site_parse(const char *text, size_t size, struct problems *problems, struct site *ret);
