/*
 * The serial ratchet: lines "EPOCH SERIAL SHA256", epochs rising. The checksum covers every byte of
 * the file before it, so a line cannot vanish from the middle unseen.
 */
#include "agent/store.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/characters.h"
#include "policy/cleanup.h"

#define FILE_NAME "serials"
#define LINE_SIZE (10 + 1 + 20 + 1 + 2 * SHA256_SIZE + 1) /* the longest line, LF included */
#define FILE_SIZE (STORE_EPOCHS_MAX * LINE_SIZE)

struct ratchet {
	struct {
		uint32_t epoch;
		uint64_t serial;
	} lines[STORE_EPOCHS_MAX + 1];
	size_t n_lines;
};

/* The checksum of the first size bytes as hexadecimal text. */
static int checksum(const char *bytes, size_t size, char ret[2 * SHA256_SIZE + 1])
{
	uint8_t digest[SHA256_SIZE];

	if (!SHA256((const unsigned char *)bytes, size, digest))
		return -EIO;
	for (size_t i = 0; i < SHA256_SIZE; i++)
		snprintf(ret + 2 * i, 3, "%02x", digest[i]);
	return 0;
}

/* Reads decimal digits and the space after them; false for anything else, or beyond max. */
static bool read_number(const char **text, uint64_t max, uint64_t *ret)
{
	const char *next = *text;
	uint64_t value = 0;

	if (!is_digit(*next))
		return false;
	for (; is_digit(*next); next++) {
		uint64_t digit = (uint64_t)(*next - '0');

		if (value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (*next != ' ')
		return false;
	*text = next + 1;
	*ret = value;
	return true;
}

static int parse_line(const char *file, const char **next, struct ratchet *ratchet)
{
	char expected[2 * SHA256_SIZE + 1];
	uint64_t epoch, serial;

	if (ratchet->n_lines == STORE_EPOCHS_MAX || !read_number(next, UINT32_MAX, &epoch) ||
		!read_number(next, UINT64_MAX, &serial))
		return -EBADMSG;
	if (ratchet->n_lines > 0 && epoch <= ratchet->lines[ratchet->n_lines - 1].epoch)
		return -EBADMSG;
	if (checksum(file, (size_t)(*next - file), expected) < 0)
		return -EIO;
	if (strncmp(*next, expected, 2 * SHA256_SIZE) != 0 || (*next)[2 * SHA256_SIZE] != '\n')
		return -EBADMSG;
	*next += 2 * SHA256_SIZE + 1;
	ratchet->lines[ratchet->n_lines].epoch = (uint32_t)epoch;
	ratchet->lines[ratchet->n_lines++].serial = serial;
	return 0;
}

static int read_ratchet(int directory_fd, struct ratchet *ret)
{
	CLEANUP(cleanup_free) char *file = NULL;
	struct ratchet ratchet = {.n_lines = 0};
	const char *next;
	size_t size;
	int r = store_read(directory_fd, FILE_NAME, FILE_SIZE, &file, &size);

	if (r == -ENOENT) {
		*ret = ratchet;
		return 0;
	}
	if (r == -EFBIG || r == -EISDIR || r == -EINVAL || r == -ELOOP)
		return -EBADMSG;
	if (r < 0)
		return r;
	if (size == 0 || strlen(file) != size)
		return -EBADMSG;
	for (next = file; *next;) {
		r = parse_line(file, &next, &ratchet);
		if (r < 0)
			return r;
	}
	*ret = ratchet;
	return 0;
}

static int write_ratchet(int directory_fd, const struct ratchet *ratchet)
{
	char file[FILE_SIZE + 1], hash[2 * SHA256_SIZE + 1];
	size_t size = 0;

	for (size_t i = 0; i < ratchet->n_lines; i++) {
		int r;

		size += (size_t)snprintf(file + size, sizeof(file) - size,
			"%" PRIu32 " %" PRIu64 " ", ratchet->lines[i].epoch,
			ratchet->lines[i].serial);
		r = checksum(file, size, hash);
		if (r < 0)
			return r;
		size += (size_t)snprintf(file + size, sizeof(file) - size, "%s\n", hash);
	}
	return store_write(directory_fd, FILE_NAME, file, size);
}

/* The index where epoch stands or belongs. */
static size_t find_epoch(const struct ratchet *ratchet, uint32_t epoch)
{
	size_t i = 0;

	while (i < ratchet->n_lines && ratchet->lines[i].epoch < epoch)
		i++;
	return i;
}

static bool has_epoch_at(const struct ratchet *ratchet, size_t i, uint32_t epoch)
{
	return i < ratchet->n_lines && ratchet->lines[i].epoch == epoch;
}

int store_read_serial(int directory_fd, uint32_t epoch, uint64_t *ret)
{
	struct ratchet ratchet;
	size_t i;
	int r = read_ratchet(directory_fd, &ratchet);

	if (r < 0)
		return r;
	i = find_epoch(&ratchet, epoch);
	*ret = has_epoch_at(&ratchet, i, epoch) ? ratchet.lines[i].serial : 0;
	return 0;
}

int store_raise_serial(int directory_fd, uint32_t epoch, uint64_t serial)
{
	struct ratchet ratchet;
	size_t i;
	int r = read_ratchet(directory_fd, &ratchet);

	if (r < 0)
		return r;
	i = find_epoch(&ratchet, epoch);
	if (has_epoch_at(&ratchet, i, epoch)) {
		if (serial < ratchet.lines[i].serial)
			return -EINVAL;
		if (serial == ratchet.lines[i].serial) /* the last step may have failed then */
			return fsync(directory_fd) < 0 ? -errno : 0;
	} else {
		memmove(&ratchet.lines[i + 1], &ratchet.lines[i],
			(ratchet.n_lines - i) * sizeof(ratchet.lines[0]));
		ratchet.lines[i].epoch = epoch;
		ratchet.n_lines++;
	}
	ratchet.lines[i].serial = serial;
	if (ratchet.n_lines > STORE_EPOCHS_MAX) {
		if (i == 0)
			return -EINVAL;
		ratchet.n_lines--;
		memmove(&ratchet.lines[0], &ratchet.lines[1],
			ratchet.n_lines * sizeof(ratchet.lines[0]));
	}
	return write_ratchet(directory_fd, &ratchet);
}
