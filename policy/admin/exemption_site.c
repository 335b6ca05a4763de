#include "policy/admin/exemption_site.h"

#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/judge_advice.h"
#include "policy/cleanup.h"

static int open_policy(struct exemption_site *site, const char *root, const char *path)
{
	struct judge_options judge = {.root = root, .request = {.now_s = site->now_s}};
	int code = judge_file(&judge, path, &site->judged);

	if (code != EXIT_DONE)
		return code;
	if (site->judged.kind == DOCUMENT_POLICY && site->judged.policy) {
		site->policy = site->judged.policy;
		return EXIT_DONE;
	}
	admin_complain("%s is refused (%s): %s. Without a policy terminals take no exemption", path,
		document_fault_name(site->judged.verification.fault),
		site->judged.verification.detail);
	judge_advise(&judge, &site->judged);
	return EXIT_NO;
}

/* Of the media only numbers are compared: what is wrong with them, media lint says. */
static int open_media(struct exemption_site *site)
{
	int code = media_folder_open(site->folder->tier, &site->media);

	if (code == EXIT_DONE && access(site->media.index_path, F_OK) == 0 &&
		media_folder_read(&site->media, true) == EXIT_UNKNOWN)
		return EXIT_UNKNOWN;
	return code;
}

int exemption_site_open(
	const struct exemption_folder *folder, const char *root, struct exemption_site *ret)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/policy.ini", folder->tier);
	CLEANUP(cleanup_free) char *found = path && !root ? trust_find(path) : NULL;
	int code;

	if (!path)
		return admin_no_memory();
	ret->folder = folder;
	ret->now_s = admin_now(&ret->offset_minutes);
	if (!root && !found) {
		admin_complain("beside %s is no root/ that says who may approve: say --root", path);
		return EXIT_UNKNOWN;
	}
	code = trust_load(
		root ? root : found, TRUST_ALL, ret->now_s, TRUST_AS_TERMINALS, &ret->trust);
	if (code == EXIT_DONE)
		code = open_policy(ret, root ? root : found, path);
	return code == EXIT_DONE ? open_media(ret) : code;
}

void exemption_site_clear(struct exemption_site *site)
{
	judged_document_clear(&site->judged);
	media_folder_clear(&site->media);
	trust_clear(&site->trust);
}

bool exemption_site_knows(const struct exemption_site *site, const char *number)
{
	return media_has_number(site->media.media, number);
}
