/* The kernel's uevents, for the small programs that run inside the virtual PC. */
#pragma once

#include <stddef.h>

#define UEVENT_SIZE 8192

/* A socket that hears the kernel's uevents, before udev does. Ends the program where there is none.
 */
int uevent_open(void);

/* Waits for the next one: "add@/devices/…", then "NAME=value" texts, each with its NUL. Returns its
 * size; ends the program where it cannot go on hearing. */
size_t uevent_receive(int fd, char event[UEVENT_SIZE]);

/* The value of a variable, or "". */
const char *uevent_value(const char *event, size_t size, const char *name);
