/*
 * The shell's client of sekisho-medium@: starts a worker over the bus, talks to it over its socket,
 * finds it again after a restart of sekishod. Answers go to the core as EVENT_MEDIUM. Never waits
 * for anything. Refuses to decide, and to mount.
 */
#pragma once

#include "agent/core.h"

struct agent;
struct agent_media;

/*
 * Orders the worker of a device, which is started if it does not run. What cannot be done is
 * answered by MEDIUM_ANSWER_FAILED, word "worker", later. 0, or a negative errno: the loop cannot
 * go on.
 */
int agent_medium_order(struct agent *agent, const struct core_medium *medium);

/* NULL is fine. The workers go on. */
void agent_media_free(struct agent_media *media);
