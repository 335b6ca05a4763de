#include "policy/admin/exemption_terms.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/day.h"
#include "policy/admin/exemption_line.h"
#include "policy/admin/exemption_words.h"
#include "policy/admin/moment.h"
#include "policy/exemption_check.h"
#include "policy/fiscal_year.h"
#include "policy/value.h"

int exemption_terms_read(struct exemption_terms *terms, int64_t now_s, int offset_minutes)
{
	uint64_t insertions;

	if (terms->length && moment_length_parse(terms->length, &terms->duration_s) < 0) {
		admin_complain("--for needs a duration such as 30m, 8h or 2d, from 1m to 31d (not "
			       "\"%s\")",
			terms->length);
		return EXIT_UNKNOWN;
	}
	if (terms->until && moment_parse(terms->until, MOMENT_ENDS, day_of(now_s, offset_minutes),
				    offset_minutes, &terms->not_after) < 0) {
		admin_complain("--until needs a time such as 17:15, \"2026-11-23 17:15\" or "
			       "2026-11-23 (not \"%s\")",
			terms->until);
		return EXIT_UNKNOWN;
	}
	if (terms->insertions &&
		number_parse(terms->insertions, 1, EXEMPTION_INSERTIONS_MAX, &insertions) < 0) {
		admin_complain("--insertions needs a number from 1 to %d (not \"%s\")",
			EXEMPTION_INSERTIONS_MAX, terms->insertions);
		return EXIT_UNKNOWN;
	}
	if (terms->insertions)
		terms->n_insertions = (uint16_t)insertions;
	if (terms->survives &&
		(exemption_words_survives(terms->survives, &terms->what_survives) < 0 ||
			terms->what_survives == 0)) {
		admin_complain("--survives needs \"reboot\", \"logout\" or both (not \"%s\")",
			terms->survives);
		return EXIT_UNKNOWN;
	}
	return EXIT_DONE;
}

/* With the day on which it begins; later where the duration needs it, but not past 31 March. */
static int64_t usual_end(int64_t from_s, uint32_t duration_s, int offset_minutes)
{
	int64_t end = day_end(day_of(from_s, offset_minutes), offset_minutes);
	int64_t year_end = fiscal_year_end(from_s);

	if (end < from_s + duration_s)
		end = from_s + duration_s;
	return end < year_end ? end : year_end;
}

void exemption_terms_apply(const struct exemption_terms *terms, const struct exemption_site *site,
	struct exemption *exemption)
{
	struct exemption_use *use = &exemption->use;

	if (terms->duration_s > 0)
		use->duration_s = terms->duration_s;
	if (terms->is_read_only)
		use->access = VERDICT_READ_ONLY;
	if (terms->n_insertions > 0)
		use->insertions = terms->n_insertions;
	if (terms->is_until_unplug)
		use->until |= EXEMPTION_UNTIL_UNPLUG;
	if (terms->survives)
		use->survives = terms->what_survives;
	use->is_online = exemption_is_online(site->policy, exemption);
	exemption->header.not_after = terms->not_after > 0
					      ? terms->not_after
					      : usual_end(exemption->header.not_before,
							use->duration_s, site->offset_minutes);
}

/* Of a medium with a number the number is enough; what else the terminal saw is for people. */
static struct exemption_medium medium_of(const struct exemption_request *request)
{
	struct exemption_medium medium = request->medium;

	if (medium.kind == EXEMPTION_MEDIUM_REGISTERED) {
		medium.identity = (struct medium_identity){0};
		memset(medium.descriptors_sha256, 0, sizeof(medium.descriptors_sha256));
	}
	return medium;
}

void exemption_terms_grant(const struct exemption_terms *terms, const struct exemption_site *site,
	const struct exemption_request *request, struct exemption *ret)
{
	const struct document_header *root = &site->trust.root->header;

	*ret = (struct exemption){
		.header = {.kind = DOCUMENT_EXEMPTION,
			.epoch = root->epoch,
			.issued = site->now_s,
			.not_before = request->from > site->now_s ? request->from : site->now_s},
		.n_users = 1,
		.requested = request->header.issued,
		.medium = medium_of(request),
		.use = request->use,
		.form = request->form,
	};
	memcpy(ret->header.site, root->site, sizeof(ret->header.site));
	memcpy(ret->header.tier, site->policy->header.tier, sizeof(ret->header.tier));
	memcpy(ret->id, request->id, sizeof(ret->id));
	memcpy(ret->terminal, request->terminal, sizeof(ret->terminal));
	memcpy(ret->users[0], request->requester, sizeof(ret->users[0]));
	memcpy(ret->requester, request->requester, sizeof(ret->requester));
	exemption_terms_apply(terms, site, ret);
}

/* Which of the options says something else; NULL: none. */
static const char *find_difference(
	const struct exemption_terms *terms, const struct exemption *granted)
{
	const struct exemption_use *use = &granted->use;

	if (terms->duration_s > 0 && terms->duration_s != use->duration_s)
		return "--for";
	if (terms->not_after > 0 && terms->not_after != granted->header.not_after)
		return "--until";
	if (terms->is_read_only && use->access != VERDICT_READ_ONLY)
		return "--read-only";
	if (terms->n_insertions > 0 && terms->n_insertions != use->insertions)
		return "--insertions";
	if (terms->is_until_unplug && !(use->until & EXEMPTION_UNTIL_UNPLUG))
		return "--until-unplug";
	if (terms->survives && terms->what_survives != use->survives)
		return "--survives";
	return NULL;
}

int exemption_terms_compare(
	const struct exemption_terms *terms, const struct exemption *granted, int offset_minutes)
{
	const char *option = find_difference(terms, granted);

	if (!option)
		return EXIT_DONE;
	fflush(stdout);
	fprintf(stderr,
		"sekisho-admin: %s is another value than that of who approved it first, and "
		"you add your signature to the same text:\n  ",
		option);
	exemption_line_print(stderr, granted, offset_minutes);
	fprintf(stderr,
		"\nLeave the option out to approve that; or end it (\"exemption revoke %s "
		"--reason TEXT\") and have it asked for again\n",
		granted->id);
	return EXIT_NO;
}
