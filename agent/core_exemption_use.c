/* A device begins to be opened by an exemption: the first use, a replug, a restart of sekishod. */
#include <string.h>

#include "agent/core_exemption.h"
#include "policy/sha256_text.h"

#define RESUME_TURNS 3

static void bind_session(struct life *life, const struct core_session *session)
{
	struct exemption_state *state = &life->state;

	memcpy(state->user, session->user, sizeof(state->user));
	memcpy(state->session, session->id, sizeof(state->session));
	state->uid = session->uid;
}

static void bind_insertion(struct life *life, const struct device *device)
{
	struct exemption_state *state = &life->state;

	if (state->number == 0 || state->bus != device->seen.bus ||
		state->number != device->seen.number)
		state->insertions++;
	state->bus = device->seen.bus;
	state->number = device->seen.number;
	state->is_detached = false;
	if (life_exemption(life)->medium.kind != EXEMPTION_MEDIUM_CLASS)
		sha256_text(device->facts->sha256, state->descriptors);
}

/* Who had it before, and may come back, gets it at the next plug: one insertion has one owner,
 * also for whoever reads the states after a restart. */
static int take_from_others(struct core *core, const struct life *life, const struct device *device)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < core->exemptions.n_lives; i++) {
		struct life *other = core->exemptions.lives[i];

		if (other == life || other->device_id != 0 || other->state.is_detached ||
			!life_may_go_on(other) || !life_is_same_insertion(other, device))
			continue;
		other->state.is_detached = true;
		r = life_keep(core, other);
	}
	return r;
}

int life_attach(struct core *core, struct life *life, struct device *device,
	const struct core_session *session)
{
	const struct exemption_moment moment = core_moment(core);
	struct exemption_state *state = &life->state;
	bool is_first = state->phase == EXEMPTION_APPROVED;
	int r = take_from_others(core, life, device);

	if (r < 0)
		return r;
	bind_session(life, session);
	bind_insertion(life, device);
	if (is_first) {
		exemption_begin(life_exemption(life), &moment, core->exemptions.boot_id, state);
		exemption_mark_warned(state, life_until_ms(core, life), core->now_ms);
		state->phase = EXEMPTION_ACTIVE;
		state->is_report_due |= life->known.method == EXEMPTION_METHOD_PHONE;
	}
	life->device_id = device->id;
	memcpy(life->descriptors_sha256, device->facts->sha256, SHA256_SIZE);
	life->stage = MEDIUM_LETTING_IN;
	life->is_resumed = life->is_dirty = false;
	life->before[0] = '\0';
	life->path[0] = life->holders[0] = '\0';
	r = life_keep(core, life);
	return r < 0 || !is_first ? r
				  : life_record(core, life, RECORD_EXEMPTION_ACTIVE, NULL, NULL);
}

void life_let_go(struct core *core, struct life *life, enum reason_code bar)
{
	struct device *device = core_find_device(core, life->device_id);

	if (device) {
		device->is_to_be_shut = true;
		device_bar(device, life->state.id, bar);
	}
	life->device_id = 0;
	life->stage = MEDIUM_NO_STAGE;
	life->path[0] = life->holders[0] = '\0';
}

/* --- after a restart of sekishod, or a reboot --- */

static struct device *find_insertion(const struct core *core, const struct life *life)
{
	for (size_t i = 0; i < core->n_devices; i++) {
		struct device *device = core->devices[i];

		if (life_is_same_insertion(life, device) && life_fits(core, life, device) &&
			!life_is_bound_elsewhere(life, device))
			return device;
	}
	return NULL;
}

static int resume_after_reboot(struct core *core, struct life *life)
{
	const struct exemption_moment moment = core_moment(core);
	const struct exemption *exemption = life_exemption(life);
	struct exemption_state *state = &life->state;

	life->is_dirty = state->phase == EXEMPTION_ENDED
				 ? !state->is_clean
				 : state->number != 0 && !state->is_detached;
	state->bus = state->number = 0;
	state->is_detached = false;
	if (state->phase == EXEMPTION_ENDING)
		return life_finish(core, life);
	if (!(exemption->use.survives & EXEMPTION_SURVIVES_REBOOT)) {
		state->end = EXEMPTION_END_REBOOT;
		return life_finish(core, life);
	}
	/* Sessions of another boot are over, and their names come again. */
	state->session[0] = '\0';
	exemption_carry_over(exemption, &moment, core->exemptions.boot_id, state);
	return life_keep(core, life);
}

static int resume_in_boot(struct core *core, struct life *life)
{
	struct device *device = find_insertion(core, life);

	life->is_dirty = !life->state.is_detached;
	if (!device)
		return life_pulled_out(core, life);
	/* Killed while one took over from the other: the one that has it not gets it by and by. */
	if (life_of_device(core, device->id)) {
		life->state.is_detached = true;
		return life->state.phase == EXEMPTION_ENDING ? life_finish(core, life)
							     : life_keep(core, life);
	}
	if (life->state.is_detached && !device->seen.is_authorized) {
		device_bar(device, life->state.id, REASON_EXEMPTION_DETACHED);
		return 0;
	}
	life->device_id = device->id;
	memcpy(life->descriptors_sha256, device->facts->sha256, SHA256_SIZE);
	life->stage = MEDIUM_LETTING_IN;
	life->is_resumed = true;
	if (life->state.phase == EXEMPTION_ENDING)
		return life_close(core, life, life->state.end);
	return life->state.is_detached ? life_close(core, life, EXEMPTION_END_EJECT) : 0;
}

