#include "tests/unit/temporary.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

int temporary_setup(void **state)
{
	struct temporary *temporary = calloc(1, sizeof(*temporary));

	assert_non_null(temporary);
	snprintf(temporary->path, sizeof(temporary->path), "/tmp/sekisho-test-XXXXXX");
	assert_non_null(mkdtemp(temporary->path));
	temporary->fd = open(temporary->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(temporary->fd >= 0);
	*state = temporary;
	return 0;
}

/* Calls act for each entry of a folder; returns how many there are. */
static size_t walk(int folder_fd, void (*act)(int directory_fd, const char *name))
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fdopendir(fd);
	const struct dirent *entry;
	size_t n = 0;

	assert_non_null(directory);
	while ((entry = readdir(directory))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		n++;
		if (act)
			act(folder_fd, entry->d_name);
	}
	closedir(directory);
	return n;
}

/* A folder with all that is in it. */
static void remove_entry(int directory_fd, const char *name)
{
	int fd;

	if (unlinkat(directory_fd, name, 0) == 0)
		return;
	fd = openat(directory_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	assert_true(fd >= 0);
	walk(fd, remove_entry);
	close(fd);
	assert_int_equal(unlinkat(directory_fd, name, AT_REMOVEDIR), 0);
}

void temporary_empty(const struct temporary *temporary)
{
	walk(temporary->fd, remove_entry);
}

int temporary_teardown(void **state)
{
	struct temporary *temporary = *state;

	limit_file_size(SIZE_MAX);
	if (access(temporary->path, F_OK) == 0) {
		walk(temporary->fd, remove_entry);
		rmdir(temporary->path);
	}
	close(temporary->fd);
	free(temporary);
	return 0;
}

void temporary_write(
	const struct temporary *temporary, const char *name, const void *bytes, size_t size)
{
	int fd = openat(temporary->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

char *temporary_read(const struct temporary *temporary, const char *name, size_t *ret_size)
{
	int fd = openat(temporary->fd, name, O_RDONLY | O_CLOEXEC);
	struct stat facts;
	char *bytes;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &facts), 0);
	bytes = malloc((size_t)facts.st_size + 1);
	assert_non_null(bytes);
	/* Not read(): short_reads.c is for the code under test. */
	assert_int_equal(pread(fd, bytes, (size_t)facts.st_size, 0), facts.st_size);
	bytes[facts.st_size] = '\0';
	close(fd);
	if (ret_size)
		*ret_size = (size_t)facts.st_size;
	return bytes;
}

bool temporary_has(const struct temporary *temporary, const char *name)
{
	struct stat facts;

	return fstatat(temporary->fd, name, &facts, AT_SYMLINK_NOFOLLOW) == 0;
}

mode_t temporary_mode(const struct temporary *temporary, const char *name)
{
	struct stat facts;

	assert_int_equal(fstatat(temporary->fd, name, &facts, AT_SYMLINK_NOFOLLOW), 0);
	return facts.st_mode & 07777;
}

size_t temporary_count(const struct temporary *temporary)
{
	return walk(temporary->fd, NULL);
}

void limit_file_size(size_t size)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN); /* then write(2) fails with EFBIG, short before the limit */
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size == SIZE_MAX ? limit.rlim_max : size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}
