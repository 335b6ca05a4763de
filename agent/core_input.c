/*
 * Somebody can always type. Keeps the HID interfaces of the last input device against the policy,
 * and puts each new policy on trial: when somebody could type before it and nobody can after it,
 * the last good one comes back.
 */
#include <errno.h>

#include "agent/core_internal.h"

enum candidate {
	NO_CANDIDATE = 0,
	MAY_TYPE,      /* a HID interface nobody has looked into yet */
	CLAIMS_TO,     /* a boot keyboard by its descriptors */
	TYPES_ALREADY, /* bound, and its report descriptor has keys */
};

/* A keyboard of it is bound to a driver right now. */
static bool types_now(const struct device *device)
{
	if (!device->seen.is_authorized)
		return false;
	for (size_t i = 0; i < device->seen.n_interfaces; i++) {
		const struct observed_interface *seen = &device->seen.interfaces[i];

		if (seen->is_authorized && seen->has_report && seen->usages.has_keyboard)
			return true;
	}
	return false;
}

static bool somebody_types(const struct core *core)
{
	if (core->other_keyboards > 0)
		return true;
	for (size_t i = 0; i < core->n_devices; i++)
		if (types_now(core->devices[i]))
			return true;
	return false;
}

static bool is_keyless(const struct device *device, uint8_t configuration, uint8_t interface)
{
	for (size_t i = 0; i < device->n_keyless; i++)
		if (device->keyless[i].configuration == configuration &&
			device->keyless[i].interface == interface)
			return true;
	return false;
}

/* Policy takes buttons and unknown things for a keyboard, because they may send any key; but nobody
 * can type on them. */
void device_note_keyless(struct device *device)
{
	for (size_t i = 0; i < device->seen.n_interfaces; i++) {
		const struct observed_interface *seen = &device->seen.interfaces[i];

		if (!seen->has_report || seen->usages.has_keyboard ||
			is_keyless(device, seen->configuration, seen->interface) ||
			device->n_keyless == OBSERVATION_INTERFACES_MAX)
			continue;
		device->keyless[device->n_keyless].configuration = seen->configuration;
		device->keyless[device->n_keyless++].interface = seen->interface;
	}
}

/* A report descriptor without keys, or another driver, proves that this interface cannot type. */
static bool is_disproved(const struct device *device, const struct usb_alternate *alternate)
{
	if (is_keyless(device, alternate->configuration, alternate->interface))
		return true;
	for (size_t i = 0; i < device->n_findings; i++) {
		const struct finding *f = &device->findings[i];

		if (f->configuration == alternate->configuration &&
			f->interface == alternate->interface && f->device_class != CLASS_KEYBOARD)
			return true;
	}
	return false;
}

static enum candidate candidate_of(const struct device *device)
{
	enum candidate best = NO_CANDIDATE;

	if (device->facts->is_malformed || device->failures > ACT_ATTEMPTS_MAX)
		return NO_CANDIDATE;
	if (types_now(device))
		return TYPES_ALREADY;
	for (size_t i = 0; i < device->facts->n_alternates; i++) {
		const struct usb_alternate *a = &device->facts->alternates[i];

		if (a->class != 0x03 || is_disproved(device, a))
			continue;
		if (a->subclass == 1 && a->protocol == 1 && device->failures == 0)
			return CLAIMS_TO;
		best = MAY_TYPE;
	}
	return best;
}

/* Policy lets it in, it does not work yet, and it is new enough to be still on its way. */
static bool is_on_its_way(const struct core *core, const struct device *device)
{
	return device->types_by_policy && device->failures == 0 &&
	       core->now_ms - device->arrived_ms < INPUT_GRACE_MS;
}

/* Policy lets a keyboard in that works, or hope is left for one. */
static bool policy_lets_somebody_type(const struct core *core, bool *ret_hope)
{
	*ret_hope = false;
	if (core->other_keyboards > 0)
		return true;
	for (size_t i = 0; i < core->n_devices; i++) {
		const struct device *device = core->devices[i];

		if (!device->types_by_policy)
			continue;
		if (types_now(device))
			return true;
		*ret_hope |= is_on_its_way(core, device);
	}
	return false;
}

