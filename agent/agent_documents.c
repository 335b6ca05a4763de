/*
 * Documents that root hands in, whatever their order: roots first, because they say who may sign,
 * then the policy, the list of media with its shards, fresh, tokens, what was revoked, exemptions.
 * Judges nothing itself.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent_internal.h"
#include "policy/cleanup.h"
#include "policy/document_name.h"
#include "policy/verify.h"

struct handed {
	const struct agent_document *document;
	struct document_name name;
};

/* One call: what was handed in, in the order in which it is taken. */
struct batch {
	struct agent *agent;
	struct handed *items;
	size_t n;
	struct policies_shard *shards;
	size_t n_shards;
	bool has_list; /* that names the shards */
	agent_tell tell;
	void *context;
};

static void clear_batch(struct batch *batch)
{
	free(batch->items);
	free(batch->shards);
}

/* What was revoked is known before an exemption can come to life again. */
static unsigned rank(enum document_kind kind)
{
	return kind == DOCUMENT_REVOCATION ? 2 * DOCUMENT_EXEMPTION - 1 : 2 * kind;
}

static int compare(const void *left, const void *right)
{
	const struct handed *a = left, *b = right;

	if (a->name.kind != b->name.kind)
		return rank(a->name.kind) < rank(b->name.kind) ? -1 : 1;
	if (a->name.is_shard != b->name.is_shard)
		return a->name.is_shard ? 1 : -1;
	if (a->name.number != b->name.number)
		return a->name.number < b->name.number ? -1 : 1;
	return a->document < b->document ? -1 : a->document > b->document;
}

static int fill(struct batch *batch, const struct agent_document *documents, size_t n)
{
	batch->items = calloc(n ? n : 1, sizeof(*batch->items));
	batch->shards = calloc(n ? n : 1, sizeof(*batch->shards));
	if (!batch->items || !batch->shards)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct handed *handed = &batch->items[batch->n++];

		handed->document = &documents[i];
		handed->name = document_name_parse(documents[i].name);
		if (!documents[i].bytes)
			continue;
		if (handed->name.is_shard)
			batch->shards[batch->n_shards++] = (struct policies_shard){
				.number = (unsigned)handed->name.number,
				.bytes = documents[i].bytes,
				.size = documents[i].size,
			};
		else
			batch->has_list |= handed->name.kind == DOCUMENT_MEDIA;
	}
	qsort(batch->items, batch->n, sizeof(*batch->items), compare);
	return 0;
}

static int offer(struct batch *batch, const struct handed *handed, struct policies_answer *ret)
{
	const struct agent_document *document = handed->document;
	struct policies *policies = batch->agent->policies;
	const struct policies_clock clock = agent_clock();

	switch (handed->name.kind) {
	case DOCUMENT_ROOT:
		return policies_offer_root(policies, handed->name.number, document->bytes,
			document->size, &clock, ret);
	case DOCUMENT_POLICY:
		return policies_offer(policies, document->bytes, document->size, &clock, ret);
	case DOCUMENT_MEDIA:
		return policies_offer_media(policies, document->bytes, document->size,
			batch->shards, batch->n_shards, &clock, ret);
	case DOCUMENT_FRESH:
		return policies_offer_fresh(policies, document->bytes, document->size, &clock, ret);
	case DOCUMENT_TOKENS:
		return policies_offer_tokens(
			policies, document->bytes, document->size, &clock, ret);
	case DOCUMENT_DESKS:
		return policies_offer_desks(policies, document->bytes, document->size, &clock, ret);
	case DOCUMENT_EXEMPTION: /* bundles: agent_bundle_take() */
	case DOCUMENT_REVOCATION:
	case DOCUMENT_NONE:
	case DOCUMENT_KIND_COUNT: break;
	}
	*ret = (struct policies_answer){.fault = "unknown-name"};
	snprintf(ret->detail, sizeof(ret->detail), "no document is called so");
	return 0;
}

/* What is not offered, because it could not be read. */
static struct policies_answer unreadable(const struct handed *handed)
{
	struct policies_answer answer = {.kind = handed->name.kind};

	snprintf(answer.fault, sizeof(answer.fault), "%s",
		document_fault_name(DOCUMENT_FAULT_UNREADABLE));
	snprintf(answer.detail, sizeof(answer.detail), "%s", handed->document->why);
	return answer;
}

static void describe(
	const struct agent *agent, const struct policies_answer *answer, struct agent_answer *ret)
{
	const struct policies_clock clock = agent_clock();
	const struct media *media = policies_media(agent->policies, &clock);

	ret->outcome = policies_outcome_name(answer->outcome);
	if (answer->kind == DOCUMENT_MEDIA && answer->outcome == POLICIES_TAKEN && media)
		snprintf(ret->text, sizeof(ret->text), "%.400s, %zu media", answer->detail,
			media_count(media));
	else if (answer->outcome == POLICIES_NEXT && answer->kind != DOCUMENT_POLICY)
		snprintf(ret->text, sizeof(ret->text), "%.400s; hand it in again then",
			answer->detail);
	else
		snprintf(ret->text, sizeof(ret->text), "%s", answer->detail);
}

/* A shard is taken with its list; by itself it is told only what it lacks. */
static int tell_shard(struct batch *batch, const struct handed *handed)
{
	struct agent_answer answer = {.name = handed->document->name, .outcome = "refused"};

	if (handed->document->bytes && batch->has_list)
		return 0;
	snprintf(answer.text, sizeof(answer.text), "%s",
		handed->document->bytes ? "a shard counts only with media.ini, which names it"
					: handed->document->why);
	return batch->tell(batch->context, &answer);
}

static int take(struct batch *batch, const struct handed *handed)
{
	const struct agent_document *document = handed->document;
	struct agent_answer told = {.name = document->name};
	struct policies_answer answer;
	char origin[256];
	int r = 0;

	if (handed->name.is_shard)
		return tell_shard(batch, handed);
	if (document->bytes && bundle_documents_max(handed->name.kind) > 0)
		return agent_bundle_take(
			batch->agent, handed->name.kind, document, batch->tell, batch->context);
	if (document->bytes)
		r = offer(batch, handed, &answer);
	else
		answer = unreadable(handed);
	if (!document->bytes && handed->name.kind == DOCUMENT_REVOCATION)
		policies_note_revoked_unread(batch->agent->policies);
	if (r < 0)
		return r;
	snprintf(origin, sizeof(origin), "%s/%s", document->origin, document->name);
	r = agent_take_answer(batch->agent, origin, &answer);
	if (r < 0)
		return r;
	describe(batch->agent, &answer, &told);
	return batch->tell(batch->context, &told);
}

int agent_documents_take(struct agent *agent, const struct agent_document *documents, size_t n,
	agent_tell tell, void *context)
{
	CLEANUP(clear_batch)
	struct batch batch = {.agent = agent, .tell = tell, .context = context};
	int r = fill(&batch, documents, n);

	if (r == 0)
		r = agent_news_heard(agent);
	for (size_t i = 0; r >= 0 && i < batch.n; i++)
		r = take(&batch, &batch.items[i]);
	/* One of them may have been what confirms the others. */
	return r < 0 ? r : agent_news_heard(agent);
}
