/* Chance for tests: the same numbers on every machine for the same seed. */
#pragma once

#include <stdint.h>

/* The next number, of xorshift64. state: the seed at first, not 0. */
uint64_t chance_next(uint64_t *state);
