/*
 * Any bytes as the file of sealed envelopes, and as what was learned about the time: no document
 * brings back what was spent or lost. Once as they are, and once with the right checksums.
 */
#include <assert.h>
#include <endian.h>
#include <string.h>

#include "pam/envelope_set.h"
#include "pam/learned_clock.h"
#include "policy/checksum.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same hashes in a document again. */
static void check_replaced(const struct envelope_set *before)
{
	char hashes[ENVELOPES_MAX][CODE_HASH_TEXT_SIZE];
	struct envelope_set after = *before;
	size_t n = 0;

	for (size_t i = 0; i < ENVELOPES_MAX; i++)
		if (before->places[i].hash[0] != '\0')
			memcpy(hashes[n++], before->places[i].hash, CODE_HASH_TEXT_SIZE);
	assert(envelope_set_replace(&after, hashes, n) >= 0);
	for (size_t i = 0; i < n; i++) {
		int old = envelope_set_find(before, hashes[i]), new;

		new = envelope_set_find(&after, hashes[i]);
		assert(old >= 0 && new >= 0);
		assert(after.places[new].state == before->places[old].state);
	}
}

static void check_set(const uint8_t bytes[ENVELOPES_SIZE])
{
	uint8_t again[ENVELOPES_SIZE];
	struct envelope_set set, back;
	int place;

	envelope_set_decode(bytes, &set);
	for (size_t i = 0; i < ENVELOPE_PLACES; i++) {
		assert(set.places[i].state <= ENVELOPE_SPENT);
		assert(memchr(set.places[i].user, '\0', sizeof(set.places[i].user)));
		assert(memchr(set.places[i].hash, '\0', sizeof(set.places[i].hash)));
	}
	check_replaced(&set);
	envelope_set_encode(&set, again);
	envelope_set_decode(again, &back);
	assert(!back.is_head_lost);
	for (size_t i = 0; i < ENVELOPE_PLACES; i++)
		assert(back.places[i].state == set.places[i].state);
	place = envelope_set_add(&set, "$y$root", 1);
	assert(place < 0 || (place >= ENVELOPES_MAX && place < ENVELOPE_PLACES));
}

static void check_clock(const uint8_t bytes[LEARNED_SLOTS * LEARNED_SLOT_SIZE])
{
	static const uint64_t step = 60000001;
	const struct far_code code = {"boot", 100, "ito", 30, 0, &step, 1};
	uint8_t slots[LEARNED_SLOTS][LEARNED_SLOT_SIZE];
	struct learned_clock clock;
	uint64_t typed = 0;
	unsigned next;
	int64_t now_s;

	memcpy(slots, bytes, sizeof(slots));
	learned_clock_find(slots, &clock, &next);
	assert(next < LEARNED_SLOTS && clock.n_steps <= LEARNED_CANDIDATES);
	learned_clock_now(&clock, clock.boot, 100, 0, 1000, &now_s);
	assert(now_s >= 1000);
	if (learned_clock_take(&clock, &code, &typed) == FAR_LEARNED)
		assert(typed == step && clock.has_offset);
	learned_clock_encode(&clock, slots[next]);
	assert(learned_clock_decode(slots[next], &clock) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t bytes[ENVELOPES_SIZE] = {};

	memcpy(bytes, data, size < sizeof(bytes) ? size : sizeof(bytes));
	check_set(bytes);
	check_clock(bytes);
	for (uint8_t *at = bytes; at < bytes + sizeof(bytes); at += ENVELOPE_SECTOR_SIZE) {
		uint32_t sum = htole32(checksum(at + 8, ENVELOPE_SECTOR_SIZE - 8));

		memcpy(at + 4, &sum, sizeof(sum));
	}
	check_set(bytes);
	check_clock(bytes);
	return 0;
}
