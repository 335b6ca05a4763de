/*
 * What everybody is told: signals, and which properties changed. Not at once but a moment later,
 * and at most once a second, so that no decision waits for a message and a device that comes and
 * goes cannot flood the bus. While there is nothing to tell, nothing wakes up.
 */
#include <time.h>

#include "agent/bus_internal.h"
#include "agent/bus_signals.h"

#define NEWS_SLACK_US 50000ULL

static void send(struct bus *bus, sd_bus_message *signal)
{
	(void)sd_bus_send(bus->connection, signal, NULL);
	sd_bus_message_unref(signal);
}

static void send_signals(struct bus *bus)
{
	sd_bus_message *skipped;

	for (size_t i = 0; i < bus->n_signals; i++)
		send(bus, bus->signals[i]);
	if (bus->n_skipped > 0 &&
		bus_signal_of_skipped(bus->connection, bus->n_skipped, &skipped) > 0)
		send(bus, skipped);
	bus->n_signals = bus->n_skipped = 0;
}

void bus_announce_status(struct bus *bus)
{
	const char *names[BUS_PROPERTIES_MAX];

	if (!bus || !bus->is_named)
		return;
	if (bus_properties_changed(bus_vtable, &bus->announced, bus_status_now(bus), names) > 0)
		/* It takes the values from the same picture, by their getters. */
		(void)sd_bus_emit_properties_changed_strv(
			bus->connection, BUS_PATH, BUS_INTERFACE, (char **)(uintptr_t)names);
	bus->announced = bus->status;
}

static int on_news(sd_event_source *source, uint64_t time_us, void *userdata)
{
	struct bus *bus = userdata;

	if (!bus->is_named)
		return 0;
	(void)sd_event_now(bus->event, CLOCK_MONOTONIC, &bus->told_us);
	send_signals(bus);
	bus_announce_status(bus);
	return 0;
}

void bus_touch(struct bus *bus)
{
	uint64_t now, at;
	int enabled = SD_EVENT_OFF;

	if (!bus || !bus->is_named)
		return;
	(void)sd_event_source_get_enabled(bus->news, &enabled);
	if (enabled != SD_EVENT_OFF || sd_event_now(bus->event, CLOCK_MONOTONIC, &now) < 0)
		return;
	at = now + BUS_NEWS_AFTER_US;
	if (at < bus->told_us + BUS_NEWS_EVERY_US)
		at = bus->told_us + BUS_NEWS_EVERY_US;
	if (sd_event_source_set_time(bus->news, at) >= 0)
		(void)sd_event_source_set_enabled(bus->news, SD_EVENT_ONESHOT);
}

/* Puts a signal that was made with this result (1, 0: none, or a negative errno) to the others. */
static void queue(struct bus *bus, int made, sd_bus_message *signal)
{
	if (made > 0 && bus->n_signals < BUS_SIGNALS_MAX) {
		bus->signals[bus->n_signals++] = signal;
		return;
	}
	if (made > 0)
		sd_bus_message_unref(signal);
	bus->n_skipped += made != 0;
}

void bus_announce_record(struct bus *bus, const struct record *record, uint64_t sequence)
{
	sd_bus_message *signal = NULL;
	int made;

	if (!bus || !bus->is_named)
		return;
	bus_touch(bus);
	made = bus_signal_of_record(bus->connection, record, sequence, &signal);
	queue(bus, made, signal);
}

void bus_announce_exemption(struct bus *bus, const char *id, const char *phase, const char *reason,
	int64_t until, uint64_t sequence)
{
	const struct bus_exemption_news news = {id, phase, reason, until, sequence};
	sd_bus_message *signal = NULL;
	int made;

	if (!bus || !bus->is_named)
		return;
	bus_touch(bus);
	made = bus_signal_of_exemption(bus->connection, &news, &signal);
	queue(bus, made, signal);
}

int bus_news_open(struct bus *bus)
{
	int r = sd_event_add_time(
		bus->event, &bus->news, CLOCK_MONOTONIC, 0, NEWS_SLACK_US, on_news, bus);

	return r < 0 ? r : sd_event_source_set_enabled(bus->news, SD_EVENT_OFF);
}

void bus_news_start(struct bus *bus)
{
	bus->is_named = true;
	bus->announced = *bus_status_now(bus);
}

void bus_news_stop(struct bus *bus)
{
	for (size_t i = 0; i < bus->n_signals; i++)
		sd_bus_message_unref(bus->signals[i]);
	bus->n_signals = bus->n_skipped = 0;
	bus->is_named = false;
	if (bus->news)
		(void)sd_event_source_set_enabled(bus->news, SD_EVENT_OFF);
}

void bus_news_close(struct bus *bus)
{
	sd_event_source_disable_unref(bus->news);
}
