#include "pam/learned_clock.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "policy/checksum.h"

/* Who reads a code at the end of its step types it in the next one. */
#define STEPS_EARLY 1
#define STEPS_LATE  2
/* No clock gets that far, and no sum with it overflows. */
#define STEP_MAX (1ull << 40)

/* Little endian; what is not named is zero. */
struct __attribute__((packed)) slot {
	uint8_t magic[4];
	uint32_t checksum; /* of all that follows */
	uint64_t generation;
	int64_t offset_s;
	int64_t first_at_s;
	uint64_t steps[LEARNED_CANDIDATES];
	char boot[BOOT_ID_TEXT_SIZE];
	char user[ACCOUNT_NAME_MAX + 1];
	uint8_t has_offset, n_steps;
	uint8_t zeros[LEARNED_SLOT_SIZE - 35 - 8 * LEARNED_CANDIDATES - BOOT_ID_TEXT_SIZE -
		      ACCOUNT_NAME_MAX];
};

_Static_assert(sizeof(struct slot) == LEARNED_SLOT_SIZE, "a slot is a sector");

static const uint8_t magic[4] = "SKC\1";

static uint32_t checksum_of(const struct slot *slot)
{
	return checksum((const uint8_t *)slot + offsetof(struct slot, generation),
		sizeof(*slot) - offsetof(struct slot, generation));
}

void learned_clock_encode(const struct learned_clock *clock, uint8_t ret[LEARNED_SLOT_SIZE])
{
	struct slot slot = {
		.generation = htole64(clock->generation),
		.offset_s = (int64_t)htole64((uint64_t)clock->offset_s),
		.first_at_s = (int64_t)htole64((uint64_t)clock->first_at_s),
		.has_offset = clock->has_offset,
		.n_steps = (uint8_t)clock->n_steps,
	};

	memcpy(slot.magic, magic, sizeof(magic));
	memcpy(slot.boot, clock->boot, strnlen(clock->boot, BOOT_ID_TEXT_SIZE - 1));
	memcpy(slot.user, clock->user, strnlen(clock->user, ACCOUNT_NAME_MAX));
	for (size_t i = 0; i < clock->n_steps && i < LEARNED_CANDIDATES; i++)
		slot.steps[i] = htole64(clock->steps[i]);
	slot.checksum = htole32(checksum_of(&slot));
	memcpy(ret, &slot, sizeof(slot));
}

static bool is_slot(const struct slot *slot)
{
	static const uint8_t zeros[sizeof(slot->zeros)];

	return memcmp(slot->magic, magic, sizeof(magic)) == 0 &&
	       le32toh(slot->checksum) == checksum_of(slot) && slot->has_offset <= 1 &&
	       slot->n_steps <= LEARNED_CANDIDATES &&
	       memchr(slot->boot, '\0', sizeof(slot->boot)) &&
	       memchr(slot->user, '\0', sizeof(slot->user)) &&
	       memcmp(slot->zeros, zeros, sizeof(zeros)) == 0;
}

int learned_clock_decode(const uint8_t bytes[LEARNED_SLOT_SIZE], struct learned_clock *ret)
{
	struct slot slot;

	memcpy(&slot, bytes, sizeof(slot));
	if (!is_slot(&slot))
		return -EBADMSG;
	*ret = (struct learned_clock){
		.generation = le64toh(slot.generation),
		.has_offset = slot.has_offset,
		.offset_s = (int64_t)le64toh((uint64_t)slot.offset_s),
		.first_at_s = (int64_t)le64toh((uint64_t)slot.first_at_s),
		.n_steps = slot.n_steps,
	};
	memcpy(ret->boot, slot.boot, sizeof(ret->boot));
	memcpy(ret->user, slot.user, sizeof(ret->user));
	for (size_t i = 0; i < ret->n_steps; i++)
		ret->steps[i] = le64toh(slot.steps[i]);
	return 0;
}

void learned_clock_find(const uint8_t bytes[LEARNED_SLOTS][LEARNED_SLOT_SIZE],
	struct learned_clock *ret, unsigned *ret_next)
{
	*ret = (struct learned_clock){};
	*ret_next = 0;
	for (unsigned i = 0; i < LEARNED_SLOTS; i++) {
		struct learned_clock clock;

		if (learned_clock_decode(bytes[i], &clock) < 0 ||
			clock.generation < ret->generation)
			continue;
		*ret = clock;
		*ret_next = !i;
	}
}

