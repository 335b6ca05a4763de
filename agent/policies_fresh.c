/* What was said last of the newest documents. */
#include <errno.h>
#include <string.h>

#include "agent/policies_internal.h"
#include "agent/store.h"
#include "policy/cleanup.h"

static void take(struct policies *policies, struct fresh **fresh, const struct source *source)
{
	fresh_free(policies->fresh);
	source_clear(&policies->fresh_source);
	policies->fresh = TAKE(*fresh);
	policies->fresh_source = *source;
}

/* One of an earlier epoch, or of a day that lies ahead, says nothing any more. */
int policies_load_fresh(struct policies *policies)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(fresh_cleanup) struct fresh *fresh = NULL;
	struct verification verification = {};
	const struct verify_request request =
		policies_stored_request(policies, policies_newest_root(policies));
	struct source source;
	size_t size;
	int r = store_read(policies->config.state_fd, FILE_FRESH, FRESH_SIZE_MAX, &bytes, &size);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	r = verify_fresh(&request, bytes, size, &problems, &verification, &fresh);
	if (r < 0 || !fresh)
		return r;
	r = source_make(verification.text_sha256, bytes, size, &source);
	if (r < 0)
		return r;
	take(policies, &fresh, &source);
	policies_heal_ratchet(policies, &policies->fresh->header, &policies->fresh_source);
	policies_lift(policies, &policies->fresh->header, &policies->config.clock);
	return 0;
}

static int store(struct policies *policies, struct fresh **fresh, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *answer)
{
	const struct document_header *header = &(*fresh)->header;
	struct source source;
	int r = source_make(answer->text_sha256, bytes, size, &source);

	if (r < 0)
		return r;
	answer->serial = header->serial;
	r = policies_store(policies, FILE_FRESH, &source, &policies->fresh_source, header);
	if (r < 0) {
		source_clear(&source);
		policies_refuse_unstored(answer, r);
		return 0;
	}
	take(policies, fresh, &source);
	policies_lift(policies, header, clock);
	answer->outcome = POLICIES_TAKEN;
	return 0;
}

int policies_offer_fresh(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *ret)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(fresh_cleanup) struct fresh *fresh = NULL;
	struct verification verification = {};
	struct verify_request request;
	int r;

	*ret = (struct policies_answer){.kind = DOCUMENT_FRESH};
	if (source_is(&policies->fresh_source, bytes, size)) {
		ret->outcome = POLICIES_UNCHANGED;
		return 0;
	}
	if (policies_refuses_all(policies, ret))
		return 0;
	r = document_text_sha256(bytes, size, ret->text_sha256);
	if (r < 0)
		return r;
	if (!policies_request(policies, policies->fresh ? &policies->fresh->header : NULL,
		    &policies->fresh_source, clock, ret, &request))
		return 0;
	r = verify_fresh(&request, bytes, size, &problems, &verification, &fresh);
	if (r < 0)
		return r;
	policies_take_verification(ret, FILE_FRESH, &verification, &problems);
	if (verification.verdict == DOCUMENT_NOT_YET)
		ret->outcome = POLICIES_NEXT;
	if (verification.verdict == DOCUMENT_ACCEPTED &&
		source_has_text(&policies->fresh_source, ret->text_sha256))
		ret->outcome = POLICIES_UNCHANGED;
	else if (verification.verdict == DOCUMENT_ACCEPTED)
		r = store(policies, &fresh, bytes, size, clock, ret);
	if (r == 0)
		policies_note(policies, ret);
	return r;
}
