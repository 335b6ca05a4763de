/* What is on a disk or partition, by libblkid, in a process of its own that may nothing but read
 * it: these bytes are a stranger's. */
#pragma once

#define PROBE_TYPE_SIZE  24
#define PROBE_UUID_SIZE  40
#define PROBE_LABEL_SIZE 256

struct medium_found {
	char type[PROBE_TYPE_SIZE];   /* "vfat", "crypto_LUKS", … */
	char uuid[PROBE_UUID_SIZE];   /* empty: it has none */
	char label[PROBE_LABEL_SIZE]; /* any bytes */
};

/* device_fd: open for reading. 0 and *ret; -ENODATA: nothing that is known; -ENOTUNIQ: it could be
 * several things at once; -EIO: it cannot be read, or reading it ended that process; -ETIMEDOUT. */
int medium_probe(int device_fd, struct medium_found *ret);
