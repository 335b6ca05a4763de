#include "agent/report_batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/record_files.h"
#include "agent/record_tail.h"
#include "policy/cleanup.h"

/* Up to size bytes at offset, or fewer at the end. Returns how many, or a negative errno. */
static ssize_t read_from(int fd, uint64_t offset, char *buffer, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t n = pread(fd, buffer + used, size - used, (off_t)(offset + used));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

/* How many bytes of whole lines there are before a record above last. */
static size_t take_lines(struct report_batch *batch, size_t size, uint64_t last)
{
	size_t taken = 0;

	while (taken < size) {
		const char *line = batch->lines + taken, *end = memchr(line, '\n', size - taken);
		uint64_t sequence;

		if (!end)
			break;
		if (record_line_sequence(line, (size_t)(end + 1 - line), &sequence)) {
			if (sequence > last)
				break;
			if (batch->first == 0)
				batch->first = sequence;
			batch->cursor.sequence = sequence;
		}
		taken += (size_t)(end + 1 - line);
	}
	return taken;
}

/* A line longer than a batch was not written by sekishod: the hole in the chain tells of it. */
static bool is_one_long_line(const char *lines, size_t size)
{
	return size == REPORT_BATCH_MAX && !memchr(lines, '\n', size);
}

/* The lines of the cursor's file. 1 and the batch, 0, or a negative errno. */
static int read_file(int logs_fd, struct report_batch *batch, uint64_t last)
{
	CLEANUP(cleanup_close)
	int fd = record_file_open_to_read(logs_fd, batch->cursor.file);
	ssize_t size;

	if (fd < 0)
		return fd;
	do {
		size = read_from(fd, batch->cursor.offset, batch->lines, REPORT_BATCH_MAX);
		if (size < 0)
			return (int)size;
		batch->size = take_lines(batch, (size_t)size, last);
		batch->cursor.offset += batch->size;
		if (is_one_long_line(batch->lines, (size_t)size))
			batch->cursor.offset += (size_t)size;
	} while (is_one_long_line(batch->lines, (size_t)size));
	return batch->size > 0;
}

static void clear_batch(struct report_batch *batch)
{
	free(batch->lines);
}

int report_batch_read(
	int logs_fd, const struct report_cursor *cursor, uint64_t last, struct report_batch *ret)
{
	CLEANUP(clear_batch)
	struct report_batch batch = {.lines = malloc(REPORT_BATCH_MAX), .cursor = *cursor};
	uint64_t next = cursor->file;
	int r = 0;

	if (!batch.lines)
		return -ENOMEM;
	/* A file that somebody removed is passed over like one that was read to its end. */
	for (;;) {
		if (batch.cursor.file > 0)
			r = read_file(logs_fd, &batch, last);
		if (r > 0 || (r < 0 && r != -ENOENT))
			break;
		r = record_files_next(logs_fd, batch.cursor.file, &next);
		if (r < 0 || next == 0)
			break;
		batch.cursor.file = next;
		batch.cursor.offset = 0;
	}
	if (r <= 0)
		return r;
	*ret = batch;
	batch.lines = NULL;
	return 1;
}
