/*
 * Looking at one USB device. Never reads an attribute that makes the kernel talk to the device; the
 * strings and descriptors come from its cache.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/sysfs.h"
#include "policy/cleanup.h"
#include "policy/driver_class.h"

/* The last part of the path that a symbolic link points to; empty when there is none. */
static void read_link_name(int directory_fd, const char *name, char *ret, size_t size)
{
	char path[PATH_MAX];
	ssize_t n = readlinkat(directory_fd, name, path, sizeof(path) - 1);
	const char *slash;

	ret[0] = '\0';
	if (n <= 0)
		return;
	path[n] = '\0';
	slash = strrchr(path, '/');
	memccpy(ret, slash ? slash + 1 : path, '\0', size - 1);
	ret[size - 1] = '\0';
}

static int read_descriptors(int device_fd, struct observation *seen)
{
	CLEANUP(cleanup_close) int fd = openat(device_fd, "descriptors", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	for (size_t wanted = 1024;; wanted *= 2) {
		uint8_t *bytes = realloc(seen->descriptors, wanted);
		ssize_t n;

		if (!bytes)
			return -ENOMEM;
		seen->descriptors = bytes;
		n = read_whole(fd, bytes + seen->descriptors_size, wanted - seen->descriptors_size);
		if (n < 0)
			return (int)n;
		seen->descriptors_size += (size_t)n;
		if (seen->descriptors_size > USB_DESCRIPTORS_SIZE_MAX)
			return -EMSGSIZE;
		if (seen->descriptors_size < wanted)
			return 0;
	}
}

/* "1-2:1.0" below "1-2" is configuration 1, interface 0. */
static bool parse_interface_name(
	const char *entry, const char *device, uint8_t *ret_configuration, uint8_t *ret_interface)
{
	size_t length = strlen(device);
	unsigned long configuration, interface;
	char *end;

	if (strncmp(entry, device, length) != 0 || entry[length] != ':')
		return false;
	configuration = strtoul(entry + length + 1, &end, 10);
	if (*end != '.' || configuration > UINT8_MAX)
		return false;
	interface = strtoul(end + 1, &end, 10);
	if (*end || interface > UINT8_MAX)
		return false;
	*ret_configuration = (uint8_t)configuration;
	*ret_interface = (uint8_t)interface;
	return true;
}

static void read_report(int interface_fd, const char *child, struct observed_interface *ret)
{
	char path[NAME_MAX + 32];
	uint8_t bytes[HID_REPORT_SIZE_MAX];
	struct hid_usages usages;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/report_descriptor", child);
	CLEANUP(cleanup_close) int fd = openat(interface_fd, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* Half of one could be a pointer whose keyboard is not seen. */
	n = read_whole(fd, bytes, sizeof(bytes));
	/* Linux 6.1 shows nothing until a HID driver has probed: nothing is known yet. */
	if (n <= 0)
		return;
	hid_report_parse(bytes, (size_t)n, &usages);
	ret->has_report = true;
	ret->usages.has_keyboard |= usages.has_keyboard;
	ret->usages.has_pointer |= usages.has_pointer;
	ret->usages.has_other |= usages.has_other;
	ret->usages.is_malformed |= usages.is_malformed;
}

/* What a driver put below the interface: "net", "host4" of subsystem scsi, a HID device. */
static void read_children(int interface_fd, struct observed_interface *ret)
{
	CLEANUP(cleanup_closedir) DIR *directory = open_directory(interface_fd, ".");
	const struct dirent *entry;
	enum device_class device_class;

	while (directory && (entry = readdir(directory))) {
		char path[NAME_MAX + 32], subsystem[64];

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/subsystem", entry->d_name);
		read_link_name(interface_fd, path, subsystem, sizeof(subsystem));
		if (strcmp(subsystem, "hid") == 0)
			read_report(interface_fd, entry->d_name, ret);
		else if (child_subsystem_class(
				 subsystem[0] ? subsystem : entry->d_name, &device_class) &&
			 ret->n_children < OBSERVATION_CHILDREN_MAX)
			ret->children[ret->n_children++] = device_class;
	}
}

static int read_interface(int device_fd, const char *entry, struct observed_interface *ret)
{
	CLEANUP(cleanup_close)
	int fd = openat(device_fd, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long authorized;
	int r;

	if (fd < 0)
		return -errno;
	r = sysfs_read_number(fd, "authorized", &authorized);
	if (r < 0)
		return r;
	ret->is_authorized = authorized != 0;
	read_link_name(fd, "driver", ret->driver, sizeof(ret->driver));
	if (ret->driver[0])
		read_children(fd, ret);
	return 0;
}

static int read_interfaces(int device_fd, struct observation *seen)
{
	CLEANUP(cleanup_closedir) DIR *directory = open_directory(device_fd, ".");
	const struct dirent *entry;

	if (!directory)
		return -errno;
	while ((entry = readdir(directory))) {
		struct observed_interface interface = {};
		int r;

		if (!parse_interface_name(entry->d_name, seen->name, &interface.configuration,
			    &interface.interface))
			continue;
		r = read_interface(device_fd, entry->d_name, &interface);
		if (r == -ENOENT || r == -ENODEV)
			continue; /* the configuration is changing just now */
		if (r < 0)
			return r;
		if (seen->n_interfaces == OBSERVATION_INTERFACES_MAX)
			return -E2BIG;
		seen->active_configuration = interface.configuration;
		seen->interfaces[seen->n_interfaces++] = interface;
	}
	return 0;
}

static void read_string(int device_fd, const char *name, char *ret)
{
	if (sysfs_read(device_fd, name, ret, DEVICE_STRING_SIZE) < 0)
		ret[0] = '\0';
}

void sysfs_wait_probed(int device_fd)
{
	static const struct timespec pause = {.tv_nsec = 500000};
	char path[PATH_MAX];

	for (unsigned i = 0; i < 20; i++) {
		if (readlinkat(device_fd, "driver", path, sizeof(path)) >= 0 || errno != ENOENT)
			return;
		(void)nanosleep(&pause, NULL);
	}
}

static void free_observation(struct observation **observation)
{
	observation_free(*observation);
}

int sysfs_observe_state(int device_fd, const char *name, struct observation **ret)
{
	CLEANUP(free_observation) struct observation *seen = calloc(1, sizeof(*seen));
	long authorized = 0, bus = 0, number = 0;
	char driver[64];
	int r;

	if (!seen)
		return -ENOMEM;
	snprintf(seen->name, sizeof(seen->name), "%s", name);
	read_link_name(device_fd, "driver", driver, sizeof(driver));
	/*
	 * The link is made at the start of the probe, under the lock that a write to "authorized"
	 * waits for: who saw it writes after the probe.
	 */
	seen->is_probed = driver[0];
	r = sysfs_read_number(device_fd, "authorized", &authorized);
	if (r == 0)
		r = sysfs_read_number(device_fd, "busnum", &bus);
	if (r == 0)
		r = sysfs_read_number(device_fd, "devnum", &number);
	if (r == 0)
		r = read_descriptors(device_fd, seen);
	if (r == 0)
		r = read_interfaces(device_fd, seen);
	if (r < 0)
		return r == -ENOENT ? -ENODEV : r;
	seen->is_authorized = authorized != 0;
	seen->bus = (unsigned)bus;
	seen->number = (unsigned)number;
	*ret = TAKE(seen);
	return 0;
}

int sysfs_observe(int device_fd, const char *name, struct observation **ret)
{
	struct observation *seen = NULL;
	int r = sysfs_observe_state(device_fd, name, &seen);

	if (r < 0)
		return r;
	read_string(device_fd, "manufacturer", seen->manufacturer);
	read_string(device_fd, "product", seen->model);
	read_string(device_fd, "serial", seen->serial);
	*ret = seen;
	return 0;
}

void observation_free(struct observation *observation)
{
	if (!observation)
		return;
	free(observation->descriptors);
	free(observation);
}
