#include "agent/fetch_send.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/fetch_up.h"
#include "agent/store.h"
#include "policy/cleanup.h"

/* Said once, until something else is wrong: what, a number, tells it from others. */
static void say(struct fetch_sending *sending, long what, const char *why)
{
	if (what != sending->said)
		fprintf(stderr, SD_WARNING "up: %s\n", why);
	sending->said = what;
}

/* A status of this file alone: the others have their turn. */
static bool is_of_this_file(const struct fetch_got *got)
{
	return got->answer == FETCH_REFUSED && (got->status == 400 || got->status == 413);
}

static void explain(struct fetch_sending *sending, const struct fetch_got *got, const char *name)
{
	char why[sizeof(got->why)];

	if (got->answer != FETCH_REFUSED)
		snprintf(why, sizeof(why), "%s", got->why);
	else if (got->status == 403)
		snprintf(why, sizeof(why),
			"the server does not take what is sent under this certificate");
	else
		snprintf(why, sizeof(why), "%s: the server answers with status %ld", name,
			got->status);
	say(sending, got->answer == FETCH_REFUSED ? got->status : 1 + (long)got->answer, why);
}

/* False: no more of them now. */
static bool send_one(struct fetch_sending *sending, struct fetch_asking *asking, const char *name)
{
	const struct fetch_link *link = asking->link;
	CLEANUP(cleanup_free) char *bytes = NULL;
	char url[FETCH_URL_SIZE];
	struct fetch_got got;
	size_t size;
	int r = store_read(sending->up_fd, name, FETCH_UP_SIZE_MAX, &bytes, &size);

	/* It is gone, or is no file: that of others. */
	if (r < 0)
		return true;
	fetch_url_up(&link->site, link->identity.certificate, name, url);
	fetch_http_put(link->http, url, bytes, size, &got);
	if (got.answer == FETCH_THERE)
		r = fetch_spool_note_sent(sending->spool, name);
	if (got.answer == FETCH_THERE && r == 0) {
		sending->n_sent++;
		return true;
	}
	if (got.answer == FETCH_STOPPED) {
		asking->is_stopped = asking->is_over = true;
		return false;
	}
	if (r < 0)
		say(sending, r, strerror(-r));
	else
		explain(sending, &got, name);
	sending->has_failed = true;
	sending->retry_after_s = got.reply.retry_after_s;
	return is_of_this_file(&got);
}

static void send_all(struct fetch_sending *sending, struct fetch_asking *asking,
	const struct fetch_up_names *names, bool is_urgent)
{
	size_t n = 0;

	for (size_t i = 0; i < names->n && !fetch_is_over(asking); i++) {
		if (fetch_is_urgent(names->items[i]) != is_urgent)
			continue;
		if ((!is_urgent && n++ == FETCH_SEND_CALM_MAX) ||
			!send_one(sending, asking, names->items[i]))
			return;
	}
}

void fetch_send(struct fetch_sending *sending, struct fetch_asking *asking)
{
	CLEANUP(cleanup_free) struct fetch_up_names *names = malloc(sizeof(*names));
	int r = names ? fetch_spool_forget_sent(sending->spool, sending->up_fd) : -ENOMEM;

	sending->n_sent = 0;
	sending->has_failed = sending->has_calm_failed = false;
	sending->retry_after_s = 0;
	if (!asking->link->identity.pem)
		return;
	if (r == 0)
		r = fetch_up_list(sending->up_fd, sending->spool, names);
	if (r < 0) {
		say(sending, r, strerror(-r));
		return;
	}
	send_all(sending, asking, names, true);
	if (sending->may_send_calm && !sending->has_failed) {
		send_all(sending, asking, names, false);
		sending->has_calm_failed = sending->has_failed;
		sending->has_failed = false;
	}
	if (!sending->has_failed && !sending->has_calm_failed)
		sending->said = 0;
}
