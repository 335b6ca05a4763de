#include "agent/medium_place.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "policy/cleanup.h"

#define ATTEMPTS 100

/* One name, no path: nothing on the way to it can be a link. */
static int open_folder(int parent_fd, const char *name, int flags)
{
	int fd = openat(parent_fd, name, flags | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd >= 0 ? fd : errno == ELOOP || errno == ENOTDIR ? -EPERM : -errno;
}

/* Nobody but root puts something else into its place, or into it. */
static int check_roots(int fd)
{
	struct stat found;

	if (fstat(fd, &found) < 0)
		return -errno;
	return found.st_uid == 0 && !(found.st_mode & S_IWOTH) ? 0 : -EPERM;
}

/* Root, and this user to look into it: "user::rwx,user:UID:r-x,group::---,mask::r-x,other::---". */
static int let_see(int fd, uint32_t uid)
{
	struct {
		struct posix_acl_xattr_header header;
		struct posix_acl_xattr_entry entries[5];
	} acl = {
		.header.a_version = htole32(POSIX_ACL_XATTR_VERSION),
		.entries = {{htole16(ACL_USER_OBJ), htole16(7), htole32(ACL_UNDEFINED_ID)},
			{htole16(ACL_USER), htole16(5), htole32(uid)},
			{htole16(ACL_GROUP_OBJ), htole16(0), htole32(ACL_UNDEFINED_ID)},
			{htole16(ACL_MASK), htole16(5), htole32(ACL_UNDEFINED_ID)},
			{htole16(ACL_OTHER), htole16(0), htole32(ACL_UNDEFINED_ID)}},
	};

	return fsetxattr(fd, "system.posix_acl_access", &acl, sizeof(acl), 0) < 0 ? -errno : 0;
}

int medium_place_open(const char *base, const char *user, uint32_t uid)
{
	CLEANUP(cleanup_close) int base_fd = -1, user_fd = -1;
	int r;

	if (mkdir(base, 0755) < 0 && errno != EEXIST)
		return -errno;
	base_fd = open_folder(AT_FDCWD, base, O_RDONLY);
	r = base_fd < 0 ? base_fd : check_roots(base_fd);
	if (r < 0)
		return r;
	if (mkdirat(base_fd, user, 0700) < 0 && errno != EEXIST)
		return -errno;
	user_fd = open_folder(base_fd, user, O_RDONLY);
	r = user_fd < 0 ? user_fd : check_roots(user_fd);
	if (r == 0)
		r = let_see(user_fd, uid);
	return r < 0 ? r : take_fd(&user_fd);
}

int medium_place_make(int user_fd, const char *name_wished,
	int (*tell)(void *userdata, const char *name), void *userdata)
{
	for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
		char name[MEDIUM_LABEL_SIZE];
		struct stat found;
		int r;

		medium_label_number(name_wished, attempt, name);
		if (fstatat(user_fd, name, &found, AT_SYMLINK_NOFOLLOW) == 0)
			continue;
		r = tell(userdata, name);
		if (r < 0)
			return r;
		if (mkdirat(user_fd, name, 0700) == 0)
			return open_folder(user_fd, name, O_PATH);
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

void medium_place_remove(const char *path)
{
	/* Of what is not empty, or a mount still, rmdir(2) leaves everything. */
	if (path[0])
		(void)rmdir(path);
}
