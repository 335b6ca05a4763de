/*
 * HID report descriptors (Device Class Definition for HID 1.11, 6.2.2): what a HID interface really
 * is, readable only after the kernel bound it. Knows nothing of policies.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/device_class.h"

#define HID_REPORT_SIZE_MAX 4096 /* HID_MAX_DESCRIPTOR_SIZE of the kernel */

struct hid_usages {
	bool has_keyboard; /* keyboard or keypad collection, or a field with a usage of page 7 */
	bool has_pointer;  /* mouse, pointer, tablet, touch */
	bool has_other;    /* any other application collection: buttons, sensors, vendor pages */
	bool is_malformed;
};

/* Cannot fail: rubbish is malformed. */
void hid_report_parse(const uint8_t *bytes, size_t size, struct hid_usages *ret);

/* The class that the usages prove: keyboard if it may type or is malformed, pointer if it only
 * points, keyboard for other things too (a button may send any key). */
enum device_class hid_usages_class(const struct hid_usages *usages);
