/* What a start finds on disk, and what is in force then. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/policies_internal.h"
#include "agent/store.h"
#include "agent/terminal_name.h"
#include "policy/cleanup.h"
#include "policy/login_rules.h"

/*
 * A new root takes keys and epochs from what was signed before it, but what was in force stays in
 * force: so the roots of the chain are asked, the newest first.
 */
int policies_load_stored(const struct policies *policies, const char *name, struct loaded *ret)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	size_t size;
	int r = store_read(policies->config.state_fd, name, POLICY_SIZE_MAX, &bytes, &size);

	for (size_t i = policies->n_chain; r == 0 && i > 0; i--) {
		CLEANUP(problems_clear) struct problems problems = {};
		struct verification verification = {};
		struct loaded loaded = {};
		const struct verify_request request =
			policies_stored_request(policies, policies->chain[i - 1].root);

		r = verify_policy(&request, bytes, size, &problems, &verification, &loaded.policy);
		if (r < 0 || !loaded.policy)
			continue;
		r = source_make(verification.text_sha256, bytes, size, &loaded.source);
		if (r < 0)
			loaded_clear(&loaded);
		else
			*ret = loaded;
		return r;
	}
	return r < 0 ? r : -EBADMSG;
}

static int load_site(struct policies *policies)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	size_t size;
	int r = store_read(policies->config.etc_fd, "site.ini", SITE_SIZE_MAX, &bytes, &size);

	if (r == 0)
		r = site_parse(bytes, size, &problems, &policies->site);
	if (r == 0)
		terminal_name_settle(HOST_NAME_FILE, &policies->site);
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

/* 1, 0, or -ENOMEM. */
static int is_believed(const struct policies *policies, const struct loaded *candidate)
{
	const struct document_header *header = &candidate->policy->header;
	struct store_serial last;
	int r = store_read_serial(policies->config.state_fd, DOCUMENT_POLICY, header->epoch, &last);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	return last.serial == header->serial &&
	       (!last.has_text_sha256 || store_serial_is(&last, candidate->source.text_sha256));
}

/*
 * A power cut between raising the serial and putting the candidate in place: the ratchet names the
 * candidate, so it had been believed, and is finished here. Any other candidate is litter.
 */
static int finish_candidate(struct policies *policies)
{
	CLEANUP(loaded_clear) struct loaded candidate = {};
	int state_fd = policies->config.state_fd;
	int r = policies_load_stored(policies, FILE_CANDIDATE, &candidate);

	r = r == 0 ? is_believed(policies, &candidate) : r;
	if (r == -ENOMEM)
		return r;
	if (r <= 0)
		(void)store_remove(state_fd, FILE_CANDIDATE);
	else if (store_write(state_fd, POLICY_SEEN_FILE, "", 0) == 0)
		(void)store_rename(state_fd, FILE_CANDIDATE, FILE_POLICY);
	return 0;
}

/* The policy of the file, tried unless it is the last good one. */
static void take_current(
	struct policies *policies, struct loaded *current, const struct loaded *good)
{
	policies->is_on_trial = !source_has_text(&good->source, current->source.text_sha256);
	policies->is_lost = false;
	policies_put_in_force(policies, current);
	if (!policies->is_on_trial)
		policies_heal_ratchet(
			policies, &policies->current.policy->header, &policies->current.source);
}

int policies_load_current(struct policies *policies)
{
	CLEANUP(loaded_clear) struct loaded current = {}, good = {};
	int r = policies_load_stored(policies, FILE_POLICY, &current);
	int r_good = r == -ENOMEM ? r : policies_load_stored(policies, FILE_LAST_GOOD, &good);

	if (r == -ENOMEM || r_good == -ENOMEM)
		return -ENOMEM;
	if (r == 0) {
		take_current(policies, &current, &good);
		return 0;
	}
	policies->is_lost = r != -ENOENT || faccessat(policies->config.state_fd, POLICY_SEEN_FILE,
						    F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	if (!good.policy && policy_new_builtin(&good.policy) < 0)
		return -ENOMEM;
	policies_put_in_force(policies, &good);
	return 0;
}

/* A damaged file is as none: then the root's day, and that of the policy, is all that is known. */
static int begin_time(struct policies *policies)
{
	const struct policies_clock *clock = &policies->config.clock;
	int r = store_read_time(policies->config.state_fd, &policies->saved);

	if (r == -ENOMEM)
		return r;
	if (r < 0)
		policies->saved = (struct trusted_time_saved){};
	trusted_time_begin(&policies->time, &policies->saved,
		&policies_newest_root(policies)->header, clock->boottime_ms);
	return 0;
}

static int load_all(struct policies *policies)
{
	int r = load_site(policies);

	if (r == 0 && !policies->health[0])
		r = policies_load_roots(policies);
	if (r == 0 && policies->n_chain > 0) {
		r = begin_time(policies);
		if (r == 0)
			r = finish_candidate(policies);
	}
	if (r == 0)
		r = policies_load_current(policies);
	if (r < 0 || policies->n_chain == 0)
		return r;
	if (!policies->current.policy->is_builtin)
		policies_lift(policies, &policies->current.policy->header, &policies->config.clock);
	if (policies_load_stored(policies, FILE_NEXT, &policies->next) == -ENOMEM)
		return -ENOMEM;
	r = policies_load_media(policies);
	if (r == 0)
		r = policies_load_media_end(policies);
	if (r == 0)
		r = policies_load_tokens(policies);
	if (r == 0)
		r = policies_load_revoked(policies);
	if (r == 0)
		r = policies_load_exemptions(policies);
	if (r == 0)
		r = policies_load_desks(policies);
	return r < 0 ? r : policies_load_fresh(policies);
}

int policies_open(const struct policies_config *config, struct policies **ret)
{
	struct policies *policies = calloc(1, sizeof(*policies));
	int r;

	if (!policies)
		return -ENOMEM;
	policies->config = *config;
	policies->heard_ms = config->clock.boottime_ms;
	r = load_all(policies);
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
	for (size_t i = 0; i < policies->n_chain; i++)
		root_free(policies->chain[i].root);
	loaded_clear(&policies->current);
	loaded_clear(&policies->retired);
	loaded_clear(&policies->next);
	registered_clear(&policies->media);
	registered_clear(&policies->retired_media);
	fresh_free(policies->fresh);
	source_clear(&policies->fresh_source);
	tokens_free(policies->tokens);
	source_clear(&policies->tokens_source);
	policies_forget_exemptions(policies);
	revoked_clear(&policies->revoked);
	desks_free(policies->desks);
	source_clear(&policies->desks_source);
	free(policies);
}
