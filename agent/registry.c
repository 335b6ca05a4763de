#include "agent/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "agent/monitor.h"
#include "agent/sysfs.h"

/* One event names no file here: the watches are on files. */
#define EVENTS_BUFFER (64 * sizeof(struct inotify_event))

struct registry {
	struct registered **entries;
	size_t count, allocated;
	uint64_t next_id;
	int inotify_fd;
	char buffer[EVENTS_BUFFER] __attribute__((aligned(8)));
	size_t filled, used;
};

int registry_new(struct registry **ret)
{
	struct registry *registry = calloc(1, sizeof(*registry));

	if (!registry)
		return -ENOMEM;
	registry->next_id = 1;
	registry->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (registry->inotify_fd < 0) {
		int r = -errno;

		free(registry);
		return r;
	}
	*ret = registry;
	return 0;
}

static void free_entry(struct registry *registry, struct registered *entry)
{
	for (size_t i = 0; i < entry->n_watches; i++)
		inotify_rm_watch(registry->inotify_fd, entry->watches[i]);
	close(entry->fd);
	free(entry);
}

void registry_free(struct registry *registry)
{
	if (!registry)
		return;
	for (size_t i = 0; i < registry->count; i++)
		free_entry(registry, registry->entries[i]);
	free(registry->entries);
	close(registry->inotify_fd);
	free(registry);
}

int registry_fd(const struct registry *registry)
{
	return registry->inotify_fd;
}

int registry_watch_path(struct registry *registry, const char *path, int *ret_watch)
{
	int watch = inotify_add_watch(registry->inotify_fd, path, IN_MODIFY);

	if (watch < 0)
		return -errno;
	*ret_watch = watch;
	return 0;
}

/* Through the folder descriptor, so that the watch is on this device and no other. */
static void watch_file(struct registry *registry, struct registered *entry, const char *file)
{
	char path[DEVICE_NAME_MAX + 96];
	int watch = 0;

	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", entry->fd, file);
	if (registry_watch_path(registry, path, &watch) < 0)
		return; /* gone just now */
	for (size_t i = 0; i < entry->n_watches; i++)
		if (entry->watches[i] == watch)
			return;
	if (entry->n_watches == WATCHES_MAX) {
		/* The interfaces of a former configuration are gone; the first is the device's. */
		inotify_rm_watch(registry->inotify_fd, entry->watches[1]);
		memmove(&entry->watches[1], &entry->watches[2],
			(WATCHES_MAX - 2) * sizeof(entry->watches[0]));
		entry->n_watches--;
	}
	entry->watches[entry->n_watches++] = watch;
}

void registry_watch_interfaces(
	struct registry *registry, struct registered *entry, const struct observation *observation)
{
	for (size_t i = 0; i < observation->n_interfaces; i++) {
		char file[DEVICE_NAME_MAX + 32];

		snprintf(file, sizeof(file), "%s:%u.%u/authorized", entry->name,
			observation->interfaces[i].configuration,
			observation->interfaces[i].interface);
		watch_file(registry, entry, file);
	}
}

static int open_folder(const char *name)
{
	char path[sizeof(SYSFS_USB_DEVICES) + DEVICE_NAME_MAX + 2];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", SYSFS_USB_DEVICES, name);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ENODEV : -errno;
	return fd;
}

int registry_add(struct registry *registry, const char *name, struct registered **ret)
{
	struct registered *entry;

	if (registry->count == registry->allocated) {
		size_t allocated = registry->allocated ? 2 * registry->allocated : 16;
		struct registered **entries =
			reallocarray(registry->entries, allocated, sizeof(*registry->entries));

		if (!entries)
			return -ENOMEM;
		registry->entries = entries;
		registry->allocated = allocated;
	}
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return -ENOMEM;
	entry->fd = open_folder(name);
	if (entry->fd < 0) {
		int r = entry->fd;

		free(entry);
		return r;
	}
	if (disk_access_name(entry->fd, entry->disks) < 0)
		entry->disks[0] = '\0';
	entry->id = registry->next_id++;
	snprintf(entry->name, sizeof(entry->name), "%s", name);
	entry->is_controller = monitor_is_controller(name);
	entry->bus = (unsigned)strtoul(entry->is_controller ? name + 3 : name, NULL, 10);
	if (entry->is_controller) {
		watch_file(registry, entry, "authorized_default");
		watch_file(registry, entry, "interface_authorized_default");
	} else {
		watch_file(registry, entry, "authorized");
	}
	registry->entries[registry->count++] = entry;
	*ret = entry;
	return 0;
}

void registry_remove(struct registry *registry, struct registered *entry)
{
	for (size_t i = 0; i < registry->count; i++) {
		if (registry->entries[i] != entry)
			continue;
		memmove(&registry->entries[i], &registry->entries[i + 1],
			(registry->count - i - 1) * sizeof(*registry->entries));
		registry->count--;
		free_entry(registry, entry);
		return;
	}
}

struct registered *registry_at(struct registry *registry, size_t index)
{
	return index < registry->count ? registry->entries[index] : NULL;
}

struct registered *registry_find(struct registry *registry, const char *name)
{
	for (size_t i = 0; i < registry->count; i++)
		if (strcmp(registry->entries[i]->name, name) == 0)
			return registry->entries[i];
	return NULL;
}

struct registered *registry_find_id(struct registry *registry, uint64_t id)
{
	for (size_t i = 0; i < registry->count; i++)
		if (registry->entries[i]->id == id)
			return registry->entries[i];
	return NULL;
}

struct registered *registry_find_controller(struct registry *registry, unsigned bus)
{
	for (size_t i = 0; i < registry->count; i++)
		if (registry->entries[i]->is_controller && registry->entries[i]->bus == bus)
			return registry->entries[i];
	return NULL;
}

bool registry_is_alive(const struct registered *entry)
{
	return faccessat(entry->fd, "busnum", F_OK, 0) == 0;
}

static struct registered *find_watch(struct registry *registry, int watch)
{
	for (size_t i = 0; i < registry->count; i++)
		for (size_t j = 0; j < registry->entries[i]->n_watches; j++)
			if (registry->entries[i]->watches[j] == watch)
				return registry->entries[i];
	return NULL;
}

static int fill_buffer(struct registry *registry)
{
	ssize_t n;

	do
		n = read(registry->inotify_fd, registry->buffer, sizeof(registry->buffer));
	while (n < 0 && errno == EINTR);
	registry->used = registry->filled = 0;
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	registry->filled = (size_t)n;
	return n > 0;
}

int registry_next_flip(struct registry *registry, struct registered **ret_entry, int *ret_watch)
{
	for (;;) {
		struct inotify_event event;

		if (registry->used == registry->filled) {
			int r = fill_buffer(registry);

			if (r <= 0)
				return r;
		}
		memcpy(&event, registry->buffer + registry->used, sizeof(event));
		registry->used += sizeof(event) + event.len;
		if (event.mask & IN_Q_OVERFLOW)
			return -EOVERFLOW;
		if (!(event.mask & IN_MODIFY))
			continue;
		*ret_entry = find_watch(registry, event.wd);
		*ret_watch = event.wd;
		return 1;
	}
}
