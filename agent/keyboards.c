#include "agent/keyboards.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "agent/descriptor.h"
#include "agent/sysfs.h"
#include "policy/cleanup.h"

#define INPUT_CLASS "/sys/class/input"
/* Escape, the digits and the letters: what udev's input_id asks of a keyboard, too. */
#define TYPING_KEYS 0xfffffffeul

/* "capabilities/key" is a list of words in hexadecimal, the lowest last. */
static bool has_typing_keys(int input_fd)
{
	char text[512];
	const char *last;
	int r = sysfs_read(input_fd, "capabilities/key", text, sizeof(text));

	if (r < 0)
		return false;
	last = strrchr(text, ' ');
	return (strtoul(last ? last + 1 : text, NULL, 16) & TYPING_KEYS) == TYPING_KEYS;
}

static bool is_other_keyboard(int class_fd, const char *name)
{
	CLEANUP(cleanup_close) int fd = openat(class_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char text[16];

	if (fd < 0 || sysfs_read(fd, "id/bustype", text, sizeof(text)) < 0)
		return false;
	switch (strtoul(text, NULL, 16)) {
	case BUS_I8042:
	case BUS_I2C:
	case BUS_SPI:
	case BUS_RMI:
	case BUS_BLUETOOTH:
	case BUS_HOST: return has_typing_keys(fd);
	default:
		/* USB is decided elsewhere; what programs make up (virtual) types for nobody. */
		return false;
	}
}

int keyboards_count_others(size_t *ret)
{
	CLEANUP(cleanup_closedir) DIR *directory = opendir(INPUT_CLASS);
	const struct dirent *entry;
	size_t count = 0;

	if (!directory && errno == ENOENT) {
		*ret = 0;
		return 0;
	}
	if (!directory)
		return -errno;
	while ((entry = readdir(directory)))
		if (strncmp(entry->d_name, "input", 5) == 0 &&
			is_other_keyboard(dirfd(directory), entry->d_name))
			count++;
	*ret = count;
	return 0;
}
