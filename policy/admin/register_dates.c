#include "policy/admin/register_dates.h"

#include "policy/admin/day.h"

int64_t register_end_of(const struct register_job *job, int32_t day)
{
	return day == DAY_NONE ? 0 : day_end(day, job->offset_minutes);
}

static void end_by(struct register_token *token, int64_t until_s)
{
	struct token_dates *dates = &token->after;

	if (until_s == 0)
		return;
	if (dates->until_s == 0 || dates->until_s > until_s)
		dates->until_s = until_s;
	if (!token_dates_are_valid(dates))
		token->is_removed = true;
}

void register_token_end(
	const struct register_job *job, struct register_token *token, int32_t last_day)
{
	end_by(token, register_end_of(job, last_day));
}

void register_account_end(const struct register_job *job, const char *account, int32_t last_day)
{
	struct register_token *tokens = job->fleet.tokens;

	for (uint32_t at = register_fleet_first(&job->fleet, account); at != REGISTER_NO_TOKEN;
		at = tokens[at].next)
		register_token_end(job, &tokens[at], last_day);
}

void register_token_gain(const struct register_job *job, struct register_token *token,
	int32_t first_day, int32_t last_day, bool was_registered)
{
	int64_t start_s = day_start(first_day, job->offset_minutes);
	struct token_dates *dates = &token->after;

	if (dates->until_s != 0 && dates->until_s < start_s) {
		if (dates->until_s + 1 >= start_s)
			dates->until_s = register_end_of(job, last_day);
		return;
	}
	if (was_registered && start_s > job->now_s && dates->from_s < start_s)
		dates->from_s = start_s;
	end_by(token, register_end_of(job, last_day));
	if (!token_dates_are_valid(dates))
		token->is_removed = true;
}

void register_token_renew(const struct register_job *job, struct register_token *token,
	int32_t before, int32_t last_day)
{
	if (token->after.until_s == register_end_of(job, before))
		token->after.until_s = register_end_of(job, last_day);
	else
		end_by(token, register_end_of(job, last_day));
	if (!token_dates_are_valid(&token->after))
		token->is_removed = true;
}

void register_token_revive(const struct register_job *job, struct register_token *token,
	int32_t last_day, int32_t new_last_day)
{
	if (token->after.until_s == register_end_of(job, last_day))
		token->after.until_s = register_end_of(job, new_last_day);
}

bool register_token_has_ended(const struct register_job *job, const struct register_token *token)
{
	return token->is_removed ||
	       (token->after.until_s != 0 && token->after.until_s <= job->now_s);
}
