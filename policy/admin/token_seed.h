/* Secrets as vendors write them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/code_kind.h"

/* Each decodes at most CODE_SECRET_MAX bytes; false: it is written otherwise. The buffer may be
 * written on failure. */
bool token_seed_from_hex(const char *seed, uint8_t ret[CODE_SECRET_MAX], size_t *ret_size);
/* RFC 4648, with or without its padding, in either case. */
bool token_seed_from_base32(const char *seed, uint8_t ret[CODE_SECRET_MAX], size_t *ret_size);
