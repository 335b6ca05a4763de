/* What somebody reads out on the telephone, taken down step by step. */
#pragma once

#include "policy/phone_code.h"

/* As options say it; NULL: it is asked for. */
struct phone_said {
	const char *challenge, *terminal, *user, *medium, *direction, *minutes;
};

/*
 * Fills the parts of the grant that its kind needs and that are read out; the site, the desk and
 * the day are there already. What cannot be meant is asked again, or complained of where an option
 * says it. Digits and letters may be full-width. EXIT_DONE, or EXIT_UNKNOWN after complaining: also
 * where the answers ended.
 */
int phone_ask(const struct phone_said *said, struct phone_grant *grant);
