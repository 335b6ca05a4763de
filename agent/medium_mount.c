#include "agent/medium_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "policy/cleanup.h"

#define ALWAYS (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

/* Before glibc 2.36 these have no wrappers. */
static int config(int fs_fd, unsigned command, const char *key, const char *value)
{
	return (int)syscall(SYS_fsconfig, fs_fd, command, key, value, 0) < 0 ? -errno : 0;
}

static int is_of(int fd, unsigned major, unsigned minor)
{
	struct statx found;

	/* Asks nobody: who serves a file system of his own may never answer. */
	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE,
		    &found) < 0)
		return -errno;
	return found.stx_dev_major == major && found.stx_dev_minor == minor ? 0 : -ESTALE;
}

static int configure(int fs_fd, const char *node, const struct medium_option *options, unsigned n)
{
	int r = config(fs_fd, FSCONFIG_SET_STRING, "source", node);

	if (r == 0)
		r = config(fs_fd, FSCONFIG_SET_FLAG, "ro", NULL);
	for (unsigned i = 0; r == 0 && i < n; i++)
		r = options[i].value[0]
			    ? config(fs_fd, FSCONFIG_SET_STRING, options[i].key, options[i].value)
			    : config(fs_fd, FSCONFIG_SET_FLAG, options[i].key, NULL);
	return r == 0 ? config(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL) : r;
}

int medium_mount_new(const char *type, const char *node, unsigned major, unsigned minor,
	const struct medium_option *options, unsigned n)
{
	CLEANUP(cleanup_close) int fs_fd = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
	CLEANUP(cleanup_close) int mount_fd = -1;
	int r;

	if (fs_fd < 0)
		return -errno;
	r = configure(fs_fd, node, options, n);
	if (r < 0)
		return r;
	mount_fd = (int)syscall(SYS_fsmount, fs_fd, FSMOUNT_CLOEXEC, ALWAYS | MOUNT_ATTR_RDONLY);
	if (mount_fd < 0)
		return -errno;
	r = is_of(mount_fd, major, minor);
	return r < 0 ? r : take_fd(&mount_fd);
}

int medium_mount_copy(int mount_fd)
{
	int fd = (int)syscall(
		SYS_open_tree, mount_fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);

	return fd < 0 ? -errno : fd;
}

int medium_mount_attach(int mount_fd, int folder_fd)
{
	return syscall(SYS_move_mount, mount_fd, "", folder_fd, "",
		       MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0
		       ? -errno
		       : 0;
}

static int reconfigure(int mount_fd, const char *flag)
{
	CLEANUP(cleanup_close)
	int fs_fd = (int)syscall(SYS_fspick, mount_fd, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH);
	int r;

	if (fs_fd < 0)
		return -errno;
	r = config(fs_fd, FSCONFIG_SET_FLAG, flag, NULL);
	return r == 0 ? config(fs_fd, FSCONFIG_CMD_RECONFIGURE, NULL, NULL) : r;
}

int medium_mount_make_writable(int mount_fd)
{
	struct mount_attr attributes = {.attr_clr = MOUNT_ATTR_RDONLY};
	int r = reconfigure(mount_fd, "rw");

	if (r < 0)
		return r;
	return syscall(SYS_mount_setattr, mount_fd, "", AT_EMPTY_PATH, &attributes,
		       sizeof(attributes)) < 0
		       ? -errno
		       : 0;
}

int medium_mount_make_read_only(int mount_fd)
{
	return reconfigure(mount_fd, "ro");
}

int medium_mount_open(const char *path, unsigned major, unsigned minor)
{
	CLEANUP(cleanup_close) int fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r = fd < 0 ? -errno : is_of(fd, major, minor);

	return r < 0 ? r : take_fd(&fd);
}
