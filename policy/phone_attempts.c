#include "policy/phone_attempts.h"

#include <stdio.h>
#include <string.h>

void phone_attempts_run(struct phone_attempts *attempts, const char *boot_id, uint64_t boottime_ms)
{
	running_time_count(&attempts->run, boot_id, boottime_ms);
}

/* Until fewer than max of this person's (NULL: of all) are of the last 24 hours. */
static uint64_t wait_of(const struct phone_attempts *attempts, const char *user, unsigned max)
{
	for (unsigned i = attempts->n_shown; i > 0; i--) {
		uint64_t since_ms = attempts->run.ms - attempts->shown_ms[i - 1];

		if (user && strcmp(attempts->shown_to[i - 1], user) != 0)
			continue;
		if (--max > 0)
			continue;
		if (attempts->shown_ms[i - 1] > attempts->run.ms)
			return PHONE_REFILL_MS;
		return since_ms < PHONE_REFILL_MS ? PHONE_REFILL_MS - since_ms : 0;
	}
	return 0;
}

uint64_t phone_attempts_wait_ms(const struct phone_attempts *attempts, const char *user)
{
	uint64_t of_all_ms, of_user_ms;

	if (attempts->n_shown > PHONE_OF_ALL_MAX)
		return PHONE_REFILL_MS;
	of_all_ms = wait_of(attempts, NULL, PHONE_OF_ALL_MAX);
	of_user_ms = wait_of(attempts, user, PHONE_CHALLENGES_MAX);
	return of_all_ms > of_user_ms ? of_all_ms : of_user_ms;
}

static void make_place(struct phone_attempts *attempts)
{
	if (attempts->n_shown < PHONE_OF_ALL_MAX)
		return;
	attempts->n_shown--;
	memmove(attempts->shown_ms, attempts->shown_ms + 1,
		attempts->n_shown * sizeof(attempts->shown_ms[0]));
	memmove(attempts->shown_to, attempts->shown_to + 1,
		attempts->n_shown * sizeof(attempts->shown_to[0]));
}

bool phone_attempts_begin(
	struct phone_attempts *attempts, const char *user, const char *id, const char *challenge)
{
	if (phone_attempts_wait_ms(attempts, user) > 0)
		return false;
	make_place(attempts);
	attempts->shown_ms[attempts->n_shown] = attempts->run.ms;
	snprintf(
		attempts->shown_to[attempts->n_shown++], sizeof(attempts->shown_to[0]), "%s", user);
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
