#include "pam/envelope_set.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "policy/checksum.h"

/* Little endian; what is not named is zero. */
struct __attribute__((packed)) head {
	uint8_t magic[4];
	uint32_t checksum; /* of all that follows */
	uint32_t id;
	uint8_t zeros[ENVELOPE_SECTOR_SIZE - 12];
};

struct __attribute__((packed)) sector {
	uint8_t magic[4];
	uint32_t checksum; /* of all that follows */
	uint8_t state, is_told;
	int64_t at_s;
	char user[ACCOUNT_NAME_MAX + 1];
	char hash[CODE_HASH_TEXT_SIZE];
	uint8_t zeros[ENVELOPE_SECTOR_SIZE - 19 - ACCOUNT_NAME_MAX - CODE_HASH_TEXT_SIZE];
};

_Static_assert(sizeof(struct head) == ENVELOPE_SECTOR_SIZE, "a head is a sector");
_Static_assert(sizeof(struct sector) == ENVELOPE_SECTOR_SIZE, "an envelope is a sector");

static const uint8_t head_magic[4] = "SKE\1";
static const uint8_t sector_magic[4] = "SKV\1";
static const uint8_t no_bytes[ENVELOPE_SECTOR_SIZE];

static uint32_t checksum_of(const void *sector)
{
	return checksum((const uint8_t *)sector + 8, ENVELOPE_SECTOR_SIZE - 8);
}

void envelope_encode(const struct envelope *envelope, uint8_t ret[ENVELOPE_SECTOR_SIZE])
{
	struct sector sector = {
		.state = (uint8_t)envelope->state,
		.is_told = envelope->is_told,
		.at_s = (int64_t)htole64((uint64_t)envelope->at_s),
	};

	memcpy(sector.magic, sector_magic, sizeof(sector_magic));
	memcpy(sector.user, envelope->user, strnlen(envelope->user, ACCOUNT_NAME_MAX));
	memcpy(sector.hash, envelope->hash, strnlen(envelope->hash, CODE_HASH_TEXT_SIZE - 1));
	sector.checksum = htole32(checksum_of(&sector));
	memcpy(ret, &sector, sizeof(sector));
}

static bool is_sector(const struct sector *sector)
{
	return memcmp(sector->magic, sector_magic, sizeof(sector_magic)) == 0 &&
	       le32toh(sector->checksum) == checksum_of(sector) &&
	       sector->state <= ENVELOPE_SPENT && sector->is_told <= 1 &&
	       memchr(sector->user, '\0', sizeof(sector->user)) &&
	       memchr(sector->hash, '\0', sizeof(sector->hash)) &&
	       memcmp(sector->zeros, no_bytes, sizeof(sector->zeros)) == 0;
}

void envelope_decode(const uint8_t bytes[ENVELOPE_SECTOR_SIZE], struct envelope *ret)
{
	struct sector sector;

	memcpy(&sector, bytes, sizeof(sector));
	*ret = (struct envelope){.state = ENVELOPE_LOST};
	if (!is_sector(&sector))
		return;
	ret->state = sector.state;
	ret->is_told = sector.is_told;
	ret->at_s = (int64_t)le64toh((uint64_t)sector.at_s);
	memcpy(ret->user, sector.user, sizeof(ret->user));
	memcpy(ret->hash, sector.hash, sizeof(ret->hash));
}

void envelope_set_encode(const struct envelope_set *set, uint8_t ret[ENVELOPES_SIZE])
{
	struct head head = {.id = htole32(set->id)};

	memcpy(head.magic, head_magic, sizeof(head_magic));
	head.checksum = htole32(checksum_of(&head));
	memcpy(ret, &head, sizeof(head));
	for (size_t i = 0; i < ENVELOPE_PLACES; i++)
		envelope_encode(&set->places[i], ret + (1 + i) * ENVELOPE_SECTOR_SIZE);
}

void envelope_set_decode(const uint8_t bytes[ENVELOPES_SIZE], struct envelope_set *ret)
{
	struct head head;

	memcpy(&head, bytes, sizeof(head));
	ret->is_head_lost = memcmp(head.magic, head_magic, sizeof(head_magic)) != 0 ||
			    le32toh(head.checksum) != checksum_of(&head) ||
			    memcmp(head.zeros, no_bytes, sizeof(head.zeros)) != 0;
	ret->id = ret->is_head_lost ? 0 : le32toh(head.id);
	for (size_t i = 0; i < ENVELOPE_PLACES; i++)
		envelope_decode(bytes + (1 + i) * ENVELOPE_SECTOR_SIZE, &ret->places[i]);
}

bool envelope_set_may_have_news(const uint8_t bytes[ENVELOPES_SIZE])
{
	for (size_t i = 1; i <= ENVELOPE_PLACES; i++) {
		const uint8_t *sector = bytes + i * ENVELOPE_SECTOR_SIZE;

		if (sector[offsetof(struct sector, state)] == ENVELOPE_SPENT &&
			sector[offsetof(struct sector, is_told)] == 0)
			return true;
	}
	return false;
}

