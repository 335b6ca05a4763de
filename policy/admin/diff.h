/* What changes between two documents, in words on stdout. Each returns how many lines it printed:
 * 0 is no difference. Comments, order and line numbers are none. */
#pragma once

#include <stddef.h>

#include "policy/policy.h"

/* Values of keys: who it is for, since and until when, and all sections without rules. */
size_t diff_settings(const struct policy *old, const struct policy *new);

/* What is let in: device classes, [device] rules, and lists of other sections. */
size_t diff_rules(const struct policy *old, const struct policy *new);

/* Example devices that are judged differently, each named by what people call it, and the devices
 * of all [device] rules. What cannot be judged for want of memory is said. */
size_t diff_examples(const struct policy *old, const struct policy *new);
