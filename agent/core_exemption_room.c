/* Of more exemptions than this terminal remembers: what may be forgotten, and what is left out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/core_exemption.h"

/* Whoever withheld its document cannot bring it back for another life: not-after is over by what
 * documents prove, which no clock that is ahead turns. A state that is unreadable names none. */
static bool may_be_forgotten(const struct core *core, const struct life *life)
{
	const struct exemption_state *state = &life->state;

	return !life->document && !state->is_report_due &&
	       (state->phase == EXEMPTION_ENDED || state->phase == EXEMPTION_RETURNED) &&
	       state->not_after > 0 && state->not_after < core->floor_s;
}

int lives_make_room(struct core *core)
{
	struct exemptions *all = &core->exemptions;
	struct core_action *action;
	size_t oldest = all->n_lives;

	if (all->n_lives < LIVES_MAX)
		return 0;
	for (size_t i = 0; i < all->n_lives; i++)
		if (may_be_forgotten(core, all->lives[i]) &&
			(oldest == all->n_lives || all->lives[i]->state.not_after <
							   all->lives[oldest]->state.not_after))
			oldest = i;
	if (oldest == all->n_lives)
		return -ENOSPC;
	action = core_action(core, ACTION_EXEMPTION_FORGET);
	if (!action)
		return -ENOMEM;
	memcpy(action->state.id, all->lives[oldest]->state.id, sizeof(action->state.id));
	free(all->lives[oldest]);
	all->lives[oldest] = all->lives[--all->n_lives];
	return 0;
}

int life_leave_out(struct core *core, const struct core_exemption *document)
{
	struct exemptions *all = &core->exemptions;
	struct life *life;
	int r;

	for (size_t i = 0; i < all->n_without_room; i++)
		if (strcmp(all->without_room[i], document->exemption->id) == 0)
			return 0;
	if (all->n_without_room == WITHOUT_ROOM_MAX)
		return 0;
	life = calloc(1, sizeof(*life));
	if (!life)
		return -ENOMEM;
	life_know(life, document);
	memcpy(life->state.id, document->exemption->id, sizeof(life->state.id));
	r = life_record(core, life, RECORD_EXEMPTION_REFUSED, "too-many",
		"this terminal cannot forget any of the exemptions that it had");
	if (r == 0)
		memcpy(all->without_room[all->n_without_room++], life->state.id,
			sizeof(life->state.id));
	free(life);
	return r;
}
