/* What an approver needs of a tier's folder: the root that says who may approve, the policy that
 * says what, and the registered media. */
#pragma once

#include <stdint.h>

#include "policy/admin/exemption_folder.h"
#include "policy/admin/judge.h"
#include "policy/admin/media_folder.h"
#include "policy/admin/trust.h"
#include "policy/policy.h"

struct exemption_site {
	const struct exemption_folder *folder; /* the caller's */
	int64_t now_s;
	int offset_minutes;
	struct trust trust;
	struct judged_document judged; /* of its policy */
	const struct policy *policy;
	struct media_folder media; /* media.media is NULL where nothing is registered */
};

/*
 * Reads and judges; root: what was said by --root, or NULL. EXIT_DONE; EXIT_NO where terminals
 * would not believe root or policy, EXIT_UNKNOWN, both after complaining. ret is for
 * exemption_site_clear() in every case.
 */
int exemption_site_open(
	const struct exemption_folder *folder, const char *root, struct exemption_site *ret);
void exemption_site_clear(struct exemption_site *site);

/* Whether somebody registered a medium under this number. */
bool exemption_site_knows(const struct exemption_site *site, const char *number);
