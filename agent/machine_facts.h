/* What tells machines apart, as sysfs and /etc say it. Only reads. */
#pragma once

#include <sys/types.h>

#include "agent/machine.h"

struct machine_places {
	const char *sys;        /* "/sys" */
	const char *machine_id; /* "/etc/machine-id" */
	dev_t disk;             /* of the file system that holds the state */
};

/* What is not there stays empty. 0 and *ret, or a negative errno where something is there and
 * cannot be read: then nobody can tell which machine it is. */
int machine_facts_read(const struct machine_places *places, struct machine_facts *ret);
