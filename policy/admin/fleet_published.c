/* What a tier's folder holds for its terminals, as its documents say; whoever signed them. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/fleet_internal.h"
#include "policy/admin/parse.h"
#include "policy/cleanup.h"
#include "policy/site.h"

/* False where there is none, or it cannot be read: lint and verify say why. */
static bool read_document(
	const char *folder, const char *name, enum document_kind kind, struct admin_document *ret)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", folder, name);

	ret->kind = kind;
	return path && access(path, F_OK) == 0 && admin_read_document(path, &ret->file) == 0 &&
	       admin_parse_silently(ret);
}

static void read_media(const char *tier, struct fleet_published *ret)
{
	CLEANUP(admin_document_clear) struct admin_document document = {.kind = DOCUMENT_MEDIA};

	if (read_document(tier, "media.ini", DOCUMENT_MEDIA, &document))
		ret->media = document.media->header.serial;
}

/* The newest of the chain, or the one root that lies there. */
static void read_root(const struct exemption_folder *folder, struct fleet_published *ret)
{
	CLEANUP(admin_document_clear) struct admin_document document = {.kind = DOCUMENT_ROOT};
	uint64_t number = 0;

	for (bool is_there = true; is_there; number += is_there) {
		CLEANUP(cleanup_free)
		char *path = admin_format(
			"%s/root/%llu.ini", folder->site, (unsigned long long)number + 1);

		is_there = path && access(path, F_OK) == 0;
	}
	ret->root = number;
	if (number == 0 && read_document(folder->site, "root.ini", DOCUMENT_ROOT, &document))
		ret->root = document.root->header.serial;
}

int fleet_published_read(const struct exemption_folder *folder, struct fleet_published *ret)
{
	CLEANUP(admin_document_clear) struct admin_document document = {.kind = DOCUMENT_POLICY};
	const struct policy *policy;

	if (!read_document(folder->tier, "policy.ini", DOCUMENT_POLICY, &document)) {
		admin_complain("%s/policy.ini cannot be read: \"sekisho-admin policy lint\" says "
			       "why",
			folder->tier);
		return EXIT_UNKNOWN;
	}
	policy = document.policy;
	*ret = (struct fleet_published){.policy = policy->header.serial};
	memcpy(ret->site, policy->header.site, sizeof(ret->site));
	snprintf(ret->tier_name, sizeof(ret->tier_name), "%.120s", policy->tier_name);
	ret->is_everywhere = policy->ring == SITE_RING_LAST && policy->percent == 100;
	if (document_text_sha256(document.file.bytes, document.file.size, ret->policy_sha256) < 0)
		return admin_no_memory();
	read_media(folder->tier, ret);
	read_root(folder, ret);
	return EXIT_DONE;
}
