/*
 * What sekisho-fetch may still ask of the kernel once it has begun: files, and connections that it
 * makes itself; no program, no other process, no server of its own. Where the source is a folder,
 * no network at all. Beside the lines of its unit, which hold from outside.
 */
#pragma once

#include <stdbool.h>

/* For good. 0 or a negative errno. */
int fetch_sandbox_enter(bool may_connect);
