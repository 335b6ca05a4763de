/* Whether bytes are one JSON text (RFC 8259), for the tests of what writes JSON. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

bool json_is_valid(const char *bytes, size_t size);
