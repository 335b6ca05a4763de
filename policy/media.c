/* The table: open addressing over the identity hash; the media themselves lie in one array. */
#include "policy/media.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "policy/cleanup.h"
#include "policy/media_shard.h"

struct media {
	EVP_MD *digest; /* fetched once: finding it anew takes longer than hashing */
	struct medium *media;
	size_t n_media, room;
	uint32_t *slots; /* index into media plus one; 0: free; at most half are taken */
	size_t mask;     /* their number less one: a power of two less one */
};

static void free_shard(struct media_shard **shard)
{
	media_shard_free(*shard);
}

static void free_media(struct media **media)
{
	media_free(*media);
}

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
	CLEANUP(free_media) struct media *media = NULL;
	size_t n_slots = 8;

	if (n_media > UINT32_MAX / 4)
		return -ENOMEM;
	while (n_slots < 2 * n_media)
		n_slots *= 2;
	media = calloc(1, sizeof(*media));
	if (!media)
		return -ENOMEM;
	media->room = n_media;
	media->mask = n_slots - 1;
	media->digest = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	media->media = calloc(n_media + 1, sizeof(*media->media));
	media->slots = calloc(n_slots, sizeof(*media->slots));
	if (!media->digest || !media->media || !media->slots)
		return -ENOMEM;
	*ret = TAKE(media);
	return 0;
}

void media_free(struct media *media)
{
	if (!media)
		return;
	EVP_MD_free(media->digest);
	free(media->media);
	free(media->slots);
	free(media);
}

static bool is_same(const struct medium_identity *a, const struct medium_identity *b)
{
	return a->vendor == b->vendor && a->product == b->product &&
	       strcmp(a->serial, b->serial) == 0;
}

/* The slot that holds the identity, or the free one where it belongs. */
static uint32_t *find_slot(const struct media *media, const struct medium_identity *identity,
	const uint8_t sha256[SHA256_SIZE])
{
	size_t at;

	/* Not the first bytes: all media of a shard share those. */
	memcpy(&at, sha256 + SHA256_SIZE - sizeof(at), sizeof(at));
	for (at &= media->mask; media->slots[at] != 0; at = (at + 1) & media->mask)
		if (is_same(&media->media[media->slots[at] - 1].identity, identity))
			break;
	return &media->slots[at];
}

const struct medium *media_find(const struct media *media, const struct medium_identity *identity)
{
	uint8_t sha256[SHA256_SIZE];
	uint32_t index;

	if (!hash_identity(media->digest, identity, sha256))
		return NULL;
	index = *find_slot(media, identity, sha256);
	return index == 0 ? NULL : &media->media[index - 1];
}

size_t media_count(const struct media *media)
{
	return media->n_media;
}

const struct medium *media_at(const struct media *media, size_t index)
{
	return index < media->n_media ? &media->media[index] : NULL;
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

/* Adds one; false with a problem where it must not be in this shard. -ENOMEM without libcrypto. */
static int add_medium(struct media *media, const struct media_index *index, unsigned shard,
	const struct media_shard_entry *entry, struct problems *problems, uint32_t **ret_slot)
{
	const struct medium *medium = &entry->medium;
	uint8_t sha256[SHA256_SIZE];
	unsigned right;
	uint32_t *slot;

	if (!hash_identity(media->digest, &medium->identity, sha256))
		return -ENOMEM;
	right = media_shard_of(sha256, index->n_shards);
	slot = find_slot(media, &medium->identity, sha256);
	if (right != shard)
		problems_add(problems, entry->line, 1, medium->number, strlen(medium->number),
			"a medium of this shard; this one belongs to %02x", right);
	if (*slot != 0)
		problems_add(problems, entry->line, 1, medium->number, strlen(medium->number),
			"each identity once; %s has this one already",
			media->media[*slot - 1].number);
	if (right != shard || *slot != 0)
		return -EBADMSG;
	media->media[media->n_media++] = *medium;
	*slot = (uint32_t)media->n_media;
	*ret_slot = slot;
	return 0;
}

/*
 * Adds all of them or none. What was added last is taken back first: so the slots are left as they
 * were before, and no probe meets a gap.
 */
static int add_media(struct media *media, const struct media_index *index,
	const struct media_shard *shard, unsigned number, struct problems *problems)
{
	CLEANUP(cleanup_free) uint32_t **slots = calloc(shard->n_entries, sizeof(*slots));
	size_t n_before = media->n_media;
	int result = 0;

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < shard->n_entries && result != -ENOMEM; i++) {
		int r = add_medium(media, index, number, &shard->entries[i], problems,
			&slots[media->n_media - n_before]);

		if (r < 0)
			result = r;
	}
	if (result < 0)
		while (media->n_media > n_before)
			*slots[--media->n_media - n_before] = 0;
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
	CLEANUP(free_shard) struct media_shard *parsed = NULL;
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
	if (media->n_media + parsed->n_entries > index->n_media ||
		media->n_media + parsed->n_entries > media->room)
		return -EOVERFLOW;
	return add_media(media, index, parsed, shard, problems);
}
