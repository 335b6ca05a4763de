/* What a key has signed of all that a site's folder holds, whatever else is with these documents.
 */
#pragma once

#include <stddef.h>

/*
 * Prints each document of each tier below folder that carries a good signature of the key, and
 * counts them. EXIT_DONE with *ret, or EXIT_UNKNOWN after complaining.
 */
int rotate_print_signed(const char *folder, const char *fingerprint, size_t *ret);
