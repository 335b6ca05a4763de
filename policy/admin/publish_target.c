#include "policy/admin/publish_target.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/file_lock.h"
#include "policy/admin/publish_write.h"
#include "policy/cleanup.h"

#define DESCRIPTORS_MAX 16

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* As rsync reads it: a colon before the first slash. */
static bool is_remote(const char *to)
{
	size_t at = strcspn(to, ":/");

	return begins(to, "rsync://") || (at > 0 && to[at] == ':');
}

static int find_kind(const char *to, const struct publish_kind **ret)
{
	struct stat status;

	if (begins(to, "https://")) {
		*ret = &publish_put;
		return EXIT_DONE;
	}
	if (begins(to, "http://") || begins(to, "file://") || to[0] == '-' || to[0] == '\0') {
		admin_complain("--to \"%s\" is none of " PUBLISH_TO, to);
		return EXIT_UNKNOWN;
	}
	if (is_remote(to)) {
		*ret = &publish_rsync;
		return EXIT_DONE;
	}
	if (stat(to, &status) < 0 || !S_ISDIR(status.st_mode)) {
		admin_complain("%s is no folder that is there. It is not made: that of a server "
			       "that is not mounted now would not be there either",
			to);
		return EXIT_UNKNOWN;
	}
	*ret = &publish_folder;
	return EXIT_DONE;
}

int publish_target_open(
	const char *to, const char *curl_config, const char *site, struct publish_target *ret)
{
	size_t size = strlen(to);
	int code;

	if (admin_check_path(to) < 0)
		return EXIT_UNKNOWN;
	code = find_kind(to, &ret->kind);
	if (code != EXIT_DONE)
		return code;
	if (curl_config && ret->kind != &publish_put) {
		admin_complain("--curl-config is for --to https://... only");
		return EXIT_UNKNOWN;
	}
	while (size > 1 && to[size - 1] == '/')
		size--;
	ret->curl_config = curl_config;
	ret->base = strndup(to, size);
	ret->below = admin_format("sekisho/%s", site);
	if (ret->base && ret->below)
		ret->place = admin_format("%s/%s", ret->base, ret->below);
	return ret->place ? EXIT_DONE : admin_no_memory();
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
	remove(path);
	return 0;
}

void publish_target_close(struct publish_target *target)
{
	if (target->scratch)
		nftw(target->scratch, remove_one, DESCRIPTORS_MAX, FTW_DEPTH | FTW_PHYS);
	free(target->scratch);
	free(target->base);
	free(target->below);
	free(target->place);
	file_unlock(&target->lock);
	*target = (struct publish_target){.lock = -1};
}

void publish_found_clear(struct publish_found *found)
{
	admin_file_free(&found->other);
	*found = (struct publish_found){0};
}

const char *publish_scratch(struct publish_target *target)
{
	const char *folder = getenv("TMPDIR");
	CLEANUP(cleanup_free)
	char *name = admin_format("%s/sekisho-publish-XXXXXX", folder && *folder ? folder : "/tmp");

	if (target->scratch)
		return target->scratch;
	if (!name || !mkdtemp(name)) {
		admin_complain("a folder for a moment cannot be made: %s", strerror(errno));
		return NULL;
	}
	target->scratch = TAKE(name);
	return target->scratch;
}

int publish_scratch_fill(struct publish_target *target, const char *folder,
	struct site_file *const files[], size_t n)
{
	const char *scratch = publish_scratch(target);

	if (!scratch)
		return EXIT_UNKNOWN;
	for (size_t i = 0; i < n; i++) {
		CLEANUP(cleanup_free)
		char *path = admin_format("%s/%s/%s", scratch, folder, files[i]->name);
		int r = !path ? -ENOMEM : files[i]->bytes ? publish_write_plain(path, files[i]) : 0;

		if (r == 0)
			continue;
		admin_complain("%s cannot be written: %s", path ? path : scratch, strerror(-r));
		return EXIT_UNKNOWN;
	}
	return EXIT_DONE;
}