void envelope_set_empty(struct envelope_set *ret)
{
	*ret = (struct envelope_set){};
	for (size_t i = 0; i < ENVELOPE_PLACES; i++)
		ret->places[i].state = ENVELOPE_EMPTY;
}

static bool is_hash(const char *hash)
{
	return hash[0] != '\0' && memchr(hash, '\0', CODE_HASH_TEXT_SIZE);
}

int envelope_set_find(const struct envelope_set *set, const char *hash)
{
	for (int i = 0; i < ENVELOPE_PLACES; i++)
		if (is_hash(set->places[i].hash) && strcmp(set->places[i].hash, hash) == 0)
			return i;
	return -ENOENT;
}

/* With LOST, so that what is new and what may have been spent can be told by the caller. */
static int read_hashes(
	const char (*hashes)[CODE_HASH_TEXT_SIZE], size_t n, struct envelope_set *ret)
{
	char texts[ENVELOPES_MAX][CODE_HASH_TEXT_SIZE] = {};

	if (n > ENVELOPES_MAX)
		return -EINVAL;
	envelope_set_empty(ret);
	for (size_t i = 0; i < n; i++) {
		if (!is_hash(hashes[i]))
			return -EINVAL;
		memcpy(texts[i], hashes[i], strlen(hashes[i]));
		memcpy(ret->places[i].hash, texts[i], CODE_HASH_TEXT_SIZE);
	}
	ret->id = checksum((const uint8_t *)texts, sizeof(texts));
	return 0;
}

/*
 * The same set, when its head says so or one hash is there. Some of a new one may have been taken
 * over, too: that is careful.
 */
static bool is_same_set(const struct envelope_set *old, const struct envelope_set *new, size_t n)
{
	if (!old->is_head_lost && old->id == new->id)
		return true;
	for (size_t i = 0; i < n; i++)
		if (envelope_set_find(old, new->places[i].hash) >= 0)
			return true;
	return false;
}

static bool has_lost(const struct envelope_set *set)
{
	for (size_t i = 0; i < ENVELOPES_MAX; i++)
		if (set->places[i].state == ENVELOPE_LOST && !is_hash(set->places[i].hash))
			return true;
	return false;
}

static void keep_untold(const struct envelope_set *old, struct envelope_set *new)
{
	size_t place = ENVELOPES_MAX;

	for (size_t i = 0; i < ENVELOPE_PLACES && place < ENVELOPE_PLACES; i++)
		if (old->places[i].state == ENVELOPE_SPENT && !old->places[i].is_told)
			new->places[place++] = old->places[i];
}

int envelope_set_replace(
	struct envelope_set *set, const char (*hashes)[CODE_HASH_TEXT_SIZE], size_t n)
{
	struct envelope_set new;
	bool is_same, is_doubtful;
	int lost = 0, r = read_hashes(hashes, n, &new);

	if (r < 0)
		return r;
	is_same = is_same_set(set, &new, n);
	is_doubtful = set->is_head_lost || (is_same && has_lost(set));
	for (size_t i = 0; i < n; i++) {
		int at = envelope_set_find(set, new.places[i].hash);

		if (at >= 0)
			new.places[i] = set->places[at];
		else
			new.places[i].state = is_doubtful ? ENVELOPE_LOST : ENVELOPE_UNUSED;
		lost += new.places[i].state == ENVELOPE_LOST;
	}
	if (is_same)
		memcpy(new.places + ENVELOPES_MAX, set->places + ENVELOPES_MAX,
			ENVELOPES_BY_ROOT * sizeof(new.places[0]));
	else
		keep_untold(set, &new);
	*set = new;
	return lost;
}

/* How soon it may make room for another; negative: not at all. */
static int spare(const struct envelope *envelope)
{
	switch (envelope->state) {
	case ENVELOPE_EMPTY: return 3;
	case ENVELOPE_LOST: return 2;
	case ENVELOPE_SPENT: return envelope->is_told ? 1 : -1;
	case ENVELOPE_UNUSED: return 0;
	}
	return -1;
}

int envelope_set_add(struct envelope_set *set, const char *hash, int64_t now_s)
{
	int best = -ENOSPC;

	if (!is_hash(hash))
		return -EINVAL;
	for (int i = ENVELOPES_MAX; i < ENVELOPE_PLACES; i++) {
		const struct envelope *here = &set->places[i];

		if (spare(here) < 0)
			continue;
		if (best < 0 || spare(here) > spare(&set->places[best]) ||
			(spare(here) == spare(&set->places[best]) &&
				here->at_s < set->places[best].at_s))
			best = i;
	}
	if (best < 0)
		return best;
	set->places[best] = (struct envelope){.state = ENVELOPE_UNUSED, .at_s = now_s};
	memcpy(set->places[best].hash, hash, strlen(hash));
	return best;
}
