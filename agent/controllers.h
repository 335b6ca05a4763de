/*
 * The defaults that decide what the kernel does with a USB device nobody has judged: usbcore's
 * parameter for controllers to come, and two attributes of each controller. None of these writes
 * talks to a device, so they never block.
 */
#pragma once

#include <stdbool.h>

#define USBCORE_PARAMETER "/sys/module/usbcore/parameters/authorized_default"

/* Shuts it. 0 and *ret_was_open, -ENOENT while usbcore is not loaded, or a negative errno. */
int usbcore_close(bool *ret_was_open);

/*
 * Shuts both defaults of a controller by the folder of its root hub. The interfaces' stays open
 * until the root hub works: its own interface would be refused, and the whole controller be dead.
 * Nothing is lost by that, because no device is authorised before the worker that does it has shut
 * this default. Call again when the root hub's interface was bound. 0 and *ret_was_open, or a
 * negative errno.
 */
int controller_close(int controller_fd, unsigned bus, bool *ret_was_open);
