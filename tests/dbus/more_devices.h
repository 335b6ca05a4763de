/* Devices of many kinds, judged as a policy that names few classes would. */
#pragma once

#include "agent/bus.h"

/* index from 0; false beyond the last. */
bool more_devices_at(size_t index, struct agent_device *ret);
