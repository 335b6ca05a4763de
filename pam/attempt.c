#include "pam/attempt.h"

#define DAY_S (24 * 60 * 60)

static int64_t lock_time_s(const struct attempt_rules *rules, uint16_t locks_before)
{
	int64_t time = rules->lock_for_s < DAY_S ? rules->lock_for_s : DAY_S;

	for (uint16_t i = 0; i < locks_before && time > 0 && time < DAY_S; i++)
		time *= 2;
	return time < DAY_S ? time : DAY_S;
}

bool attempts_set_right(struct attempts *attempts, const struct attempt_rules *rules, int64_t now_s)
{
	uint16_t locks_before = attempts->locks > 0 ? attempts->locks - 1 : 0;
	int64_t latest = now_s + lock_time_s(rules, locks_before);

	if (attempts->locked_until_s <= latest)
		return false;
	attempts->locked_until_s = latest;
	return true;
}

int64_t attempts_wait_s(const struct attempts *attempts, int64_t now_s)
{
	return attempts->locked_until_s > now_s ? attempts->locked_until_s - now_s : 0;
}

void attempts_charge(struct attempts *attempts, const struct attempt_rules *rules, int64_t now_s)
{
	if (attempts->failures < UINT16_MAX)
		attempts->failures++;
	if (attempts->failures < rules->lock_after)
		return;
	attempts->failures = 0;
	attempts->locked_until_s = now_s + lock_time_s(rules, attempts->locks);
	if (attempts->locks < UINT16_MAX)
		attempts->locks++;
}

void attempts_forgive(struct attempts *attempts)
{
	*attempts = (struct attempts){};
}
