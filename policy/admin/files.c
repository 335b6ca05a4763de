/* Files of the administrator: read whole, written durably or not at all. */
#include "policy/admin/admin.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/descriptor.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

/* More than any kind may have, so that the mistakes of one that is too large are named. */
#define DOCUMENT_READ_MAX (16 * POLICY_SIZE_MAX)

/* The name is shown again and again: it must not hold what a terminal obeys. */
static bool is_name_plain(const char *path)
{
	size_t size = strlen(path), length;
	uint32_t character;

	for (size_t at = 0; at < size; at += length ? length : 1) {
		length = utf8_decode(path + at, size - at, &character);
		if (length > 0 && character_fault(character))
			return false;
	}
	return true;
}

int admin_check_path(const char *path)
{
	if (is_name_plain(path))
		return 0;
	admin_complain("the name of a file holds an invisible character; give it another name");
	return -EILSEQ;
}

char *admin_beside(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return admin_format("%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, name);
}

/* Where NAME is a link, NAME/.. is another folder. */
static bool is_real_folder(const char *path, size_t size)
{
	CLEANUP(cleanup_free) char *folder = strndup(path, size);
	struct stat status;

	return folder && lstat(folder, &status) == 0 && S_ISDIR(status.st_mode);
}

void admin_shorten_path(char *path)
{
	char *up = path ? strstr(path, "/../") : NULL;
	char *name = up;

	if (!up)
		return;
	while (name > path && name[-1] != '/')
		name--;
	if (name == up || name[0] == '.' || !is_real_folder(path, (size_t)(up - path)))
		return;
	up += strlen("/../");
	memmove(name, up, strlen(up) + 1);
}

/* Of a larger file, *ret is the beginning. */
static int read_file(const char *path, size_t size_max, struct admin_file *ret)
{
	CLEANUP(admin_close) int descriptor = -1;
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct stat status;
	size_t cut_from = 0;
	ssize_t size;

	if (admin_check_path(path) < 0)
		return -EILSEQ;
	/* Not waiting for a writer, should it be a pipe; only regular files are read. */
	descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (descriptor < 0 || fstat(descriptor, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return S_ISDIR(status.st_mode) ? -EISDIR : -EMEDIUMTYPE;
	bytes = malloc(size_max + 2);
	if (!bytes)
		return -ENOMEM;
	size = admin_read_whole(descriptor, bytes, size_max + 1);
	if (size < 0)
		return (int)size;
	if ((size_t)size > size_max) {
		cut_from = status.st_size > size ? (size_t)status.st_size : (size_t)size;
		size = (ssize_t)size_max;
	}
	bytes[size] = '\0';
	*ret = (struct admin_file){
		.path = path, .bytes = TAKE(bytes), .size = (size_t)size, .cut_from = cut_from};
	return 0;
}

/* Documents lie in folders, and people name these. */
static void complain_folder(const char *path)
{
	static const char *const names[] = {"policy.ini", "media.ini", "1.ini", "root.ini"};
	size_t size = strlen(path);
	const char *slash = size > 0 && path[size - 1] == '/' ? "" : "/";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		CLEANUP(cleanup_free) char *inside = admin_format("%s%s%s", path, slash, names[i]);

		if (!inside || access(inside, F_OK) < 0)
			continue;
		admin_complain("%s cannot be read: Is a directory; name the files in it, such as "
			       "%s",
			path, inside);
		return;
	}
	admin_complain("%s cannot be read: Is a directory; name the files in it", path);
}

static int complain_unread(const char *path, int r)
{
	if (r == -EILSEQ)
		return r; /* it was said */
	if (r == -EMEDIUMTYPE)
		admin_complain("%s is no regular file", path);
	else
		admin_complain("%s cannot be read: %s", path, strerror(-r));
	return r;
}

int admin_read(const char *path, size_t size_max, struct admin_file *ret)
{
	struct admin_file file = {0};
	int r = read_file(path, size_max, &file);

	if (r < 0)
		return complain_unread(path, r);
	if (file.cut_from > 0) {
		admin_file_free(&file);
		admin_complain("%s has more than %zu bytes", path, size_max);
		return -EFBIG;
	}
	*ret = file;
	return 0;
}

int admin_read_document(const char *path, struct admin_file *ret)
{
	int r = read_file(path, DOCUMENT_READ_MAX, ret);

	if (r == -EISDIR)
		complain_folder(path);
	else if (r < 0)
		complain_unread(path, r);
	return r < 0 ? r : 0;
}

void admin_file_free(struct admin_file *file)
{
	free(file->bytes);
}

/* Makes the new name in a folder durable. */
static int sync_folder_of(const char *path)
{
	CLEANUP(admin_close) int descriptor = -1;
	CLEANUP(cleanup_free) char *folder = strdup(path);
	char *slash = folder ? strrchr(folder, '/') : NULL;

	if (!folder)
		return -ENOMEM;
	if (slash)
		slash[slash == folder ? 1 : 0] = '\0';
	descriptor = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor < 0 || fsync(descriptor) < 0)
		return -errno;
	return 0;
}

/* Gives temporary its name unless there is one already. NFS and old file systems do not know the
 * flag, but know link(). */
static int rename_new(const char *temporary, const char *path)
{
	if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (link(temporary, path) < 0)
		return -errno;
	unlink(temporary);
	return 0;
}

/* Writes all of it into a temporary file beside path, durably; *ret is its name, for free(). */
static int write_temporary(
	const char *path, const char *bytes, size_t size, mode_t mode, char **ret)
{
	CLEANUP(admin_close) int descriptor = -1;
	CLEANUP(cleanup_free) char *temporary = admin_format("%s.XXXXXX", path);
	int r;

	if (!temporary)
		return -ENOMEM;
	descriptor = mkostemp(temporary, O_CLOEXEC);
	if (descriptor < 0)
		return -errno;
	r = fchmod(descriptor, mode) < 0 ? -errno : 0;
	if (r == 0)
		r = admin_write_whole(descriptor, bytes, size);
	if (r == 0 && fsync(descriptor) < 0)
		r = -errno;
	if (r < 0)
		unlink(temporary);
	else
		*ret = TAKE(temporary);
	return r;
}

/* Writes all of it into a temporary file beside path, and then gives it the name. */
static int write_beside(
	const char *path, const char *bytes, size_t size, mode_t mode, bool may_replace)
{
	CLEANUP(cleanup_free) char *temporary = NULL;
	int r = write_temporary(path, bytes, size, mode, &temporary);

	if (r < 0)
		return r;
	if (may_replace)
		r = rename(temporary, path) < 0 ? -errno : 0;
	else
		r = rename_new(temporary, path);
	if (r < 0) {
		unlink(temporary);
		return r;
	}
	return sync_folder_of(path);
}

/* What a new file gets. */
static mode_t new_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0644 & ~mask;
}

