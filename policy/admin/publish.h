/* Puts what the terminals of one tier may read where they fetch it from. */
#pragma once

#include <stdbool.h>

struct publish_job {
	const char *folder;      /* of the tier, or one that holds a single tier */
	const char *to;          /* PUBLISH_TO */
	const char *curl_config; /* NULL: none */
	bool collects;           /* also bring here what terminals handed up */
};

/* The exit code, after saying what was published or why nothing was. */
int publish(const struct publish_job *job);
