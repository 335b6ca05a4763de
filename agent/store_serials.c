/*
 * The serial ratchet: lines "KIND EPOCH SERIAL SHA256", kinds and epochs rising; "-" where the
 * hash of the document's text is not known. Older versions wrote lines "EPOCH SERIAL CHECKSUM" of
 * policies, each checksum over every byte of the file before it; these are still read.
 */
#include "agent/store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/checked_lines.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define FILE_NAME "serials"
#define LINES_MAX (STORE_EPOCHS_MAX * (DOCUMENT_KIND_COUNT - 1))
#define LINE_SIZE (10 + 1 + 10 + 1 + 20 + 1 + 2 * SHA256_SIZE + 1) /* the longest, LF included */
#define FILE_SIZE (LINES_MAX * LINE_SIZE + CHECKSUM_LINE_SIZE)

struct line {
	enum document_kind kind;
	uint32_t epoch;
	struct store_serial last;
};

struct ratchet {
	struct line lines[LINES_MAX + 1];
	size_t n_lines;
};

static bool is_before(const struct line *line, enum document_kind kind, uint32_t epoch)
{
	return line->kind != kind ? line->kind < kind : line->epoch < epoch;
}

static int add_line(struct ratchet *ratchet, const struct line *line)
{
	if (ratchet->n_lines == LINES_MAX ||
		(ratchet->n_lines > 0 &&
			!is_before(&ratchet->lines[ratchet->n_lines - 1], line->kind, line->epoch)))
		return -EBADMSG;
	ratchet->lines[ratchet->n_lines++] = *line;
	return 0;
}

static int parse_old_line(const char *file, const char **next, struct line *ret)
{
	char expected[CHECKSUM_SIZE];
	uint64_t epoch, serial;
	int r;

	if (!read_number(next, UINT32_MAX, ' ', &epoch) ||
		!read_number(next, UINT64_MAX, ' ', &serial))
		return -EBADMSG;
	r = checksum_text(file, (size_t)(*next - file), expected);
	if (r < 0)
		return r;
	if (strncmp(*next, expected, CHECKSUM_SIZE - 1) != 0 || (*next)[CHECKSUM_SIZE - 1] != '\n')
		return -EBADMSG;
	*next += CHECKSUM_SIZE;
	*ret = (struct line){
		.kind = DOCUMENT_POLICY, .epoch = (uint32_t)epoch, .last.serial = serial};
	return 0;
}

static bool read_kind(const char **next, enum document_kind *ret)
{
	for (enum document_kind kind = DOCUMENT_NONE + 1; kind < DOCUMENT_KIND_COUNT; kind++) {
		const char *name = document_kind_name(kind);
		size_t length = strlen(name);

		if (strncmp(*next, name, length) != 0 || (*next)[length] != ' ')
			continue;
		*next += length + 1;
		*ret = kind;
		return true;
	}
	return false;
}

static int parse_line(const char **next, struct line *ret)
{
	struct line line = {};
	uint64_t epoch;

	if (!read_kind(next, &line.kind) || !read_number(next, UINT32_MAX, ' ', &epoch) ||
		!read_number(next, UINT64_MAX, ' ', &line.last.serial))
		return -EBADMSG;
	line.epoch = (uint32_t)epoch;
	line.last.has_text_sha256 = strncmp(*next, "-\n", 2) != 0;
	if (!line.last.has_text_sha256)
		*next += 2;
	else if (!read_sha256(next, '\n', line.last.text_sha256))
		return -EBADMSG;
	*ret = line;
	return 0;
}

static int parse(const char *file, size_t size, struct ratchet *ratchet)
{
	bool is_old = is_digit(*file);
	const char *next = file, *end = file + size;
	int r = 0;

	if (!is_old)
		r = checked_lines_open(file, size, &end);
	while (r == 0 && next < end) {
		struct line line;

		r = is_old ? parse_old_line(file, &next, &line) : parse_line(&next, &line);
		if (r == 0)
			r = add_line(ratchet, &line);
	}
	return r;
}

static int read_ratchet(int directory_fd, struct ratchet *ret)
{
	CLEANUP(cleanup_free) char *file = NULL;
	struct ratchet ratchet = {.n_lines = 0};
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
	r = parse(file, size, &ratchet);
	if (r < 0)
		return r;
	*ret = ratchet;
	return 0;
}

