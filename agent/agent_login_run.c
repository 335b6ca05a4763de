/*
 * How long the terminal has run and how often its day changed, for sekisho-verify: login_run.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/store.h"
#include "policy/cleanup.h"

/* What a power cut may take of the time that ran. */
#define RUN_EVERY_MS (10 * 60 * 1000ull)

/* What cannot be read begins anew, as on a new terminal. */
static void load(struct agent *agent)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	int r = store_read(agent->state_fd, LOGIN_RUN_FILE, LOGIN_RUN_SIZE, &text, &size);

	if (r == 0)
		r = login_run_decode(text, size, &agent->login.run);
	if (r < 0 && r != -ENOENT)
		fprintf(stderr, SD_WARNING "what this terminal ran is not known any more: %s\n",
			strerror(-r));
	agent->login.has_run = true;
}

/* A clock before what is proven shows no day. */
static bool sees_day(const struct agent *agent, char ret[PHONE_DAY_SIZE])
{
	const struct policies_clock clock = agent_clock();
	int64_t now_s = agent_realtime_ms() / 1000;

	if (now_s < policies_floor(agent->policies, &clock))
		return false;
	login_run_day(now_s, ret);
	return true;
}

static void store(struct agent *agent, uint64_t now_ms)
{
	struct agent_login *login = &agent->login;
	char text[LOGIN_RUN_SIZE];
	int r = store_write_public(
		agent->state_fd, LOGIN_RUN_FILE, text, login_run_encode(&login->run, text));

	if (r < 0 && r != login->run_error)
		fprintf(stderr, SD_ERR "how long this terminal runs cannot be stored: %s\n",
			strerror(-r));
	login->run_error = r;
	login->run_at_ms = r < 0 ? 0 : now_ms;
}

void agent_login_run(struct agent *agent)
{
	struct agent_login *login = &agent->login;
	uint64_t now_ms = agent_boottime_ms(), days;
	char day[PHONE_DAY_SIZE];

	/* Nobody is let in by telephone where no site has taken the terminal over. */
	if (!policies_root(agent->policies))
		return;
	if (!login->has_run)
		load(agent);
	days = login->run.days;
	running_time_count(&login->run.run, agent->boot_id, now_ms);
	if (sees_day(agent, day))
		login_run_see(&login->run, day);
	if (login->run_at_ms == 0 || login->run.days != days ||
		now_ms - login->run_at_ms >= RUN_EVERY_MS)
		store(agent, now_ms);
}
