#include "agent/spool_plan.h"

#include <string.h>

static bool is_time(const struct spool_group *group, uint64_t now_ms)
{
	return !group->was_judged || (group->is_bad && now_ms >= group->retry_ms);
}

bool spool_group_is_due(
	const struct spool_group *group, const uint8_t seen[SHA256_SIZE], uint64_t now_ms)
{
	return is_time(group, now_ms) || memcmp(group->seen, seen, SHA256_SIZE) != 0;
}

bool spool_group_wants(struct spool_group *group, const uint8_t seen[SHA256_SIZE],
	const uint8_t bytes[SHA256_SIZE], uint64_t now_ms)
{
	bool is_same = memcmp(group->bytes, bytes, SHA256_SIZE) == 0;

	memcpy(group->seen, seen, SHA256_SIZE);
	if (is_same && !is_time(group, now_ms))
		return false;
	if (!is_same || !group->was_judged)
		group->n_retries = 0;
	memcpy(group->bytes, bytes, SHA256_SIZE);
	return true;
}

void spool_group_judged(struct spool_group *group, bool is_bad, uint64_t now_ms)
{
	uint64_t wait_ms = SPOOL_RETRY_MS;

	for (unsigned i = 0; i < group->n_retries && wait_ms < SPOOL_RETRY_MAX_MS; i++)
		wait_ms *= 2;
	group->was_judged = true;
	group->is_bad = is_bad;
	group->n_retries++;
	group->retry_ms = now_ms + wait_ms;
}

void spool_group_forget(struct spool_group *group)
{
	group->was_judged = false;
}

uint64_t spool_group_next_ms(const struct spool_group *group)
{
	return group->was_judged && group->is_bad ? group->retry_ms : UINT64_MAX;
}

void spool_budget_begin(struct spool_budget *budget, uint64_t now_ms)
{
	*budget = (struct spool_budget){.n = SPOOL_REFUSALS_MAX, .since_ms = now_ms};
}

bool spool_budget_allows(struct spool_budget *budget, uint64_t now_ms)
{
	uint64_t earned = (now_ms - budget->since_ms) / SPOOL_REFUSAL_EVERY_MS;

	budget->since_ms += earned * SPOOL_REFUSAL_EVERY_MS;
	if (earned >= SPOOL_REFUSALS_MAX - budget->n)
		budget->n = SPOOL_REFUSALS_MAX;
	else
		budget->n += (unsigned)earned;
	return budget->n > 0;
}

void spool_budget_spend(struct spool_budget *budget, unsigned n)
{
	budget->n -= n < budget->n ? n : budget->n;
}
