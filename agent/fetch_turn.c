#include "agent/fetch_turn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/fetch_names.h"
#include "agent/store.h"
#include "agent/timer.h"
#include "policy/cleanup.h"

/* A file that was different in two looks is looked at again, so often in a row: what still changes
 * then, somebody writes and writes. */
#define SETTLE_MS   250
#define SETTLES_MAX 3
/* Looks that something here is worth are no closer together; */
#define AT_LEAST_MS 200
/* nor those for a medium that comes and goes, or at a server that does not answer. */
#define AT_LEAST_EVENT_MS   5000
#define AT_LEAST_FAILING_MS 10000
/* An exemption that is to end in silence has a lease of minutes. */
#define HEARD_MS  20000
#define SERVER_MS 60000
#define WISH_FILE "pace" /* of sekishod */
#define PATH_SIZE 512

static uint64_t now_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

static uint32_t any_number(void)
{
	uint32_t random = 0;

	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	return random;
}

static int open_folder(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void read_wish(struct fetch_turn *turn)
{
	CLEANUP(cleanup_close) int fd = open_folder(turn->folders->run);
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;

	turn->wish = (struct fetch_wish){};
	if (fd >= 0 && store_read(fd, WISH_FILE, FETCH_WISH_SIZE, &text, &size) == 0)
		turn->wish = fetch_wish_parse(text, size);
}

/* That the source answered, for who judges by silence. */
static void note_heard(struct fetch_turn *turn)
{
	char text[32];

	if (turn->heard_ms != 0 && turn->last_ms - turn->heard_ms < HEARD_MS)
		return;
	turn->heard_ms = turn->last_ms;
	snprintf(text, sizeof(text), "%llu\n", (unsigned long long)turn->heard_ms);
	(void)fetch_spool_put(turn->spool, FETCH_HEARD, text, strlen(text));
}

static bool is_full_due(const struct fetch_turn *turn)
{
	return turn->settles > 0 || turn->full_ms == 0 ||
	       now_ms() - turn->full_ms >= fetch_pace_wait_ms(FETCH_IDLE, 0);
}

static int open_up(const struct fetch_turn *turn)
{
	char path[PATH_SIZE + 8];

	snprintf(path, sizeof(path), "%s/up", turn->folders->state);
	return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Both return how long until the next one. */
static uint64_t look_at_folder(struct fetch_turn *turn)
{
	CLEANUP(cleanup_close) int up_fd = open_up(turn);
	struct fetch_look look = {.site = turn->site, .up_fd = up_fd, .is_full = is_full_due(turn)};
	struct fetch_look_result result = {};

	fetch_looker_look(turn->looker, &look, &result);
	turn->last_ms = now_ms();
	if (!result.is_away)
		note_heard(turn);
	if (look.is_full)
		turn->full_ms = result.is_away || result.is_unsettled ? 0 : turn->last_ms;
	turn->settles = result.is_unsettled && turn->settles < SETTLES_MAX ? turn->settles + 1 : 0;
	return turn->settles ? SETTLE_MS : fetch_pace_wait_ms(turn->wish.pace, any_number());
}

/* So that it is not written at each look. */
static void note_server(struct fetch_turn *turn, const struct fetch_remote_result *result)
{
	struct fetch_server server = result->server;
	char line[FETCH_SERVER_SIZE];

	server.heard_s = result->has_failed ? turn->server.heard_s : (int64_t)time(NULL);
	if (server.state == turn->server.state && server.status == turn->server.status &&
		turn->server_ms != 0 && turn->last_ms - turn->server_ms < SERVER_MS)
		return;
	turn->server = server;
	turn->server_ms = turn->last_ms;
	fetch_server_format(&server, line);
	(void)fetch_spool_put(turn->spool, FETCH_SERVER_FILE, line, strlen(line));
}

/* A server that was away is not to have everybody's reports at once when it is back. */
static void note_failed(struct fetch_turn *turn, struct fetch_retry *retry, uint32_t retry_after_s)
{
	if (retry->n_failures == 0)
		turn->calm_ms = turn->last_ms + fetch_pace_up_ms(any_number());
	fetch_retry_failed(retry, turn->wish.pace, retry_after_s, turn->last_ms, any_number());
}

static void note_failure(struct fetch_turn *turn, const struct fetch_remote_result *result)
{
	uint32_t quiet_s = result->retry_after_s;

	if (quiet_s > FETCH_RETRY_AFTER_HURRIED_MAX_S)
		quiet_s = FETCH_RETRY_AFTER_HURRIED_MAX_S;
	turn->quiet_until_ms = turn->last_ms + (uint64_t)quiet_s * 1000;
	if (result->has_failed)
		note_failed(turn, &turn->failed, result->retry_after_s);
	else
		turn->failed = (struct fetch_retry){};
}

/* Nobody who asks for something waits because reports were sent away. */
static void note_calm_failed(struct fetch_turn *turn, uint32_t retry_after_s)
{
	uint64_t calm_ms = turn->last_ms + fetch_pace_up_ms(any_number());

	fetch_retry_failed(
		&turn->calm_failed, FETCH_IDLE, retry_after_s, turn->last_ms, any_number());
	turn->calm_ms = turn->calm_failed.not_before_ms;
	if (turn->calm_ms < calm_ms)
		turn->calm_ms = calm_ms;
}

static void note_sending(struct fetch_turn *turn, const struct fetch_remote_look *look,
	const struct fetch_remote_result *result)
{
	if (result->send_failed)
		note_failed(turn, &turn->send_failed, result->send_retry_after_s);
	else
		turn->send_failed = (struct fetch_retry){};
	if (result->calm_failed)
		note_calm_failed(turn, result->send_retry_after_s);
	else if (look->may_send_calm && !result->send_failed)
		turn->calm_failed = (struct fetch_retry){};
}

static uint64_t look_at_server(struct fetch_turn *turn)
{
	CLEANUP(cleanup_close) int up_fd = open_up(turn);
	CLEANUP(cleanup_close) int etc_fd = open_folder(turn->folders->etc);
	CLEANUP(cleanup_close) int run_fd = open_folder(turn->folders->run);
	uint64_t began_ms = now_ms();
	struct fetch_remote_look look = {
		.site = turn->site,
		.etc_fd = etc_fd,
		.run_fd = run_fd,
		.up_fd = up_fd,
		.is_full = is_full_due(turn),
		.may_send = began_ms >= turn->send_failed.not_before_ms,
		.may_send_calm = began_ms >= turn->calm_ms,
	};
	struct fetch_remote_result result = {};

	fetch_remote_look(turn->remote, &look, &result);
	turn->last_ms = now_ms();
	note_server(turn, &result);
	if (!result.has_failed)
		note_heard(turn);
	if (result.is_full || result.has_failed)
		turn->full_ms = result.has_failed ? 0 : turn->last_ms;
	note_failure(turn, &result);
	if (look.may_send)
		note_sending(turn, &look, &result);
	return result.has_failed ? turn->failed.not_before_ms - turn->last_ms
				 : fetch_pace_wait_ms(turn->wish.pace, any_number());
}

/* --- the turns --- */

int fetch_turn_begin(const struct fetch_run_folders *folders, const struct fetch_spool *spool,
	int own_fd, bool is_remote, struct fetch_turn *ret)
{
	struct fetch_turn turn = {.folders = folders, .spool = spool};
	int r = is_remote ? fetch_remote_new(spool, own_fd, &turn.remote)
			  : fetch_looker_new(spool, &turn.looker);

	/* A folder is no server. */
	if (r == 0 && !is_remote)
		fetch_spool_remove(spool, FETCH_SERVER_FILE);
	if (r == 0)
		*ret = turn;
	return r;
}

void fetch_turn_end(struct fetch_turn *turn)
{
	fetch_looker_free(turn->looker);
	fetch_remote_free(turn->remote);
	*turn = (struct fetch_turn){};
}

uint64_t fetch_turn_take(struct fetch_turn *turn, const struct site *site)
{
	turn->site = site;
	read_wish(turn);
	return turn->remote ? look_at_server(turn) : look_at_folder(turn);
}

uint64_t fetch_turn_first_ms(struct fetch_turn *turn)
{
	read_wish(turn);
	return turn->looker || turn->wish.pace != FETCH_IDLE
		       ? now_ms()
		       : fetch_pace_first_ms(now_ms(), any_number());
}

/* --- what is worth one at once --- */

static uint64_t not_before(const struct fetch_turn *turn, uint64_t at_least_ms)
{
	uint64_t due_ms;

	if (turn->settles > 0)
		return UINT64_MAX;
	if (turn->failed.n_failures > 0 && at_least_ms < AT_LEAST_FAILING_MS)
		at_least_ms = AT_LEAST_FAILING_MS;
	due_ms = turn->last_ms > 0 ? turn->last_ms + at_least_ms : 0;
	return due_ms > turn->quiet_until_ms ? due_ms : turn->quiet_until_ms;
}

uint64_t fetch_turn_on_change_ms(const struct fetch_turn *turn)
{
	return not_before(turn, AT_LEAST_MS);
}

uint64_t fetch_turn_on_waiting_ms(const struct fetch_turn *turn, const char *name)
{
	return turn->looker || fetch_is_urgent(name) ? not_before(turn, AT_LEAST_MS) : UINT64_MAX;
}

uint64_t fetch_turn_on_word_ms(struct fetch_turn *turn, const char *name)
{
	struct fetch_wish before = turn->wish;

	/* At a start of this PC it comes before the first look, which has its own time. */
	if (strcmp(name, FETCH_MACHINE_FILE) == 0)
		return turn->remote && turn->last_ms > 0 && !fetch_remote_may_send(turn->remote)
			       ? not_before(turn, AT_LEAST_MS)
			       : UINT64_MAX;
	if (strcmp(name, WISH_FILE) != 0)
		return UINT64_MAX;
	read_wish(turn);
	if (turn->remote && !fetch_wish_is_news(&before, &turn->wish))
		return UINT64_MAX;
	return not_before(turn,
		turn->remote && before.pace == turn->wish.pace ? AT_LEAST_EVENT_MS : AT_LEAST_MS);
}
