/*
 * A check digit (H. M. Damm, 2004): it tells every single digit that was mistyped and every two
 * neighbours that were transposed. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Of n ASCII digits: the one that goes behind them; NUL where one of them is no digit. */
char check_digit(const char *digits, size_t n);
/* Whether the last of n ASCII digits is that of those before it; n of at least 2. */
bool check_digit_is_right(const char *digits, size_t n);
