#include "agent/medium_close.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/medium_disk.h"
#include "agent/medium_force.h"
#include "agent/medium_mount.h"
#include "agent/medium_place.h"
#include "agent/medium_show.h"
#include "agent/medium_spaces.h"
#include "policy/cleanup.h"

static size_t devices_of(
	const struct medium_state *state, struct held_device ret[MEDIUM_VOLUMES_MAX])
{
	for (size_t i = 0; i < state->n_volumes; i++)
		ret[i] = (struct held_device){state->volumes[i].major, state->volumes[i].minor};
	return state->n_volumes;
}

/* All that was written so far is on the medium, and nobody writes any more: true. */
static bool sync_volume(const struct medium_state_volume *volume)
{
	CLEANUP(cleanup_close)
	int mount_fd = medium_mount_open(volume->path, volume->major, volume->minor);
	CLEANUP(cleanup_close) int fd = -1;

	if (mount_fd < 0)
		return false;
	fd = openat(mount_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		(void)syncfs(fd);
	return medium_mount_make_read_only(mount_fd) == 0;
}

static void sync_all(const struct medium_state *state)
{
	bool is_quiet = state->n_volumes > 0;

	for (size_t i = 0; i < state->n_volumes; i++)
		is_quiet &= sync_volume(&state->volumes[i]);
	if (is_quiet)
		medium_forbid_writes(state);
}

static void remove_folders(
	const char *name, const char *quarantine, const struct medium_state *state)
{
	for (size_t i = 0; i < state->n_volumes; i++) {
		char path[MEDIUM_PATH_SIZE];

		medium_show_quarantine(quarantine, name, i, path);
		(void)rmdir(path);
		medium_place_remove(state->volumes[i].path);
	}
}

static bool is_held(const struct medium_state *state)
{
	for (size_t i = 0; i < state->n_volumes; i++)
		if (medium_node_is_held(state->volumes[i].node, state->volumes[i].major,
			    state->volumes[i].minor))
			return true;
	return state->n_volumes > 0 && medium_node_is_held(state->disk, state->major, state->minor);
}

int medium_close(
	const char *name, const char *quarantine, const struct medium_state *state, bool is_forced)
{
	struct held_device devices[MEDIUM_VOLUMES_MAX];
	size_t n = devices_of(state, devices);
	int flags = is_forced ? MNT_DETACH : 0, r;

	if (n == 0)
		return 0;
	if (!is_forced)
		sync_all(state);
	r = unmount_here(devices, n, flags);
	unmount_elsewhere(devices, n, flags);
	remove_folders(name, quarantine, state);
	/* A disk that answers nothing cannot be opened either: not before the mounts are gone. */
	if (is_forced)
		medium_forbid_writes(state);
	if (r == 0 && is_held(state))
		r = -EBUSY;
	if (r == 0)
		medium_forbid_writes(state);
	return r;
}

/* --- over time --- */

void medium_closing_begin(struct medium_closing *closing, const char *name, const char *quarantine,
	const struct medium_state *state, uint64_t now_ms, uint32_t grace_ms)
{
	*closing = (struct medium_closing){
		.name = name,
		.quarantine = quarantine,
		.state = state,
		.kill_ms = now_ms + grace_ms,
		.force_ms = now_ms + grace_ms + MEDIUM_FORCE_MS,
		.idle_ms = now_ms,
	};
}

void medium_closing_hasten(struct medium_closing *closing, uint64_t now_ms, uint32_t grace_ms)
{
	if (now_ms + grace_ms >= closing->kill_ms)
		return;
	closing->kill_ms = now_ms + grace_ms;
	closing->force_ms = closing->kill_ms + MEDIUM_FORCE_MS;
}

/* Also to unmount is to write: what was meant for the medium of before would go to this one. */
static void look_for_swap(struct medium_closing *closing)
{
	const struct medium_state *state = closing->state;

	if (closing->is_swapped || medium_disk_check(BLOCK_FOLDER, state->disk, state->major,
					   state->minor, state->sequence) != -ESTALE)
		return;
	(void)medium_disk_put_offline(BLOCK_FOLDER, state->disk);
	closing->is_swapped = true;
}

static void start(struct medium_closing *closing, uint64_t now_ms)
{
	pid_t child = fork();

	closing->look_ms = now_ms + MEDIUM_LOOK_MS;
	if (child == 0)
		_exit(medium_close(closing->name, closing->quarantine, closing->state,
			      closing->is_forced) == 0
				? 0
				: 1);
	if (child > 0)
		closing->child = child;
}

static bool was_asked(const struct medium_closing *closing, pid_t pid)
{
	for (size_t i = 0; i < closing->n_asked; i++)
		if (closing->asked[i] == pid)
			return true;
	return false;
}

static void ask(struct medium_closing *closing, const struct holders *holders)
{
	for (size_t i = 0; i < holders->n; i++) {
		struct holders one = {.items = {holders->items[i]}, .n = 1};

		if (!one.items[0].may_be_ended || was_asked(closing, one.items[0].pid) ||
			closing->n_asked == HOLDERS_MAX)
			continue;
		holders_signal(&one, SIGTERM);
		closing->asked[closing->n_asked++] = one.items[0].pid;
	}
}

/* Who holds it is named, asked, and after the grace killed. Returns whether the names are news. */
static bool treat_holders(struct medium_closing *closing, bool kills)
{
	struct held_device devices[MEDIUM_VOLUMES_MAX];
	size_t n = devices_of(closing->state, devices);
	uint32_t uid = closing->state->order.uid;
	char before[MEDIUM_TEXT_SIZE];
	struct holders holders = {0};

	memcpy(before, closing->holders, sizeof(before));
	if (holders_find("/proc", devices, n, uid, false, &holders) == 0 && holders.n == 0)
		(void)holders_find("/proc", devices, n, uid, true, &holders);
	holders_text(&holders, closing->holders, sizeof(closing->holders));
	if (holders.n > 0) {
		closing->were_ended |= holders_any_may_be_ended(&holders);
		memcpy(closing->ended, closing->holders, sizeof(closing->ended));
		if (kills)
			holders_signal(&holders, SIGKILL);
		else
			ask(closing, &holders);
	}
	holders_clear(&holders);
	return closing->holders[0] && strcmp(before, closing->holders) != 0;
}

/* True when the child ended well. */
static bool look_after_child(struct medium_closing *closing)
{
	int status;
	pid_t pid = waitpid(closing->child, &status, WNOHANG);

	if (closing->left > 0 && waitpid(closing->left, NULL, WNOHANG) != 0)
		closing->left = 0;
	if (pid == 0)
		return false;
	closing->child = 0;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/*
 * Whoever still tries it in order may hang in the kernel for as long as the medium says nothing, so
 * it is left alone; who tries it again by force tells when it is over.
 */
static void force(struct medium_closing *closing, uint64_t now_ms)
{
	medium_force(closing->state);
	closing->is_forced = true;
	closing->force_ms = now_ms;
	if (closing->child > 0)
		(void)kill(closing->child, SIGKILL);
	closing->left = closing->child;
	closing->child = 0;
}

/* Whoever tries it is busy, and the disk has done nothing for long: waiting writes nothing out. */
static bool hangs(struct medium_closing *closing, uint64_t now_ms)
{
	uint64_t transfers = medium_disk_transfers(closing->state->major, closing->state->minor);

	if (closing->child == 0 || transfers != closing->transfers) {
		closing->transfers = transfers;
		closing->idle_ms = now_ms;
	}
	return now_ms - closing->idle_ms >= MEDIUM_HANGS_MS;
}

static bool must_be_forced(struct medium_closing *closing, uint64_t now_ms)
{
	bool is_hanging = hangs(closing, now_ms);

	if (closing->is_forced)
		return false;
	return now_ms >= closing->force_ms || (is_hanging && now_ms >= closing->kill_ms);
}

bool medium_closing_step(
	struct medium_closing *closing, uint64_t now_ms, enum medium_end *ret, bool *ret_news)
{
	bool had_child = closing->child > 0, must_force;

	*ret_news = false;
	look_for_swap(closing);
	if (had_child && look_after_child(closing)) {
		*ret = closing->is_forced || closing->is_swapped ? MEDIUM_END_FORCED
		       : closing->were_ended                     ? MEDIUM_END_HOLDERS
								 : MEDIUM_END_CLEAN;
		return true;
	}
	if (closing->is_forced && now_ms >= closing->force_ms + MEDIUM_GIVE_UP_MS) {
		*ret = MEDIUM_END_FORCED;
		return true;
	}
	must_force = must_be_forced(closing, now_ms);
	/* It did not succeed, is still writing while others write, or it is the last moment: */
	if (had_child && (closing->child == 0 || now_ms >= closing->look_ms || must_force)) {
		*ret_news = treat_holders(closing, now_ms >= closing->kill_ms);
		closing->look_ms = now_ms + MEDIUM_LOOK_MS;
	}
	if (must_force)
		force(closing, now_ms);
	if (closing->child == 0)
		start(closing, now_ms);
	return false;
}
