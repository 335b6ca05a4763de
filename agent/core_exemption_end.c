/* How exemptions end: time, sessions, policy, revocation; warnings before, and what takes over. */
#include <string.h>

#include "agent/core_exemption.h"

static bool is_refused(const struct core *core, const struct life *life)
{
	/* The shell's word on a new policy may come after the policy itself. */
	if (core->is_rehearsing || core->policy->is_builtin || !core->policy->has_exemption)
		return true;
	switch (life->document->fault) {
	case EXEMPTION_FAULT_NONE:
	case EXEMPTION_FAULT_NOT_YET: /* these three are judged here, at every moment anew */
	case EXEMPTION_FAULT_ENDED:
	case EXEMPTION_FAULT_ONLINE: return false;
	case EXEMPTION_FAULT_UNJUDGED:
	case EXEMPTION_FAULT_NO_EXEMPTIONS:
	case EXEMPTION_FAULT_REHEARSAL:
	case EXEMPTION_FAULT_SCAN:
	case EXEMPTION_FAULT_TERMINAL:
	case EXEMPTION_FAULT_THRESHOLD:
	case EXEMPTION_FAULT_OWN_REQUEST:
	case EXEMPTION_FAULT_TOO_LONG:
	case EXEMPTION_FAULT_PAST_FISCAL_YEAR:
	case EXEMPTION_FAULT_REVOKED:
	case EXEMPTION_FAULT_MEDIUM_REVOKED:
	case EXEMPTION_FAULT_REVOCATIONS_LOST:
	case EXEMPTION_FAULT_NO_REQUEST:
	case EXEMPTION_FAULT_OTHER_REQUEST:
	case EXEMPTION_FAULT_POLICY_ENDED:
	case EXEMPTION_FAULT_COUNT: break;
	}
	return true;
}

static bool is_revoked(const struct life *life)
{
	return life->document && (life->document->fault == EXEMPTION_FAULT_REVOKED ||
					 life->document->fault == EXEMPTION_FAULT_MEDIUM_REVOKED);
}

static bool has_lost_session(const struct core *core, const struct life *life)
{
	const struct exemption_state *state = &life->state;

	if (!state->session[0] || (life_exemption(life)->use.survives & EXEMPTION_SURVIVES_LOGOUT))
		return false;
	return !core_find_session(core, state->session, state->uid);
}

/* What is over for good comes first: it must not hide behind what may pass. */
enum exemption_end life_end_due(const struct core *core, const struct life *life)
{
	const struct exemption_moment moment = core_moment(core);
	bool is_used = life->state.first_s != 0;

	if (is_revoked(life))
		return EXEMPTION_END_REVOKED;
	if (is_used && life->is_known) {
		if (core->now_ms >= life->state.deadline_ms)
			return EXEMPTION_END_TIME;
		if (has_lost_session(core, life))
			return EXEMPTION_END_LOGOUT;
		if (!life_is_heard(core, life))
			return EXEMPTION_END_LEASE;
	}
	if (!life->document)
		return EXEMPTION_END_WITHDRAWN;
	if (exemption_is_past(life_exemption(life), &moment))
		return EXEMPTION_END_NOT_AFTER;
	return is_refused(core, life) ? EXEMPTION_END_POLICY : EXEMPTION_END_NONE;
}

int life_finish(struct core *core, struct life *life)
{
	struct exemption_state *state = &life->state;
	bool is_returned = state->end == EXEMPTION_END_RETURNED;
	int r;

	state->phase = is_returned ? EXEMPTION_RETURNED : EXEMPTION_ENDED;
	state->is_clean = !life->is_dirty;
	state->ended_s = core->trusted_ms / 1000;
	r = life_keep(core, life);
	if (r == 0)
		r = life_record(core, life, RECORD_EXEMPTION_ENDED, NULL, NULL);
	if (r == 0 && is_returned)
		r = life_record(core, life, RECORD_EXEMPTION_RETURNED, NULL, NULL);
	life_let_go(core, life, REASON_EXEMPTION_ENDED);
	return r;
}

/* --- another exemption for the same medium, person and direction --- */

static struct life *find_successor(const struct core *core, const struct life *life)
{
	const struct device *device = core_find_device(core, life->device_id);
	const struct core_session *session =
		core_find_session(core, life->state.session, life->state.uid);

	if (!device || (life->stage != MEDIUM_ASKED && life->stage != MEDIUM_IN_USE))
		return NULL;
	for (size_t i = 0; i < core->exemptions.n_lives; i++) {
		struct life *next = core->exemptions.lives[i];

		if (next != life && next->document && next->device_id == 0 &&
			life_exemption(next)->use.access == life_exemption(life)->use.access &&
			life_fits(core, next, device) && life_is_alone(core, next, device) &&
			life_opens(core, next, device, session) == REASON_EXEMPTION)
			return next;
	}
	return NULL;
}

static int hand_over(
	struct core *core, struct life *life, struct life *next, enum exemption_end why)
{
	struct device *device = core_find_device(core, life->device_id);
	int r = life_attach(
		core, next, device, core_find_session(core, life->state.session, life->state.uid));

	if (r < 0)
		return r;
	next->stage = life->stage;
	next->is_dirty = life->is_dirty;
	memcpy(next->before, life->state.id, sizeof(next->before));
	next->told_ms = 0; /* life_follow() tells the worker whose it is now, and until when */
	memcpy(next->path, life->path, sizeof(next->path));
	next->state.capacity = life->state.capacity;
	memcpy(next->state.volume, life->state.volume, sizeof(next->state.volume));
	r = life_keep(core, next);
	life->device_id = 0;
	life->is_dirty = false;
	life->state.end = why;
	/* It may come back, at the next plug only: and this one may have been its last. */
	life->state.is_detached = true;
	return r < 0 ? r : life_finish(core, life);
}

