#include "agent/login_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/login_spool_own.h"
#include "policy/cleanup.h"

#define FILE_TAKEN "spool.taken"
#define FILE_NEW   "spool.new"
/* Room for some hundred logins on a disk that is full. */
#define RESERVED_BYTES (256 * 1024)
/* See the header. */
#define FILE_MODE        0666
#define EVENTS_OF_PARENT (IN_CREATE | IN_MOVED_TO | IN_ONLYDIR)
#define EVENTS_OF_FOLDER \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR)

struct login_spool {
	int state_fd;  /* borrowed */
	int folder_fd; /* -1: there is none yet */
	int watch_fd, watch;
	int taken_fd; /* -1: nothing was taken */
	/* Trying it again and again would wake up ourselves each time. */
	bool cannot_prepare;
	off_t offset; /* of the next line */
	off_t last;   /* of the line that was read last */
	/* Of what was taken, from offset on. */
	char buffer[4 * LOGIN_EVENT_SIZE];
	size_t n_buffered;
};

int login_spool_new(int state_fd, struct login_spool **ret)
{
	struct login_spool *spool = calloc(1, sizeof(*spool));

	if (!spool)
		return -ENOMEM;
	spool->state_fd = state_fd;
	spool->folder_fd = spool->taken_fd = spool->watch = -1;
	spool->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (spool->watch_fd < 0) {
		int r = -errno;

		free(spool);
		return r;
	}
	*ret = spool;
	return 0;
}

void login_spool_free(struct login_spool *spool)
{
	if (!spool)
		return;
	cleanup_close(&spool->watch_fd);
	cleanup_close(&spool->folder_fd);
	cleanup_close(&spool->taken_fd);
	free(spool);
}

int login_spool_fd(const struct login_spool *spool)
{
	return spool->watch_fd;
}

/* --- the folder --- */

/* inotify knows only paths. 0 or a negative errno. What is watched already gives the same watch
 * again; to remove it first would be an event, which would bring us here, for ever. */
static int watch(struct login_spool *spool, int fd, uint32_t events)
{
	int before = spool->watch;
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	spool->watch = inotify_add_watch(spool->watch_fd, path, events);
	if (spool->watch < 0) {
		int r = -errno;

		spool->watch = before;
		return r;
	}
	if (before >= 0 && before != spool->watch)
		(void)inotify_rm_watch(spool->watch_fd, before);
	return 0;
}