static int write_ratchet(int directory_fd, const struct ratchet *ratchet)
{
	char file[FILE_SIZE + 1];
	size_t size = 0;
	int r;

	for (size_t i = 0; i < ratchet->n_lines; i++) {
		const struct line *line = &ratchet->lines[i];

		char sha256[SHA256_TEXT_SIZE] = "-";

		if (line->last.has_text_sha256)
			sha256_text(line->last.text_sha256, sha256);
		size += (size_t)snprintf(file + size, sizeof(file) - size,
			"%s %" PRIu32 " %" PRIu64 " %s\n", document_kind_name(line->kind),
			line->epoch, line->last.serial, sha256);
	}
	r = checked_lines_close(file, size, &size);
	return r < 0 ? r : store_write(directory_fd, FILE_NAME, file, size);
}

/* The index where it stands or belongs. */
static size_t find_line(const struct ratchet *ratchet, enum document_kind kind, uint32_t epoch)
{
	size_t i = 0;

	while (i < ratchet->n_lines && is_before(&ratchet->lines[i], kind, epoch))
		i++;
	return i;
}

static bool has_line_at(
	const struct ratchet *ratchet, size_t i, enum document_kind kind, uint32_t epoch)
{
	return i < ratchet->n_lines && ratchet->lines[i].kind == kind &&
	       ratchet->lines[i].epoch == epoch;
}

int store_read_serial(
	int directory_fd, enum document_kind kind, uint32_t epoch, struct store_serial *ret)
{
	struct ratchet ratchet;
	size_t i;
	int r = read_ratchet(directory_fd, &ratchet);

	if (r < 0)
		return r;
	i = find_line(&ratchet, kind, epoch);
	*ret = has_line_at(&ratchet, i, kind, epoch) ? ratchet.lines[i].last
						     : (struct store_serial){};
	return 0;
}

static void remove_line(struct ratchet *ratchet, size_t i)
{
	ratchet->n_lines--;
	memmove(&ratchet->lines[i], &ratchet->lines[i + 1],
		(ratchet->n_lines - i) * sizeof(ratchet->lines[0]));
}

/* Makes room at i; of too many epochs the kind's lowest goes. 0, or -EINVAL when that is i. */
static int insert_line(struct ratchet *ratchet, size_t i, enum document_kind kind, uint32_t epoch)
{
	size_t first = find_line(ratchet, kind, 0), next = find_line(ratchet, kind + 1, 0);

	if (next - first == STORE_EPOCHS_MAX) {
		if (i == first)
			return -EINVAL;
		remove_line(ratchet, first);
		i--;
	}
	memmove(&ratchet->lines[i + 1], &ratchet->lines[i],
		(ratchet->n_lines - i) * sizeof(ratchet->lines[0]));
	ratchet->lines[i] = (struct line){.kind = kind, .epoch = epoch};
	ratchet->n_lines++;
	return 0;
}

bool store_serial_is(const struct store_serial *last, const uint8_t text_sha256[SHA256_SIZE])
{
	return last->has_text_sha256 && memcmp(last->text_sha256, text_sha256, SHA256_SIZE) == 0;
}

/* Whether the line says it already: 1, 0, or -EINVAL where that would lower it. */
static int compare(const struct store_serial *last, uint64_t serial, const uint8_t *text_sha256)
{
	if (serial != last->serial)
		return serial < last->serial ? -EINVAL : 0;
	if (!text_sha256 || !last->has_text_sha256)
		return !text_sha256 && !last->has_text_sha256;
	return store_serial_is(last, text_sha256) ? 1 : -EINVAL;
}

int store_raise_serial(int directory_fd, enum document_kind kind, uint32_t epoch, uint64_t serial,
	const uint8_t text_sha256[SHA256_SIZE])
{
	struct ratchet ratchet;
	struct store_serial *last;
	size_t i;
	int r = read_ratchet(directory_fd, &ratchet);

	if (r < 0)
		return r;
	i = find_line(&ratchet, kind, epoch);
	if (has_line_at(&ratchet, i, kind, epoch)) {
		r = compare(&ratchet.lines[i].last, serial, text_sha256);
		if (r > 0) /* the last step may have failed then */
			return fsync(directory_fd) < 0 ? -errno : 0;
	} else {
		r = insert_line(&ratchet, i, kind, epoch);
	}
	if (r < 0)
		return r;
	last = &ratchet.lines[find_line(&ratchet, kind, epoch)].last;
	*last = (struct store_serial){.serial = serial, .has_text_sha256 = text_sha256};
	if (text_sha256)
		memcpy(last->text_sha256, text_sha256, SHA256_SIZE);
	return write_ratchet(directory_fd, &ratchet);
}
