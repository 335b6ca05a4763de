/*
 * Uevents for whoever listens below $UMOCKDEV_DIR: umockdev puts a socket there in the place of the
 * kernel's. Every failure ends the test.
 */
#pragma once

#include <stddef.h>

/* path is below /sys, as in "devices/pci/usb1/1-2". */
void fake_uevent(const char *action, const char *path, const char *subsystem);
/* Any bytes. */
void fake_uevent_bytes(const void *bytes, size_t size);
