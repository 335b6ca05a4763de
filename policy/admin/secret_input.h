/* A key or a password that somebody types or keeps in a file; it stands in no argument. */
#pragma once

#include <stddef.h>

#define SECRET_INPUT_MAX 256

/*
 * The first line of a file, without its end; or, where path is NULL, what is typed at the question
 * and not shown. EXIT_DONE with ret, a string to be wiped by its owner, or EXIT_UNKNOWN after
 * complaining.
 */
int secret_input_take(const char *path, const char *question, char ret[SECRET_INPUT_MAX + 1]);
