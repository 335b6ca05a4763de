/*
 * Where a terminal's documents come from, as site.ini names it: a folder of this PC, or a web
 * server and the proxy before it. Pure: opens nothing.
 */
#pragma once

#include <stdbool.h>

enum site_source { SITE_SOURCE_NONE = 0, SITE_SOURCE_FOLDER, SITE_SOURCE_HTTPS };

/*
 * What the source is; NONE where it is neither "file://" and the whole path of a folder, without
 * "//", "." and ".." (RFC 8089, an empty host), nor "https://HOST", "https://HOST:PORT" or one of
 * these and a path of such parts. HOST is a name or an address, one of IPv6 in brackets; there is
 * no account in it, and nothing in the path but A-Z a-z 0-9 - . _ ~.
 */
enum site_source site_source_kind(const char *source);

/* The folder that a source names, or NULL. Points into source. */
const char *site_source_folder(const char *source);

/* Whether it is "http://HOST:PORT". */
bool site_proxy_is_valid(const char *proxy);
