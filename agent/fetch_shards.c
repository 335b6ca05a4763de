#include "agent/fetch_shards.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/media_index.h"

#define LIST "media.ini"

static void forget(struct fetch_shards *shards, unsigned i)
{
	free(shards->items[i].bytes);
	shards->items[i].bytes = NULL;
}

void fetch_shards_clear(struct fetch_shards *shards)
{
	for (unsigned i = 0; i < FETCH_SHARDS; i++)
		forget(shards, i);
}

static struct fetch_item *item_of(struct fetch_asking *asking, unsigned i)
{
	char name[DOCUMENT_NAME_MAX];

	snprintf(name, sizeof(name), "media/%02x", i);
	return fetch_items_get(asking->items, name);
}

/* NULL: it is no list; whoever judges it will say so. */
static struct media_index *read_list(const struct fetch_got *got)
{
	CLEANUP(problems_clear) struct problems problems = {};
	struct signed_document document;
	struct media_index *index = NULL;

	if (document_split(got->bytes, got->size, &problems, &document) < 0 ||
		media_index_parse(document.text.bytes, document.text.size, &problems, &index) < 0)
		return NULL;
	return index;
}

/* One part that the list names so. False: it could not be had. */
static bool get_one(struct fetch_shards *shards, struct fetch_asking *asking, unsigned i,
	const uint8_t sha256[SHA256_SIZE])
{
	struct fetch_item *item = item_of(asking, i);
	struct fetch_bytes bytes;
	uint8_t found[SHA256_SIZE];
	struct fetch_got got;

	if (!item)
		return false;
	/* What is there is another one: the whole is asked for. */
	item->etag[0] = '\0';
	if (fetch_ask(asking, item, &got) < 0 || got.answer != FETCH_THERE)
		return false;
	bytes = (struct fetch_bytes){.bytes = got.bytes, .size = got.size};
	if (fetch_bytes_sha256(&bytes, found) < 0 || memcmp(found, sha256, SHA256_SIZE) != 0) {
		fetch_complain(item, "it is not what " LIST " names; it is asked for again");
		free(got.bytes);
		return false;
	}
	fetch_complain(item, NULL);
	forget(shards, i);
	shards->items[i].bytes = got.bytes;
	shards->items[i].size = got.size;
	snprintf(shards->items[i].etag, sizeof(shards->items[i].etag), "%s",
		fetch_reply_etag(&got.reply));
	memcpy(shards->items[i].sha256, sha256, SHA256_SIZE);
	return true;
}

/* Whether it is in the spool, or waits here. What waits of another list is forgotten. */
static bool is_here(struct fetch_shards *shards, struct fetch_asking *asking, unsigned i,
	const uint8_t sha256[SHA256_SIZE])
{
	const struct fetch_item *item = item_of(asking, i);
	bool is_there = item && item->is_there && memcmp(item->sha256, sha256, SHA256_SIZE) == 0;

	if (is_there || memcmp(shards->items[i].sha256, sha256, SHA256_SIZE) != 0)
		forget(shards, i);
	return is_there || shards->items[i].bytes;
}

static bool get_all(
	struct fetch_shards *shards, struct fetch_asking *asking, const struct media_index *index)
{
	bool has_all = true;

	for (unsigned i = 0; i < FETCH_SHARDS; i++) {
		if (!index->has_shard[i])
			forget(shards, i);
		else if (!is_here(shards, asking, i, index->sha256[i]))
			has_all &= get_one(shards, asking, i, index->sha256[i]);
		if (asking->is_over)
			return false;
	}
	return has_all;
}

/* All of them at once. */
static bool put_all(struct fetch_shards *shards, struct fetch_asking *asking)
{
	for (unsigned i = 0; i < FETCH_SHARDS; i++) {
		struct fetch_item *item = shards->items[i].bytes ? item_of(asking, i) : NULL;
		struct fetch_bytes bytes = {
			.bytes = shards->items[i].bytes, .size = shards->items[i].size};

		if (!item)
			continue;
		if (fetch_items_take(asking->items, item, &asking->link->site, &bytes,
			    shards->items[i].etag) < 0)
			return false;
		forget(shards, i);
	}
	return true;
}

void fetch_shards_take(struct fetch_shards *shards, struct fetch_asking *asking)
{
	CLEANUP(media_index_cleanup) struct media_index *index = NULL;
	struct fetch_item *list = fetch_items_get(asking->items, LIST);
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct fetch_got got;

	if (!list || fetch_ask(asking, list, &got) < 0 || got.answer != FETCH_THERE)
		return;
	bytes = got.bytes;
	index = read_list(&got);
	if (index && (!get_all(shards, asking, index) || !put_all(shards, asking)))
		return;
	/* The parts have moved the others. */
	list = fetch_items_get(asking->items, LIST);
	if (list)
		(void)fetch_items_take(asking->items, list, &asking->link->site,
			&(struct fetch_bytes){.bytes = got.bytes, .size = got.size},
			fetch_reply_etag(&got.reply));
}
