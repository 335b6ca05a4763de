#include "policy/media_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct media_index, field), \
	.size = sizeof(((struct media_index *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void read_count(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	uint64_t count = 0;

	if (number_parse(entry->value, 1, MEDIA_SHARDS_MAX, &count) == 0 &&
		(count == 1 || count == 16 || count == 256))
		*(unsigned *)ret = (unsigned)count;
	else
		value_problem(problems, entry, "1, 16 or 256");
}

int media_shard_number(const char *text)
{
	if (strlen(text) != 2 || !is_lower_hex_digit(text[0]) || !is_lower_hex_digit(text[1]))
		return -EINVAL;
	return hex_digit_value(text[0]) << 4 | hex_digit_value(text[1]);
}

/* 00 to ff; whether it is below count can only be said when count is known. */
static bool read_shard(const struct ini_entry *entry, struct problems *problems, void *ret)
{
	struct media_index *index = ret;
	int shard = media_shard_number(entry->key);

	if (shard < 0)
		return false;
	document_read_sha256(NULL, entry, problems, index->sha256[shard]);
	index->has_shard[shard] = true;
	return true;
}

static const struct schema_key media_keys[] = {
	DOCUMENT_HEADER_KEYS(struct media_index, "media"),
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(header.tier)},
	{.key = "media",
		.read = value_read_number,
		.min = 0,
		.max = MEDIA_MAX,
		.is_required = true,
		FIELD(n_media)},
};

static const struct schema_key shards_keys[] = {
	{.key = "count", .read = read_count, .is_required = true, FIELD(n_shards)},
};

static const struct schema_section sections[] = {
	{.type = "media", .is_required = true, .keys = media_keys, .n_keys = COUNT(media_keys)},
	{.type = "shards",
		.is_required = true,
		.keys = shards_keys,
		.n_keys = COUNT(shards_keys),
		.read_other = read_shard,
		.other_keys = "00 to ff"},
};

static void check_shards(const struct ini_section *section, struct problems *problems,
	const struct media_index *index)
{
	for (size_t i = 0; i < section->n_entries; i++) {
		const struct ini_entry *entry = &section->entries[i];
		int shard = entry->is_damaged ? -EINVAL : media_shard_number(entry->key);

		/* A count of 0 is a problem already. */
		if (index->n_shards > 0 && shard >= (int)index->n_shards)
			problems_add(problems, entry->line, 1, entry->key, strlen(entry->key),
				"a shard from 00 to %02x", index->n_shards - 1);
	}
}

/* Each shard that is named holds media, and there are none elsewhere. The section has all keys. */
static void check_media(const struct ini_section *section, struct problems *problems,
	const struct media_index *index)
{
	const struct ini_entry *media = ini_section_find(section, "media");
	unsigned n_named = 0;

	for (size_t i = 0; i < MEDIA_SHARDS_MAX; i++)
		n_named += index->has_shard[i];
	if (n_named == 0 && index->n_media > 0)
		value_problem(problems, media, "0, because no shard is named");
	else if (index->n_media < n_named)
		value_problem(problems, media, "at least %u, the number of shards", n_named);
}

static void check_index(const struct ini_document *document, struct problems *problems,
	const struct media_index *index)
{
	for (size_t s = 0; s < document->n_sections; s++) {
		const struct ini_section *section = &document->sections[s];

		if (!section->is_damaged && strcmp(section->type, "shards") == 0)
			check_shards(section, problems, index);
	}
}

int media_index_parse(
	const char *text, size_t size, struct problems *problems, struct media_index **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(media_index_cleanup) struct media_index *index = NULL;
	size_t found_before = problems_found(problems);
	int r;

	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	index = calloc(1, sizeof(*index));
	if (!index)
		return -ENOMEM;
	index->header.kind = DOCUMENT_MEDIA;
	schema_read(document, sections, COUNT(sections), problems, index);
	document_header_check(document, &index->header, problems);
	check_index(document, problems, index);
	/* What cannot be read cannot be counted. */
	if (problems_found(problems) == found_before)
		check_media(&document->sections[0], problems, index);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = TAKE(index);
	return 0;
}

void media_index_free(struct media_index *index)
{
	free(index);
}

void media_index_cleanup(struct media_index **index)
{
	media_index_free(*index);
}
