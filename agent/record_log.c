#include "agent/record_log.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/record_files.h"
#include "agent/record_journal.h"
#include "agent/record_tail.h"
#include "policy/cleanup.h"

struct record_log {
	int directory_fd; /* our own */
	int fd;           /* of the newest file, O_APPEND; -1 until the chain's end is known */
	uint64_t file_number;
	uint64_t file_size_max;
	uint64_t sequence;
	uint8_t sha256[SHA256_SIZE];
	uint64_t missing;
	char boot_id[37];
	bool to_journal;
	bool is_dirty;
};

/* Reads the end of a file, and closes a cut line; *ret_torn says what record_log_open() says. */
static int read_end(int fd, struct record_tail *ret, bool *ret_torn)
{
	int r = record_tail_read(fd, ret);

	if (r < 0)
		return r;
	if (ret->is_cut || ret->is_damaged)
		*ret_torn = true;
	return ret->is_cut ? write_whole(fd, "\n", 1) : 0;
}

/* The same of the newest file that has a byte: a new one may be empty after a power loss. */
static int find_end(
	const struct record_log *log, int newest_fd, struct record_tail *ret, bool *ret_torn)
{
	uint64_t number = log->file_number;
	int r = read_end(newest_fd, ret, ret_torn);

	while (r == 0 && ret->is_empty && --number > 0) {
		CLEANUP(cleanup_close) int fd = record_file_open(log->directory_fd, number);

		if (fd == -ENOENT) /* older files may have been taken away */
			break;
		r = fd < 0 ? fd : read_end(fd, ret, ret_torn);
	}
	return r;
}

/* Opens the newest file and learns the chain's end. Tried again with each record until it works. */
static int resume(struct record_log *log, bool *ret_torn)
{
	CLEANUP(cleanup_close) int fd = -1;
	struct record_tail tail;
	uint64_t newest = 0;
	int r = record_files_newest(log->directory_fd, &newest);

	if (r < 0)
		return r;
	log->file_number = newest > 0 ? newest : 1;
	fd = newest > 0 ? record_file_open(log->directory_fd, newest)
			: record_file_create(log->directory_fd, 1);
	if (fd < 0)
		return fd;
	r = find_end(log, fd, &tail, ret_torn);
	if (r < 0)
		return r;
	if (!tail.is_empty) {
		log->sequence = tail.sequence;
		memcpy(log->sha256, tail.sha256, SHA256_SIZE);
	}
	log->is_dirty |= *ret_torn;
	log->fd = take_fd(&fd);
	return 0;
}

int record_log_open(const struct record_log_config *config, struct record_log **ret, bool *ret_torn)
{
	struct record_log *log;
	bool is_torn = false;

	if (strlen(config->boot_id) >= sizeof(log->boot_id))
		return -EINVAL;
	log = calloc(1, sizeof(*log));
	if (!log)
		return -ENOMEM;
	log->fd = -1;
	log->file_size_max = config->file_size_max;
	log->to_journal = config->to_journal;
	memcpy(log->boot_id, config->boot_id, strlen(config->boot_id));
	log->directory_fd = fcntl(config->directory_fd, F_DUPFD_CLOEXEC, 3);
	if (log->directory_fd < 0) {
		int r = -errno;

		record_log_close(log);
		return r;
	}
	(void)resume(log, &is_torn); /* or with the first record */
	*ret = log;
	*ret_torn = is_torn;
	return 0;
}

/* Ends a file that is full or that somebody removed, and begins the next one. */
static int begin_file(struct record_log *log)
{
	CLEANUP(cleanup_close) int fd = -1;
	int r = record_log_sync(log);

	if (r < 0)
		return r;
	fd = record_file_create(log->directory_fd, log->file_number + 1);
	if (fd < 0)
		return fd;
	log->file_number++;
	cleanup_close(&log->fd);
	log->fd = take_fd(&fd);
	return 0;
}

/* A line that is whole on disk, or a file that ends where it ended. */
static int write_line(struct record_log *log, const char *line, size_t length, off_t end)
{
	int r = write_whole(log->fd, line, length);

	if (r == 0)
		return 0;
	if (ftruncate(log->fd, end) < 0) { /* then the end is to be looked at again */
		cleanup_close(&log->fd);
		log->fd = -1;
	}
	return r;
}

static int append(struct record_log *log, const struct record *record)
{
	struct record_link link = {.missing = log->missing};
	char line[RECORD_LINE_MAX];
	uint8_t sha256[SHA256_SIZE];
	struct stat facts;
	bool is_torn = false;
	int length, r;

	r = log->fd < 0 ? resume(log, &is_torn) : 0;
	if (r < 0)
		return r;
	link.sequence = log->sequence + 1;
	memcpy(link.boot_id, log->boot_id, sizeof(link.boot_id));
	memcpy(link.previous_sha256, log->sha256, SHA256_SIZE);
	length = record_format(record, &link, line, sizeof(line));
	if (length < 0)
		return length;
	if (!SHA256((const unsigned char *)line, (size_t)length, sha256))
		return -ENOMEM;
	if (fstat(log->fd, &facts) < 0)
		return -errno;
	if (facts.st_nlink == 0) {
		r = begin_file(log);
		if (r < 0)
			return r;
		facts.st_size = 0;
	} else if (facts.st_size > 0 &&
		   (uint64_t)facts.st_size + (uint64_t)length > log->file_size_max &&
		   begin_file(log) == 0) { /* else the old file grows beyond its size */
		facts.st_size = 0;
	}
	r = write_line(log, line, (size_t)length, facts.st_size);
	if (r < 0)
		return r;
	log->is_dirty = true;
	log->sequence = link.sequence;
	log->missing = 0;
	memcpy(log->sha256, sha256, SHA256_SIZE);
	return 0;
}

int record_log_append(struct record_log *log, const struct record *record)
{
	int r = append(log, record);

	if (r < 0)
		log->missing++;
	if (log->to_journal)
		record_journal_send(record, r < 0 ? 0 : log->sequence);
	return r;
}

int record_log_try_append(struct record_log *log, const struct record *record)
{
	int r = append(log, record);

	if (r == 0 && log->to_journal)
		record_journal_send(record, log->sequence);
	return r;
}

bool record_log_is_dirty(const struct record_log *log)
{
	return log->is_dirty;
}

int record_log_sync(struct record_log *log)
{
	if (!log->is_dirty)
		return 0;
	if (log->fd < 0)
		return -EIO;
	if (fdatasync(log->fd) < 0)
		return -errno;
	log->is_dirty = false;
	return 0;
}

int record_log_begin_sync(struct record_log *log, struct syncer *syncer)
{
	int r;

	if (!log->is_dirty)
		return 0;
	if (log->fd < 0)
		return -EIO;
	r = syncer_begin(syncer, log->fd);
	if (r == 0)
		log->is_dirty = false;
	return r;
}

void record_log_head(
	const struct record_log *log, uint64_t *ret_sequence, uint8_t ret_sha256[SHA256_SIZE])
{
	*ret_sequence = log->sequence;
	memcpy(ret_sha256, log->sha256, SHA256_SIZE);
}

uint64_t record_log_missing(const struct record_log *log)
{
	return log->missing;
}

void record_log_close(struct record_log *log)
{
	if (!log)
		return;
	cleanup_close(&log->fd);
	cleanup_close(&log->directory_fd);
	free(log);
}
