/* The desks that approve by telephone here. sekisho-unseal opens what is stored here. */
#include <errno.h>
#include <string.h>

#include "agent/policies_sealed.h"
#include "agent/store.h"
#include "policy/cleanup.h"

static void take(struct policies *policies, struct desks **desks, const struct source *source)
{
	desks_free(policies->desks);
	source_clear(&policies->desks_source);
	policies->desks = TAKE(*desks);
	policies->desks_source = *source;
}

/* Under the newest root alone: whoever was a token officer once gives nobody codes any more. */
static int load(const struct policies *policies, struct desks **ret, struct source *ret_source)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(desks_cleanup) struct desks *desks = NULL;
	struct verification verification = {};
	struct verify_request request;
	size_t size;
	int r = store_read(policies->config.state_fd, FILE_DESKS, DESKS_SIZE_MAX, &bytes, &size);

	if (r < 0)
		return r;
	request = policies_stored_request(policies, policies_newest_root(policies));
	r = verify_desks(&request, bytes, size, &problems, &verification, &desks);
	if (r < 0)
		return r;
	if (!desks)
		return -EBADMSG;
	r = source_make(verification.text_sha256, bytes, size, ret_source);
	if (r == 0)
		*ret = TAKE(desks);
	return r;
}

int policies_load_desks(struct policies *policies)
{
	CLEANUP(desks_cleanup) struct desks *desks = NULL;
	struct source source;
	int r = load(policies, &desks, &source);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	take(policies, &desks, &source);
	policies_heal_ratchet(policies, &policies->desks->header, &policies->desks_source);
	return 0;
}

/* 1; 0 with a refusal; or -ENOMEM. */
static int check_terminal(
	const struct policies *policies, const struct desks *desks, struct policies_answer *answer)
{
	char detail[256];

	if (strcmp(desks->terminal, policies_terminal(policies)) == 0)
		return policies_check_key(policies, desks->key, answer);
	snprintf(detail, sizeof(detail), "for the terminal %s, and this one is called \"%s\"",
		desks->terminal, policies_terminal(policies));
	policies_refuse(answer, "another-terminal", 0, detail);
	return 0;
}

static int judge(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *answer)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(desks_cleanup) struct desks *desks = NULL;
	struct verification verification = {};
	struct verify_request request;
	struct source source;
	int r;

	if (!policies_request(policies, policies->desks ? &policies->desks->header : NULL,
		    &policies->desks_source, clock, answer, &request))
		return 0;
	r = verify_desks(&request, bytes, size, &problems, &verification, &desks);
	if (r < 0)
		return r;
	policies_take_verification(answer, FILE_DESKS, &verification, &problems);
	if (!desks)
		return 0;
	answer->serial = desks->header.serial;
	r = check_terminal(policies, desks, answer);
	if (r > 0)
		r = policies_store_sealed(policies,
			&(struct sealed_document){
				FILE_DESKS, &desks->header, &policies->desks_source, bytes, size},
			verification.verdict, answer, &source);
	if (r > 0)
		take(policies, &desks, &source);
	return r < 0 ? r : 0;
}

int policies_offer_desks(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *ret)
{
	return policies_offer_sealed(policies, DOCUMENT_DESKS, judge, bytes, size, clock, ret);
}

const struct desks *policies_desks(
	const struct policies *policies, const struct policies_clock *clock)
{
	const struct root *root = policies_newest_root(policies);
	const struct desks *desks = policies->desks;

	if (!desks || !root || desks->header.epoch != root->header.epoch ||
		policies_now(policies, clock) > desks->header.not_after)
		return NULL;
	return desks;
}
