#include "agent/fetch_ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/timer.h"
#include "policy/cleanup.h"

static uint64_t now_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

void fetch_complain(struct fetch_item *item, const char *why)
{
	if (why && !item->is_complained_of)
		fprintf(stderr, SD_WARNING "%s: %s\n", item->name, why);
	item->is_complained_of = why != NULL;
}

static void end(struct fetch_asking *asking, enum fetch_server_state state, const char *why)
{
	asking->is_over = true;
	asking->server.state = state;
	snprintf(asking->why, sizeof(asking->why), "%s", why);
}

/* A redirect, an overload, a fault: of the server as a whole; all else is of one document. */
static void judge_status(struct fetch_asking *asking, const struct fetch_got *got)
{
	char why[64];

	asking->server.status = (unsigned)got->status;
	snprintf(why, sizeof(why), "the server answers with status %ld", got->status);
	if ((got->status >= 300 && got->status < 400 && got->status != 304) || got->status == 429 ||
		got->status >= 500) {
		end(asking, FETCH_SERVER_REFUSED, why);
		asking->retry_after_s = got->reply.retry_after_s;
	} else {
		asking->server.state = FETCH_SERVER_PARTLY;
	}
}

void fetch_judge_answer(struct fetch_asking *asking, const struct fetch_got *got)
{
	switch (got->answer) {
	case FETCH_NO_ANSWER: end(asking, FETCH_SERVER_NO_ANSWER, got->why); break;
	case FETCH_NOT_THE_SERVER: end(asking, FETCH_SERVER_CERTIFICATE, got->why); break;
	case FETCH_NO_PROXY: end(asking, FETCH_SERVER_PROXY, got->why); break;
	case FETCH_STOPPED:
		asking->is_stopped = true;
		end(asking, FETCH_SERVER_UNKNOWN, "");
		break;
	case FETCH_REFUSED: judge_status(asking, got); break;
	case FETCH_ABSENT:
	case FETCH_UNCHANGED:
	case FETCH_THERE: asking->n_answers++; break;
	}
}

static const char *describe(const struct fetch_got *got, char text[64])
{
	if (got->answer != FETCH_REFUSED)
		return NULL;
	if (got->status == 200)
		return "the server sends it packed";
	if (got->status == 304)
		return "the server says it is unchanged, and was not asked that";
	snprintf(text, 64, "the server answers with status %ld", got->status);
	return text;
}

bool fetch_is_over(struct fetch_asking *asking)
{
	if (!asking->is_over && now_ms() >= asking->until_ms)
		end(asking, FETCH_SERVER_NO_ANSWER, "it takes too long");
	return asking->is_over;
}

int fetch_ask(struct fetch_asking *asking, struct fetch_item *item, struct fetch_got *got)
{
	char url[FETCH_URL_SIZE], text[64];
	int r = fetch_url(&asking->link->site, item->name, url);

	*got = (struct fetch_got){.answer = FETCH_ABSENT};
	if (r < 0)
		return asking->is_over ? -ECANCELED : 0;
	if (fetch_is_over(asking))
		return -ECANCELED;
	fetch_http_get(asking->link->http, url,
		item->is_there && !asking->asks_whole ? item->etag : "", fetch_size_max(item->name),
		got);
	fetch_judge_answer(asking, got);
	if (asking->is_over)
		return -ECANCELED;
	fetch_complain(item, describe(got, text));
	return 0;
}

enum fetch_answer fetch_ask_and_take(struct fetch_asking *asking, struct fetch_item *item)
{
	struct fetch_got got;
	struct fetch_bytes bytes;
	int r = fetch_ask(asking, item, &got);

	if (r < 0)
		return FETCH_NO_ANSWER;
	if (got.answer != FETCH_THERE)
		return got.answer;
	bytes = (struct fetch_bytes){.bytes = got.bytes, .size = got.size};
	r = fetch_items_take(
		asking->items, item, &asking->link->site, &bytes, fetch_reply_etag(&got.reply));
	free(got.bytes);
	fetch_complain(item, r < 0 ? strerror(-r) : NULL);
	return FETCH_THERE;
}
