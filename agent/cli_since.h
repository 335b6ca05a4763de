/* A moment as people type it behind --since. Knows the time zone of the environment. */
#pragma once

#include <stdint.h>

/*
 * "2026-04-01", "2026-04-01 08:30", the same with a T and with seconds, "08:30" (today), RFC 3339,
 * or "2h", "90m", "3d" before now. Times without an offset are local. now_s and *ret are seconds
 * since 1970-01-01 UTC. 0, or -EINVAL.
 */
int cli_since_parse(const char *text, int64_t now_s, int64_t *ret);
