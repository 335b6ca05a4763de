/* Raw USB descriptors for a device that is only described: by its number and interface classes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DESCRIPTORS_INTERFACES_MAX 16
#define DESCRIPTORS_MADE_MAX       (18 + 9 + 9 * DESCRIPTORS_INTERFACES_MAX)

/* Whether it begins as "VID:PID" does. */
bool descriptors_is_device(const char *text);

/*
 * Makes the descriptors of device "VID:PID", "VID:PID:CLASS:CLASS…" with further classes from
 * interfaces, "CLASS,CLASS…" or NULL. Returns 0 with bytes and *ret_size; -ENOENT when device is
 * not of that form (a file's name); -EINVAL when a class is not right; -ENODATA when there is none.
 * Digits may be capitals.
 */
int descriptors_make(const char *device, const char *interfaces,
	uint8_t bytes[DESCRIPTORS_MADE_MAX], size_t *ret_size);
