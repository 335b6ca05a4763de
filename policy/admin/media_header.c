#include "policy/admin/media_header.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/trust.h"
#include "policy/cleanup.h"
#include "policy/site.h"
#include "policy/timestamp.h"

#define LASTS_S (400 * (int64_t)86400) /* a year and time to renew */

bool media_header_is_due(const struct media_import *import, const struct media_index *old,
	const struct document_header *header)
{
	return import->epoch > 0 || import->serial > 0 || import->not_after > 0 || !old ||
	       old->header.epoch != header->epoch || old->header.not_after <= import->now_s;
}

int media_header_parse_end(const char *text, int offset_minutes, int64_t *ret)
{
	char time[TIMESTAMP_SIZE];
	int64_t utc_s;

	if (timestamp_parse(text, ret) == 0)
		return 0;
	if (strlen(text) != strlen("2027-04-30"))
		return -EINVAL;
	snprintf(time, sizeof(time), "%sT23:59:59Z", text);
	if (timestamp_parse(time, &utc_s) < 0)
		return -EINVAL;
	*ret = utc_s - offset_minutes * 60;
	return 0;
}

/* The site.ini of the folder, where there is one; left empty where there is none. */
static int read_site(const char *folder, struct site *ret)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	CLEANUP(cleanup_free) char *path = admin_format("%s/site.ini", folder);
	struct problems problems = {0};
	int r;

	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) < 0)
		return EXIT_DONE;
	if (admin_read(path, SITE_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	r = site_parse(file.bytes, file.size, &problems, ret);
	admin_print_problems(path, &problems);
	problems_clear(&problems);
	return r == 0 ? EXIT_DONE : EXIT_UNKNOWN;
}

/* Takes the option, what is there already, or what site.ini says. */
static int settle_name(const char *option, const char *said, size_t size_max, const char *what,
	char *ret, bool has_old)
{
	const char *name = option ? option : has_old ? ret : said;

	if (name[0] == '\0') {
		admin_complain("--%s is missing", what);
		return EXIT_UNKNOWN;
	}
	if (admin_check_name(what, name, size_max) != EXIT_DONE)
		return EXIT_UNKNOWN;
	if (has_old && strcmp(name, ret) != 0) {
		admin_complain("media.ini there is of the %s %s; another %s needs a folder of its "
			       "own",
			what, ret, what);
		return EXIT_NO;
	}
	memmove(ret, name, strlen(name) + 1);
	return EXIT_DONE;
}

static int settle_names(
	const struct media_import *import, bool has_old, struct document_header *header)
{
	struct site site = {0};
	int code = has_old ? EXIT_DONE : read_site(import->folder, &site), tier_code;

	if (code != EXIT_DONE)
		return code;
	code = settle_name(import->site, site.site, SITE_NAME_MAX, "site", header->site, has_old);
	tier_code =
		settle_name(import->tier, site.tier, TIER_NAME_MAX, "tier", header->tier, has_old);
	return code != EXIT_DONE ? code : tier_code;
}

/* That of the newest root beside the folder, where there is one: no terminal that has it would take
 * an older one. */
static uint32_t epoch_now(const struct media_import *import, const struct document_header *old)
{
	CLEANUP(cleanup_free) char *index = admin_format("%s/media.ini", import->folder);
	CLEANUP(cleanup_free) char *root = index ? trust_find(index) : NULL;
	CLEANUP(trust_clear) struct trust trust = {0};
	uint32_t epoch = old ? old->epoch : 1;

	if (root &&
		trust_load(root, TRUST_ALL, import->now_s, TRUST_TO_SIGN, &trust) == EXIT_DONE &&
		trust.root->header.epoch > epoch)
		epoch = trust.root->header.epoch;
	return epoch;
}

/* Terminals take only what is newer than what they have. */
static int settle_numbers(const struct media_import *import, const struct document_header *old,
	struct document_header *header)
{
	bool is_same_epoch;

	header->epoch = import->epoch > 0 ? import->epoch : epoch_now(import, old);
	is_same_epoch = old && header->epoch == old->epoch;
	header->serial = import->serial > 0 ? import->serial : is_same_epoch ? old->serial + 1 : 1;
	if (old && header->epoch < old->epoch) {
		admin_complain("the epoch is %" PRIu32 " already", old->epoch);
		return EXIT_NO;
	}
	if (is_same_epoch && header->serial <= old->serial) {
		admin_complain("the serial must be higher than %" PRIu64
			       ", which terminals may have seen",
			old->serial);
		return EXIT_NO;
	}
	return EXIT_DONE;
}

int media_header_settle(const struct media_import *import, const struct media_index *old,
	struct document_header *ret)
{
	struct document_header header = {0};
	int code;

	if (old)
		header = old->header;
	header.kind = DOCUMENT_MEDIA;
	code = settle_names(import, old != NULL, &header);
	if (code == EXIT_DONE)
		code = settle_numbers(import, old ? &old->header : NULL, &header);
	if (code != EXIT_DONE)
		return code;
	header.issued = header.not_before = import->now_s;
	if (import->not_after > 0)
		header.not_after = import->not_after;
	else if (!old || old->header.not_after <= import->now_s)
		header.not_after = import->now_s + LASTS_S;
	if (header.not_after <= import->now_s) {
		admin_complain("--not-after lies in the past");
		return EXIT_NO;
	}
	*ret = header;
	return EXIT_DONE;
}
