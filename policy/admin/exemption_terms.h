/* What an approver says of how an exemption is to be used, where that is not what was asked for. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/admin/exemption_site.h"
#include "policy/admin/options.h"
#include "policy/exemption.h"
#include "policy/exemption_request.h"

struct exemption_terms {
	/* As typed; NULL: not said. */
	const char *length, *until, *insertions, *survives;
	bool is_read_only, is_until_unplug;
	/* What they mean, by exemption_terms_read(); 0: not said. */
	uint32_t duration_s;
	int64_t not_after;
	uint16_t n_insertions;
	unsigned what_survives;
};

/* Rows of a command's table. */
/* clang-format off */
#define EXEMPTION_TERMS_OPTIONS(terms) \
	{"for", &(terms)->length, NULL}, \
	{"until", &(terms)->until, NULL}, \
	{"insertions", &(terms)->insertions, NULL}, \
	{"survives", &(terms)->survives, NULL}, \
	{"read-only", NULL, &(terms)->is_read_only}, \
	{"until-unplug", NULL, &(terms)->is_until_unplug}
/* clang-format on */

#define EXEMPTION_TERMS_HELP \
	"  --for DURATION   from first use: 30m, 8h, 1h30m, 2d\n" \
	"  --until TIME     it ends then at the latest: 17:15, \"2026-11-23 17:15\", or a day;\n" \
	"                   if not given, with the day on which it begins, or later where the\n" \
	"                   duration needs it\n" \
	"  --read-only      only that, where more was asked for\n" \
	"  --insertions N   so many times at most it is plugged in\n" \
	"  --until-unplug   it ends when the medium is pulled out\n" \
	"  --survives WORDS \"reboot\", \"logout\" or both: what does not end it\n"

/* EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int exemption_terms_read(struct exemption_terms *terms, int64_t now_s, int offset_minutes);

/* What would be granted of what was asked for, under the request's number. */
void exemption_terms_grant(const struct exemption_terms *terms, const struct exemption_site *site,
	const struct exemption_request *request, struct exemption *ret);

/* Sets duration, direction, end and so on of what is to be granted; it begins at not_before. */
void exemption_terms_apply(const struct exemption_terms *terms, const struct exemption_site *site,
	struct exemption *exemption);

/* Whether what the first approver granted is what was said; else complains. EXIT_DONE or EXIT_NO.
 */
int exemption_terms_compare(
	const struct exemption_terms *terms, const struct exemption *granted, int offset_minutes);
