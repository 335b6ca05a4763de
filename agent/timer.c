#include "agent/timer.h"

#include <stdbool.h>

#define ACCURACY_USEC 1000

uint64_t clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int timer_set(sd_event *event, sd_event_source **source, clockid_t clock, uint64_t usec,
	sd_event_time_handler_t handler, void *userdata)
{
	int r;

	if (usec == UINT64_MAX)
		return *source ? sd_event_source_set_enabled(*source, SD_EVENT_OFF) : 0;
	if (!*source) {
		r = sd_event_add_time(event, source, clock, usec, ACCURACY_USEC, handler, userdata);
		return r < 0 ? r : sd_event_source_set_exit_on_failure(*source, true);
	}
	r = sd_event_source_set_time(*source, usec);
	return r < 0 ? r : sd_event_source_set_enabled(*source, SD_EVENT_ONESHOT);
}
