#include "agent/fetch_remote.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/fetch_ask.h"
#include "agent/fetch_send.h"
#include "agent/fetch_shards.h"
#include "agent/timer.h"
#include "policy/cleanup.h"

/* However slow a server is, there is another look. */
#define LOOK_MS 180000
/* Of a chain of roots in one look: a server that makes them up is not followed for ever. */
#define ROOTS_PER_LOOK 64
/* All roots are asked for again at each full look of so many. */
#define ALL_ROOTS_EVERY 30
/* All documents are asked for without entity tags, once in so many to twice as many full looks:
 * whoever had the server for a while may have given his own documents the tags of the real ones,
 * which would then be unchanged for as long as nobody changes them. */
#define WHOLE_EVERY 60
#define KEPT        "documents"
#define CERTIFICATE "certificate"

struct fetch_remote {
	const struct fetch_spool *spool;
	int own_fd, kept_fd;
	struct fetch_link link;
	struct fetch_items items;
	struct fetch_shards shards;
	struct fetch_sending sending;
	unsigned n_full, whole_at;
	struct fetch_server said; /* how it is doing: said already */
	bool has_failed;
};

int fetch_remote_new(const struct fetch_spool *spool, int own_fd, struct fetch_remote **ret)
{
	struct fetch_remote *remote = calloc(1, sizeof(*remote));

	if (!remote)
		return -ENOMEM;
	remote->spool = remote->items.spool = remote->sending.spool = spool;
	remote->own_fd = own_fd;
	remote->kept_fd = -1;
	if (own_fd >= 0 && (mkdirat(own_fd, KEPT, 0700) == 0 || errno == EEXIST))
		remote->kept_fd =
			openat(own_fd, KEPT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	remote->items.kept_fd = remote->kept_fd;
	*ret = remote;
	return 0;
}

void fetch_remote_free(struct fetch_remote *remote)
{
	if (!remote)
		return;
	fetch_link_clear(&remote->link);
	fetch_shards_clear(&remote->shards);
	cleanup_close(&remote->kept_fd);
	free(remote);
}

bool fetch_remote_may_send(const struct fetch_remote *remote)
{
	return remote->link.identity.pem != NULL;
}

/* --- roots --- */

static struct fetch_item *root_of(struct fetch_asking *asking, uint64_t number)
{
	char name[DOCUMENT_NAME_MAX];

	snprintf(name, sizeof(name), "root/%llu.ini", (unsigned long long)number);
	return fetch_items_get(asking->items, name);
}

/* One that is no more on the server was none: whoever made it up may be gone, and the next real one
 * is to be found. */
static enum fetch_answer ask_root(struct fetch_asking *asking, uint64_t number)
{
	struct fetch_item *item = root_of(asking, number);
	enum fetch_answer answer = item ? fetch_ask_and_take(asking, item) : FETCH_REFUSED;

	if (item && (answer == FETCH_ABSENT || !item->is_there))
		fetch_items_remove(asking->items, item);
	return answer;
}

static void ask_roots(struct fetch_asking *asking, bool asks_all)
{
	uint64_t last = fetch_items_last_root(asking->items);
	unsigned n = 0;

	for (uint64_t i = 1; asks_all && i < last && !asking->is_over; i++)
		(void)ask_root(asking, i);
	for (; last > 0 && n < ROOTS_PER_LOOK && ask_root(asking, last) == FETCH_ABSENT; n++)
		last = fetch_items_last_root(asking->items);
	if (n > 0)
		return;
	for (; n < ROOTS_PER_LOOK && last < FETCH_ROOTS_MAX && !asking->is_over; n++)
		if (ask_root(asking, ++last) != FETCH_THERE)
			return;
}

/* --- documents --- */

/* What somebody may wait for: an approval, its end, and that the server is still there. */
static bool is_quick(const char *name)
{
	return strcmp(name, "exemptions.ini") == 0 || strcmp(name, "revocations.ini") == 0 ||
	       strcmp(name, "fresh.ini") == 0;
}

static void ask_singles(struct fetch_asking *asking, bool is_full)
{
	const char *name;

	for (size_t i = 0; (name = fetch_name_single(i)) && !asking->is_over; i++) {
		struct fetch_item *item = fetch_items_get(asking->items, name);

		/* The list of media has its own way. */
		if (item && (is_full || is_quick(name)) && strcmp(name, "media.ini") != 0)
			(void)fetch_ask_and_take(asking, item);
	}
}

static void ask_all(struct fetch_remote *remote, struct fetch_asking *asking, bool is_full)
{
	/* Who may sign comes first. */
	if (is_full)
		ask_roots(asking, remote->n_full++ % ALL_ROOTS_EVERY == 0);
	if (is_full && !asking->is_over)
		fetch_shards_take(&remote->shards, asking);
	if (!asking->is_over)
		ask_singles(asking, is_full);
}

/* --- a look --- */

/* Once for each way in which it does not work: the words differ by what a clock measured. */
static void say(struct fetch_remote *remote, const char *source, const struct fetch_server *server,
	const char *why)
{
	bool is_other =
		server->state != remote->said.state || server->status != remote->said.status;

	if (why && is_other)
		fprintf(stderr, SD_WARNING "%s: %s\n", source, why);
	else if (!why && remote->has_failed)
		fprintf(stderr, SD_NOTICE "%s answers again\n", source);
	remote->said = *server;
	remote->has_failed = why != NULL;
}

/* Whose path it is, for sekishod, which tells it to whoever lets the terminal in. */
static void show_certificate(const struct fetch_remote *remote)
{
	char line[FETCH_CERTIFICATE_SIZE + 1];

	if (!remote->link.identity.pem)
		return;
	snprintf(line, sizeof(line), "%s\n", remote->link.identity.certificate);
	(void)fetch_spool_put(remote->spool, CERTIFICATE, line, strlen(line));
}

static unsigned next_whole(unsigned n_full)
{
	uint32_t random = 0;

	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	return n_full + WHOLE_EVERY + random % WHOLE_EVERY;
}

/* 0, or the negative errno of fetch_link_update(). */
static int connect_to(struct fetch_remote *remote, const struct fetch_remote_look *look)
{
	const struct fetch_folders folders = {
		.etc_fd = look->etc_fd, .run_fd = look->run_fd, .own_fd = remote->own_fd};
	int r = fetch_link_update(&remote->link, look->site, &folders);

	if (r > 0) {
		fetch_shards_clear(&remote->shards);
		fetch_items_begin(&remote->items, look->site);
		remote->n_full = 0;
		remote->whole_at = next_whole(0);
		show_certificate(remote);
	}
	return r < 0 ? r : 0;
}

static uint64_t now_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

static void send_up(struct fetch_remote *remote, const struct fetch_remote_look *look,
	struct fetch_asking *asking)
{
	remote->sending.has_failed = remote->sending.has_calm_failed = false;
	if (!look->may_send || look->up_fd < 0)
		return;
	remote->sending.up_fd = look->up_fd;
	remote->sending.may_send_calm = look->may_send_calm;
	fetch_send(&remote->sending, asking);
}

/* How the server is doing, by all that it answered. */
static void settle(const struct fetch_remote *remote, struct fetch_asking *asking, bool is_full)
{
	if (asking->is_over)
		return;
	if (asking->n_answers == 0) {
		asking->server.state = FETCH_SERVER_REFUSED;
		snprintf(asking->why, sizeof(asking->why), "the server answers with status %u",
			asking->server.status);
	}
	/* The document that it refuses was not asked for. */
	if (!is_full && asking->server.state == FETCH_SERVER_OK &&
		remote->said.state == FETCH_SERVER_PARTLY)
		asking->server = remote->said;
}

static void look_at(struct fetch_remote *remote, const struct fetch_remote_look *look,
	struct fetch_remote_result *ret)
{
	/* Of another server nothing was seen yet. */
	bool is_full = look->is_full || remote->n_full == 0;
	struct fetch_asking asking = {
		.link = &remote->link,
		.items = &remote->items,
		.until_ms = now_ms() + LOOK_MS,
		.asks_whole = is_full && remote->n_full >= remote->whole_at,
		.server.state = FETCH_SERVER_OK,
	};

	send_up(remote, look, &asking);
	ask_all(remote, &asking, is_full);
	if (asking.is_stopped)
		return;
	settle(remote, &asking, is_full);
	ret->has_failed = asking.is_over || asking.n_answers == 0;
	ret->is_full = is_full && !ret->has_failed;
	if (asking.asks_whole && ret->is_full)
		remote->whole_at = next_whole(remote->n_full);
	ret->retry_after_s = asking.retry_after_s;
	ret->send_failed = remote->sending.has_failed;
	ret->calm_failed = remote->sending.has_calm_failed;
	ret->send_retry_after_s = remote->sending.retry_after_s;
	ret->server = asking.server;
	say(remote, look->site->source, &ret->server, ret->has_failed ? asking.why : NULL);
}

void fetch_remote_look(struct fetch_remote *remote, const struct fetch_remote_look *look,
	struct fetch_remote_result *ret)
{
	int r = connect_to(remote, look);

	*ret = (struct fetch_remote_result){};
	if (r == 0) {
		look_at(remote, look, ret);
		return;
	}
	ret->has_failed = true;
	ret->server.state = FETCH_SERVER_NOT_CONFIGURED;
	say(remote, look->site->source, &ret->server,
		r == -ENOKEY ? "neither server-ca.pem nor \"pin\" in site.ini says who that is"
			     : strerror(-r));
}