static bool is_still_there(const struct login_spool *spool)
{
	struct stat opened, named;

	return fstat(spool->folder_fd, &opened) == 0 &&
	       fstatat(spool->state_fd, LOGIN_SPOOL_FOLDER, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* Watches the folder or, where there is none, for its coming. 1 when it is there, 0, or a negative
 * errno. */
static int find_folder(struct login_spool *spool)
{
	int fd, r;

	if (spool->folder_fd >= 0 && is_still_there(spool))
		return 1;
	cleanup_close(&spool->folder_fd);
	spool->folder_fd = -1;
	/* Watched first: what comes in between is seen. */
	r = watch(spool, spool->state_fd, EVENTS_OF_PARENT);
	if (r < 0)
		return r;
	fd = openat(spool->state_fd, LOGIN_SPOOL_FOLDER,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	spool->folder_fd = fd;
	r = watch(spool, fd, EVENTS_OF_FOLDER);
	return r < 0 ? r : 1;
}

/* What happened does not matter: all of it is looked at. */
static void drain(const struct login_spool *spool)
{
	char events[4096];
	ssize_t n;

	do {
		n = read(spool->watch_fd, events, sizeof(events));
	} while (n > 0 || (n < 0 && errno == EINTR));
}

/* --- taking it --- */

static void give_up_preparing(struct login_spool *spool)
{
	(void)unlinkat(spool->folder_fd, FILE_NEW, 0);
	spool->cannot_prepare = true;
}

/* The next spool, with its room. What of it fails is left to whoever writes. */
static void prepare_next(struct login_spool *spool)
{
	CLEANUP(cleanup_close) int fd = -1;

	if (spool->cannot_prepare)
		return;
	(void)unlinkat(spool->folder_fd, FILE_NEW, 0);
	fd = openat(spool->folder_fd, FILE_NEW, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	if (fd < 0)
		return;
	/* Whatever the umask takes away. */
	if (fchmod(fd, FILE_MODE) < 0)
		give_up_preparing(spool);
	else
		(void)fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, RESERVED_BYTES);
}

/* A writer who made one meanwhile keeps it. */
static void put_next(struct login_spool *spool)
{
	if (spool->cannot_prepare || renameat2(spool->folder_fd, FILE_NEW, spool->folder_fd,
					     LOGIN_SPOOL_FILE, RENAME_NOREPLACE) == 0)
		return;
	if (errno == EEXIST)
		(void)unlinkat(spool->folder_fd, FILE_NEW, 0);
	else if (errno != ENOENT) /* a full disk: there is none, but may be the next time */
		give_up_preparing(spool);
}

/* A regular file, for reading and for its lock. The fd, or a negative errno. */
static int open_file(const struct login_spool *spool, const char *name, int flags)
{
	CLEANUP(cleanup_close)
	int fd = openat(
		spool->folder_fd, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat facts;

	if (fd < 0 || fstat(fd, &facts) < 0)
		return -errno;
	return S_ISREG(facts.st_mode) ? take_fd(&fd) : -EINVAL;
}

static int set_lock(int fd, short type)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET};

	if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
		return 0;
	return errno == EACCES ? -EAGAIN : -errno;
}

static void begin_reading(struct login_spool *spool, int *fd)
{
	spool->taken_fd = take_fd(fd);
	login_spool_rewind(spool);
}

/* What an earlier run had taken; 1, 0 where there is none, or a negative errno. */
static int take_leftover(struct login_spool *spool)
{
	CLEANUP(cleanup_close) int fd = open_file(spool, FILE_TAKEN, O_RDONLY);

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	begin_reading(spool, &fd);
	return 1;
}

/* 1 where it has a line, 0, or a negative errno. */
static int has_lines(const struct login_spool *spool)
{
	struct stat facts;

	if (fstatat(spool->folder_fd, LOGIN_SPOOL_FILE, &facts, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return !S_ISREG(facts.st_mode) || facts.st_size > 0;
}

/*
 * Opened for reading alone: to close what was opened for writing is news to ourselves, and the loop
 * would turn for ever. Under its lock no writer is half-way, and who waits for it sees that the
 * name is another file's.
 */
static int take_locked(struct login_spool *spool, const char *name, int *fd)
{
	if (renameat(spool->folder_fd, name, spool->folder_fd, FILE_TAKEN) < 0)
		return -errno;
	(void)set_lock(*fd, F_UNLCK);
	begin_reading(spool, fd);
	return 1;
}

static int take_file(struct login_spool *spool)
{
	CLEANUP(cleanup_close) int fd = open_file(spool, LOGIN_SPOOL_FILE, O_RDONLY);
	int r;

	if (fd < 0)
		return fd;
	r = set_lock(fd, F_RDLCK);
	if (r < 0)
		return r;
	prepare_next(spool);
	r = take_locked(spool, LOGIN_SPOOL_FILE, &fd);
	if (r > 0)
		put_next(spool);
	return r;
}

static int take_own(struct login_spool *spool, uint64_t boottime_ms, uint64_t *ret_wait_ms)
{
	char name[LOGIN_SPOOL_OWN_NAME_SIZE];
	CLEANUP(cleanup_close)
	int fd = login_spool_own_find(spool->folder_fd, boottime_ms, name, ret_wait_ms);

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	return take_locked(spool, name, &fd);
}

int login_spool_look(struct login_spool *spool, uint64_t boottime_ms, uint64_t *ret_wait_ms)
{
	int r;

	*ret_wait_ms = 0;
	drain(spool);
	if (spool->taken_fd >= 0)
		return 1;
	r = find_folder(spool);
	if (r <= 0)
		return r;
	r = take_leftover(spool);
	if (r != 0)
		return r;
	r = has_lines(spool);
	if (r == -ENOENT) {
		prepare_next(spool);
		put_next(spool);
		r = 0;
	}
	if (r > 0)
		r = take_file(spool);
	/* Who holds that one does not keep the others waiting. */
	if (r == 0 || r == -EAGAIN) {
		int own = take_own(spool, boottime_ms, ret_wait_ms);

		r = own != 0 ? own : r;
	}
	return r;
}

/* --- reading it --- */

void login_spool_rewind(struct login_spool *spool)
{
	spool->offset = spool->last = 0;
	spool->n_buffered = 0;
}

void login_spool_unread(struct login_spool *spool)
{
	spool->offset = spool->last;
	spool->n_buffered = 0;
}

static int fill(struct login_spool *spool)
{
	while (spool->n_buffered < sizeof(spool->buffer)) {
		ssize_t n = pread(spool->taken_fd, spool->buffer + spool->n_buffered,
			sizeof(spool->buffer) - spool->n_buffered,
			spool->offset + (off_t)spool->n_buffered);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		spool->n_buffered += (size_t)n;
	}
	return 0;
}

static void give_up(struct login_spool *spool, size_t size)
{
	spool->n_buffered -= size;
	memmove(spool->buffer, spool->buffer + size, spool->n_buffered);
	spool->offset += (off_t)size;
}

int login_spool_next(struct login_spool *spool, struct login_spool_line *ret)
{
	struct login_spool_line line = {.is_damaged = true};
	const char *lf;
	size_t size;
	int r = fill(spool);

	if (r < 0)
		return r;
	if (spool->n_buffered == 0)
		return 0;
	lf = memchr(spool->buffer, '\n', spool->n_buffered);
	size = lf ? (size_t)(lf - spool->buffer) : spool->n_buffered;
	if (lf && size < LOGIN_EVENT_SIZE)
		line.is_damaged = login_event_decode(spool->buffer, size, &line.event) < 0;
	spool->last = spool->offset;
	give_up(spool, size + (lf != NULL));
	*ret = line;
	return 1;
}

int login_spool_done(struct login_spool *spool)
{
	if (unlinkat(spool->folder_fd, FILE_TAKEN, 0) < 0 && errno != ENOENT)
		return -errno;
	cleanup_close(&spool->taken_fd);
	spool->taken_fd = -1;
	return 0;
}
