#include "policy/exemption_fault.h"

#include "policy/names.h"

static const char *const names[EXEMPTION_FAULT_COUNT] = {
	[EXEMPTION_FAULT_UNJUDGED] = "unjudged",
	[EXEMPTION_FAULT_NONE] = "none",
	[EXEMPTION_FAULT_NO_EXEMPTIONS] = "no-exemptions",
	[EXEMPTION_FAULT_REHEARSAL] = "rehearsal",
	[EXEMPTION_FAULT_SCAN] = "scan",
	[EXEMPTION_FAULT_TERMINAL] = "terminal",
	[EXEMPTION_FAULT_THRESHOLD] = "threshold",
	[EXEMPTION_FAULT_OWN_REQUEST] = "own-request",
	[EXEMPTION_FAULT_TOO_LONG] = "too-long",
	[EXEMPTION_FAULT_PAST_FISCAL_YEAR] = "past-fiscal-year",
	[EXEMPTION_FAULT_REVOKED] = "revoked",
	[EXEMPTION_FAULT_MEDIUM_REVOKED] = "medium-revoked",
	[EXEMPTION_FAULT_NOT_YET] = "not-yet",
	[EXEMPTION_FAULT_ENDED] = "ended",
	[EXEMPTION_FAULT_POLICY_ENDED] = "policy-ended",
	[EXEMPTION_FAULT_ONLINE] = "online",
	[EXEMPTION_FAULT_REVOCATIONS_LOST] = "revocations-lost",
	[EXEMPTION_FAULT_NO_REQUEST] = "no-request",
	[EXEMPTION_FAULT_OTHER_REQUEST] = "other-request",
};

static const char *const sentences[EXEMPTION_FAULT_COUNT] = {
	[EXEMPTION_FAULT_UNJUDGED] = "it was not judged",
	[EXEMPTION_FAULT_NONE] = "it counts",
	[EXEMPTION_FAULT_NO_EXEMPTIONS] = "the policy in force allows no exemptions",
	[EXEMPTION_FAULT_REHEARSAL] = "the policy is only tried out, and nothing is refused",
	[EXEMPTION_FAULT_SCAN] = "the policy asks for a virus check (scan = required), which this "
				 "version cannot do",
	[EXEMPTION_FAULT_TERMINAL] = "it is for another terminal",
	[EXEMPTION_FAULT_THRESHOLD] = "it is signed by fewer persons than the policy asks for",
	[EXEMPTION_FAULT_OWN_REQUEST] = "one of its approvers asked for it, or is to use it",
	[EXEMPTION_FAULT_TOO_LONG] = "it is longer than the policy allows",
	[EXEMPTION_FAULT_PAST_FISCAL_YEAR] =
		"it would outlive 31 March, the end of the fiscal year",
	[EXEMPTION_FAULT_REVOKED] = "it was revoked",
	[EXEMPTION_FAULT_MEDIUM_REVOKED] = "its medium was revoked",
	[EXEMPTION_FAULT_NOT_YET] = "it has not begun",
	[EXEMPTION_FAULT_ENDED] = "its time is over",
	[EXEMPTION_FAULT_POLICY_ENDED] =
		"the time of the policy or the root is over, and exemptions "
		"stop with it",
	[EXEMPTION_FAULT_ONLINE] = "nothing was heard from where documents come from for too long",
	[EXEMPTION_FAULT_REVOCATIONS_LOST] =
		"what is revoked here is not known any more: see sekisho status",
	[EXEMPTION_FAULT_NO_REQUEST] = "nobody asked for it at this terminal",
	[EXEMPTION_FAULT_OTHER_REQUEST] = "it is not what was asked for at this terminal",
};

const char *exemption_fault_name(enum exemption_fault fault)
{
	return names_get(names, EXEMPTION_FAULT_COUNT, fault);
}

int exemption_fault_from_name(const char *name, enum exemption_fault *ret)
{
	int found = names_find(names, EXEMPTION_FAULT_COUNT, name);

	if (found < 0)
		return found;
	*ret = (enum exemption_fault)found;
	return 0;
}

const char *exemption_fault_sentence(enum exemption_fault fault)
{
	return names_get(sentences, EXEMPTION_FAULT_COUNT, fault);
}
