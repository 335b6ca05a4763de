#include "policy/trusted_time.h"

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t trusted_time_floor(const struct trusted_time *time, uint64_t boottime_ms)
{
	uint64_t run_ms = boottime_ms > time->since_ms ? boottime_ms - time->since_ms : 0;

	return time->floor_s + (int64_t)(run_ms / 1000);
}

/* The root's end bounds what a document says, not the time that runs after it. */
static void lift(struct trusted_time *time, int64_t issued_s, uint64_t boottime_ms)
{
	int64_t lifted_s = earlier(issued_s, time->ceiling_s);

	/* Where nothing rises, since_ms stays too: rounding to seconds must not add up. */
	if (lifted_s <= trusted_time_floor(time, boottime_ms))
		return;
	time->floor_s = lifted_s;
	time->since_ms = boottime_ms;
}

static void begin_epoch(
	struct trusted_time *time, const struct document_header *root, uint64_t boottime_ms)
{
	*time = (struct trusted_time){
		.floor_s = earlier(root->issued, root->not_after),
		.since_ms = boottime_ms,
		.epoch = root->epoch,
		.ceiling_s = root->not_after,
	};
}

void trusted_time_begin(struct trusted_time *time, const struct trusted_time_saved *saved,
	const struct document_header *root, uint64_t boottime_ms)
{
	begin_epoch(time, root, boottime_ms);
	/* What was saved may lie past the root's end: time ran on after it. */
	if (saved->epoch == root->epoch && saved->floor_s > time->floor_s)
		time->floor_s = saved->floor_s;
}

static void take_root(
	struct trusted_time *time, const struct document_header *root, uint64_t boottime_ms)
{
	if (root->epoch < time->epoch)
		return; /* the chain only goes on */
	if (root->epoch > time->epoch) {
		begin_epoch(time, root, boottime_ms);
		return;
	}
	time->ceiling_s = root->not_after;
	lift(time, root->issued, boottime_ms);
}

static bool agrees(int64_t issued_s, int64_t realtime_s)
{
	return realtime_s >= issued_s - TRUSTED_TIME_AGREE_S &&
	       realtime_s <= issued_s + TRUSTED_TIME_AGREE_S;
}

void trusted_time_take(struct trusted_time *time, const struct document_header *document,
	int64_t realtime_s, uint64_t boottime_ms)
{
	if (document->kind != DOCUMENT_ROOT && document->epoch != time->epoch)
		return;
	switch (document->kind) {
	case DOCUMENT_ROOT: take_root(time, document, boottime_ms); break;
	case DOCUMENT_POLICY:
	case DOCUMENT_EXEMPTION: lift(time, document->issued, boottime_ms); break;
	case DOCUMENT_FRESH:
		if (agrees(document->issued, realtime_s))
			lift(time, document->issued, boottime_ms);
		break;
	case DOCUMENT_MEDIA:
	case DOCUMENT_TOKENS:
	case DOCUMENT_REVOCATION:
	case DOCUMENT_DESKS:
	case DOCUMENT_NONE:
	case DOCUMENT_KIND_COUNT: break;
	}
}

int64_t trusted_time_now(const struct trusted_time *time, int64_t realtime_s, uint64_t boottime_ms)
{
	int64_t floor_s = trusted_time_floor(time, boottime_ms);

	return floor_s > realtime_s ? floor_s : realtime_s;
}

void trusted_time_save(
	const struct trusted_time *time, uint64_t boottime_ms, struct trusted_time_saved *ret)
{
	*ret = (struct trusted_time_saved){
		.floor_s = trusted_time_floor(time, boottime_ms),
		.epoch = time->epoch,
	};
}
