/* What OCSF's class peripheral_activity (1010) calls our events and devices. Knows no JSON. */
#pragma once

#include "agent/record.h"

/* activity_id. */
enum record_activity {
	RECORD_ACTIVITY_NONE = 0, /* about the terminal, not about a device */
	RECORD_ACTIVITY_CONNECT = 1,
	RECORD_ACTIVITY_DISCONNECT = 2,
	RECORD_ACTIVITY_ENABLE = 3,
	RECORD_ACTIVITY_OTHER = 99,
};

enum record_activity record_activity(const struct record *record);

/* type_id of a peripheral_device. */
int record_peripheral_type(enum device_class device_class);
