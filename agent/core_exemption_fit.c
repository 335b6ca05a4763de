/* Which exemption is for which device, and whether it opens it for whoever is at the screen. */
#include <string.h>

#include "agent/core_exemption.h"
#include "policy/sha256_text.h"

const struct core_session *core_active_session(const struct core *core)
{
	for (size_t i = 0; i < core->exemptions.n_sessions; i++)
		if (core->exemptions.sessions[i].is_active)
			return &core->exemptions.sessions[i];
	return NULL;
}

const struct core_session *core_find_session(const struct core *core, const char *id, uint32_t uid)
{
	for (size_t i = 0; i < core->exemptions.n_sessions; i++) {
		const struct core_session *session = &core->exemptions.sessions[i];

		/* Session and uid: logind may give the name of one that ended to another. */
		if (strcmp(session->id, id) == 0 && session->uid == uid)
			return session;
	}
	return NULL;
}

bool life_is_heard(const struct core *core, const struct life *life)
{
	const struct exemption *exemption = life_exemption(life);
	uint64_t lease_ms = (uint64_t)core->policy->exemption_lease_s * 1000;

	/* Where a telephone was needed there is no network. */
	if (life->known.method == EXEMPTION_METHOD_PHONE)
		return true;
	if (!exemption->use.is_online && !core->policy->exemption_needs_online)
		return true;
	return life->has_news && core->now_ms < life->news_ms + lease_ms;
}

static bool is_device(const struct exemption_medium *medium, const struct device *device)
{
	size_t length = strnlen(device->seen.serial, sizeof(device->seen.serial));

	return length > 0 && length <= MEDIUM_SERIAL_MAX &&
	       medium->identity.vendor == device->facts->vendor &&
	       medium->identity.product == device->facts->product &&
	       strcmp(medium->identity.serial, device->seen.serial) == 0 &&
	       memcmp(medium->descriptors_sha256, device->facts->sha256, SHA256_SIZE) == 0;
}

bool life_fits(const struct core *core, const struct life *life, const struct device *device)
{
	const struct exemption *exemption = life_exemption(life);

	if (device->facts->is_malformed)
		return false;
	switch (exemption->medium.kind) {
	case EXEMPTION_MEDIUM_NONE: return false;
	case EXEMPTION_MEDIUM_REGISTERED:
		return device->medium.number[0] &&
		       strcmp(device->medium.number, exemption->medium.number) == 0;
	case EXEMPTION_MEDIUM_DEVICE: return is_device(&exemption->medium, device);
	case EXEMPTION_MEDIUM_CLASS:
		/* That it is nothing else than disks is life_is_needed()'s to see. */
		return exemption->medium.device_class == CLASS_USB_STORAGE &&
		       !device_is_struck(core, device);
	}
	return false;
}

bool life_is_needed(const struct core *core, const struct life *life, const struct device *device)
{
	const struct exemption *exemption = life_exemption(life);
	const struct exemption_grant grant = {
		.id = life->state.id,
		.access = exemption->use.access,
		.why = REASON_EXEMPTION,
	};
	struct device_decision without, with;

	device_judge_with(core, device, NULL, &without);
	device_judge_with(core, device, &grant, &with);
	return without.verdict < with.verdict && with.verdict == exemption->use.access;
}

static bool is_user(const struct exemption *exemption, const char *user)
{
	for (size_t i = 0; i < exemption->n_users; i++)
		if (strcmp(exemption->users[i], user) == 0)
			return true;
	return false;
}

/* Bound to a session: only there. Bound to a person, by a code or before a reboot: that one. */
static bool may_use(const struct life *life, const struct core_session *session)
{
	const struct exemption_state *state = &life->state;
	const struct exemption *exemption = life_exemption(life);

	if (!session)
		return false;
	if (!state->user[0])
		return is_user(exemption, session->user);
	if (strcmp(state->user, session->user) != 0)
		return false;
	if (!state->session[0] || (exemption->use.survives & EXEMPTION_SURVIVES_LOGOUT))
		return true;
	return strcmp(state->session, session->id) == 0 && state->uid == session->uid;
}

bool life_is_same_insertion(const struct life *life, const struct device *device)
{
	return life->state.number != 0 && life->state.bus == device->seen.bus &&
	       life->state.number == device->seen.number;
}

static bool has_insertions(const struct life *life, const struct device *device)
{
	const struct exemption *exemption = life_exemption(life);

	return exemption->use.insertions == 0 || life_is_same_insertion(life, device) ||
	       life->state.insertions < exemption->use.insertions;
}

bool life_is_bound_elsewhere(const struct life *life, const struct device *device)
{
	char text[SHA256_TEXT_SIZE];

	if (!life->state.descriptors[0])
		return false;
	sha256_text(device->facts->sha256, text);
	return strcmp(life->state.descriptors, text) != 0;
}

enum reason_code life_opens(const struct core *core, const struct life *life,
	const struct device *device, const struct core_session *session)
{
	const struct exemption *exemption = life_exemption(life);
	const struct exemption_moment moment = core_moment(core);

	enum reason_code bar = device_bar_of(device, life->state.id);

	if (bar != REASON_NOT_JUDGED)
		return bar;
	if (life->state.is_detached && life_is_same_insertion(life, device) && life_runs(life))
		return REASON_EXEMPTION_DETACHED;
	if (life->state.phase != EXEMPTION_APPROVED && !life_runs(life))
		return REASON_NOT_JUDGED;
	if (life_end_due(core, life) != EXEMPTION_END_NONE || !has_insertions(life, device))
		return REASON_NOT_JUDGED;
	if (device->has_changed || life_is_bound_elsewhere(life, device))
		return REASON_EXEMPTION_ANOTHER_MEDIUM;
	if (!life->state.first_s && !exemption_has_begun(exemption, &moment))
		return REASON_EXEMPTION_NOT_YET;
	if (exemption->code_hash[0] && !life->state.is_redeemed)
		return REASON_EXEMPTION_NOT_REDEEMED;
	if (!may_use(life, session))
		return REASON_EXEMPTION_OTHER_USER;
	return life_is_heard(core, life) ? REASON_EXEMPTION : REASON_EXEMPTION_OFFLINE;
}
