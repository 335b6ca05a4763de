#include "agent/medium_show.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/gate.h"
#include "agent/medium_find.h"
#include "agent/medium_mount.h"
#include "agent/medium_place.h"
#include "policy/cleanup.h"

/* A mount in the making. */
struct mounted {
	int hidden_fd, shown_fd; /* -1: not yet */
};

void medium_show_quarantine(
	const char *quarantine, const char *name, size_t i, char ret[MEDIUM_PATH_SIZE])
{
	snprintf(ret, MEDIUM_PATH_SIZE, "%s/%s-%zu", quarantine, name, i);
}

/* The user's own group, from the folder that logind made; root's where there is none. */
static uint32_t group_of(const struct medium_show *show)
{
	char path[MEDIUM_PATH_SIZE];
	struct stat found;

	snprintf(path, sizeof(path), "%s/%u", show->runtime, show->state->order.uid);
	if (lstat(path, &found) < 0 || !S_ISDIR(found.st_mode) ||
		found.st_uid != show->state->order.uid)
		return 0;
	return found.st_gid;
}

static int mount_hidden(const struct medium_show *show, size_t i, const struct candidate *candidate,
	struct mounted *mounted, struct medium_answer *failed)
{
	const struct medium_state_volume *volume = &show->state->volumes[i];
	const struct medium_order *order = &show->state->order;
	CLEANUP(cleanup_close) int fd = -1, folder_fd = -1;
	struct medium_option options[MEDIUM_OPTIONS_MAX];
	const char *type = candidate->found.type;
	char path[MEDIUM_PATH_SIZE];
	int r;

	fd = medium_mount_new(medium_file_system(type), volume->node, volume->major, volume->minor,
		options,
		medium_options(type, order->uid, group_of(show), order->is_writable, options));
	if (fd < 0)
		return medium_fail(failed, fd, fd == -ENODEV ? "file-system" : "broken",
			"%s: the file system %s cannot be mounted: %s", volume->node, type,
			strerror(-fd));
	medium_show_quarantine(show->quarantine, show->name, i, path);
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return medium_fail(failed, -errno, "no-folder", "%s: %s", path, strerror(errno));
	folder_fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = folder_fd < 0 ? -errno : medium_mount_attach(fd, folder_fd);
	if (r < 0)
		return medium_fail(failed, r, "no-folder", "%s: %s", path, strerror(-r));
	mounted->hidden_fd = take_fd(&fd);
	return 0;
}

struct naming {
	const struct medium_show *show;
	size_t i;
};

/* The name is kept before the folder is made: whoever comes after a kill -9 removes it. */
static int keep_name(void *userdata, const char *name)
{
	const struct naming *naming = userdata;
	const struct medium_show *show = naming->show;
	char *path = show->state->volumes[naming->i].path;

	if (snprintf(path, MEDIUM_PATH_SIZE, "%s/%s/%s", show->places, show->state->order.user,
		    name) >= MEDIUM_PATH_SIZE)
		return -ENAMETOOLONG;
	return show->keep(show->userdata, show->state);
}

static int show_one(const struct medium_show *show, size_t i, const struct candidate *candidate,
	struct mounted *mounted)
{
	const struct medium_order *order = &show->state->order;
	CLEANUP(cleanup_close)
	int user_fd = medium_place_open(show->places, order->user, order->uid);
	CLEANUP(cleanup_close) int folder_fd = -1;
	struct naming naming = {show, i};
	char label[MEDIUM_LABEL_SIZE];
	int r;

	if (user_fd < 0)
		return user_fd;
	medium_label_make(candidate->found.label,
		candidate->found.uuid[0] ? candidate->found.uuid : "medium", label);
	folder_fd = medium_place_make(user_fd, label, keep_name, &naming);
	if (folder_fd < 0)
		return folder_fd;
	mounted->shown_fd = medium_mount_copy(mounted->hidden_fd);
	if (mounted->shown_fd < 0)
		return mounted->shown_fd;
	/* Writable before anybody is there; what cannot be written to is shown to be read. */
	if (order->is_writable && medium_file_system_is_writable(candidate->found.type)) {
		r = medium_mount_make_writable(mounted->shown_fd);
		if (r < 0 && r != -EROFS)
			return r;
	}
	return medium_mount_attach(mounted->shown_fd, folder_fd);
}

static void unhide(const struct medium_show *show, size_t i, struct mounted *mounted)
{
	char path[MEDIUM_PATH_SIZE];

	medium_show_quarantine(show->quarantine, show->name, i, path);
	cleanup_close(&mounted->hidden_fd);
	cleanup_close(&mounted->shown_fd);
	mounted->hidden_fd = mounted->shown_fd = -1;
	(void)umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
	(void)rmdir(path);
}

static int show_all(const struct medium_show *show, const struct candidates *candidates,
	struct mounted mounted[MEDIUM_VOLUMES_MAX], struct medium_answer *failed)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < candidates->n; i++)
		r = mount_hidden(show, i, &candidates->items[i], &mounted[i], failed);
	/* Here, between hidden and shown, is the place of looking at each file. */
	for (size_t i = 0; r == 0 && i < candidates->n; i++) {
		r = show_one(show, i, &candidates->items[i], &mounted[i]);
		if (r < 0)
			r = medium_fail(failed, r, r == -EPERM ? "unsafe-folder" : "no-folder",
				"%s/%s: %s", show->places, show->state->order.user,
				r == -EPERM ? "somebody else than root could have made it"
					    : strerror(-r));
	}
	for (size_t i = 0; r == 0 && i < candidates->n; i++)
		unhide(show, i, &mounted[i]);
	return r;
}

static int close_to_writers(const struct medium_show *show, const struct medium_disk *disk,
	struct medium_answer *failed)
{
	struct gate_disk whole = {.number = makedev(disk->whole.major, disk->whole.minor)};
	int r;

	if (show->state->order.is_writable)
		return 0;
	snprintf(whole.node, sizeof(whole.node), "%s", disk->whole.node);
	r = gate_set_read_only(&whole);
	return r == 0 ? 0
		      : medium_fail(failed, r, "device-gone", "%s cannot be set read-only: %s",
				whole.node, strerror(-r));
}

int medium_show(const struct medium_show *show, const struct medium_disk *disk,
	struct medium_answer *ret_failed)
{
	struct mounted mounted[MEDIUM_VOLUMES_MAX];
	struct candidates candidates = {0};
	int r = close_to_writers(show, disk, ret_failed);

	for (size_t i = 0; i < MEDIUM_VOLUMES_MAX; i++)
		mounted[i] = (struct mounted){-1, -1};
	if (r == 0)
		r = medium_find(disk, show->state, &candidates, ret_failed);
	if (r == 0) {
		r = show->keep(show->userdata, show->state);
		if (r < 0)
			r = medium_fail(ret_failed, r, "no-folder", "%s", strerror(-r));
	}
	if (r == 0)
		r = show_all(show, &candidates, mounted, ret_failed);
	for (size_t i = 0; i < MEDIUM_VOLUMES_MAX; i++) {
		cleanup_close(&mounted[i].hidden_fd);
		cleanup_close(&mounted[i].shown_fd);
	}
	return r;
}
