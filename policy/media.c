/* Which shards may be added to the table, and how media are asked for. */
#include "policy/media.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "policy/cleanup.h"
#include "policy/media_shard.h"
#include "policy/media_table.h"

struct media {
	EVP_MD *digest; /* fetched once: finding it anew takes longer than hashing */
	struct media_table table;
	char (*struck)[MEDIUM_NUMBER_MAX + 1]; /* numbers that count no more: few */
	size_t n_struck;
};

static char *put_hex(char *to, uint16_t id)
{
	static const char digits[] = "0123456789abcdef";

	for (int shift = 12; shift >= 0; shift -= 4)
		*to++ = digits[id >> shift & 15];
	*to++ = ':';
	return to;
}

static bool hash_identity(
	const EVP_MD *digest, const struct medium_identity *identity, uint8_t ret[SHA256_SIZE])
{
	char text[sizeof("vvvv:pppp:") + MEDIUM_SERIAL_MAX];
	size_t size = strnlen(identity->serial, MEDIUM_SERIAL_MAX);
	char *end = put_hex(put_hex(text, identity->vendor), identity->product);

	memcpy(end, identity->serial, size);
	return EVP_Digest(text, (size_t)(end - text) + size, ret, NULL, digest, NULL) == 1;
}

bool medium_identity_hash(const struct medium_identity *identity, uint8_t ret_sha256[SHA256_SIZE])
{
	uint8_t sha256[SHA256_SIZE];

	if (!hash_identity(EVP_sha256(), identity, sha256))
		return false;
	memcpy(ret_sha256, sha256, sizeof(sha256));
	return true;
}

unsigned media_shard_of(const uint8_t identity_sha256[SHA256_SIZE], unsigned n_shards)
{
	return identity_sha256[0] * n_shards >> 8; /* the first bits, as n_shards is 1, 16, 256 */
}

int media_new(size_t n_media, struct media **ret)
{
	CLEANUP(media_cleanup) struct media *media = calloc(1, sizeof(*media));
	int r;

	if (!media)
		return -ENOMEM;
	r = media_table_init(&media->table, n_media);
	if (r < 0)
		return r;
	media->digest = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	if (!media->digest)
		return -ENOMEM;
	*ret = TAKE(media);
	return 0;
}

void media_free(struct media *media)
{
	if (!media)
		return;
	EVP_MD_free(media->digest);
	media_table_clear(&media->table);
	free(media->struck);
	free(media);
}

void media_cleanup(struct media **media)
{
	media_free(*media);
}

static bool is_struck(const struct media *media, const char *number)
{
	for (size_t i = 0; i < media->n_struck; i++)
		if (strcmp(media->struck[i], number) == 0)
			return true;
	return false;
}

int media_strike(struct media *media, const char *number)
{
	char(*struck)[MEDIUM_NUMBER_MAX + 1];

	if (is_struck(media, number))
		return 0;
	struck = reallocarray(media->struck, media->n_struck + 1, sizeof(*struck));
	if (!struck)
		return -ENOMEM;
	media->struck = struck;
	snprintf(struck[media->n_struck++], sizeof(*struck), "%s", number);
	return 1;
}

static const struct medium *find(
	const struct media *media, const struct medium_identity *identity, bool is_to_be_struck)
{
	const struct medium *medium;
	uint8_t sha256[SHA256_SIZE];

	if (!hash_identity(media->digest, identity, sha256))
		return NULL;
	medium = media_table_find(&media->table, identity, sha256);
	return medium && is_struck(media, medium->number) == is_to_be_struck ? medium : NULL;
}

const struct medium *media_find(const struct media *media, const struct medium_identity *identity)
{
	return find(media, identity, false);
}

const struct medium *media_find_struck(
	const struct media *media, const struct medium_identity *identity)
{
	return find(media, identity, true);
}

size_t media_count(const struct media *media)
{
	return media->table.n_media;
}

