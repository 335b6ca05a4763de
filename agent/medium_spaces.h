/* Mount namespaces other than ours in which a device is mounted, and unmounting there. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SPACES_MAX 128

struct held_device;

struct space {
	ino_t inode; /* of its file in /proc, which no other namespace has meanwhile */
	int fd;      /* owned by the list */
	bool has_device;
};

struct spaces {
	struct space items[SPACES_MAX];
	size_t n;
};

/* All that programs and their threads live in and where one of the devices is mounted. *ret:
 * spaces_clear(); what cannot be read is left out. */
void spaces_find(int proc_fd, const struct held_device *devices, size_t n, struct spaces *ret);
void spaces_clear(struct spaces *spaces);

/* Whether the task, by its folder in /proc, lives in one of them. */
bool spaces_has_task(const struct spaces *spaces, int task_fd);

/* Unmounts the devices in the namespace of this process, whatever their mount points; flags of
 * umount2(2). 0; -EBUSY where one is still mounted; or another negative errno. */
int unmount_here(const struct held_device *devices, size_t n, int flags);

/* Goes to each of the others and unmounts there: in processes of their own, of which this waits.
 * Where the kernel does not let us, nothing is said: who lives there is a holder. */
void unmount_elsewhere(const struct held_device *devices, size_t n, int flags);
