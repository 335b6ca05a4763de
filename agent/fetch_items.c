#include "agent/fetch_items.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/fetch_kept.h"
#include "agent/store.h"
#include "policy/cleanup.h"

#define FILE_MODE 0600
#define TEMPORARY ".new"

int fetch_bytes_sha256(const struct fetch_bytes *bytes, uint8_t ret[SHA256_SIZE])
{
	return EVP_Digest(bytes->bytes, bytes->size, ret, NULL, EVP_sha256(), NULL) == 1 ? 0
											 : -ENOMEM;
}

struct fetch_item *fetch_items_get(struct fetch_items *items, const char *name)
{
	struct fetch_item *item;

	for (size_t i = 0; i < items->n; i++)
		if (strcmp(items->items[i].name, name) == 0)
			return &items->items[i];
	if (items->n == FETCH_ITEMS_MAX)
		return NULL;
	item = &items->items[items->n++];
	*item = (struct fetch_item){};
	snprintf(item->name, sizeof(item->name), "%s", name);
	return item;
}

uint64_t fetch_items_last_root(const struct fetch_items *items)
{
	uint64_t last = 0;

	for (size_t i = 0; i < items->n; i++) {
		struct document_name parsed = document_name_parse(items->items[i].name);

		if (items->items[i].is_there && parsed.kind == DOCUMENT_ROOT &&
			parsed.number > last)
			last = parsed.number;
	}
	return last;
}

/* --- what is kept --- */

/* "media-3f" of "media/3f": one folder is enough. */
static void kept_name(const char *name, char ret[DOCUMENT_NAME_MAX])
{
	char *slash;

	snprintf(ret, DOCUMENT_NAME_MAX, "%s", name);
	slash = strchr(ret, '/');
	if (slash)
		*slash = '-';
}

static int write_kept(
	int folder_fd, const char *head, const struct fetch_bytes *bytes, const char *name)
{
	CLEANUP(cleanup_close) int fd = -1;
	int r;

	if (unlinkat(folder_fd, TEMPORARY, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(folder_fd, TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		FILE_MODE);
	r = fd < 0 ? -errno : write_whole(fd, head, strlen(head));
	if (r == 0)
		r = write_whole(fd, bytes->bytes, bytes->size);
	/* Not synced: what a power cut leaves of it has a hash. */
	if (r == 0 && renameat(folder_fd, TEMPORARY, folder_fd, name) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(folder_fd, TEMPORARY, 0);
	return r;
}

/* That it cannot be kept costs another transfer, and nothing else. */
static void keep(const struct fetch_items *items, const struct fetch_item *item,
	const struct site *site, const struct fetch_bytes *bytes)
{
	char name[DOCUMENT_NAME_MAX], url[FETCH_URL_SIZE], head[FETCH_KEPT_HEAD_SIZE];

	if (items->kept_fd < 0)
		return;
	kept_name(item->name, name);
	if (!item->etag[0] || fetch_url(site, item->name, url) < 0 ||
		fetch_kept_head(url, item->etag, bytes->bytes, bytes->size, head) < 0 ||
		write_kept(items->kept_fd, head, bytes, name) < 0)
		(void)unlinkat(items->kept_fd, name, 0);
}

static int put(
	const struct fetch_items *items, struct fetch_item *item, const struct fetch_bytes *bytes)
{
	uint8_t sha256[SHA256_SIZE];
	int r = fetch_bytes_sha256(bytes, sha256);

	if (r < 0)
		return r;
	r = fetch_spool_put(items->spool, item->name, bytes->bytes, bytes->size);
	if (r < 0)
		return r;
	memcpy(item->sha256, sha256, SHA256_SIZE);
	item->is_there = true;
	return r;
}

static void restore(struct fetch_items *items, const struct site *site, const char *name)
{
	CLEANUP(cleanup_free) char *file = NULL;
	char file_name[DOCUMENT_NAME_MAX], url[FETCH_URL_SIZE], etag[FETCH_ETAG_MAX + 1];
	size_t size, at;
	struct fetch_item *item;
	struct fetch_bytes bytes;

	kept_name(name, file_name);
	if (fetch_url(site, name, url) < 0 ||
		store_read(items->kept_fd, file_name,
			fetch_size_max(name) + 1 + FETCH_KEPT_HEAD_SIZE, &file, &size) < 0 ||
		fetch_kept_parse(file, size, url, etag, &at) < 0)
		return;
	item = fetch_items_get(items, name);
	bytes = (struct fetch_bytes){.bytes = file + at, .size = size - at};
	if (item && put(items, item, &bytes) >= 0)
		memcpy(item->etag, etag, sizeof(etag));
}

/* What else lies in the spool nobody would ever ask for again. */
static void drop_other_roots(const struct fetch_items *items)
{
	struct fetch_roots roots = {};

	for (size_t i = 0; i < items->n; i++) {
		struct document_name parsed = document_name_parse(items->items[i].name);

		if (parsed.kind == DOCUMENT_ROOT)
			fetch_roots_add(&roots, parsed.number);
	}
	(void)fetch_spool_keep_roots(items->spool, &roots);
}

static void restore_all(struct fetch_items *items, const struct site *site)
{
	char name[DOCUMENT_NAME_MAX];
	const char *single;

	/* Who may sign comes first, then what a list needs, then the list. */
	for (unsigned i = 1; i <= FETCH_ROOTS_MAX; i++) {
		snprintf(name, sizeof(name), "root/%u.ini", i);
		restore(items, site, name);
	}
	for (unsigned i = 0; i < FETCH_SHARDS; i++) {
		snprintf(name, sizeof(name), "media/%02x", i);
		restore(items, site, name);
	}
	for (size_t i = 0; (single = fetch_name_single(i)); i++)
		restore(items, site, single);
}

void fetch_items_begin(struct fetch_items *items, const struct site *site)
{
	items->n = 0;
	if (items->kept_fd >= 0)
		restore_all(items, site);
	drop_other_roots(items);
}

/* --- what comes and goes --- */

int fetch_items_take(struct fetch_items *items, struct fetch_item *item, const struct site *site,
	const struct fetch_bytes *bytes, const char *etag)
{
	int r;

	item->etag[0] = '\0';
	r = put(items, item, bytes);
	if (r < 0)
		return r;
	snprintf(item->etag, sizeof(item->etag), "%s", etag);
	keep(items, item, site, bytes);
	return r;
}

void fetch_items_remove(struct fetch_items *items, struct fetch_item *item)
{
	char name[DOCUMENT_NAME_MAX];

	kept_name(item->name, name);
	if (items->kept_fd >= 0)
		(void)unlinkat(items->kept_fd, name, 0);
	fetch_spool_remove(items->spool, item->name);
	*item = items->items[--items->n];
}
