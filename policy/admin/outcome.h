/* What becomes of a device in words, for explain and diff. */
#pragma once

#include <stdbool.h>

#include "policy/decide.h"

#define OUTCOME_TEXT_MAX 256

/* Whether some interfaces get less than others, so that no single word tells it. What is let in,
 * but in a configuration that was not chosen, is left out. */
bool outcome_is_mixed(const struct device_decision *decision);

/* "keyboard let in, usb-storage refused": the classes of a mixed one. */
void outcome_list(const struct device_decision *decision, char ret[OUTCOME_TEXT_MAX]);

/* The reason that belongs to it: of a mixed one, why something is refused. */
const struct reason *outcome_reason(const struct device_decision *decision);