/* What was learned before the machine was started anew is nothing now. */
static void begin(struct learned_clock *clock, const char *boot)
{
	uint64_t generation = clock->generation;

	if (strncmp(clock->boot, boot, sizeof(clock->boot)) == 0)
		return;
	*clock = (struct learned_clock){.generation = generation};
	memcpy(clock->boot, boot, strnlen(boot, BOOT_ID_TEXT_SIZE - 1));
}

static bool is_users(const struct learned_clock *clock, const char *user)
{
	return clock->n_steps > 0 && strcmp(clock->user, user) == 0;
}

static void take_first(struct learned_clock *clock, const struct far_code *code)
{
	size_t n = code->n_steps < LEARNED_CANDIDATES ? code->n_steps : LEARNED_CANDIDATES;

	memset(clock->user, 0, sizeof(clock->user));
	memset(clock->steps, 0, sizeof(clock->steps));
	clock->n_steps = n;
	clock->first_at_s = n > 0 ? code->boottime_s : 0;
	if (n == 0)
		return;
	memcpy(clock->user, code->user, strlen(code->user));
	memcpy(clock->steps, code->steps, n * sizeof(*code->steps));
}

static bool are_in_a_row(uint64_t first, uint64_t second, int64_t between_s, uint16_t period_s)
{
	int64_t went_by = between_s / period_s, steps;

	if (second <= first || second - first > LEARNED_PAIR_S)
		return false;
	steps = (int64_t)(second - first);
	return steps >= went_by - STEPS_EARLY && steps <= went_by + STEPS_LATE;
}

/* Whether just one step of the code follows one of the first. */
static bool find_second(
	const struct learned_clock *clock, const struct far_code *code, uint64_t *ret)
{
	int64_t between_s;
	size_t n = 0;

	if (!is_users(clock, code->user) || clock->first_at_s < 0)
		return false;
	between_s = code->boottime_s - clock->first_at_s;
	if (between_s < 0 || between_s > LEARNED_PAIR_S)
		return false;
	for (size_t i = 0; i < code->n_steps; i++) {
		bool fits = false;

		for (size_t j = 0; j < clock->n_steps; j++)
			fits |= are_in_a_row(
				clock->steps[j], code->steps[i], between_s, code->period_s);
		if (!fits)
			continue;
		*ret = code->steps[i];
		n++;
	}
	return n == 1;
}

static bool is_code(const struct far_code *code)
{
	for (size_t i = 0; i < code->n_steps; i++)
		if (code->steps[i] > STEP_MAX)
			return false;
	return code->period_s > 0 && code->boottime_s >= 0 &&
	       strnlen(code->user, ACCOUNT_NAME_MAX + 1) <= ACCOUNT_NAME_MAX;
}

enum far_verdict learned_clock_take(
	struct learned_clock *clock, const struct far_code *code, uint64_t *ret_step)
{
	uint64_t step;

	if (!is_code(code))
		return FAR_WRONG;
	begin(clock, code->boot);
	if (code->n_steps == 0) {
		/* Somebody else's stays: one person's mistakes are not another's. */
		if (is_users(clock, code->user))
			take_first(clock, code);
		return FAR_WRONG;
	}
	if (!find_second(clock, code, &step)) {
		take_first(clock, code);
		return FAR_FIRST;
	}
	clock->has_offset = true;
	clock->offset_s = ((int64_t)step - code->drift) * code->period_s + code->period_s / 2 -
			  code->boottime_s;
	take_first(clock, &(struct far_code){.user = code->user});
	*ret_step = step;
	return FAR_LEARNED;
}

enum login_time learned_clock_now(const struct learned_clock *clock, const char *boot,
	int64_t boottime_s, int64_t real_s, int64_t floor_s, int64_t *ret_now_s)
{
	int64_t learned_s;

	if (real_s >= floor_s) {
		*ret_now_s = real_s;
		return LOGIN_TIME_REAL;
	}
	*ret_now_s = floor_s;
	if (!clock->has_offset || strcmp(clock->boot, boot) != 0 ||
		__builtin_add_overflow(clock->offset_s, boottime_s, &learned_s) ||
		learned_s < floor_s)
		return LOGIN_TIME_UNKNOWN;
	*ret_now_s = learned_s;
	return LOGIN_TIME_LEARNED;
}
