/* What is to be published beside what lies there: read once, judged once, and only what is
 * different is written. */
#pragma once

#include "policy/admin/publish_target.h"

/* media.ini, fresh.ini, revocations.ini, and the root after the newest. */
#define PUBLISH_ABSENT_MAX 4
#define PUBLISH_ROOT_NAME  32

struct publish_plan {
	struct site_file **items;    /* in the order of publish_order.h */
	struct publish_found *found; /* of each */
	size_t n;
	/* Without bytes: what is not here, and would be newer if it were there. */
	struct site_file absent[PUBLISH_ABSENT_MAX];
	char next_root[PUBLISH_ROOT_NAME];
};

/* EXIT_DONE with *ret, whose items are of files; EXIT_NO where something there must not be lost,
 * EXIT_UNKNOWN, both after complaining. ret is for publish_plan_clear() in every case. */
int publish_plan_make(
	struct publish_target *target, const struct site_files *files, struct publish_plan *ret);
void publish_plan_clear(struct publish_plan *plan);

/* Writes what is new, and sees that it is there: another one may publish at the same time where
 * nothing can be locked. EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int publish_plan_write(
	struct publish_target *target, const struct publish_plan *plan, struct publish_result *ret);
