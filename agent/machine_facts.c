#include "agent/machine_facts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "policy/cleanup.h"

#define PATH_SIZE 512
/* Of device mapper above device mapper; a disk lies below in the end. */
#define LAYERS_MAX 8

/* Keeps what can be printed, without white space around it. */
static void clean(char *text)
{
	size_t begin = 0, used = 0;

	for (size_t i = 0; text[i]; i++)
		if (text[i] > ' ' && text[i] <= '~')
			break;
		else
			begin = i + 1;
	for (size_t i = begin; text[i]; i++)
		if (text[i] >= ' ' && text[i] <= '~')
			text[used++] = text[i];
	while (used > 0 && text[used - 1] == ' ')
		used--;
	text[used] = '\0';
}

/* 0 and ret, which is empty where there is no such file; or a negative errno. */
static int read_fact(int folder_fd, const char *name, char ret[MACHINE_FACT_SIZE])
{
	CLEANUP(cleanup_close) int fd = openat(folder_fd, name, O_RDONLY | O_CLOEXEC);
	char text[MACHINE_FACT_SIZE] = "";
	ssize_t size;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	size = read(fd, text, sizeof(text) - 1);
	/* Of a disk that has none. */
	if (size < 0)
		return errno == ENODEV || errno == ENXIO || errno == EINVAL ? 0 : -errno;
	text[size] = '\0';
	clean(text);
	memcpy(ret, text, sizeof(text));
	return 0;
}

/* The first of the names in the folder by the alphabet, which stays the same. */
static bool first_in(int folder_fd, const char *name, char *ret, size_t size)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_directory(folder_fd, name);
	const struct dirent *entry;

	ret[0] = '\0';
	while (folder && (entry = readdir(folder)))
		if (entry->d_name[0] != '.' && strlen(entry->d_name) < size &&
			(!ret[0] || strcmp(entry->d_name, ret) < 0))
			snprintf(ret, size, "%s", entry->d_name);
	return ret[0] != '\0';
}

/* The disk below a partition, and below what is encrypted or put together. -1: none. */
static int open_disk(const struct machine_places *places)
{
	char path[PATH_SIZE], below[64];
	int fd;

	snprintf(path, sizeof(path), "%s/dev/block/%u:%u", places->sys, major(places->disk),
		minor(places->disk));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (unsigned layer = 0; fd >= 0 && layer < LAYERS_MAX; layer++) {
		int next;

		if (faccessat(fd, "partition", F_OK, 0) == 0)
			snprintf(path, sizeof(path), "..");
		else if (first_in(fd, "slaves", below, sizeof(below)))
			snprintf(path, sizeof(path), "slaves/%s", below);
		else
			return fd;
		next = openat(fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = next;
	}
	cleanup_close(&fd);
	return -1;
}

static int read_disk(const struct machine_places *places, char ret[MACHINE_FACT_SIZE])
{
	/* virtio; NVMe and MMC; SCSI and SATA. */
	static const char *const names[] = {"serial", "device/serial", "device/wwid"};
	CLEANUP(cleanup_close) int fd = open_disk(places);
	int r = 0;

	for (size_t i = 0; fd >= 0 && r == 0 && !ret[0] && i < sizeof(names) / sizeof(names[0]);
		i++)
		r = read_fact(fd, names[i], ret);
	return r;
}

int machine_facts_read(const struct machine_places *places, struct machine_facts *ret)
{
	struct machine_facts facts = {};
	char path[PATH_SIZE];
	int r;

	snprintf(path, sizeof(path), "%s/class/dmi/id/product_uuid", places->sys);
	r = read_fact(AT_FDCWD, path, facts.product_uuid);
	snprintf(path, sizeof(path), "%s/class/dmi/id/board_serial", places->sys);
	if (r == 0)
		r = read_fact(AT_FDCWD, path, facts.board_serial);
	if (r == 0)
		r = read_disk(places, facts.disk_serial);
	if (r == 0)
		r = read_fact(AT_FDCWD, places->machine_id, facts.machine_id);
	if (r == 0)
		*ret = facts;
	return r;
}
