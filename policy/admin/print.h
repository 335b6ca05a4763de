/* Parts of documents in words, as several commands print them to stdout. */
#pragma once

#include <stdint.h>

#include "policy/fresh.h"
#include "policy/root.h"

/* " suzuki tanaka": the persons of a set, each with a space before it. */
void admin_print_persons(const struct root *root, uint64_t persons);

/* " root 3 policy 42 media 7" and a line feed: what fresh says is the newest. */
void admin_print_newest(const struct fresh *fresh);
