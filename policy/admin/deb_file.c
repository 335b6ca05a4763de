#include "policy/admin/deb_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSION    "2.0\n"
#define AR_MAGIC   "!<arch>\n"
#define AR_HEADER  60
#define BLOCK_SIZE 512
#define SIZE_LIMIT (16 * 1024 * 1024)

/* The header of ustar (POSIX.1-2017, pax); numbers in octal. */
struct tar_header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, link[100],
		magic[6], version[2], user[32], group[32], device[16], prefix[155], rest[12];
};

_Static_assert(sizeof(struct tar_header) == BLOCK_SIZE, "a block");

struct buffer {
	char *bytes;
	size_t used, size;
	int error;
};

static void append(struct buffer *buffer, const void *bytes, size_t size)
{
	if (buffer->error < 0)
		return;
	if (buffer->used + size > buffer->size) {
		buffer->error = -EINVAL;
		return;
	}
	if (size > 0)
		memcpy(buffer->bytes + buffer->used, bytes, size);
	buffer->used += size;
}

static void pad(struct buffer *buffer, size_t begin, size_t unit, char with)
{
	while (buffer->error == 0 && (buffer->used - begin) % unit != 0)
		append(buffer, &with, 1);
}

static void write_checksum(struct tar_header *header)
{
	const unsigned char *bytes = (const unsigned char *)header;
	unsigned sum = 0;

	memset(header->checksum, ' ', sizeof(header->checksum));
	for (size_t i = 0; i < sizeof(*header); i++)
		sum += bytes[i];
	snprintf(header->checksum, sizeof(header->checksum), "%06o", sum);
}

static void append_member(struct buffer *tar, const struct deb_member *member, int64_t now_s)
{
	size_t length = strlen(member->path), begin = tar->used;
	bool is_folder = length > 0 && member->path[length - 1] == '/';
	struct tar_header header = {.type = is_folder ? '5' : '0'};

	if (length >= sizeof(header.name) || member->size > SIZE_LIMIT) {
		tar->error = -EINVAL;
		return;
	}
	memcpy(header.name, member->path, length);
	snprintf(header.mode, sizeof(header.mode), "%07o", member->mode & 07777);
	snprintf(header.uid, sizeof(header.uid), "%07o", 0);
	snprintf(header.gid, sizeof(header.gid), "%07o", 0);
	snprintf(header.size, sizeof(header.size), "%011zo", member->size);
	snprintf(header.mtime, sizeof(header.mtime), "%011" PRIo64, (uint64_t)now_s);
	memcpy(header.magic, "ustar", 6);
	memcpy(header.version, "00", 2);
	memcpy(header.user, "root", 4);
	memcpy(header.group, "root", 4);
	write_checksum(&header);
	append(tar, &header, sizeof(header));
	append(tar, member->bytes, member->size);
	pad(tar, begin, BLOCK_SIZE, '\0');
}

static int make_tar(const struct deb_member *members, size_t n, int64_t now_s, struct buffer *ret)
{
	static const char end[2 * BLOCK_SIZE];
	struct buffer tar = {.size = sizeof(end)};

	for (size_t i = 0; i < n; i++)
		tar.size += 2 * BLOCK_SIZE + members[i].size;
	tar.bytes = malloc(tar.size);
	if (!tar.bytes)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		append_member(&tar, &members[i], now_s);
	append(&tar, end, sizeof(end));
	*ret = tar;
	return tar.error;
}

static void append_part(
	struct buffer *deb, const char *name, const char *bytes, size_t size, int64_t now_s)
{
	char header[AR_HEADER + 1];

	snprintf(header, sizeof(header), "%-16s%-12" PRId64 "%-6d%-6d%-8s%-10zu`\n", name, now_s, 0,
		0, "100644", size);
	append(deb, header, AR_HEADER);
	append(deb, bytes, size);
	pad(deb, 0, 2, '\n');
}

static void clear(struct buffer *buffer)
{
	if (buffer->bytes)
		explicit_bzero(buffer->bytes, buffer->used);
	free(buffer->bytes);
}

int deb_file_make(const struct deb_member *control, size_t n_control, const struct deb_member *data,
	size_t n_data, int64_t now_s, char **ret, size_t *ret_size)
{
	struct buffer parts[2] = {{0}}, deb = {0};
	int r = make_tar(control, n_control, now_s, &parts[0]);

	if (r == 0)
		r = make_tar(data, n_data, now_s, &parts[1]);
	deb.size = sizeof(AR_MAGIC) + 4 * (AR_HEADER + 1) + parts[0].used + parts[1].used;
	deb.bytes = r == 0 ? malloc(deb.size) : NULL;
	if (r == 0 && !deb.bytes)
		r = -ENOMEM;
	if (r == 0) {
		append(&deb, AR_MAGIC, strlen(AR_MAGIC));
		append_part(&deb, "debian-binary", VERSION, strlen(VERSION), now_s);
		append_part(&deb, "control.tar", parts[0].bytes, parts[0].used, now_s);
		append_part(&deb, "data.tar", parts[1].bytes, parts[1].used, now_s);
		r = deb.error;
	}
	clear(&parts[0]);
	clear(&parts[1]);
	if (r < 0) {
		clear(&deb);
		return r;
	}
	*ret = deb.bytes;
	*ret_size = deb.used;
	return 0;
}
