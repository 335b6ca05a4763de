#include "policy/running_time.h"

#include <stdio.h>
#include <string.h>

static uint64_t add(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

void running_time_count(struct running_time *time, const char *boot_id, uint64_t boottime_ms)
{
	if (strcmp(time->boot_id, boot_id) != 0) {
		snprintf(time->boot_id, sizeof(time->boot_id), "%s", boot_id);
		time->boottime_ms = 0;
	}
	if (boottime_ms <= time->boottime_ms)
		return;
	time->ms = add(time->ms, boottime_ms - time->boottime_ms);
	time->boottime_ms = boottime_ms;
}
