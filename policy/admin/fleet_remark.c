#include "policy/admin/fleet_remark.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "policy/admin/day.h"
#include "policy/timestamp.h"

struct text {
	char *buffer;
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
	char piece[FLEET_REMARK_MAX];
	va_list arguments;
	size_t size;

	va_start(arguments, format);
	vsnprintf(piece, sizeof(piece), format, arguments);
	va_end(arguments);
	size = strlen(piece);
	if (text->used + size >= FLEET_REMARK_MAX)
		return;
	memcpy(text->buffer + text->used, piece, size + 1);
	text->used += size;
}

/* "for 5 days" */
static void add_silence(struct text *text, int64_t silent_s, bool is_japanese)
{
	if (silent_s >= 2 * DAY_S)
		add(text, is_japanese ? "(%" PRId64 "日間)" : " for %" PRId64 " days",
			silent_s / DAY_S);
	else
		add(text, is_japanese ? "(%" PRId64 "時間)" : " for %" PRId64 " hours",
			silent_s / HOUR_S);
}

static void add_serial(struct text *text, uint64_t has, uint64_t published, bool is_japanese)
{
	add(text,
		is_japanese ? "(%" PRIu64 "、公開中は%" PRIu64 ")"
			    : " (%" PRIu64 "; %" PRIu64 " is published)",
		has, published);
}

static void add_problems(struct text *text, const struct fleet_report *report)
{
	for (size_t i = 0; i < report->n_problems; i++)
		add(text, "%s%s", i == 0 ? ": " : " ", report->problems[i]);
}

static void add_alerts(struct text *text, const struct fleet_report *report)
{
	for (size_t i = 0; i < report->n_alerts; i++)
		add(text, "%s%s %" PRIu64, i == 0 ? ": " : ", ", report->alerts[i].event,
			report->alerts[i].n);
}

/* What the flaw's own words leave open. */
static void add_details(struct text *text, const struct fleet *fleet,
	const struct fleet_report *report, enum fleet_flaw flaw, bool is_japanese)
{
	switch (flaw) {
	case FLEET_SILENT: add_silence(text, fleet->now_s - report->seen, is_japanese); break;
	case FLEET_BEHIND:
	case FLEET_POLICY_FOREIGN:
		add_serial(text, report->policy.serial, fleet->published.policy, is_japanese);
		break;
	case FLEET_ROOT_BEHIND:
		add_serial(text, report->root.serial, fleet->published.root, is_japanese);
		break;
	case FLEET_MEDIA_BEHIND:
		add_serial(text, report->media, fleet->published.media, is_japanese);
		break;
	case FLEET_RECORDS_LOST: add(text, " (%" PRIu64 ")", report->lost); break;
	case FLEET_ALERTED: add_alerts(text, report); break;
	case FLEET_TROUBLED: add_problems(text, report); break;
	case FLEET_TWO_SPEAK:
	case FLEET_NUMBER_FELL:
	case FLEET_RECORDS_FELL:
	case FLEET_RECORDS_CHANGED:
	case FLEET_FACTOR_OFF:
	case FLEET_POLICY_LOST:
	case FLEET_NEVER:
	case FLEET_NO_POLICY:
	case FLEET_FACTOR_REHEARSED:
	case FLEET_FACTOR_PARTIAL:
	case FLEET_REHEARSED:
	case FLEET_CLOCK_AHEAD:
	case FLEET_FLAW_COUNT: break;
	}
}

void fleet_remark(const struct fleet *fleet, const struct fleet_terminal *terminal, unsigned flaws,
	bool is_japanese, char ret[FLEET_REMARK_MAX])
{
	struct text text = {.buffer = ret};

	ret[0] = '\0';
	for (unsigned i = 0; i < FLEET_FLAW_COUNT; i++) {
		if (!(terminal->flaws & flaws & FLEET_FLAW(i)))
			continue;
		add(&text, "%s%s",
			text.used == 0 ? ""
			: is_japanese  ? "、"
				       : "; ",
			fleet_flaw_text((enum fleet_flaw)i, is_japanese));
		if (terminal->report)
			add_details(
				&text, fleet, terminal->report, (enum fleet_flaw)i, is_japanese);
	}
}

const char *fleet_cell_policy(const struct fleet_report *report, char ret[FLEET_CELL_MAX])
{
	if (report && report->policy.is_named)
		snprintf(ret, FLEET_CELL_MAX, "%" PRIu64, report->policy.serial);
	else
		snprintf(ret, FLEET_CELL_MAX, "%s", report ? report_mode_name(report->mode) : "-");
	return ret;
}

static bool is_of_today(const struct fleet *fleet, const struct fleet_report *report)
{
	return report && day_of(report->since, fleet->offset_minutes) ==
				 day_of(fleet->now_s, fleet->offset_minutes);
}

const char *fleet_cell_blocked(
	const struct fleet *fleet, const struct fleet_report *report, char ret[FLEET_CELL_MAX])
{
	if (is_of_today(fleet, report))
		snprintf(ret, FLEET_CELL_MAX, "%" PRIu64, report->blocked);
	else
		snprintf(ret, FLEET_CELL_MAX, "-");
	return ret;
}

void fleet_add_up(const struct fleet *fleet, struct fleet_sum *ret)
{
	*ret = (struct fleet_sum){.n = fleet->n};
	for (size_t i = 0; i < fleet->n; i++) {
		const struct fleet_terminal *terminal = &fleet->items[i];
		const struct fleet_report *report = terminal->report;

		ret->n_calm += terminal->flaws == 0;
		for (unsigned j = 0; j < FLEET_FLAW_COUNT; j++)
			ret->by_flaw[j] += (terminal->flaws & FLEET_FLAW(j)) != 0;
		if (!report)
			continue;
		ret->n_current += report->policy.serial == fleet->published.policy;
		ret->blocked += is_of_today(fleet, report) ? report->blocked : 0;
		ret->exemptions += report->n_exemptions;
	}
}