static int resume(struct core *core, struct life *life)
{
	const struct exemption_state *state = &life->state;

	/* What may come back has a deadline, too. */
	bool may_return = state->phase == EXEMPTION_ENDED && exemption_end_is_level(state->end) &&
			  state->first_s;

	if (!life_runs(life) && state->phase != EXEMPTION_ENDING && !may_return)
		return 0;
	if (strcmp(state->boot_id, core->exemptions.boot_id) != 0)
		return resume_after_reboot(core, life);
	if (may_return)
		return 0;
	if (state->number != 0)
		return resume_in_boot(core, life);
	return state->phase == EXEMPTION_ENDING ? life_finish(core, life) : 0;
}

/* Several may name one insertion: who has the medium finds it first, then who was letting go of it
 * at its end, and at last those from whom it had been taken away before. */
static unsigned resume_turn(const struct life *life)
{
	if (!life->state.is_detached)
		return 0;
	return life->state.phase == EXEMPTION_ENDING ? 1 : 2;
}

int lives_resume(struct core *core)
{
	int r = 0;

	if (core->exemptions.is_resumed)
		return 0;
	core->exemptions.is_resumed = true;
	for (size_t i = 0; i < core->exemptions.n_lives; i++)
		core->exemptions.lives[i]->turn = resume_turn(core->exemptions.lives[i]);
	for (unsigned turn = 0; turn < RESUME_TURNS; turn++)
		for (size_t i = 0; r == 0 && i < core->exemptions.n_lives; i++)
			if (core->exemptions.lives[i]->turn == turn)
				r = resume(core, core->exemptions.lives[i]);
	/* What else stands open may still have its worker. */
	for (size_t i = 0; i < core->n_devices; i++)
		core->devices[i]->is_to_be_shut = !life_of_device(core, core->devices[i]->id);
	return r;
}

/* --- which exemption opens which device --- */

static bool is_rival(const struct core *core, const struct life *life, const struct device *device)
{
	/* To an event window each medium is as good, and one that was taken away is out. */
	if (life_exemption(life)->medium.kind == EXEMPTION_MEDIUM_CLASS && device->n_bars > 0)
		return false;
	return life_fits(core, life, device) && life_is_needed(core, life, device);
}

bool life_is_alone(const struct core *core, const struct life *life, const struct device *device)
{
	if (life->device_id != 0)
		return life->device_id == device->id;
	for (size_t i = 0; i < core->n_devices; i++)
		if (core->devices[i] != device && is_rival(core, life, core->devices[i]))
			return false;
	return true;
}

/* Of two that would do: what runs already, then what gives more, then what ends first. */
static bool is_better(const struct life *a, const struct life *b)
{
	const struct exemption *x = life_exemption(a), *y = life_exemption(b);

	if (life_runs(a) != life_runs(b))
		return life_runs(a);
	if (x->use.access != y->use.access)
		return x->use.access > y->use.access;
	return x->header.not_after < y->header.not_after;
}

/* What it says of a device that it fits; NOT_JUDGED: nothing. */
static enum reason_code judge_life(
	const struct core *core, const struct life *life, const struct device *device)
{
	enum reason_code code = life_opens(core, life, device, core_active_session(core));

	/* Of what is over, as most are, no decision is asked. */
	if (code == REASON_NOT_JUDGED || !life_is_needed(core, life, device))
		return REASON_NOT_JUDGED;
	if (code == REASON_EXEMPTION && !life_is_alone(core, life, device))
		return REASON_EXEMPTION_AMBIGUOUS;
	return code;
}

/* The one that opens the device; else the one that says most of why none does. */
static struct life *choose(
	const struct core *core, const struct device *device, enum reason_code *ret)
{
	struct life *best = NULL;

	*ret = REASON_NOT_JUDGED;
	for (size_t i = 0; i < core->exemptions.n_lives; i++) {
		struct life *life = core->exemptions.lives[i];
		enum reason_code code;

		if (!life->document || !life_fits(core, life, device))
			continue;
		code = judge_life(core, life, device);
		if (code == REASON_NOT_JUDGED)
			continue;
		if (*ret == REASON_EXEMPTION ? code == REASON_EXEMPTION && is_better(life, best)
					     : code == REASON_EXEMPTION || code > *ret) {
			best = life;
			*ret = code;
		}
	}
	return best;
}

int exemptions_assign(struct core *core)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < core->n_devices; i++) {
		struct device *device = core->devices[i];
		struct life *life = life_of_device(core, device->id);
		enum reason_code code = REASON_EXEMPTION;

		if (!life) {
			life = choose(core, device, &code);
			device->is_to_be_shut &= device->seen.is_authorized;
			if (code == REASON_EXEMPTION && device->is_to_be_shut)
				code = REASON_NOT_JUDGED;
			if (life && code == REASON_EXEMPTION)
				r = life_attach(core, life, device, core_active_session(core));
		}
		if (!life)
			continue;
		device->grant.id = life->state.id;
		device->grant.why = code;
		if (code == REASON_EXEMPTION)
			device->grant.access = life_exemption(life)->use.access;
	}
	return r;
}
