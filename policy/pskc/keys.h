/* The keys of a reduced document, as libpskc reads them, and which of them make codes here. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "policy/pskc/reduce.h"

/*
 * Writes a row of rows.h for each key. 0; -EBADMSG: libpskc reads another document than this
 * reader; -ENOMEM.
 */
int pskc_keys_write(const struct pskc_reduced *reduced, FILE *to);
