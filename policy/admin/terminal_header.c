#include "policy/admin/terminal_header.h"

#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/trust.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"

#define LASTS_S (400 * (int64_t)DAY_S) /* a year and time to renew */

int terminal_header_set_root(
	const char *path, bool is_new, int64_t now_s, struct document_header *header)
{
	CLEANUP(cleanup_free) char *found = trust_find(path);
	CLEANUP(trust_clear) struct trust trust = {0};
	int code = EXIT_UNKNOWN;

	if (!found)
		admin_complain("no root was found above %s, so its site is not known: put the "
			       "folder into that of the site, as TIER/terminals/NAME",
			path);
	else
		code = trust_load(found, TRUST_ALL, now_s, TRUST_TO_SIGN, &trust);
	if (code != EXIT_DONE)
		return code;
	if (!is_new && strcmp(header->site, trust.root->header.site) != 0) {
		admin_complain("%s is of the site %s, and the root of %s", path, header->site,
			trust.root->header.site);
		return EXIT_NO;
	}
	memcpy(header->site, trust.root->header.site, sizeof(header->site));
	if (trust.root->header.epoch > header->epoch) {
		header->epoch = trust.root->header.epoch;
		header->serial = 0;
	}
	return EXIT_DONE;
}

int terminal_header_set_tier(const char *path, const char *tier, struct document_header *header)
{
	if (!tier) {
		admin_complain("of which tier is the terminal of %s? Say --tier", path);
		return EXIT_UNKNOWN;
	}
	if (admin_check_name("tier", tier, TIER_NAME_MAX) != EXIT_DONE)
		return EXIT_UNKNOWN;
	/* It may be the one that is there. */
	memmove(header->tier, tier, strlen(tier) + 1);
	return EXIT_DONE;
}

int terminal_header_set_dates(const struct token_time *time, struct document_header *header)
{
	header->issued = header->not_before = time->now_s;
	if (time->not_after > 0)
		header->not_after = time->not_after;
	else if (header->not_after <= time->now_s)
		header->not_after = time->now_s + LASTS_S;
	if (header->not_after > time->now_s)
		return EXIT_DONE;
	admin_complain("--not-after lies in the past");
	return EXIT_NO;
}
