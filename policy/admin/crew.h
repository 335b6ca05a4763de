/* The same work on many things, shared among the processors of this machine. */
#pragma once

#include <stddef.h>

/*
 * Calls work(context, i) once for each i below n, in no order, on as many threads as help, and
 * returns when all are done. work shares nothing but what is only read, and what is its i's own.
 * Where no thread can be had, the caller's does all.
 */
void crew_run(size_t n, void (*work)(void *context, size_t i), void *context);
