/* The tokens of the people of this terminal. sekisho-unseal opens what is stored here. */
#include <errno.h>
#include <string.h>

#include "agent/policies_internal.h"
#include "agent/store.h"
#include "agent/terminal_key_file.h"
#include "policy/cleanup.h"
#include "policy/login_places.h"

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

int policies_check_key(
	const struct policies *policies, const char *sealed_to, struct policies_answer *answer)
{
	char key[SEAL_FINGERPRINT_SIZE], detail[256];
	int r = terminal_key_file_read(policies->config.state_fd, key);

	if (r == 0 && strcmp(key, sealed_to) == 0)
		return 1;
	if (r == -ENOMEM)
		return r;
	if (r == -ENOENT) {
		policies_refuse(answer, "no-terminal-key", 0,
			"this terminal has no key yet: install libpam-sekisho");
	} else if (r < 0) {
		snprintf(detail, sizeof(detail), "/var/lib/sekisho/" TERMINAL_KEY_FILE ": %s",
			strerror(-r));
		policies_refuse(answer, "no-terminal-key", -r, detail);
	} else {
		snprintf(detail, sizeof(detail),
			"for another terminal: its key is %s, this terminal's is %s", sealed_to,
			key);
		policies_refuse(answer, "another-terminal", 0, detail);
	}
	return 0;
}

static int store(struct policies *policies, struct tokens **tokens, const char *bytes, size_t size,
	struct policies_answer *answer)
{
	const struct document_header *header = &(*tokens)->header;
	struct source source;
	int r = source_make(answer->text_sha256, bytes, size, &source);

	if (r < 0)
		return r;
	r = policies_store(policies, FILE_TOKENS, &source, &policies->tokens_source, header);
	if (r == 0)
		r = store_write(policies->config.state_fd, UNSEAL_WANTED, "", 0);
	if (r < 0) {
		source_clear(&source);
		policies_refuse_unstored(answer, r);
		return 0;
	}
	take(policies, tokens, &source);
	answer->outcome = POLICIES_TAKEN;
	return 0;
}

static int judge(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *answer)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(tokens_cleanup) struct tokens *tokens = NULL;
	struct verification verification = {};
	struct verify_request request;
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
	if (r <= 0)
		return r;
	if (verification.verdict == DOCUMENT_NOT_YET)
		answer->outcome = POLICIES_NEXT;
	else if (source_has_text(&policies->tokens_source, answer->text_sha256))
		answer->outcome = POLICIES_UNCHANGED;
	else if (verification.verdict == DOCUMENT_ACCEPTED)
		return store(policies, &tokens, bytes, size, answer);
	return 0;
}

int policies_offer_tokens(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *ret)
{
	int r;

	*ret = (struct policies_answer){.kind = DOCUMENT_TOKENS};
	if (policies_refuses_all(policies, ret))
		return 0;
	r = document_text_sha256(bytes, size, ret->text_sha256);
	if (r == 0)
		r = judge(policies, bytes, size, clock, ret);
	if (r == 0)
		policies_note(policies, ret);
	return r;
}

const struct tokens *policies_tokens(const struct policies *policies)
{
	return policies->tokens;
}

bool policies_is_tokens_lost(const struct policies *policies)
{
	return policies->is_tokens_lost;
}
