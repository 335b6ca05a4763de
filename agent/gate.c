#include "agent/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/sysfs_file.h"
#include "policy/cleanup.h"
#include "policy/names.h"

#define UEVENT_SIZE 4096

static const char *const names[] = {
	[GATE_READ_ONLY] = "read-only",
	[GATE_MEDIUM] = "medium",
	[GATE_WRITABLE] = "writable",
};

static enum gate_outcome wished(enum disk_access access)
{
	switch (access) {
	case DISK_ACCESS_NONE:
	case DISK_ACCESS_READ_ONLY: break;
	case DISK_ACCESS_MEDIUM: return GATE_MEDIUM;
	case DISK_ACCESS_WRITE: return GATE_WRITABLE;
	}
	return GATE_READ_ONLY;
}

enum gate_outcome gate_decide(const struct gate_facts *facts)
{
	enum gate_outcome outcome = wished(facts->access);

	return facts->is_running || facts->before == outcome ? outcome : GATE_READ_ONLY;
}

const char *gate_outcome_name(enum gate_outcome outcome)
{
	const char *name = names_get(names, sizeof(names) / sizeof(*names), outcome);

	return name ? name : names[GATE_READ_ONLY];
}

enum gate_outcome gate_outcome_from_name(const char *name)
{
	int value = name ? names_find(names, sizeof(names) / sizeof(*names), name) : -1;

	return value < 0 ? GATE_READ_ONLY : (enum gate_outcome)value;
}

/* "/sys" and devpath, which is no way out of there. */
static int sysfs_path(const char *devpath, char ret[PATH_MAX])
{
	if (strncmp(devpath, "/devices/", 9) != 0 || strstr(devpath, "/.."))
		return -EINVAL;
	return snprintf(ret, PATH_MAX, "/sys%s", devpath) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int open_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int gate_open_usb(const char *devpath)
{
	char path[PATH_MAX], *slash;
	int r = sysfs_path(devpath, path);

	if (r < 0)
		return r;
	while ((slash = strrchr(path, '/')) > path + strlen("/sys/devices")) {
		CLEANUP(cleanup_close) int fd = -1;

		*slash = '\0';
		fd = open_folder(path);
		/* A folder that cannot be looked into may be the one. */
		if (fd < 0)
			return fd;
		if (faccessat(fd, "devnum", F_OK, 0) == 0)
			return take_fd(&fd);
	}
	return -ENODEV;
}

/* The value of "KEY=value\n" in the text of a uevent file; false where there is none. */
static bool find_value(const char *text, const char *key, char *ret, size_t size)
{
	size_t length = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, length) != 0 || line[length] != '=')
			continue;
		return (size_t)snprintf(ret, size, "%.*s", (int)strcspn(line + length + 1, "\n"),
			       line + length + 1) < size;
	}
	return false;
}

/* The folder of the whole disk. */
static int open_disk(const char *devpath)
{
	CLEANUP(cleanup_close) int fd = -1;
	char path[PATH_MAX];
	int r = sysfs_path(devpath, path);

	if (r < 0)
		return r;
	fd = open_folder(path);
	if (fd < 0 || faccessat(fd, "partition", F_OK, 0) < 0)
		return take_fd(&fd);
	*strrchr(path, '/') = '\0';
	return open_folder(path);
}

int gate_find_disk(const char *devpath, struct gate_disk *ret)
{
	CLEANUP(cleanup_close) int fd = open_disk(devpath);
	char text[UEVENT_SIZE], major[16], minor[16], type[16], name[256];
	int r;

	if (fd < 0)
		return fd;
	r = sysfs_read(fd, "uevent", text, sizeof(text));
	if (r < 0)
		return r;
	if (!find_value(text, "DEVTYPE", type, sizeof(type)) || strcmp(type, "disk") != 0)
		return -ENOTBLK;
	if (!find_value(text, "MAJOR", major, sizeof(major)) ||
		!find_value(text, "MINOR", minor, sizeof(minor)) ||
		!find_value(text, "DEVNAME", name, sizeof(name)))
		return -EBADMSG;
	snprintf(ret->node, sizeof(ret->node), "/dev/%s", name);
	ret->number =
		makedev((unsigned)strtoul(major, NULL, 10), (unsigned)strtoul(minor, NULL, 10));
	return 0;
}

int gate_set_read_only(const struct gate_disk *disk)
{
	/* Not blocking: a slot without a card can be opened so, and a drive leaves its tray be. */
	CLEANUP(cleanup_close) int fd = open(disk->node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat node;
	int value = 1;

	if (fd < 0 || fstat(fd, &node) < 0)
		return -errno;
	if (!S_ISBLK(node.st_mode) || node.st_rdev != disk->number)
		return -ESTALE;
	if (ioctl(fd, BLKROSET, &value) < 0)
		return -errno;
	value = 0;
	if (ioctl(fd, BLKROGET, &value) < 0)
		return -errno;
	return value ? 0 : -EIO;
}
