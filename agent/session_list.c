#include "agent/session_list.h"

#include <string.h>

bool session_is_bound(const struct core *core, const struct core_session *session)
{
	struct core_exemption_view view;

	for (size_t i = 0; core_exemption_at(core, i, &view); i++)
		if (view.state->uid == session->uid &&
			strcmp(view.state->session, session->id) == 0)
			return true;
	return false;
}

/* The index of the last of the lowest rank, of a list that is not empty. */
static size_t find_least(const struct session_list *list)
{
	size_t least = 0;

	for (size_t i = 1; i < list->n; i++)
		if (list->ranks[i] <= list->ranks[least])
			least = i;
	return least;
}

/* The order stays: a list that says the same must look the same. */
static void drop(struct session_list *list, size_t at)
{
	size_t behind = list->n - at - 1;

	memmove(&list->items[at], &list->items[at + 1], behind * sizeof(*list->items));
	memmove(&list->ranks[at], &list->ranks[at + 1], behind * sizeof(*list->ranks));
	list->n--;
}

void session_list_add(
	struct session_list *list, const struct core_session *session, enum session_rank rank)
{
	if (list->n == CORE_SESSIONS_MAX) {
		size_t least = find_least(list);

		if (list->ranks[least] >= rank)
			return;
		drop(list, least);
	}
	list->items[list->n] = *session;
	list->ranks[list->n] = rank;
	list->n++;
}
