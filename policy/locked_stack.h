/*
 * A stack that is never written to swap, for programs that have secrets on it. Here, because agent/
 * and pam/ both have such programs; the pure core does not use it.
 */
#pragma once

#include <string.h>
#include <sys/mman.h>

#define LOCKED_STACK_BYTES (128 * 1024)

/*
 * Keeps the stack in memory below where it stands: what is called later by the same caller may have
 * secrets there. Where the limit does not allow it (RLIMIT_MEMLOCK) it goes on without.
 */
__attribute__((noinline)) static void locked_stack_keep(void)
{
	char room[LOCKED_STACK_BYTES];

	/* Pages that were never touched cannot be locked. */
	explicit_bzero(room, sizeof(room));
	(void)mlock(room, sizeof(room));
}
