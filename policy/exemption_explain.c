/* Why an exemption does not count, with what was read and what would be right. */
#include "policy/exemption_check.h"

#include <stdio.h>

#include "policy/fiscal_year.h"
#include "policy/timestamp.h"
#include "policy/value.h"

static void explain_threshold(const struct exemption_case *at, const struct exemption *exemption,
	uint64_t signers, char *buffer, size_t size)
{
	char names[EXEMPTION_APPROVERS_SIZE];

	snprintf(buffer, size, "signed by %s only; the policy asks for %u persons (%s)",
		exemption_approvers(at->root, signers, names),
		exemption_approvals(at->policy, exemption->use.access),
		exemption_direction_name(exemption->use.access));
}

static void explain_own_request(const struct exemption_case *at, const struct exemption *exemption,
	uint64_t signers, char *buffer, size_t size)
{
	char names[EXEMPTION_APPROVERS_SIZE];
	bool is_asked = exemption->requester[0] &&
			exemption_is_approver(at->root, signers, exemption->requester);

	snprintf(buffer, size, "approved by %s, and %s%s is one of them",
		exemption_approvers(at->root, signers, names),
		is_asked ? "who asked for it, " : "who is to use it",
		is_asked ? exemption->requester : "");
}

static void explain_too_long(const struct exemption_case *at, const struct exemption *exemption,
	char *buffer, size_t size)
{
	char duration[DURATION_TEXT_MAX], longest[DURATION_TEXT_MAX];

	snprintf(buffer, size, "it is for %s; the policy allows at most %s",
		duration_format(exemption->use.duration_s, duration),
		duration_format(at->policy->exemption_longest_s, longest));
}

static void explain_fiscal_year(const struct exemption *exemption, char *buffer, size_t size)
{
	char end[TIMESTAMP_SIZE], year[TIMESTAMP_SIZE];

	timestamp_format(exemption->header.not_after, JAPAN_MINUTES, end);
	timestamp_format(fiscal_year_end(exemption->header.not_before), JAPAN_MINUTES, year);
	snprintf(buffer, size, "it ends on %s; the fiscal year in which it begins ends on %s", end,
		year);
}

static void explain_time(const char *what, int64_t time_s, char *buffer, size_t size)
{
	char time[TIMESTAMP_SIZE];

	timestamp_format(time_s, JAPAN_MINUTES, time);
	snprintf(buffer, size, "%s %s", what, time);
}

static void explain_policy_ended(const struct exemption_case *at, char *buffer, size_t size)
{
	int64_t policy_s = at->policy->header.not_after, root_s = at->root->header.not_after;

	if (policy_s < root_s)
		explain_time(
			"the policy ended, and exemptions with it, on", policy_s, buffer, size);
	else
		explain_time("the root ended, and exemptions with it, on", root_s, buffer, size);
}

void exemption_explain(const struct exemption_case *at, const struct exemption *exemption,
	uint64_t signers, enum exemption_fault fault, char *buffer, size_t size)
{
	const char *sentence = exemption_fault_sentence(fault);

	snprintf(buffer, size, "%s", sentence ? sentence : "");
	switch (fault) {
	case EXEMPTION_FAULT_TERMINAL:
		if (at->terminal[0])
			snprintf(buffer, size, "it is for the terminal %s, this is %s",
				exemption->terminal, at->terminal);
		else
			snprintf(buffer, size,
				"it is for the terminal %s, and site.ini here names no terminal",
				exemption->terminal);
		break;
	case EXEMPTION_FAULT_THRESHOLD:
		explain_threshold(at, exemption, signers, buffer, size);
		break;
	case EXEMPTION_FAULT_OWN_REQUEST:
		explain_own_request(at, exemption, signers, buffer, size);
		break;
	case EXEMPTION_FAULT_TOO_LONG: explain_too_long(at, exemption, buffer, size); break;
	case EXEMPTION_FAULT_PAST_FISCAL_YEAR: explain_fiscal_year(exemption, buffer, size); break;
	case EXEMPTION_FAULT_NOT_YET:
		explain_time("it begins on", exemption->header.not_before, buffer, size);
		break;
	case EXEMPTION_FAULT_ENDED:
		explain_time("it ended on", exemption->header.not_after, buffer, size);
		break;
	case EXEMPTION_FAULT_POLICY_ENDED: explain_policy_ended(at, buffer, size); break;
	case EXEMPTION_FAULT_UNJUDGED:
	case EXEMPTION_FAULT_NONE:
	case EXEMPTION_FAULT_NO_EXEMPTIONS:
	case EXEMPTION_FAULT_REHEARSAL:
	case EXEMPTION_FAULT_SCAN:
	case EXEMPTION_FAULT_REVOKED:
	case EXEMPTION_FAULT_MEDIUM_REVOKED:
	case EXEMPTION_FAULT_ONLINE:
	case EXEMPTION_FAULT_REVOCATIONS_LOST:
	case EXEMPTION_FAULT_NO_REQUEST:
	case EXEMPTION_FAULT_OTHER_REQUEST:
	case EXEMPTION_FAULT_COUNT: break;
	}
}
