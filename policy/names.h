/* Tables that give each value of an enum its word. A table is indexed by the enum's value. */
#pragma once

#include <stddef.h>

/* The word of value, or NULL when value is outside the table. */
const char *names_get(const char *const *names, size_t count, unsigned value);

/* The value whose word is name, or -EINVAL. */
int names_find(const char *const *names, size_t count, const char *name);
