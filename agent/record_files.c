#include "agent/record_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define NAME_PREFIX "records-"
#define NAME_SUFFIX ".jsonl"
#define FILE_MODE   0640

void record_file_name(uint64_t number, char ret[RECORD_FILE_NAME_SIZE])
{
	snprintf(ret, RECORD_FILE_NAME_SIZE, NAME_PREFIX "%" PRIu64 NAME_SUFFIX, number);
}

uint64_t record_file_number(const char *name)
{
	char again[RECORD_FILE_NAME_SIZE];
	uint64_t number;

	if (strncmp(name, NAME_PREFIX, strlen(NAME_PREFIX)) != 0 ||
		!is_digit(name[strlen(NAME_PREFIX)]))
		return 0;
	number = strtoull(name + strlen(NAME_PREFIX), NULL, 10);
	record_file_name(number, again);
	return strcmp(name, again) == 0 && number < UINT64_MAX ? number : 0;
}

/* The lowest and the highest N above after; 0: none. */
static int find(int directory_fd, uint64_t after, uint64_t *ret_lowest, uint64_t *ret_highest)
{
	CLEANUP(cleanup_closedir) DIR *directory = open_directory(directory_fd, ".");
	uint64_t lowest = 0, highest = 0;

	if (!directory)
		return -errno;
	for (;;) {
		const struct dirent *entry;
		uint64_t number;

		errno = 0;
		entry = readdir(directory);
		if (!entry)
			break;
		number = record_file_number(entry->d_name);
		if (number > after && (lowest == 0 || number < lowest))
			lowest = number;
		if (number > after && number > highest)
			highest = number;
	}
	if (errno)
		return -errno;
	*ret_lowest = lowest;
	*ret_highest = highest;
	return 0;
}

int record_files_newest(int directory_fd, uint64_t *ret)
{
	uint64_t lowest;

	return find(directory_fd, 0, &lowest, ret);
}

int record_files_next(int directory_fd, uint64_t after, uint64_t *ret)
{
	uint64_t highest;

	return find(directory_fd, after, ret, &highest);
}

static int open_regular(int directory_fd, uint64_t number, int flags)
{
	CLEANUP(cleanup_close) int fd = -1;
	char name[RECORD_FILE_NAME_SIZE];
	struct stat facts;

	record_file_name(number, name);
	fd = openat(directory_fd, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &facts) < 0)
		return -errno;
	if (!S_ISREG(facts.st_mode))
		return -EINVAL;
	return take_fd(&fd);
}

int record_file_open(int directory_fd, uint64_t number)
{
	return open_regular(directory_fd, number, O_RDWR | O_APPEND);
}

int record_file_open_to_read(int directory_fd, uint64_t number)
{
	return open_regular(directory_fd, number, O_RDONLY);
}

int record_file_create(int directory_fd, uint64_t number)
{
	CLEANUP(cleanup_close) int fd = -1;
	char name[RECORD_FILE_NAME_SIZE];

	record_file_name(number, name);
	fd = openat(
		directory_fd, name, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	if (fd < 0)
		return -errno;
	if (fchmod(fd, FILE_MODE) < 0 || fsync(directory_fd) < 0) {
		int r = -errno;

		(void)unlinkat(directory_fd, name, 0);
		return r;
	}
	return take_fd(&fd);
}
