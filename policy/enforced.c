#include "policy/enforced.h"

static void refuse_read_only(struct device_decision *decision)
{
	bool any_allowed = false;

	for (size_t i = 0; i < decision->n_interfaces; i++) {
		struct interface_decision *d = &decision->interfaces[i];

		if (d->verdict == VERDICT_READ_ONLY) {
			d->verdict = VERDICT_BLOCK;
			d->reason.code = REASON_READ_ONLY_UNSUPPORTED;
			decision->reason = d->reason;
		}
		any_allowed |= d->verdict == VERDICT_ALLOW;
	}
	decision->verdict = any_allowed ? VERDICT_ALLOW : VERDICT_BLOCK;
	if (!any_allowed)
		decision->configuration = 0;
}

void decide_enforced(
	const struct policy *policy, const struct device_facts *facts, struct device_decision *ret)
{
	decide_device(policy, facts, ret);
	refuse_read_only(ret);
}
