#include "agent/revoked.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/checked_lines.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/medium_text.h"
#include "policy/sha256_text.h"

const struct revoked *revoked_find(
	const struct revoked_list *list, enum revocation_kind kind, const char *subject)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].kind == kind && strcmp(list->items[i].subject, subject) == 0)
			return &list->items[i];
	return NULL;
}

bool revoked_has_text(const struct revoked_list *list, const uint8_t text_sha256[SHA256_SIZE])
{
	for (size_t i = 0; i < list->n; i++)
		if (memcmp(list->items[i].text_sha256, text_sha256, SHA256_SIZE) == 0)
			return true;
	return false;
}

bool revoked_has(const struct revoked_list *list, const struct revocation *revocation)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].kind == revocation->kind &&
			list->items[i].epoch == revocation->header.epoch &&
			strcmp(list->items[i].subject, revocation->subject) == 0)
			return true;
	return false;
}

size_t revoked_count(const struct revoked_list *list, uint32_t epoch)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += list->items[i].epoch == epoch;
	return n;
}

static int add(struct revoked_list *list, const struct revoked *revoked)
{
	if (list->n == REVOKED_MAX)
		return -ENOSPC;
	if (list->n == list->room) {
		size_t room = list->room > 0 ? 2 * list->room : 8;
		struct revoked *items = reallocarray(list->items, room, sizeof(*items));

		if (!items)
			return -ENOMEM;
		list->items = items;
		list->room = room;
	}
	list->items[list->n++] = *revoked;
	return 0;
}

static void make_room(struct revoked_list *list, uint32_t epoch)
{
	size_t least = list->n;

	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].epoch < epoch &&
			(least == list->n || list->items[i].kind != REVOCATION_MEDIUM ||
				list->items[least].kind == REVOCATION_MEDIUM))
			least = i;
	if (least == list->n)
		return;
	list->n--;
	memmove(&list->items[least], &list->items[least + 1],
		(list->n - least) * sizeof(*list->items));
}

int revoked_add(struct revoked_list *list, const struct revocation *revocation,
	const uint8_t text_sha256[SHA256_SIZE])
{
	struct revoked revoked = {
		.kind = revocation->kind,
		.epoch = revocation->header.epoch,
		.issued = revocation->header.issued > 0 ? revocation->header.issued : 0,
	};

	memcpy(revoked.subject, revocation->subject, sizeof(revoked.subject));
	memcpy(revoked.reason, revocation->reason, sizeof(revoked.reason));
	memcpy(revoked.text_sha256, text_sha256, SHA256_SIZE);
	if (list->n == REVOKED_MAX)
		make_room(list, revoked.epoch);
	return add(list, &revoked);
}

int revoked_encode(const struct revoked_list *list, char **ret, size_t *ret_size)
{
	size_t room = list->n * REVOKED_LINE_SIZE + CHECKSUM_LINE_SIZE + 1, size = 0;
	CLEANUP(cleanup_free) char *file = malloc(room);
	int r;

	if (!file)
		return -ENOMEM;
	file[0] = '\0';
	for (size_t i = 0; i < list->n; i++) {
		const struct revoked *revoked = &list->items[i];
		char sha256[SHA256_TEXT_SIZE];

		sha256_text(revoked->text_sha256, sha256);
		size += (size_t)snprintf(file + size, room - size,
			"%s %s %" PRIu32 " %" PRId64 " %s %s\n",
			revocation_kind_name(revoked->kind), revoked->subject, revoked->epoch,
			revoked->issued, sha256, revoked->reason);
	}
	r = checked_lines_close(file, size, &size);
	if (r < 0)
		return r;
	*ret = TAKE(file);
	*ret_size = size;
	return 0;
}

/* The text up to the character end, which is passed over. */
static bool read_text(const char **next, char end, char *buffer, size_t size)
{
	const char *found = strchr(*next, end);

	if (!found || (size_t)(found - *next) >= size)
		return false;
	memcpy(buffer, *next, (size_t)(found - *next));
	buffer[found - *next] = '\0';
	*next = found + 1;
	return true;
}

static bool parse_line(const char **next, struct revoked *ret)
{
	char kind[16];
	uint64_t epoch, issued;

	if (!read_text(next, ' ', kind, sizeof(kind)) ||
		revocation_kind_from_name(kind, &ret->kind) < 0 ||
		!read_text(next, ' ', ret->subject, sizeof(ret->subject)) ||
		medium_number_fault(ret->subject) || !read_number(next, UINT32_MAX, ' ', &epoch) ||
		!read_number(next, INT64_MAX, ' ', &issued) ||
		!read_sha256(next, ' ', ret->text_sha256) ||
		!read_text(next, '\n', ret->reason, sizeof(ret->reason)) ||
		!utf8_is_plain(ret->reason))
		return false;
	ret->epoch = (uint32_t)epoch;
	ret->issued = (int64_t)issued;
	return true;
}

int revoked_decode(const char *file, size_t size, struct revoked_list *ret)
{
	const char *next = file, *end;
	int r = strlen(file) == size ? checked_lines_open(file, size, &end) : -EBADMSG;

	while (r == 0 && next < end) {
		struct revoked revoked = {};

		r = parse_line(&next, &revoked) ? add(ret, &revoked) : -EBADMSG;
	}
	return r == -ENOSPC ? -EBADMSG : r;
}

void revoked_clear(struct revoked_list *list)
{
	free(list->items);
	*list = (struct revoked_list){};
}
