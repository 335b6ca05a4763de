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

static int read_serial(int disk_fd, char ret[MACHINE_FACT_SIZE])
{
	/* virtio; NVMe and MMC; SCSI and SATA. */
	static const char *const names[] = {"serial", "device/serial", "device/wwid"};
	int r = 0;

	for (size_t i = 0; r == 0 && !ret[0] && i < sizeof(names) / sizeof(names[0]); i++)
		r = read_fact(disk_fd, names[i], ret);
	return r;
}

static int read_disk_below(int fd, unsigned layers, char ret[MACHINE_FACT_SIZE]);

/*
 * Of several that are put together the least serial counts: that stays the same, while the kernel's
 * names for them may change from one start to the next. *ret_is_any: there is one.
 */
static int read_slaves(int fd, unsigned layers, char ret[MACHINE_FACT_SIZE], bool *ret_is_any)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_directory(fd, "slaves");
	const struct dirent *entry;
	int r = 0;

	*ret_is_any = false;
	while (r == 0 && folder && (entry = readdir(folder))) {
		CLEANUP(cleanup_close) int below = -1;
		char one[MACHINE_FACT_SIZE] = "";

		if (entry->d_name[0] == '.')
			continue;
		*ret_is_any = true;
		below = openat(dirfd(folder), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (below >= 0)
			r = read_disk_below(below, layers, one);
		if (r == 0 && one[0] && (!ret[0] || strcmp(one, ret) < 0))
			memcpy(ret, one, sizeof(one));
	}
	return r;
}

/* Of the disk below a partition, and below what is encrypted or put together. */
static int read_disk_below(int fd, unsigned layers, char ret[MACHINE_FACT_SIZE])
{
	CLEANUP(cleanup_close) int whole = -1;
	bool has_slaves;
	int r;

	if (layers == 0)
		return 0;
	if (faccessat(fd, "partition", F_OK, 0) == 0) {
		whole = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		return whole < 0 ? 0 : read_disk_below(whole, layers - 1, ret);
	}
	r = read_slaves(fd, layers - 1, ret, &has_slaves);
	return r < 0 || has_slaves ? r : read_serial(fd, ret);
}

static int read_disk(const struct machine_places *places, char ret[MACHINE_FACT_SIZE])
{
	CLEANUP(cleanup_close) int fd = -1;
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/dev/block/%u:%u", places->sys, major(places->disk),
		minor(places->disk));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? 0 : read_disk_below(fd, LAYERS_MAX, ret);
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
