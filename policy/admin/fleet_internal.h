/* What the parts of fleet.h share. Nobody else includes it. */
#pragma once

#include "policy/admin/fleet.h"

/* fleet_published.c: EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int fleet_published_read(const struct exemption_folder *folder, struct fleet_published *ret);

/* fleet_remember.c: what was seen before; EXIT_DONE with *ret for fleet_seen_clear(), also where
 * nothing was; EXIT_UNKNOWN after complaining. */
int fleet_seen_load(const struct fleet *fleet, struct fleet_seen *ret);

/* fleet_judge.c: what is to be said of a terminal as it is now; bits of FLEET_FLAW(), without those
 * that are kept. */
unsigned fleet_judge(const struct fleet *fleet, const struct fleet_terminal *terminal);
