/* What is to be said of a terminal by its last report, and by what is published for it. */
#include <string.h>

#include "policy/admin/fleet_internal.h"

static unsigned flaw_if(bool condition, enum fleet_flaw flaw)
{
	return condition ? FLEET_FLAW(flaw) : 0;
}

/* One above the published one may be what was published before somebody put an old state back. */
static bool is_foreign(const struct fleet_published *published, const struct fresh_entry *policy)
{
	if (!policy->is_named)
		return false;
	return policy->serial > published->policy ||
	       (policy->serial == published->policy &&
		       memcmp(policy->text_sha256, published->policy_sha256, SHA256_SIZE) != 0);
}

/* A roll-out that has not reached all is no fault of who still waits for it. */
static bool is_behind(const struct fleet_published *published, const struct fleet_report *report)
{
	return report->policy.is_named && report->policy.serial < published->policy &&
	       report->next != published->policy && published->is_everywhere;
}

static unsigned judge_mode(const struct fleet_report *report)
{
	switch (report->mode) {
	case REPORT_STRICT: return FLEET_FLAW(FLEET_POLICY_LOST);
	case REPORT_BUILT_IN: return FLEET_FLAW(FLEET_NO_POLICY);
	case REPORT_REHEARSE: return FLEET_FLAW(FLEET_REHEARSED);
	case REPORT_ENFORCE: break;
	}
	return 0;
}

static unsigned judge_factor(const struct fleet_report *report)
{
	switch (report->factor) {
	case REPORT_FACTOR_OFF: return FLEET_FLAW(FLEET_FACTOR_OFF);
	case REPORT_FACTOR_REHEARSE: return FLEET_FLAW(FLEET_FACTOR_REHEARSED);
	case REPORT_FACTOR_PARTIAL: return FLEET_FLAW(FLEET_FACTOR_PARTIAL);
	case REPORT_FACTOR_ON: break;
	}
	return 0;
}

unsigned fleet_judge(const struct fleet *fleet, const struct fleet_terminal *terminal)
{
	const struct fleet_published *published = &fleet->published;
	const struct fleet_report *report = terminal->report;

	if (!report)
		return FLEET_FLAW(FLEET_NEVER);
	return judge_mode(report) | judge_factor(report) |
	       flaw_if(fleet->now_s - report->seen > fleet->silent_s, FLEET_SILENT) |
	       flaw_if(report->is_ahead, FLEET_CLOCK_AHEAD) |
	       flaw_if(is_foreign(published, &report->policy), FLEET_POLICY_FOREIGN) |
	       flaw_if(is_behind(published, report), FLEET_BEHIND) |
	       flaw_if(report->root.is_named && report->root.serial < published->root,
		       FLEET_ROOT_BEHIND) |
	       flaw_if(report->media < published->media, FLEET_MEDIA_BEHIND) |
	       flaw_if(report->lost > 0, FLEET_RECORDS_LOST) |
	       flaw_if(report->n_alerts > 0, FLEET_ALERTED) |
	       flaw_if(report->n_problems > 0, FLEET_TROUBLED);
}
