/* What strace wrote of a program: did it change anything? */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether a line of the trace is an attempt to change something: a file that is opened for writing,
 * made, renamed or removed; bytes that go elsewhere than to standard output and error; a socket
 * that is named, or connected, other than to netlink or to what stands for it in fake, a testbed of
 * umockdev. The line goes to why.
 */
bool trace_shows_a_change(const char *trace, const char *fake, char *why, size_t size);

/* 0 where strace can be run. */
int system_has_strace(void);
