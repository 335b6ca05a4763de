/* Is a well signed document for this place, in its sequence, and now? */
#include "policy/verify_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/rollout.h"
#include "policy/timestamp.h"

static bool check_place(struct judged *judged)
{
	const struct verify_request *request = judged->request;
	const struct document_header *header = judged_header(judged);
	struct verification *ret = &judged->result;

	if (request->site && strcmp(header->site, request->site) != 0)
		return verification_refuse(ret, DOCUMENT_FAULT_SITE,
			"the document is for the site %s, this is %s", header->site, request->site);
	if (header->kind != DOCUMENT_ROOT && request->tier &&
		strcmp(header->tier, request->tier) != 0)
		return verification_refuse(ret, DOCUMENT_FAULT_TIER,
			"the document is for the tier %s, this is %s", header->tier, request->tier);
	return true;
}

static bool check_serial(struct judged *judged)
{
	const struct verify_request *request = judged->request;
	const struct document_header *header = judged_header(judged);

	if (!document_kind_has_serial(header->kind) || header->serial > request->serial_floor)
		return true;
	return verification_refuse(&judged->result, DOCUMENT_FAULT_SERIAL,
		"the document has serial %" PRIu64 ", and %" PRIu64
		" was seen already; it must be higher",
		header->serial, request->serial_floor);
}

/* now_s is 64 bits from outside: no sum of it. */
static bool is_ahead(int64_t time_s, int64_t now_s, int64_t by_s)
{
	return time_s > now_s && (uint64_t)time_s - (uint64_t)now_s > (uint64_t)by_s;
}

/* Asked of stored ones too: whoever loses it fetches another, and nobody is locked out. */
static bool check_issued(struct judged *judged)
{
	const struct document_header *header = judged_header(judged);
	char time[TIMESTAMP_SIZE];

	if (header->kind != DOCUMENT_FRESH ||
		!is_ahead(header->issued, judged->request->now_s, FRESH_AHEAD_MAX_S))
		return true;
	timestamp_format(header->issued, JAPAN_MINUTES, time);
	return verification_refuse(&judged->result, DOCUMENT_FAULT_FUTURE,
		"the document says that it was issued on %s, which is more than %d hours ahead",
		time, FRESH_AHEAD_MAX_S / 3600);
}

/* Both ends belong to the validity. */
static bool check_end(struct judged *judged)
{
	const struct verify_request *request = judged->request;
	const struct document_header *header = judged_header(judged);
	char time[TIMESTAMP_SIZE];

	/* A revocation only closes. */
	if (request->is_stored || header->kind == DOCUMENT_REVOCATION)
		return true;
	if (header->kind != DOCUMENT_ROOT && request->now_s > request->root->header.not_after) {
		timestamp_format(request->root->header.not_after, JAPAN_MINUTES, time);
		return verification_refuse(&judged->result, DOCUMENT_FAULT_ROOT_EXPIRED,
			"the root ended on %s: a new root is needed", time);
	}
	if (request->now_s > header->not_after) {
		timestamp_format(header->not_after, JAPAN_MINUTES, time);
		return verification_refuse(
			&judged->result, DOCUMENT_FAULT_EXPIRED, "the document ended on %s", time);
	}
	return true;
}

static bool has_reached(const struct judged *judged)
{
	const struct verify_request *request = judged->request;
	const struct document_header *header = judged_header(judged);

	return header->kind != DOCUMENT_POLICY ||
	       policy_reaches(judged->value, header->site, request->terminal, request->ring);
}

static void describe_accepted(
	const struct document_header *header, const char *since, struct verification *ret)
{
	if (document_kind_has_serial(header->kind))
		snprintf(ret->detail, sizeof(ret->detail), "good, serial %" PRIu64 " since %s",
			header->serial, since);
	else
		snprintf(ret->detail, sizeof(ret->detail), "good since %s", since);
}

void verify_place_and_time(struct judged *judged)
{
	const struct verify_request *request = judged->request;
	const struct document_header *header = judged_header(judged);
	struct verification *ret = &judged->result;
	char time[TIMESTAMP_SIZE];

	if (!check_place(judged) || !judged->rules->sequence(judged) || !check_serial(judged) ||
		!check_issued(judged) || !check_end(judged))
		return;
	timestamp_format(header->not_before, JAPAN_MINUTES, time);
	ret->fault = DOCUMENT_FAULT_NONE;
	/* Before the day is looked at: one that is never to be here must not wait here. */
	if (!request->is_stored && !has_reached(judged)) {
		ret->verdict = DOCUMENT_NOT_HERE;
		snprintf(ret->detail, sizeof(ret->detail),
			"good, serial %" PRIu64 ", and its roll-out has not reached this terminal",
			header->serial);
	} else if (header->kind == DOCUMENT_REVOCATION) {
		ret->verdict = DOCUMENT_ACCEPTED;
		snprintf(ret->detail, sizeof(ret->detail), "good, issued on %s", time);
	} else if (!request->is_stored && request->now_s < header->not_before) {
		ret->verdict = DOCUMENT_NOT_YET;
		snprintf(ret->detail, sizeof(ret->detail), "good, and starts on %s", time);
	} else {
		ret->verdict = DOCUMENT_ACCEPTED;
		describe_accepted(header, time, ret);
	}
}
