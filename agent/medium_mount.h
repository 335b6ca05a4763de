/* Mounting by descriptors, so that no path decides where something comes to lie. Refuses to choose.
 */
#pragma once

#include <stdbool.h>

#include "agent/medium_options.h"

/*
 * Mounts node as kernel's file system type, read-only, nosuid, nodev and noexec, nowhere yet. A
 * descriptor of the mount, or a negative errno; -ESTALE: it turned out to be another device's.
 */
int medium_mount_new(const char *type, const char *node, unsigned major, unsigned minor,
	const struct medium_option *options, unsigned n);

/* The same once more, nowhere yet: a descriptor, or a negative errno. */
int medium_mount_copy(int mount_fd);

/* Attaches it on the folder. 0 or a negative errno. */
int medium_mount_attach(int mount_fd, int folder_fd);

/* The file system and this mount of it. 0; -EROFS: the disk is not to be written to; or another
 * negative errno. */
int medium_mount_make_writable(int mount_fd);

/* The file system, wherever else it is mounted. 0; -EBUSY: somebody writes; or another errno. */
int medium_mount_make_read_only(int mount_fd);

/* What is mounted at path, not following a last link, if it is of this device. A descriptor that
 * reads nothing (O_PATH), -ESTALE, or a negative errno. */
int medium_mount_open(const char *path, unsigned major, unsigned minor);
