/* What is published already must not be undone by whoever publishes from another, older folder, or
 * for another tier. */
#pragma once

#include "policy/admin/publish_target.h"

/* Looks at what lies at the target. EXIT_DONE; EXIT_NO, EXIT_UNKNOWN after complaining. */
int publish_guard(struct publish_target *target, const struct site_files *files);