const struct medium *media_at(const struct media *media, size_t index)
{
	return index < media->table.n_media ? media_table_at(&media->table, index) : NULL;
}

bool media_has_number(const struct media *media, const char *number)
{
	for (size_t i = 0; media && i < media_count(media); i++)
		if (strcmp(media_at(media, i)->number, number) == 0)
			return true;
	return false;
}

static void check_head(const struct media_shard *shard, const struct media_index *index,
	unsigned number, struct problems *problems)
{
	if (strcmp(shard->site, index->header.site) != 0)
		problems_add(problems, 0, 0, shard->site, strlen(shard->site),
			"the site of the index, %s", index->header.site);
	if (strcmp(shard->tier, index->header.tier) != 0)
		problems_add(problems, 0, 0, shard->tier, strlen(shard->tier),
			"the tier of the index, %s", index->header.tier);
	if (shard->shard != number)
		problems_add(problems, 0, 0, "", 0, "shard = %02x, as the index names it, not %02x",
			number, shard->shard);
}

/* Adds one, or a problem where it must not be in this shard. -ENOMEM without libcrypto. */
static int add_medium(struct media *media, const struct media_index *index, unsigned shard,
	const struct media_shard_entry *entry, struct problems *problems)
{
	const struct medium *medium = &entry->medium, *twin;
	uint8_t sha256[SHA256_SIZE];
	unsigned right;

	if (!hash_identity(media->digest, &medium->identity, sha256))
		return -ENOMEM;
	right = media_shard_of(sha256, index->n_shards);
	if (right != shard)
		problems_add(problems, entry->line, 1, medium->number, strlen(medium->number),
			"a medium of this shard; this one belongs to %02x", right);
	twin = media_table_find(&media->table, &medium->identity, sha256);
	if (twin)
		problems_add(problems, entry->line, 1, medium->number, strlen(medium->number),
			"each identity once; %s has this one already", twin->number);
	if (right != shard || twin)
		return -EBADMSG;
	media_table_add(&media->table, medium, sha256);
	return 0;
}

/* Adds all of them or none. */
static int add_media(struct media *media, const struct media_index *index,
	const struct media_shard *shard, unsigned number, struct problems *problems)
{
	size_t n_before = media_count(media);
	int result = 0;

	for (size_t i = 0; i < shard->n_entries && result != -ENOMEM; i++) {
		int r = add_medium(media, index, number, &shard->entries[i], problems);

		if (r < 0)
			result = r;
	}
	if (result < 0)
		media_table_truncate(&media->table, n_before);
	return result;
}

static bool is_named(
	const struct media_index *index, unsigned shard, const uint8_t sha256[SHA256_SIZE])
{
	return shard < index->n_shards && shard < MEDIA_SHARDS_MAX && index->has_shard[shard] &&
	       memcmp(index->sha256[shard], sha256, SHA256_SIZE) == 0;
}

int media_add_shard(struct media *media, const struct media_index *index, unsigned shard,
	const char *bytes, size_t size, struct problems *problems)
{
	CLEANUP(media_shard_cleanup) struct media_shard *parsed = NULL;
	size_t found_before = problems_found(problems);
	uint8_t sha256[SHA256_SIZE];
	int r;

	if (EVP_Digest(bytes, size, sha256, NULL, media->digest, NULL) != 1)
		return -ENOMEM;
	if (!is_named(index, shard, sha256))
		return -ESTALE;
	if (size > MEDIA_SHARD_SIZE_MAX) {
		problems_add(problems, 0, 0, "", 0, "at most %d bytes, not %zu",
			MEDIA_SHARD_SIZE_MAX, size);
		return -EBADMSG;
	}
	r = media_shard_parse(bytes, size, problems, &parsed);
	if (r < 0)
		return r;
	check_head(parsed, index, shard, problems);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	if (media_count(media) + parsed->n_entries > index->n_media ||
		media_count(media) + parsed->n_entries > media->table.room)
		return -EOVERFLOW;
	return add_media(media, index, parsed, shard, problems);
}