int admin_create(const char *path, const char *bytes, size_t size)
{
	return write_beside(path, bytes, size, new_mode(), false);
}

/* Where the bytes of path are, and with which mode they are written there. *ret is for free(). */
static int find_target(const char *path, char **ret, mode_t *ret_mode)
{
	CLEANUP(cleanup_free) char *resolved = realpath(path, NULL);
	struct stat status;

	if (!resolved && errno == ENOENT) {
		*ret_mode = new_mode();
		*ret = strdup(path);
		return *ret ? 0 : -ENOMEM;
	}
	if (!resolved || stat(resolved, &status) < 0)
		return -errno;
	*ret_mode = status.st_mode & 0777;
	*ret = TAKE(resolved);
	return 0;
}

int admin_replace(const char *path, const char *bytes, size_t size)
{
	CLEANUP(cleanup_free) char *target = NULL;
	mode_t mode;
	int r = find_target(path, &target, &mode);

	if (r == 0)
		r = write_beside(target, bytes, size, mode, true);
	if (r < 0)
		admin_complain("%s cannot be written: %s", path, strerror(-r));
	return r;
}

int admin_stage(const char *path, const char *bytes, size_t size, struct admin_staged *ret)
{
	mode_t mode;
	int r = find_target(path, &ret->path, &mode);

	if (r == 0)
		r = write_temporary(ret->path, bytes, size, mode, &ret->temporary);
	if (r < 0)
		admin_complain("%s cannot be written: %s", path, strerror(-r));
	return r;
}

int admin_staged_take(struct admin_staged *staged)
{
	int r = rename(staged->temporary, staged->path) < 0 ? -errno : 0;

	if (r == 0) {
		free(TAKE(staged->temporary));
		r = sync_folder_of(staged->path);
	}
	if (r < 0)
		admin_complain("%s cannot be written: %s", staged->path, strerror(-r));
	return r;
}

void admin_staged_drop(struct admin_staged *staged)
{
	if (staged->temporary)
		unlink(staged->temporary);
	free(staged->temporary);
	free(staged->path);
	*staged = (struct admin_staged){0};
}
