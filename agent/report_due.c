#include "agent/report_due.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

#include "policy/cleanup.h"

static int hash(const struct report *report, uint8_t ret[SHA256_SIZE])
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(cleanup_free) char *text = NULL;
	int r = report_write(report, &problems, &text);

	if (r == 0 && EVP_Digest(text, strlen(text), ret, NULL, EVP_sha256(), NULL) != 1)
		r = -ENOMEM;
	return r;
}

/* A rehearsal ends, and a second factor begins, for everybody at once. */
static void forget_documents(struct report *report)
{
	report->root = report->policy = (struct fresh_entry){};
	report->next = report->media = report->tokens = 0;
	if (report->mode == REPORT_REHEARSE)
		report->mode = REPORT_ENFORCE;
	report->factor = REPORT_FACTOR_ON;
}

int report_digest(const struct report *report, struct report_digest *ret)
{
	struct report said = *report;
	struct report_digest digest;
	int r;

	said.number = said.since = said.issued = 1;
	said.reason = REPORT_CHANGE;
	said.blocked = said.sequence = 0;
	said.lost = report->lost > 0;
	said.fresh = 0;
	memset(said.head, 0, sizeof(said.head));
	for (size_t i = 0; i < said.n_open; i++)
		said.open[i].until = 0;
	r = hash(&said, digest.whole);
	forget_documents(&said);
	if (r == 0)
		r = hash(&said, digest.own);
	if (r == 0)
		*ret = digest;
	return r;
}

bool report_is_due(
	struct report_said *said, const struct report_digest *now, uint64_t now_ms, uint32_t random)
{
	if (!said->is_said || now_ms >= said->hourly_ms ||
		memcmp(said->digest.own, now->own, SHA256_SIZE) != 0)
		return true;
	if (memcmp(said->digest.whole, now->whole, SHA256_SIZE) == 0) {
		said->calm_ms = 0;
		return false;
	}
	if (said->calm_ms == 0)
		said->calm_ms = now_ms + 1 + random % REPORT_SPREAD_MS;
	return now_ms >= said->calm_ms;
}

void report_note_said(struct report_said *said, const struct report_digest *digest, uint64_t now_ms,
	uint64_t hourly_ms)
{
	*said = (struct report_said){
		.is_said = true, .digest = *digest, .last_ms = now_ms, .hourly_ms = hourly_ms};
}

uint64_t report_next_ms(const struct report_said *said)
{
	return said->calm_ms > 0 && said->calm_ms < said->hourly_ms ? said->calm_ms
								    : said->hourly_ms;
}
