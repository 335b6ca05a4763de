#include "agent/medium_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/disk_access.h"
#include "agent/sysfs_file.h"
#include "policy/cleanup.h"

#define STAT_READS   1 /* which field of "stat" */
#define STAT_WRITES  5
#define SECTOR_BYTES 512 /* of "size" in sysfs, whatever the disk's are */

static int path_of(int fd, char *ret, size_t size)
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, ret, size - 1);
	if (n < 0)
		return -errno;
	ret[n] = '\0';
	return (size_t)n == size - 1 ? -ENAMETOOLONG : 0;
}

int medium_usb_open(const char *folder, const char *device, const char *name,
	char ret_path[MEDIUM_SYSFS_PATH_SIZE])
{
	CLEANUP(cleanup_close) int fd = -1;
	char path[MEDIUM_SYSFS_PATH_SIZE], disks[DISK_ACCESS_NAME_SIZE], own[MEDIUM_NAME_SIZE];
	int r;

	snprintf(path, sizeof(path), "%s/%s", folder, device);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = disk_access_name(fd, disks);
	if (r == 0)
		r = medium_name_from_disks(disks, own);
	if (r == 0 && strcmp(own, name) != 0)
		r = -ESTALE;
	if (r == 0)
		r = path_of(fd, path, sizeof(path));
	if (r < 0)
		return r;
	memcpy(ret_path, path, sizeof(path));
	return take_fd(&fd);
}

static int read_part(int fd, const char *name, struct medium_part *ret)
{
	char number[32], *end;
	int r = sysfs_read(fd, "dev", number, sizeof(number));

	if (r < 0)
		return r;
	if (strlen(name) >= sizeof(ret->name))
		return -ENAMETOOLONG;
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	snprintf(ret->node, sizeof(ret->node), "/dev/%s", ret->name);
	ret->major = (unsigned)strtoul(number, &end, 10);
	if (*end != ':')
		return -EBADMSG;
	ret->minor = (unsigned)strtoul(end + 1, &end, 10);
	return *end ? -EBADMSG : 0;
}

static uint64_t read_u64(int fd, const char *name)
{
	char text[32];

	return sysfs_read(fd, name, text, sizeof(text)) < 0 ? 0 : strtoull(text, NULL, 10);
}

/* Whether the folder, by its real path, lies below the USB device. */
static bool is_below(int fd, const char *path)
{
	char real[MEDIUM_SYSFS_PATH_SIZE];
	size_t length = strlen(path);

	return path_of(fd, real, sizeof(real)) == 0 && strncmp(real, path, length) == 0 &&
	       real[length] == '/';
}

static int take_entry(int fd, const char *name, struct medium_disk *found, unsigned *disks)
{
	struct medium_part part;
	int r = read_part(fd, name, &part);

	if (r < 0)
		return r;
	if (faccessat(fd, "partition", F_OK, 0) == 0) {
		if (found->n_parts == MEDIUM_PARTS_MAX)
			return -E2BIG;
		found->parts[found->n_parts++] = part;
		return 0;
	}
	/* A slot without a card is no disk of anybody's. */
	if (read_u64(fd, "size") == 0)
		return 0;
	found->whole = part;
	found->capacity_bytes = read_u64(fd, "size") * SECTOR_BYTES;
	found->sequence = read_u64(fd, "diskseq");
	(*disks)++;
	return 0;
}

static int compare_parts(const void *a, const void *b)
{
	const struct medium_part *x = a, *y = b;

	return x->minor < y->minor ? -1 : x->minor > y->minor;
}

int medium_disk_find(const char *folder, const char *path, struct medium_disk *ret)
{
	CLEANUP(cleanup_closedir) DIR *block = opendir(folder);
	struct medium_disk found = {0};
	const struct dirent *entry;
	unsigned disks = 0;
	int r = 0;

	if (!block)
		return -errno;
	while (r == 0 && (entry = readdir(block))) {
		CLEANUP(cleanup_close) int fd = -1;

		if (entry->d_name[0] == '.')
			continue;
		fd = openat(dirfd(block), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0 && is_below(fd, path))
			r = take_entry(fd, entry->d_name, &found, &disks);
	}
	if (r == 0 && disks != 1)
		r = disks ? -ENOTUNIQ : -ENOMEDIUM;
	if (r < 0)
		return r;
	qsort(found.parts, found.n_parts, sizeof(*found.parts), compare_parts);
	*ret = found;
	return 0;
}

static const char *name_of(const char *node)
{
	const char *slash = strrchr(node, '/');

	return slash ? slash + 1 : node;
}

int medium_disk_check(
	const char *folder, const char *node, unsigned major, unsigned minor, uint64_t sequence)
{
	CLEANUP(cleanup_close) int fd = -1;
	struct medium_part part;
	char path[MEDIUM_SYSFS_PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s", folder, name_of(node));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || read_part(fd, name_of(node), &part) < 0)
		return -ENODEV;
	if (part.major != major || part.minor != minor)
		return -ENODEV;
	return read_u64(fd, "diskseq") == sequence && read_u64(fd, "size") > 0 ? 0 : -ESTALE;
}

uint64_t medium_disk_transfers(unsigned major, unsigned minor)
{
	CLEANUP(cleanup_close) int fd = -1;
	char path[64], text[256], *next = text;
	uint64_t sum = 0;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", major, minor);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || sysfs_read(fd, "stat", text, sizeof(text)) < 0)
		return 0;
	for (unsigned field = 1; field <= STAT_WRITES; field++) {
		uint64_t value = strtoull(next, &next, 10);

		if (field == STAT_READS || field == STAT_WRITES)
			sum += value;
	}
	return sum;
}

int medium_disk_put_offline(const char *folder, const char *node)
{
	CLEANUP(cleanup_close) int fd = -1;
	char path[MEDIUM_SYSFS_PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s/device", folder, name_of(node));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Unlike other attributes it is read to its end of line (store_state_field()). */
	return fd < 0 ? -errno : sysfs_write(fd, "state", "offline\n");
}

int medium_node_open(const char *node, unsigned major, unsigned minor, int flags)
{
	CLEANUP(cleanup_close)
	int fd = open(node, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | flags);
	struct stat found;

	if (fd < 0 || fstat(fd, &found) < 0)
		return -errno;
	if (!S_ISBLK(found.st_mode) || found.st_rdev != makedev(major, minor))
		return -ESTALE;
	return take_fd(&fd);
}

bool medium_node_is_held(const char *node, unsigned major, unsigned minor)
{
	int fd = medium_node_open(node, major, minor, O_EXCL);

	if (fd >= 0)
		close(fd);
	return fd == -EBUSY;
}
