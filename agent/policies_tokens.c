/* The tokens of the people of this terminal. sekisho-unseal opens what is stored here. */
#include <errno.h>
#include <string.h>

#include "agent/policies_sealed.h"
#include "agent/store.h"
#include "policy/cleanup.h"

static void take(struct policies *policies, struct tokens **tokens, const struct source *source)
{
	tokens_free(policies->tokens);
	source_clear(&policies->tokens_source);
	policies->tokens = TAKE(*tokens);
	policies->tokens_source = *source;
	policies->is_tokens_lost = false;
}

/*
 * As a policy: what was believed once stays, whoever is the root now. An office whose second factor
 * ended with the root, or with the day of a document, would be locked out.
 */
static int load(const struct policies *policies, struct tokens **ret, struct source *ret_source)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	size_t size;
	int r = store_read(policies->config.state_fd, FILE_TOKENS, TOKENS_SIZE_MAX, &bytes, &size);

	for (size_t i = policies->n_chain; r == 0 && i > 0; i--) {
		CLEANUP(problems_clear) struct problems problems = {};
		CLEANUP(tokens_cleanup) struct tokens *tokens = NULL;
		struct verification verification = {};
		const struct verify_request request =
			policies_stored_request(policies, policies->chain[i - 1].root);

		r = verify_tokens(&request, bytes, size, &problems, &verification, &tokens);
		if (r < 0 || !tokens)
			continue;
		r = source_make(verification.text_sha256, bytes, size, ret_source);
		if (r == 0)
			*ret = TAKE(tokens);
		return r;
	}
	return r < 0 ? r : -EBADMSG;
}

/* Whether any was ever believed under this root; 1, 0, or -ENOMEM. */
static int had_tokens(const struct policies *policies)
{
	struct store_serial last;
	int r = store_read_serial(policies->config.state_fd, DOCUMENT_TOKENS,
		policies_newest_root(policies)->header.epoch, &last);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	return last.serial > 0;
}

int policies_load_tokens(struct policies *policies)
{
	CLEANUP(tokens_cleanup) struct tokens *tokens = NULL;
	struct source source;
	int r = load(policies, &tokens, &source);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		r = r == -ENOENT ? had_tokens(policies) : 1;
		policies->is_tokens_lost = r != 0;
		return r == -ENOMEM ? r : 0;
	}
	take(policies, &tokens, &source);
	policies_heal_ratchet(policies, &policies->tokens->header, &policies->tokens_source);
	return 0;
}

static int judge(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *answer)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(tokens_cleanup) struct tokens *tokens = NULL;
	struct verification verification = {};
	struct verify_request request;
	struct source source;
	int r;

	if (!policies_request(policies, policies->tokens ? &policies->tokens->header : NULL,
		    &policies->tokens_source, clock, answer, &request))
		return 0;
	r = verify_tokens(&request, bytes, size, &problems, &verification, &tokens);
	if (r < 0)
		return r;
	policies_take_verification(answer, FILE_TOKENS, &verification, &problems);
	if (!tokens)
		return 0;
	answer->serial = tokens->header.serial;
	r = policies_check_key(policies, tokens->key, answer);
	if (r > 0)
		r = policies_store_sealed(policies,
			&(struct sealed_document){FILE_TOKENS, &tokens->header,
				&policies->tokens_source, bytes, size},
			verification.verdict, answer, &source);
	if (r > 0)
		take(policies, &tokens, &source);
	return r < 0 ? r : 0;
}

int policies_offer_tokens(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *ret)
{
	return policies_offer_sealed(policies, DOCUMENT_TOKENS, judge, bytes, size, clock, ret);
}

const struct tokens *policies_tokens(const struct policies *policies)
{
	return policies->tokens;
}

bool policies_is_tokens_lost(const struct policies *policies)
{
	return policies->is_tokens_lost;
}
