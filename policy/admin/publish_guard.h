/* Whether what lies there may be replaced: what somebody published from a newer folder is not lost.
 * Only what terminals would believe counts; garbage, and what a thief put there, keeps nobody from
 * publishing. */
#pragma once

#include "policy/admin/publish_target.h"

/* files: those to be written, and without bytes those that are missing here; found: what lies there
 * under each name; what is to stay there is the same then. EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN
 * after complaining. */
int publish_guard(const struct publish_target *target, const struct site_files *site,
	struct site_file *const files[], struct publish_found found[], size_t n);
