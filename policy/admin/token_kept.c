#include "policy/admin/token_kept.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/token_period.h"

bool token_kept_is_same(const struct token_terminal *terminal, const struct token_handout *handout)
{
	const struct token_entry *entry = token_terminal_find(terminal, handout->user);

	return entry && strcmp(entry->number, handout->number) == 0 &&
	       entry->type == handout->type && entry->hash == handout->hash &&
	       entry->digits == handout->digits && entry->period_s == handout->period_s;
}

bool token_kept_at(const struct token_handout *handout, size_t at)
{
	return handout->kept_at >> at & 1;
}

bool token_kept_everywhere(const struct token_handout *handout, size_t n)
{
	for (size_t at = 0; at < n; at++)
		if (!token_kept_at(handout, at))
			return false;
	return true;
}

int token_kept_date(struct token_terminal *terminal, struct token_handout *handout,
	const struct token_job *job, bool *ret_changed)
{
	struct token_entry *entry = token_terminal_find(terminal, handout->user);
	struct token_dates before = entry->dates;
	int code = token_period_settle(
		terminal->path, handout->user, &job->dates, job->time.now_s, &entry->dates);

	if (code != EXIT_DONE)
		return code;
	token_kept_end(handout->ends_s, &entry->dates);
	if (before.from_s != entry->dates.from_s || before.until_s != entry->dates.until_s)
		*ret_changed = true;
	return EXIT_DONE;
}

void token_kept_end(int64_t ends_s, struct token_dates *dates)
{
	if (ends_s > 0 && (dates->until_s == 0 || dates->until_s > ends_s))
		dates->until_s = ends_s;
}

void token_kept_print(const struct token_handout *handout, size_t n_terminals)
{
	const char *user = handout->user, *number = handout->number, *before = handout->before;

	if (token_kept_everywhere(handout, n_terminals))
		printf("  stays      %s: %s, with its recovery codes\n", user, number);
	else if (before[0] != '\0' && strcmp(before, number) == 0)
		printf("  anew       %s: %s once more: the recovery codes of before and what the "
		       "terminal\n             remembers of it end\n",
			user, number);
	else if (before[0] != '\0')
		printf("  replaced   %s: %s in place of %s, which ends\n", user, number, before);
}
