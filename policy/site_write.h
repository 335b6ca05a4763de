/* The text of a site.ini, for who joins a terminal or packs what many need. Pure. */
#pragma once

#include "policy/site.h"

/*
 * The text, for free(). What cannot be said in a site.ini goes to problems, as site_parse() would
 * say it. 0 and *ret; -EBADMSG when problems were added; -ENOMEM.
 */
int site_write(const struct site *site, struct problems *problems, char **ret);
