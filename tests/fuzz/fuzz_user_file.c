/*
 * Any bytes as a person's record: head and slots are refused, or say what they say again when they
 * are written. Once as they are, and once with the right checksums, so that what is behind those
 * is seen too.
 */
#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "pam/slots.h"
#include "pam/user_head.h"
#include "policy/checksum.h"

#define SIZE (USER_HEAD_SIZE + SLOTS * SLOT_SIZE)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_head(const uint8_t bytes[USER_HEAD_SIZE])
{
	uint8_t again[USER_HEAD_SIZE];
	struct user_head head;

	if (user_head_decode(bytes, &head) < 0)
		return;
	assert(memchr(head.serial, '\0', sizeof(head.serial)));
	assert(head.n_recovery <= RECOVERY_CODES_MAX);
	assert(token_dates_are_valid(&head.dates));
	assert(memchr(head.ticket.hash, '\0', CODE_HASH_TEXT_SIZE));
	assert((head.ticket.hash[0] != '\0') == (head.ticket.until_s > 0));
	for (size_t i = 0; i < RECOVERY_CODES_MAX; i++)
		assert(memchr(head.recovery[i], '\0', CODE_HASH_TEXT_SIZE));
	assert(user_head_encode(&head, again) == 0);
	assert(user_head_decode(again, &head) == 0);
}

static void check_slots(const uint8_t bytes[SLOTS * SLOT_SIZE])
{
	uint8_t slots[SLOTS][SLOT_SIZE], again[SLOT_SIZE];
	struct slots_found found;

	memcpy(slots, bytes, sizeof(slots));
	if (slots_find(slots, &found) < 0)
		return;
	assert(found.next < SLOTS);
	slot_encode(&found.state, again);
	assert(memcmp(again, slots[!found.next], SLOT_SIZE) == 0);
}

/* Each begins with four letters of magic and four bytes of checksum over what follows. */
static void set_right(uint8_t *bytes, size_t size)
{
	uint32_t sum = htole32(checksum(bytes + 8, size - 8));

	memcpy(bytes + 4, &sum, sizeof(sum));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t bytes[SIZE] = {};

	memcpy(bytes, data, size < SIZE ? size : SIZE);
	check_head(bytes);
	check_slots(bytes + USER_HEAD_SIZE);
	set_right(bytes, USER_HEAD_SIZE);
	for (size_t i = 0; i < SLOTS; i++)
		set_right(bytes + USER_HEAD_SIZE + i * SLOT_SIZE, SLOT_SIZE);
	check_head(bytes);
	check_slots(bytes + USER_HEAD_SIZE);
	return 0;
}
