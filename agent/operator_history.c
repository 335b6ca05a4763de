#include "agent/operator_history.h"

#include <stdio.h>
#include <string.h>

/* i: 0 is the newest. */
static const struct operator_moment *moment(const struct operator_history *history, size_t i)
{
	return &history->items[(history->next + OPERATOR_HISTORY_MAX - 1 - i) %
			       OPERATOR_HISTORY_MAX];
}

void operator_history_add(struct operator_history *history, uint64_t boottime_ms, const char *user)
{
	struct operator_moment *place = &history->items[history->next];

	if (!user)
		user = "";
	if (history->n > 0 && strcmp(moment(history, 0)->user, user) == 0)
		return;
	place->boottime_ms = boottime_ms;
	snprintf(place->user, sizeof(place->user), "%s", user);
	history->next = (history->next + 1) % OPERATOR_HISTORY_MAX;
	if (history->n < OPERATOR_HISTORY_MAX)
		history->n++;
}

const char *operator_history_at(const struct operator_history *history, uint64_t boottime_ms)
{
	for (size_t i = 0; i < history->n; i++)
		if (moment(history, i)->boottime_ms <= boottime_ms)
			return moment(history, i)->user[0] ? moment(history, i)->user : NULL;
	return NULL;
}
