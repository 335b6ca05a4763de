#include "pam/slots.h"

#include <endian.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "policy/checksum.h"

/*
 * Format 2 is of a token that was unlocked from the desk; format 1, as before there was that, knows
 * none.
 */
static const uint8_t magics[][4] = {{'S', 'K', '2', 1}, {'S', 'K', '2', 2}};

static const uint8_t *magic_of(uint16_t unlock)
{
	return magics[unlock != 0];
}

/* Little endian. */
struct __attribute__((packed)) slot {
	uint8_t magic[4];
	uint32_t checksum; /* of all that follows */
	uint64_t generation;
	uint64_t next;
	uint64_t awaited;
	int64_t locked_until_s;
	uint32_t drift;
	uint16_t failures;
	uint16_t locks;
	uint16_t recovery_spent;
	uint16_t own_failures;
	uint16_t own_locks;
	int64_t own_locked_until_s;
	uint16_t unlock; /* zero in format 1 */
};

_Static_assert(sizeof(struct slot) == SLOT_SIZE, "a slot is 64 bytes");

static uint32_t checksum_of(const struct slot *slot)
{
	return checksum((const uint8_t *)slot + offsetof(struct slot, generation),
		sizeof(*slot) - offsetof(struct slot, generation));
}

void slot_encode(const struct login_state *state, uint8_t ret[SLOT_SIZE])
{
	struct slot slot = {
		.generation = htole64(state->generation),
		.next = htole64(state->memory.next),
		.awaited = htole64(state->memory.awaited),
		.locked_until_s = (int64_t)htole64((uint64_t)state->attempts.locked_until_s),
		.drift = htole32((uint32_t)state->memory.drift),
		.failures = htole16(state->attempts.failures),
		.locks = htole16(state->attempts.locks),
		.recovery_spent = htole16(state->recovery_spent),
		.own_failures = htole16(state->own.failures),
		.own_locks = htole16(state->own.locks),
		.own_locked_until_s = (int64_t)htole64((uint64_t)state->own.locked_until_s),
		.unlock = htole16(state->unlock),
	};

	memcpy(slot.magic, magic_of(state->unlock), sizeof(slot.magic));
	slot.checksum = htole32(checksum_of(&slot));
	memcpy(ret, &slot, SLOT_SIZE);
}

int slot_decode(const uint8_t bytes[SLOT_SIZE], struct login_state *ret)
{
	struct slot slot;

	memcpy(&slot, bytes, SLOT_SIZE);
	if (memcmp(slot.magic, magic_of(le16toh(slot.unlock)), sizeof(slot.magic)) != 0 ||
		le32toh(slot.checksum) != checksum_of(&slot))
		return -EBADMSG;
	*ret = (struct login_state){
		.generation = le64toh(slot.generation),
		.memory.next = le64toh(slot.next),
		.memory.awaited = le64toh(slot.awaited),
		.memory.drift = (int32_t)le32toh(slot.drift),
		.attempts.locked_until_s = (int64_t)le64toh((uint64_t)slot.locked_until_s),
		.attempts.failures = le16toh(slot.failures),
		.attempts.locks = le16toh(slot.locks),
		.recovery_spent = le16toh(slot.recovery_spent),
		.own.failures = le16toh(slot.own_failures),
		.own.locks = le16toh(slot.own_locks),
		.own.locked_until_s = (int64_t)le64toh((uint64_t)slot.own_locked_until_s),
		.unlock = le16toh(slot.unlock),
	};
	return 0;
}

int slots_find(const uint8_t bytes[SLOTS][SLOT_SIZE], struct slots_found *ret)
{
	struct login_state states[SLOTS];
	bool is_readable[SLOTS];
	unsigned newest;

	for (unsigned i = 0; i < SLOTS; i++)
		is_readable[i] = slot_decode(bytes[i], &states[i]) == 0;
	if (is_readable[0] && is_readable[1]) {
		if (states[0].generation == states[1].generation)
			return -EBADMSG;
		newest = states[1].generation > states[0].generation;
	} else if (is_readable[0] || is_readable[1]) {
		newest = is_readable[1];
	} else {
		return -EBADMSG;
	}
	*ret = (struct slots_found){
		.state = states[newest],
		.next = !newest,
		.is_damaged = !is_readable[!newest],
	};
	return 0;
}
