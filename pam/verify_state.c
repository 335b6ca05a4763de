#include "pam/verify_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "pam/spool.h"
#include "policy/code_text.h"
#include "policy/login_places.h"

static int open_folder(int at_fd, const char *path)
{
	int fd = at_fd < 0 && at_fd != AT_FDCWD
			 ? at_fd
			 : openat(at_fd, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 && at_fd != fd ? -errno : fd;
}

static int open_below(const char *root, const char *path)
{
	char whole[512];
	int size = snprintf(whole, sizeof(whole), "%s%s", root, path);

	return size < 0 || (size_t)size >= sizeof(whole) ? -ENAMETOOLONG
							 : open_folder(AT_FDCWD, whole);
}

/*
 * The clock is believed unless it is before what is proven; then what two codes in a row taught
 * since the machine was started, or that floor.
 */
static void read_clocks(struct login *login)
{
	struct learned_clock learned = {};
	struct timespec boot = {};
	enum login_time found;

	login->now_s = time(NULL);
	login->floor_s = rules_file_floor_s(login->state_fd);
	login->is_clock_lost = login->now_s < login->floor_s;
	if (!login->is_clock_lost)
		return;
	(void)clock_gettime(CLOCK_BOOTTIME, &boot);
	(void)login_clock_boot(login->boot);
	(void)login_clock_read(login->state_fd, &learned);
	found = learned_clock_now(
		&learned, login->boot, boot.tv_sec, login->now_s, login->floor_s, &login->now_s);
	login->clock = (struct judge_lost_clock){
		.floor_s = login->floor_s,
		.is_learned = found == LOGIN_TIME_LEARNED,
		.boottime_s = boot.tv_sec,
		.boot = login->boot,
	};
}

void login_open(const char *root, const struct verify_request *request, struct login *ret)
{
	*ret = (struct login){.request = request};
	ret->state_fd = open_below(root, STATE_FOLDER);
	ret->secrets_fd = open_below(root, SECRETS_FOLDER);
	ret->records_fd = open_folder(ret->state_fd, RECORDS_FOLDER);
	ret->spool_fd = open_folder(ret->state_fd, LOGIN_SPOOL_FOLDER);
	read_clocks(ret);
}

void login_close(struct login *login)
{
	const int fds[] = {login->state_fd, login->secrets_fd, login->records_fd, login->spool_fd};

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

int login_open_folder(const struct login *login, const char *name)
{
	return open_folder(login->state_fd, name);
}

/* What the desk looks the record up by. */
static void make_reference(char ret[LOGIN_REFERENCE_SIZE])
{
	uint8_t random[LOGIN_REFERENCE_SIZE - 1];
	char symbols[CODE_SYMBOLS_SIZE];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return;
	code_text_make(random, sizeof(random), symbols);
	memcpy(ret, symbols, LOGIN_REFERENCE_SIZE);
}

void login_begin_event(struct login *login)
{
	const struct verify_request *request = login->request;
	struct login_event *event = &login->event;

	*event = (struct login_event){.caller = request->caller};
	spool_stamp(event);
	snprintf(event->user, sizeof(event->user), "%s", request->user);
	snprintf(event->service, sizeof(event->service), "%s", request->service);
	snprintf(event->terminal, sizeof(event->terminal), "%s", request->terminal);
	snprintf(event->host, sizeof(event->host), "%s", request->host);
	make_reference(event->reference);
}

struct judge_place login_judge_place(const struct login *login)
{
	return (struct judge_place){
		.state_fd = login->state_fd,
		.records_fd = login->records_fd,
		.secrets_fd = login->secrets_fd,
	};
}

struct judge_rules login_judge_rules(const struct login *login)
{
	const struct login_rules *rules = &login->rules;

	return (struct judge_rules){
		.attempts = {.lock_after = rules->lock_after, .lock_for_s = rules->lock_for_s},
		.steps = {.behind = rules->window,
			.ahead = rules->window,
			.drift_max = rules->drift,
			.search = rules->drift},
		.counts = {.ahead = rules->look_ahead, .search = rules->search},
		.methods = rules->methods,
		.wait_ms = LOGIN_WAIT_MS,
	};
}

void login_complain(const struct login_event *event, const char *what, int error)
{
	openlog("sekisho-verify", LOG_PID, LOG_AUTHPRIV);
	syslog(LOG_ERR, "reference %s: login %s (%s): %s: %s", event->reference,
		login_reason_lets_in(event->reason) ? "let in" : "refused",
		login_reason_name(event->reason), what, strerrordesc_np(error));
	closelog();
}
