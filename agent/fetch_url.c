#include "agent/fetch_url.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is_of_a_terminal(const char *name)
{
	return strcmp(name, "exemptions.ini") == 0 || strcmp(name, "tokens.ini") == 0 ||
	       strcmp(name, "desks.ini") == 0;
}

int fetch_url(const struct site *site, const char *name, char ret[FETCH_URL_SIZE])
{
	if (!is_of_a_terminal(name)) {
		snprintf(ret, FETCH_URL_SIZE, "%s/sekisho/%s/%s", site->source, site->site, name);
		return 0;
	}
	if (!site->terminal[0])
		return -ENOENT;
	snprintf(ret, FETCH_URL_SIZE, "%s/sekisho/%s/terminals/%s/%s", site->source, site->site,
		site->terminal, name);
	return 0;
}

void fetch_url_up(const struct site *site, const char certificate[FETCH_CERTIFICATE_SIZE],
	const char *name, char ret[FETCH_URL_SIZE])
{
	snprintf(ret, FETCH_URL_SIZE, "%s/sekisho/%s/up/%s/%s", site->source, site->site,
		certificate, name);
}
