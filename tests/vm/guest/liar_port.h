/* A port of the PC's virtual USB controller (vhci_hcd.0), by its files in
 * sysfs: plug a socket in, pull it out, reset what is on it.
 */
#pragma once

/* Ports 0 to 7 are its fast ones (480 Mbit/s), which all of our devices are. */
#define PORT_COUNT 8
#define PORT_ANY   (-1)

/* Plugs a new device in. port PORT_ANY takes the first free one; a given one
 * may still be ending an earlier plug and is waited for.
 * Returns the device's end of the connection (the caller closes it), or a
 * negative errno: ENOENT when vhci_hcd is not loaded, EBUSY when no port is
 * free. ret_port is written only on success. */
int port_attach(int port, int *ret_port);

/* Pulls the device out, cleanly. Returns 0 or a negative errno. */
int port_detach(int port);

/* USBDEVFS_RESET of whatever is on the port. Blocks while the device answers,
 * so it is not for the process that answers. Returns 0 or a negative errno:
 * ENOENT when the port shows no device, ENODEV when it came back as another. */
int port_reset(int port);