static void set_last(struct core *core, struct device *last)
{
	for (size_t i = 0; i < core->n_devices; i++) {
		struct device *device = core->devices[i];
		bool is_last = last && device == last;

		if (device->is_last_input == is_last)
			continue;
		device->is_last_input = is_last;
		device_judge(core, device);
	}
}

/* The best; among equals the one that is kept already, else the earliest. */
static struct device *best_candidate(const struct core *core, enum candidate *ret)
{
	struct device *best = NULL;

	*ret = NO_CANDIDATE;
	for (size_t i = 0; i < core->n_devices; i++) {
		struct device *device = core->devices[i];
		enum candidate candidate = candidate_of(device);

		if (candidate > *ret || (candidate == *ret && best && device->is_last_input)) {
			*ret = candidate;
			best = device;
		}
	}
	return best;
}

void core_choose_last_input(struct core *core)
{
	bool hope;
	enum candidate candidate;
	struct device *best;

	if (policy_lets_somebody_type(core, &hope)) {
		core->nobody_types = false;
		set_last(core, NULL);
		return;
	}
	if (!core->nobody_types) {
		core->nobody_types = true;
		core->nobody_types_ms = core->now_ms;
	}
	best = best_candidate(core, &candidate);
	/* A keyboard in use must not blink; one that is not in use yet waits for the allowed one.
	 */
	if (best && !best->is_last_input && candidate != TYPES_ALREADY &&
		(hope || core->now_ms < core->nobody_types_ms + INPUT_GRACE_MS))
		best = NULL;
	set_last(core, best);
}

int trial_start(struct core *core, bool could_type)
{
	struct trial *trial = &core->trial;
	/* That nobody can type may be the doing of a policy that was still on trial itself. */
	bool is_known = could_type || (trial->is_running && trial->could_type);

	*trial = (struct trial){
		.is_running = true,
		.waits = !core->has_scanned,
		.could_type = is_known || somebody_types(core),
		.since_ms = core->now_ms,
	};
	if (is_known || !trial->could_type)
		return 0;
	return core_action(core, ACTION_TRIAL_BEGAN) ? 0 : -ENOMEM;
}

/*
 * After a restart in the middle of a trial: what stands open now, because udev's rule or the run
 * before let it in, is what somebody could type on.
 */
int trial_take_list(struct core *core)
{
	return core->trial.is_running ? trial_start(core, false) : 0;
}

static bool anything_under_way(const struct core *core)
{
	for (size_t i = 0; i < core->n_devices; i++)
		if (core->devices[i]->act != ACT_NONE)
			return true;
	return false;
}

int trial_check(struct core *core)
{
	struct trial *trial = &core->trial;
	bool passed;

	if (!trial->is_running || trial->waits || core->now_ms < trial->since_ms + TRIAL_MS)
		return 0;
	if (anything_under_way(core) && core->now_ms < trial->since_ms + TRIAL_LONGEST_MS)
		return 0;
	trial->is_running = false;
	passed = !trial->could_type || somebody_types(core);
	return core_action(core, passed ? ACTION_TRIAL_PASSED : ACTION_TRIAL_FAILED) ? 0 : -ENOMEM;
}

uint64_t input_wake_ms(const struct core *core)
{
	uint64_t wake = CORE_NEVER;

	if (core->trial.is_running && !core->trial.waits) {
		wake = core->trial.since_ms + TRIAL_MS;
		if (wake <= core->now_ms)
			wake = core->trial.since_ms + TRIAL_LONGEST_MS;
	}
	if (core->nobody_types && core->now_ms < core->nobody_types_ms + INPUT_GRACE_MS &&
		core->nobody_types_ms + INPUT_GRACE_MS < wake)
		wake = core->nobody_types_ms + INPUT_GRACE_MS;
	for (size_t i = 0; core->nobody_types && i < core->n_devices; i++) {
		const struct device *device = core->devices[i];

		if (is_on_its_way(core, device) && device->arrived_ms + INPUT_GRACE_MS < wake)
			wake = device->arrived_ms + INPUT_GRACE_MS;
	}
	return wake;
}
