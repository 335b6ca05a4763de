/* The floor of trusted time on disk: "FLOOR EPOCH", and the line with the checksum. */
#include "agent/store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "agent/checked_lines.h"
#include "policy/cleanup.h"

#define FILE_NAME "time"
#define FILE_SIZE (20 + 1 + 10 + 1 + CHECKSUM_LINE_SIZE)

int store_read_time(int directory_fd, struct trusted_time_saved *ret)
{
	CLEANUP(cleanup_free) char *file = NULL;
	const char *next, *end;
	uint64_t floor, epoch;
	size_t size;
	int r = store_read(directory_fd, FILE_NAME, FILE_SIZE, &file, &size);

	if (r < 0)
		return r == -ENOENT || r == -ENOMEM ? r : -EBADMSG;
	r = checked_lines_open(file, size, &end);
	if (r < 0)
		return r;
	next = file;
	if (!read_number(&next, INT64_MAX, ' ', &floor) ||
		!read_number(&next, UINT32_MAX, '\n', &epoch) || next != end)
		return -EBADMSG;
	*ret = (struct trusted_time_saved){.floor_s = (int64_t)floor, .epoch = (uint32_t)epoch};
	return 0;
}

int store_write_time(int directory_fd, const struct trusted_time_saved *saved)
{
	char file[FILE_SIZE + 1];
	size_t size = (size_t)snprintf(
		file, sizeof(file), "%" PRId64 " %" PRIu32 "\n", saved->floor_s, saved->epoch);
	int r = checked_lines_close(file, size, &size);

	return r < 0 ? r : store_write(directory_fd, FILE_NAME, file, size);
}
