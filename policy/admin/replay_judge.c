#include "policy/admin/replay_judge.h"

#include <stdio.h>
#include <string.h>

#include "policy/enforced.h"

static const struct interface_decision *decision_of(
	const struct device_decision *decision, const struct replay_interface *interface)
{
	for (size_t i = 0; i < decision->n_interfaces; i++)
		if (decision->interfaces[i].configuration == interface->configuration &&
			decision->interfaces[i].interface == interface->interface)
			return &decision->interfaces[i];
	return NULL;
}

static enum replay_change compare(
	const struct replay_record *record, const struct device_decision *now)
{
	bool was_let_in = record->verdict != VERDICT_BLOCK,
	     is_let_in = now->verdict != VERDICT_BLOCK;
	bool is_more = false;

	if (was_let_in != is_let_in)
		return was_let_in ? REPLAY_NOW_REFUSED : REPLAY_NOW_LET_IN;
	for (size_t i = 0; i < record->n_interfaces; i++) {
		const struct interface_decision *d = decision_of(now, &record->interfaces[i]);
		enum verdict verdict = d ? d->verdict : VERDICT_BLOCK;

		if (verdict < record->interfaces[i].verdict)
			return REPLAY_NOW_LESS;
		is_more |= verdict > record->interfaces[i].verdict;
	}
	return is_more ? REPLAY_NOW_MORE : REPLAY_SAME;
}

/* As the agent: a serial that is longer than a registered one can be is none. */
static const struct medium *find_medium(
	const struct replay_record *record, const struct media *media, struct medium *then)
{
	size_t length = strlen(record->serial);

	*then = (struct medium){.identity = {.vendor = record->vendor, .product = record->product}};
	if (length == 0 || length > MEDIUM_SERIAL_MAX)
		return NULL;
	memcpy(then->identity.serial, record->serial, length);
	if (media)
		return media_find(media, &then->identity);
	snprintf(then->number, sizeof(then->number), "%s", record->medium);
	return record->medium[0] ? then : NULL;
}

int replay_judge(const struct replay_record *record, const struct policy *policy,
	const struct media *media, struct replay_insertion *ret)
{
	struct device_decision decision;
	struct usb_facts *usb = NULL;
	struct medium then;
	/* What an exemption opened once it would open again, where the policy has any. */
	const struct exemption_grant grant = {
		.id = record->exemption, .access = record->verdict, .why = REASON_EXEMPTION};
	struct device_facts facts = {
		.active_configuration = record->active_configuration,
		.findings = record->findings,
		.n_findings = record->n_findings,
		.medium = find_medium(record, media, &then),
		.is_last_input = record->is_last_input,
		.exemption = record->exemption[0] ? &grant : NULL,
	};
	int r;

	ret->change = REPLAY_UNKNOWN;
	ret->device_class = record->device_class;
	ret->reason = (struct reason){.code = REASON_NOT_JUDGED};
	if (record->descriptors_size == 0)
		return 0;
	r = usb_facts_parse(record->descriptors, record->descriptors_size, &usb);
	if (r < 0)
		return r;
	facts.usb = usb;
	decide_enforced(policy, &facts, &decision);
	ret->change = compare(record, &decision);
	ret->device_class = decision.device_class;
	ret->reason = decision.reason;
	usb_facts_free(usb);
	return 0;
}
