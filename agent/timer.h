/* Clocks in milliseconds, and timers of an event loop that are set again and again. */
#pragma once

#include <stdint.h>
#include <systemd/sd-event.h>
#include <time.h>

/* What the clock says now. */
uint64_t clock_ms(clockid_t clock);

/*
 * Sets the timer to that moment of the clock, in microseconds; UINT64_MAX: off. *source is made
 * the first time, with the handler, whose failure ends the loop; the caller's to unref. 0 or more,
 * or a negative errno.
 */
int timer_set(sd_event *event, sd_event_source **source, clockid_t clock, uint64_t usec,
	sd_event_time_handler_t handler, void *userdata);
