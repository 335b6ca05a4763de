/* Publishing into a folder that a web server serves, that is mounted by terminals, or goes on a CD.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/bundle_file.h"
#include "policy/admin/descriptor.h"
#include "policy/admin/file_lock.h"
#include "policy/admin/publish_order.h"
#include "policy/admin/publish_target.h"
#include "policy/admin/publish_write.h"
#include "policy/cleanup.h"

static int complain(const char *path, int r)
{
	admin_complain("%s cannot be written: %s", path, strerror(-r));
	return EXIT_UNKNOWN;
}

static int read_one(const struct publish_target *target, const char *name, struct admin_file *ret)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", target->place, name);

	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	return admin_read(path, BUNDLE_SIZE_MAX, ret) < 0 ? EXIT_UNKNOWN : EXIT_DONE;
}

static int read_there(
	struct publish_target *target, const char *const names[], size_t n, struct admin_file ret[])
{
	int code = EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < n; i++)
		code = read_one(target, names[i], &ret[i]);
	return code;
}

/* Whether the bytes are there already, all of them and no others. */
static bool is_same(const char *path, const struct site_file *file)
{
	CLEANUP(admin_close) int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	CLEANUP(cleanup_free) char *bytes = malloc(file->size + 1);
	struct stat status;

	return descriptor >= 0 && bytes && fstat(descriptor, &status) == 0 &&
	       S_ISREG(status.st_mode) && (size_t)status.st_size == file->size &&
	       admin_read_whole(descriptor, bytes, file->size + 1) == (ssize_t)file->size &&
	       memcmp(bytes, file->bytes, file->size) == 0;
}

/* All that is in the folder's file system; one call for hundreds of small files. */
static int sync_all(const char *folder)
{
	CLEANUP(admin_close) int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return descriptor < 0 || syncfs(descriptor) < 0 ? -errno : 0;
}

/* Writes aside what is new; 0 or a negative errno, with *ret_path where. */
static int stage(const char *place, struct site_file *const files[], size_t n, bool is_new[],
	char **ret_path)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		free(*ret_path);
		*ret_path = admin_format("%s/%s", place, files[i]->name);
		if (!*ret_path)
			return -ENOMEM;
		is_new[i] = !is_same(*ret_path, files[i]);
		if (is_new[i])
			r = publish_write_aside(*ret_path, files[i]);
	}
	return r;
}

static int take(const char *place, struct site_file *const files[], size_t n, const bool is_new[],
	char **ret_path, struct publish_result *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		if (!is_new[i])
			continue;
		free(*ret_path);
		*ret_path = admin_format("%s/%s", place, files[i]->name);
		r = *ret_path ? publish_write_take(*ret_path) : -ENOMEM;
		ret->n_written += r == 0;
	}
	return r;
}

/* Files of one rank: all are on the disk before the first has its name. */
static int write_rank(
	const char *place, struct site_file *const files[], size_t n, struct publish_result *ret)
{
	CLEANUP(cleanup_free) bool *is_new = calloc(n, sizeof(bool));
	CLEANUP(cleanup_free) char *path = NULL;
	int r = is_new ? stage(place, files, n, is_new, &path) : -ENOMEM;

	if (r == 0 && memchr(is_new, true, n))
		r = sync_all(place);
	if (r == 0)
		r = take(place, files, n, is_new, &path, ret);
	return r < 0 ? complain(path ? path : place, r) : EXIT_DONE;
}

static int write_ranks(
	const char *place, struct site_file *const files[], size_t n, struct publish_result *ret)
{
	int code = EXIT_DONE;

	for (size_t from = 0, to; code == EXIT_DONE && from < n; from = to) {
		enum publish_rank rank = publish_rank(files[from]->name);

		for (to = from + 1; to < n && publish_rank(files[to]->name) == rank; to++)
			;
		code = write_rank(place, files + from, to - from, ret);
	}
	return code;
}

static int write_there(struct publish_target *target, struct site_file *const files[], size_t n,
	struct publish_result *ret)
{
	CLEANUP(file_unlock) int lock = -1;
	CLEANUP(cleanup_free) char *path = admin_format("%s/publish", target->place);
	int r = path ? publish_make_folders(path) : -ENOMEM, code;

	if (r < 0)
		return complain(target->place, r);
	code = file_lock(path, &lock);
	if (code == EXIT_DONE)
		code = write_ranks(target->place, files, n, ret);
	if (code != EXIT_DONE)
		return code;
	r = ret->n_written > 0 ? sync_all(target->place) : 0;
	return r < 0 ? complain(target->place, r) : EXIT_DONE;
}

/* Folders of terminals go with their last file. */
static int remove_there(
	struct publish_target *target, char *const names[], size_t n, struct publish_result *ret)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(cleanup_free) char *path = admin_format("%s/%s", target->place, names[i]);

		if (!path)
			return admin_no_memory();
		if (unlink(path) == 0)
			ret->n_removed++;
		else if (errno != ENOENT && errno != ENOTDIR)
			return complain(path, -errno);
		*strrchr(path, '/') = '\0';
		if (publish_rank(names[i]) != PUBLISH_SHARD)
			rmdir(path);
	}
	return EXIT_DONE;
}

const struct publish_kind publish_folder = {
	.read = read_there,
	.write = write_there,
	.remove = remove_there,
	.collect = publish_collect_by_rsync,
};
