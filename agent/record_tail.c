#include "agent/record_tail.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/record.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define BLOCK_SIZE 4096

static void cleanup_digest(EVP_MD_CTX **digest)
{
	EVP_MD_CTX_free(*digest);
}

/* Reads exactly size bytes at offset. */
static int read_at(int fd, uint64_t offset, void *buffer, size_t size)
{
	char *next = buffer;

	while (size > 0) {
		ssize_t n = pread(fd, next, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO; /* somebody cuts the file meanwhile */
		next += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
	}
	return 0;
}

/* Where the line begins whose last byte is at end - 1, its LF if it has one. */
static int find_line_start(int fd, uint64_t end, uint64_t *ret)
{
	char block[BLOCK_SIZE];
	uint64_t before = end - 1; /* the line's own LF is no border */

	while (before > 0) {
		size_t size = before < BLOCK_SIZE ? (size_t)before : BLOCK_SIZE;
		const char *border;
		int r = read_at(fd, before - size, block, size);

		if (r < 0)
			return r;
		border = memrchr(block, '\n', size);
		if (border) {
			*ret = before - size + (uint64_t)(border - block) + 1;
			return 0;
		}
		before -= size;
	}
	*ret = 0;
	return 0;
}

static int hash_line(int fd, uint64_t start, uint64_t end, bool add_lf, uint8_t ret[SHA256_SIZE])
{
	CLEANUP(cleanup_digest) EVP_MD_CTX *digest = EVP_MD_CTX_new();
	char block[BLOCK_SIZE];

	if (!digest || !EVP_DigestInit_ex(digest, EVP_sha256(), NULL))
		return -ENOMEM;
	while (start < end) {
		size_t size = end - start < BLOCK_SIZE ? (size_t)(end - start) : BLOCK_SIZE;
		int r = read_at(fd, start, block, size);

		if (r < 0)
			return r;
		if (!EVP_DigestUpdate(digest, block, size))
			return -ENOMEM;
		start += size;
	}
	if (add_lf && !EVP_DigestUpdate(digest, "\n", 1))
		return -ENOMEM;
	return EVP_DigestFinal_ex(digest, ret, NULL) ? 0 : -ENOMEM;
}

bool record_line_sequence(const char *line, size_t size, uint64_t *ret)
{
	const size_t start = strlen(RECORD_LINE_START);
	uint64_t value = 0;
	size_t i = start;

	if (size < start + 3 || memcmp(line, RECORD_LINE_START, start) != 0 ||
		memcmp(line + size - 2, "}\n", 2) != 0)
		return false;
	for (; i < size && is_digit(line[i]) && value < UINT64_MAX / 100; i++)
		value = value * 10 + (uint64_t)(line[i] - '0');
	if (i == start || line[i] != ',')
		return false;
	*ret = value;
	return true;
}

/* Counts lines from behind until one is a record; its number and theirs give the last line's. */
static int find_sequence(int fd, uint64_t start, uint64_t end, struct record_tail *tail)
{
	for (uint64_t skipped = 0;; skipped++) {
		char line[RECORD_LINE_MAX];
		uint64_t sequence;
		int r;

		if (end - start <= sizeof(line)) {
			r = read_at(fd, start, line, (size_t)(end - start));
			if (r < 0)
				return r;
			if (record_line_sequence(line, (size_t)(end - start), &sequence)) {
				tail->has_sequence = true;
				tail->sequence = sequence + skipped;
				return 0;
			}
		}
		tail->is_damaged = true;
		tail->sequence = skipped + 1;
		if (start == 0)
			return 0;
		end = start;
		r = find_line_start(fd, end, &start);
		if (r < 0)
			return r;
	}
}

int record_tail_read(int fd, struct record_tail *ret)
{
	struct record_tail tail = {.is_empty = true};
	struct stat facts;
	uint64_t start = 0;
	char last;
	int r;

	if (fstat(fd, &facts) < 0)
		return -errno;
	if (facts.st_size == 0) {
		*ret = tail;
		return 0;
	}
	tail.is_empty = false;
	tail.size = (uint64_t)facts.st_size;
	r = read_at(fd, tail.size - 1, &last, 1);
	if (r == 0)
		r = find_line_start(fd, tail.size, &start);
	if (r < 0)
		return r;
	tail.is_cut = last != '\n';
	r = hash_line(fd, start, tail.size, tail.is_cut, tail.sha256);
	if (r == 0)
		r = find_sequence(fd, start, tail.size, &tail);
	if (r < 0)
		return r;
	*ret = tail;
	return 0;
}
