/* What udev knows of a disk: whether it is done with it, and what the gate said. */
#pragma once

#include <stdbool.h>

#include "agent/medium_disk.h"

struct medium_udev;

/* 0 and *ret, or a negative errno. */
int medium_udev_new(struct medium_udev **ret);
void medium_udev_free(struct medium_udev *udev);

/* Readable when something happened to a disk. */
int medium_udev_fd(const struct medium_udev *udev);
/* Takes what can be read there. */
void medium_udev_drain(struct medium_udev *udev);

/* Whether udev is done with the disk and its partitions, and has let it in for us. */
bool medium_udev_is_ready(struct medium_udev *udev, const struct medium_disk *disk);
