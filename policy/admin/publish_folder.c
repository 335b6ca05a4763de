/* Publishing into a folder that a web server serves, that is mounted by terminals, or goes on a CD.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
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
#include "policy/admin/up_read.h"
#include "policy/cleanup.h"

#define FEW 32

static int complain(const char *path, int r)
{
	if (r == -ELOOP)
		admin_complain("%s: a folder above it is a link, which may lead anywhere: nothing "
			       "is written or removed behind it",
			path);
	else
		admin_complain("%s cannot be written: %s", path, strerror(-r));
	return EXIT_UNKNOWN;
}

static int lock_there(struct publish_target *target)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/publish", target->place);
	int r = path ? publish_make_folders(path, NULL) : -ENOMEM;

	return r < 0 ? complain(target->place, r) : file_lock(path, &target->lock);
}

/* A link is no file of ours: whatever it leads to, the file takes its place. */
static int read_one(
	int place_fd, const char *place, const struct site_file *file, struct publish_found *ret)
{
	struct up_bytes there = {0};
	int r = up_read(place_fd, file->name, BUNDLE_SIZE_MAX, &there);

	if (r == -ENOENT || r == -ELOOP)
		return EXIT_DONE;
	if (r < 0) {
		admin_complain("%s/%s cannot be read: %s", place, file->name, strerror(-r));
		return EXIT_UNKNOWN;
	}
	ret->is_same = file->bytes && there.size == file->size &&
		       memcmp(there.bytes, file->bytes, file->size) == 0;
	if (ret->is_same)
		up_bytes_clear(&there);
	else
		ret->other = (struct admin_file){
			.path = file->name, .bytes = there.bytes, .size = there.size};
	return EXIT_DONE;
}

static int read_there(struct publish_target *target, struct site_file *const files[], size_t n,
	struct publish_found ret[])
{
	CLEANUP(admin_close)
	int place_fd = open(target->place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int code = EXIT_DONE;

	if (place_fd < 0 && errno == ENOENT)
		return EXIT_DONE;
	if (place_fd < 0)
		return complain(target->place, -errno);
	for (size_t i = 0; code == EXIT_DONE && i < n; i++)
		code = read_one(place_fd, target->place, files[i], &ret[i]);
	return code;
}

/* Hundreds of small files by one call for all that is in their file system; a few each by itself,
 * since others may be writing gigabytes there. */
static int sync_all(const char *folder)
{
	CLEANUP(admin_close) int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return descriptor < 0 || syncfs(descriptor) < 0 ? -errno : 0;
}

/* 0 or a negative errno, with *ret_path where. */
static int stage(
	const char *place, struct site_file *const files[], size_t n, bool is_few, char **ret_path)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		free(*ret_path);
		*ret_path = admin_format("%s/%s", place, files[i]->name);
		r = *ret_path ? publish_write_aside(*ret_path, place, files[i], is_few) : -ENOMEM;
	}
	return r;
}

static int take(const char *place, struct site_file *const files[], size_t n, bool is_few,
	char **ret_path, struct publish_result *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		free(*ret_path);
		*ret_path = admin_format("%s/%s", place, files[i]->name);
		r = *ret_path ? publish_write_take(*ret_path, is_few) : -ENOMEM;
		ret->n_written += r == 0;
	}
	return r;
}

/* Files of one rank: all are on the disk before the first has its name, and all names before those
 * of the next rank. */
static int write_rank(
	const char *place, struct site_file *const files[], size_t n, struct publish_result *ret)
{
	CLEANUP(cleanup_free) char *path = NULL;
	bool is_few = n <= FEW;
	int r = stage(place, files, n, is_few, &path);

	if (r == 0 && !is_few)
		r = sync_all(place);
	if (r == 0)
		r = take(place, files, n, is_few, &path, ret);
	if (r == 0 && !is_few)
		r = sync_all(place);
	return r < 0 ? complain(path ? path : place, r) : EXIT_DONE;
}

static int write_there(struct publish_target *target, struct site_file *const files[], size_t n,
	struct publish_result *ret)
{
	int code = EXIT_DONE;

	for (size_t from = 0, to; code == EXIT_DONE && from < n; from = to) {
		enum publish_rank rank = publish_rank(files[from]->name);

		for (to = from + 1; to < n && publish_rank(files[to]->name) == rank; to++)
			;
		code = write_rank(target->place, files + from, to - from, ret);
	}
	return code;
}

/* Folders of terminals go with their last file. */
static int remove_there(
	struct publish_target *target, char *const names[], size_t n, struct publish_result *ret)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(cleanup_free) char *path = admin_format("%s/%s", target->place, names[i]);
		bool is_gone = false;
		int r = path ? publish_write_remove(path, target->place, &is_gone) : -ENOMEM;

		if (r < 0)
			return complain(path ? path : names[i], r);
		ret->n_removed += is_gone;
		*strrchr(path, '/') = '\0';
		if (publish_rank(names[i]) != PUBLISH_SHARD)
			rmdir(path);
	}
	return EXIT_DONE;
}

const struct publish_kind publish_folder = {
	.lock = lock_there,
	.read = read_there,
	.write = write_there,
	.remove = remove_there,
	.collect = publish_collect_by_rsync,
};
