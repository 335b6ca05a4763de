/*
 * The loop of sekisho-fetch: when it looks at its source, folder or server, and what of this PC
 * makes it look at once.
 */
#pragma once

#include "agent/fetch_turn.h"

/* site.ini names a source of another kind, for which another sandbox is right: to be started anew.
 */
#define FETCH_RUN_ANOTHER_KIND 1

/* The folders of sekisho-fetch are called so and lie beside those of sekishod. */

/* Whether site.ini names a source: 0; -ENOENT; -EBADMSG: it has a mistake; or another negative
 * errno. */
int fetch_run_is_wanted(const struct fetch_run_folders *folders);

/* Until SIGTERM, or no source is named any more: 0; FETCH_RUN_ANOTHER_KIND; or a negative errno,
 * which was said. */
int fetch_run(const struct fetch_run_folders *folders);
