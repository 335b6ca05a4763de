#include "policy/phone_attempts.h"

#include <stdio.h>
#include <string.h>

void phone_attempts_run(struct phone_attempts *attempts, const char *boot_id, uint64_t boottime_ms)
{
	running_time_count(&attempts->run, boot_id, boottime_ms);
}

uint64_t phone_attempts_wait_ms(const struct phone_attempts *attempts)
{
	uint64_t since_ms;

	if (attempts->n_shown < PHONE_CHALLENGES_MAX)
		return 0;
	if (attempts->n_shown > PHONE_CHALLENGES_MAX || attempts->shown_ms[0] > attempts->run.ms)
		return PHONE_REFILL_MS;
	since_ms = attempts->run.ms - attempts->shown_ms[0];
	return since_ms < PHONE_REFILL_MS ? PHONE_REFILL_MS - since_ms : 0;
}

bool phone_attempts_begin(struct phone_attempts *attempts, const char *id, const char *challenge)
{
	if (phone_attempts_wait_ms(attempts) > 0)
		return false;
	if (attempts->n_shown == PHONE_CHALLENGES_MAX) {
		memmove(attempts->shown_ms, attempts->shown_ms + 1,
			(PHONE_CHALLENGES_MAX - 1) * sizeof(attempts->shown_ms[0]));
		attempts->n_shown--;
	}
	attempts->shown_ms[attempts->n_shown++] = attempts->run.ms;
	phone_attempts_end(attempts);
	snprintf(attempts->id, sizeof(attempts->id), "%s", id);
	snprintf(attempts->challenge, sizeof(attempts->challenge), "%s", challenge);
	return true;
}

unsigned phone_attempts_left(const struct phone_attempts *attempts, const char *id)
{
	if (attempts->id[0] == '\0' || strcmp(attempts->id, id) != 0 ||
		attempts->tries >= PHONE_TRIES_MAX)
		return 0;
	return PHONE_TRIES_MAX - attempts->tries;
}

bool phone_attempts_charge(struct phone_attempts *attempts, const char *id)
{
	if (phone_attempts_left(attempts, id) == 0)
		return false;
	attempts->tries++;
	return true;
}

void phone_attempts_agree(struct phone_attempts *attempts, unsigned desk)
{
	attempts->answered |= 1u << desk;
	if (attempts->tries > 0)
		attempts->tries--;
}

void phone_attempts_end(struct phone_attempts *attempts)
{
	memset(attempts->id, 0, sizeof(attempts->id));
	memset(attempts->challenge, 0, sizeof(attempts->challenge));
	attempts->tries = attempts->answered = 0;
	attempts->terminal_ms = attempts->days = 0;
}