static bool may_hand_over(enum exemption_end why)
{
	return why == EXEMPTION_END_TIME || why == EXEMPTION_END_NOT_AFTER;
}

/* What was in use before a restart may be still, though nobody was asked yet. */
static bool may_be_mounted(const struct life *life)
{
	return life->stage == MEDIUM_ASKED || life->stage == MEDIUM_IN_USE ||
	       life->stage == MEDIUM_CLOSING || (life->device_id != 0 && life->is_resumed);
}

int life_end(struct core *core, struct life *life, enum exemption_end why)
{
	struct life *next = may_hand_over(why) ? find_successor(core, life) : NULL;
	int r;

	if (next)
		return hand_over(core, life, next, why);
	life->state.end = why;
	if (!may_be_mounted(life))
		return life_finish(core, life);
	life->state.phase = EXEMPTION_ENDING;
	r = life_keep(core, life);
	if (r == 0)
		r = life_record(core, life, RECORD_EXEMPTION_ENDING, NULL, NULL);
	return r < 0 || life->stage == MEDIUM_CLOSING ? r : life_close(core, life, why);
}

/* --- at every moment --- */

static int warn(struct core *core, struct life *life)
{
	uint64_t until_ms = life_until_ms(core, life);
	int r;

	if (exemption_warning_due(&life->state, until_ms, core->now_ms) == 0)
		return 0;
	/* Nothing ends where another takes over. */
	if (find_successor(core, life))
		return 0;
	exemption_mark_warned(&life->state, until_ms, core->now_ms);
	life->state.phase = EXEMPTION_WARNED;
	r = life_keep(core, life);
	return r < 0 ? r : life_record(core, life, RECORD_EXEMPTION_WARNED, NULL, NULL);
}

/* Also while something that may pass keeps it from being used: its duration runs on. */
static int spend(struct core *core, struct life *life)
{
	const struct exemption_moment moment = core_moment(core);

	return life_spends(life) && exemption_spend(life_exemption(life), &moment, &life->state)
		       ? life_keep(core, life)
		       : 0;
}

static int check_running(struct core *core, struct life *life)
{
	enum exemption_end why = life_end_due(core, life);
	struct life *next = NULL;
	int r;

	if (why != EXEMPTION_END_NONE)
		return life_end(core, life, why);
	if (life_until_ms(core, life) <= core->now_ms + HAND_OVER_MS)
		next = find_successor(core, life);
	if (next)
		return hand_over(core, life, next,
			life->state.deadline_ms <= core->now_ms + HAND_OVER_MS
				? EXEMPTION_END_TIME
				: EXEMPTION_END_NOT_AFTER);
	r = warn(core, life);
	return r < 0 ? r : spend(core, life);
}

static bool is_plugged_in(const struct core *core, const struct life *life)
{
	for (size_t i = 0; i < core->n_devices; i++)
		if (life_is_same_insertion(life, core->devices[i]))
			return true;
	return false;
}

/* What had ended it is over: it goes on where it was, with the time that is left. */
static int revive(struct core *core, struct life *life)
{
	struct exemption_state *state = &life->state;
	int r = 0;

	/* Pulled out while sekishod was away. */
	if (state->number != 0 && !is_plugged_in(core, life))
		r = life_insertion_over(core, life);
	if (r < 0 || !life_may_go_on(life))
		return r;
	state->phase = !state->first_s ? EXEMPTION_APPROVED
		       : state->warned ? EXEMPTION_WARNED
				       : EXEMPTION_ACTIVE;
	state->end = EXEMPTION_END_NONE;
	state->ended_s = 0;
	state->is_clean = false;
	for (size_t i = 0; i < core->n_devices; i++)
		if (device_bar_of(core->devices[i], state->id) == REASON_EXEMPTION_ENDED)
			device_unbar(core->devices[i], state->id);
	r = life_keep(core, life);
	return r < 0 || !state->first_s
		       ? r
		       : life_record(core, life, RECORD_EXEMPTION_ACTIVE, NULL, "again");
}

static int check_approved(struct core *core, struct life *life)
{
	enum exemption_end why = life_end_due(core, life);

	return why == EXEMPTION_END_NONE || why == EXEMPTION_END_POLICY ? 0
									: life_end(core, life, why);
}

int life_check(struct core *core, struct life *life)
{
	switch (life->state.phase) {
	case EXEMPTION_LOST: life->state.end = EXEMPTION_END_LOST; return life_finish(core, life);
	case EXEMPTION_APPROVED: return check_approved(core, life);
	case EXEMPTION_ACTIVE:
	case EXEMPTION_WARNED:
		if (life->stage == MEDIUM_CLOSING && core->now_ms >= life->closing_ms)
			return life_closed(core, life, false);
		return check_running(core, life);
	case EXEMPTION_ENDING:
		return core->now_ms >= life->closing_ms ? life_closed(core, life, false) : 0;
	case EXEMPTION_ENDED:
		if (!exemption_end_is_level(life->state.end))
			return 0;
		return life_end_due(core, life) == EXEMPTION_END_NONE ? revive(core, life)
								      : spend(core, life);
	case EXEMPTION_RETURNED:
	case EXEMPTION_PHASE_COUNT: break;
	}
	return 0;
}
