/* What a start finds on disk, and what is in force then. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/policies_internal.h"
#include "agent/store.h"
#include "policy/cleanup.h"

int loaded_make(struct policy *policy, const uint8_t sha256[SHA256_SIZE], const char *bytes,
	size_t size, struct loaded *ret)
{
	char *copy = malloc(size + 1);

	if (!copy) {
		policy_free(policy);
		return -ENOMEM;
	}
	memcpy(copy, bytes, size);
	copy[size] = '\0';
	*ret = (struct loaded){.policy = policy, .bytes = copy, .size = size};
	memcpy(ret->sha256, sha256, SHA256_SIZE);
	return 0;
}

int policies_load_stored(const struct policies *policies, const char *name, struct loaded *ret)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	struct verification verification = {};
	struct verify_request request = {
		.root = policies->root,
		.site = policies->site.site,
		.tier = policies->site.tier,
		.now_s = policies->config.now_s,
		.is_stored = true,
	};
	struct policy *policy = NULL;
	size_t size;
	int r = store_read(policies->config.state_fd, name, POLICY_SIZE_MAX, &bytes, &size);

	if (r < 0)
		return r;
	if (!policies->root)
		return -EBADMSG;
	r = verify_policy(&request, bytes, size, &problems, &verification, &policy);
	if (r < 0)
		return r;
	if (!policy)
		return -EBADMSG;
	return loaded_make(policy, verification.sha256, bytes, size, ret);
}

static int load_root(struct policies *policies)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	struct verification verification = {};
	struct verify_request request = {
		.site = policies->site.site,
		.now_s = policies->config.now_s,
		.is_stored = true,
	};
	size_t size;
	int r = store_read(policies->config.etc_fd, "root.ini", ROOT_SIZE_MAX, &bytes, &size);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		snprintf(policies->health, sizeof(policies->health), "/etc/sekisho/root.ini: %s",
			strerror(-r));
		return 0;
	}
	r = verify_first_root(&request, bytes, size, &problems, &verification, &policies->root);
	if (r < 0)
		return r;
	if (!policies->root)
		snprintf(policies->health, sizeof(policies->health),
			"/etc/sekisho/root.ini: %.200s", verification.detail);
	return 0;
}

static int load_site(struct policies *policies)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	size_t size;
	int r = store_read(policies->config.etc_fd, "site.ini", SITE_SIZE_MAX, &bytes, &size);

	if (r == 0)
		r = site_parse(bytes, size, &problems, &policies->site);
	if (r == -ENOMEM)
		return r;
	if (problems_any(&problems))
		problem_format(&problems.items[0], "/etc/sekisho/site.ini", policies->health,
			sizeof(policies->health));
	else if (r < 0)
		snprintf(policies->health, sizeof(policies->health), "/etc/sekisho/site.ini: %s",
			strerror(-r));
	return 0;
}

/*
 * A power cut between raising the serial and putting the candidate in place: the ratchet names the
 * candidate's serial, so it had been believed, and is finished here. Any other candidate is litter.
 */
static void finish_candidate(struct policies *policies)
{
	int state_fd = policies->config.state_fd;
	struct loaded candidate = {};
	uint64_t serial;

	if (policies_load_stored(policies, FILE_CANDIDATE, &candidate) == 0 &&
		store_read_serial(state_fd, candidate.policy->header.epoch, &serial) == 0 &&
		serial == candidate.policy->header.serial)
		(void)store_rename(state_fd, FILE_CANDIDATE, FILE_POLICY);
	else
		(void)store_remove(state_fd, FILE_CANDIDATE);
	loaded_clear(&candidate);
}

static int load_current(struct policies *policies)
{
	struct loaded good = {};
	int r = policies_load_stored(policies, FILE_POLICY, &policies->current);
	int r_good = r == -ENOMEM ? r : policies_load_stored(policies, FILE_LAST_GOOD, &good);

	if (r == -ENOMEM || r_good == -ENOMEM) {
		loaded_clear(&good);
		return -ENOMEM;
	}
	if (r == 0) {
		policies->is_on_trial = r_good < 0 || good.size != policies->current.size ||
					memcmp(good.bytes, policies->current.bytes, good.size) != 0;
		loaded_clear(&good);
		return 0;
	}
	policies->is_lost = r != -ENOENT || faccessat(policies->config.state_fd, FILE_SEEN, F_OK,
						    AT_SYMLINK_NOFOLLOW) == 0;
	if (r_good == 0) {
		policies->current = good;
		return 0;
	}
	return policy_new_builtin(&policies->current.policy);
}

int policies_open(const struct policies_config *config, struct policies **ret)
{
	struct policies *policies = calloc(1, sizeof(*policies));
	int r;

	if (!policies)
		return -ENOMEM;
	policies->config = *config;
	r = load_site(policies);
	if (r == 0 && !policies->health[0])
		r = load_root(policies);
	if (r == 0 && policies->root)
		finish_candidate(policies);
	if (r == 0)
		r = load_current(policies);
	if (r == 0 && policies->root &&
		policies_load_stored(policies, FILE_NEXT, &policies->next) == -ENOMEM)
		r = -ENOMEM;
	if (r < 0) {
		policies_close(policies);
		return r;
	}
	*ret = policies;
	return 0;
}

void policies_close(struct policies *policies)
{
	if (!policies)
		return;
	root_free(policies->root);
	loaded_clear(&policies->current);
	loaded_clear(&policies->retired);
	loaded_clear(&policies->next);
	free(policies);
}
