/* The addresses of a site's documents below a source of the kind https, and of what goes up. Pure.
 */
#pragma once

#include <stddef.h>

#include "policy/site.h"

#define FETCH_CERTIFICATE_SIZE 41 /* 40 hexadecimal digits and NUL */
/* "SOURCE/sekisho/SITE/terminals/TERMINAL/NAME", and what goes up is no longer. */
#define FETCH_URL_SIZE (SITE_SOURCE_MAX + SITE_NAME_MAX + TERMINAL_NAME_MAX + 128)

/* Of a document by its name, as document_name.h has it. 0; -ENOENT: it is one of a terminal, and
 * this one has no name. */
int fetch_url(const struct site *site, const char *name, char ret[FETCH_URL_SIZE]);

/* Of what goes up from who has this certificate. */
void fetch_url_up(const struct site *site, const char certificate[FETCH_CERTIFICATE_SIZE],
	const char *name, char ret[FETCH_URL_SIZE]);
