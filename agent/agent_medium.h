/*
 * The shell's client of sekisho-medium@: starts a worker over the bus, talks to it over its socket,
 * finds it again after a restart of sekishod. Reports go to the core as EVENT_MEDIUM. Never waits
 * for anything. Refuses to decide, and to mount.
 */
#pragma once

#include <stdint.h>

#include "agent/medium_line.h"

struct agent;
struct agent_media;

/* Looks for workers of an earlier run; each reports what it is at. Devices are known by then, or
 * their reports wait for them. 0 or -ENOMEM. */
int agent_medium_start(struct agent *agent);

/*
 * Orders the worker of a device, which is started for MEDIUM_ORDER_OPEN if it does not run. What
 * cannot be done is reported as MEDIUM_ANSWER_FAILED, or as GONE where the device is not known any
 * more: an event of the core, later. 0 or -ENOMEM.
 */
int agent_medium_open(struct agent *agent, uint64_t device_id, const struct medium_order *order);
/* deadline_ms: CLOCK_BOOTTIME; id: of the exemption that goes on. */
int agent_medium_deadline(
	struct agent *agent, uint64_t device_id, const char *id, uint64_t deadline_ms);
/* word: "time", "eject", "logout", "revoked", … */
int agent_medium_end(struct agent *agent, uint64_t device_id, const char *word, uint32_t grace_ms);

/* media: agent->media_workers. NULL is fine. The workers go on. */
void agent_media_free(struct agent_media *media);
