/* The book of a desk: what was granted by telephone, a CSV file beside the desk's key. */
#pragma once

#include <stdint.h>

#include "policy/phone_code.h"

/*
 * Adds a line, durably: before any digit is shown. by: who answers the telephone. The file is KEY
 * with ".csv" behind, UTF-8 with BOM, only for its owner. EXIT_DONE, or EXIT_UNKNOWN after
 * complaining.
 */
int phone_book_add(const char *key_path, const struct phone_grant *grant, const char *by,
	int64_t now_s, int offset_minutes);
