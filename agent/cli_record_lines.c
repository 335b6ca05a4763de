#include "agent/cli_record_lines.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "policy/cleanup.h"

/* A record is written with one call, so half of one is seen for a moment only. */
#define WAIT_NS   20000000
#define WAITS_MAX 25

static void cleanup_digest(EVP_MD_CTX **digest)
{
	EVP_MD_CTX_free(*digest);
}

void cli_lines_begin(struct cli_lines *lines, int fd, uint64_t offset, uint64_t number)
{
	lines->fd = fd;
	lines->is_growing = false;
	lines->number = number;
	lines->offset = offset;
	lines->start = lines->end = 0;
}

/* Reads on behind what is there. How many bytes came, 0 at the end, or a negative errno. */
static ssize_t fill(struct cli_lines *lines)
{
	ssize_t n;

	memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
	lines->end -= lines->start;
	lines->start = 0;
	do {
		n = pread(lines->fd, lines->buffer + lines->end, sizeof(lines->buffer) - lines->end,
			(off_t)(lines->offset + lines->end));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	lines->end += (size_t)n;
	return n;
}

/* The same, but a line that is just being written is waited for. */
static ssize_t fill_or_wait(struct cli_lines *lines)
{
	const struct timespec moment = {.tv_nsec = WAIT_NS};
	ssize_t n = fill(lines);

	for (int i = 0; n == 0 && lines->is_growing && lines->end > 0 && i < WAITS_MAX; i++) {
		nanosleep(&moment, NULL);
		n = fill(lines);
	}
	return n;
}

static void give_up(struct cli_lines *lines, size_t size)
{
	lines->start += size;
	lines->offset += size;
}

/* A line that is longer than any record: hashed as it passes, its start kept for nobody. */
static int pass_over(struct cli_lines *lines, struct cli_line *ret)
{
	CLEANUP(cleanup_digest) EVP_MD_CTX *digest = EVP_MD_CTX_new();
	ssize_t n = 1;

	ret->has_lf = false;
	if (!digest || !EVP_DigestInit_ex(digest, EVP_sha256(), NULL))
		return -ENOMEM;
	while (n > 0 && !ret->has_lf) {
		const char *start = lines->buffer + lines->start;
		const char *lf = memchr(start, '\n', lines->end - lines->start);
		size_t size = lf ? (size_t)(lf - start) + 1 : lines->end - lines->start;

		ret->has_lf = lf;
		if (!EVP_DigestUpdate(digest, start, size))
			return -ENOMEM;
		give_up(lines, size);
		if (!lf)
			n = fill(lines);
	}
	if (n < 0)
		return (int)n;
	if (!ret->has_lf && !EVP_DigestUpdate(digest, "\n", 1))
		return -ENOMEM;
	/* Whoever looks at the length needs no more of it. */
	ret->bytes = lines->buffer;
	ret->size = RECORD_LINE_MAX;
	return EVP_DigestFinal_ex(digest, ret->sha256, NULL) ? 1 : -ENOMEM;
}

static int give(struct cli_lines *lines, size_t size, struct cli_line *ret)
{
	char *start = lines->buffer + lines->start;
	char after = start[size];

	start[size] = '\n'; /* of a cut line the one that is missing: fill() left room for it */
	if (!SHA256((const unsigned char *)start, size + 1, ret->sha256))
		return -ENOMEM;
	start[size] = after;
	ret->bytes = start;
	ret->size = size;
	give_up(lines, size + ret->has_lf);
	return 1;
}

/* Reads until the next line is there whole, or is longer than any record. 0 and *ret, its LF or
 * NULL; or a negative errno. */
static int find_lf(struct cli_lines *lines, const char **ret)
{
	for (;;) {
		const char *start = lines->buffer + lines->start;
		size_t size = lines->end - lines->start;
		const char *lf = memchr(start, '\n', size);
		ssize_t n = 0;

		if (!lf && size < RECORD_LINE_MAX) {
			n = fill_or_wait(lines);
			if (n < 0)
				return (int)n;
		}
		if (n == 0) {
			*ret = lf;
			return 0;
		}
	}
}

int cli_lines_next(struct cli_lines *lines, struct cli_line *ret)
{
	struct cli_line line = {.number = lines->number + 1, .offset = lines->offset};
	const char *lf = NULL;
	size_t size;
	int r = find_lf(lines, &lf);

	if (r < 0 || lines->start == lines->end)
		return r;
	size = lf ? (size_t)(lf - lines->buffer) - lines->start : lines->end - lines->start;
	line.has_lf = lf;
	r = size < RECORD_LINE_MAX ? give(lines, size, &line) : pass_over(lines, &line);
	if (r < 0)
		return r;
	lines->number++;
	*ret = line;
	return 1;
}
