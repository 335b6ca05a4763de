#include "pam/verify_session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "pam/enrolment.h"
#include "pam/last_login_file.h"
#include "pam/rules_file.h"
#include "pam/user_file.h"
#include "policy/cleanup.h"
#include "policy/login_places.h"

#define WAIT_MS   200 /* for the record: whoever holds it is judging a code */
#define PATH_SIZE 512

static void close_folder(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int open_folder(int at_fd, const char *path)
{
	int fd = openat(at_fd, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Only who opens sessions learns of them, and is believed. */
static bool may_ask(const struct verify_request *request)
{
	return request->caller == 0 || request->caller == geteuid();
}

static void find_last(int folder_fd, const char *user, struct session_answer *ret)
{
	int r = last_login_read(folder_fd, user, &ret->last, &ret->wrong);

	ret->found = r == 0 ? LAST_FOUND : r == -ENOENT ? LAST_NONE : LAST_UNKNOWN;
}

static unsigned count_left(const struct user_head *head, uint16_t spent)
{
	unsigned left = 0;

	for (size_t i = 0; i < head->n_recovery; i++)
		left += !(spent & 1u << i);
	return left;
}

static void find_recovery(const struct user_head *head, uint16_t spent, struct session_answer *ret)
{
	if (head->n_recovery == 0)
		return;
	ret->recovery = count_left(head, spent);
	ret->is_short_of_recovery = ret->recovery < RECOVERY_CODES_FEW;
}

/* Of what the record remembers; nothing where it cannot be read. */
static void find_spent(const struct user_file *file, const struct user_head *head, int64_t now_s,
	struct session_answer *ret)
{
	struct user_state state;
	uint16_t spent;

	if (user_file_read(file, &state) < 0)
		return;
	spent = state.slots.state.recovery_spent;
	find_recovery(head, spent, ret);
	ret->has_to_enrol = enrolment_judge(head, spent, now_s) >= ENROLMENT_CODES;
}

static void find_due(int state_fd, const char *user, int64_t now_s, struct session_answer *ret)
{
	CLEANUP(close_folder) int records_fd = open_folder(state_fd, RECORDS_FOLDER);
	struct user_file *file;
	struct user_head head;

	if (records_fd < 0 || user_file_open(records_fd, user, WAIT_MS, &head, &file) < 0)
		return;
	if (head.dates.until_s > now_s && head.dates.until_s - now_s <= TOKEN_ENDS_SOON_S)
		ret->until_s = head.dates.until_s;
	find_spent(file, &head, now_s, ret);
	user_file_close(file);
}

/* By a lost clock nothing is told of days, and this login has no time. */
static int64_t clock_s(int state_fd)
{
	int64_t now_s = time(NULL);

	return now_s < rules_file_floor_s(state_fd) ? 0 : now_s;
}

void verify_session(
	const char *root, const struct verify_request *request, struct session_answer *ret)
{
	CLEANUP(close_folder) int state_fd = -1;
	CLEANUP(close_folder) int folder_fd = -1;
	struct last_login now = {};
	char path[PATH_SIZE];
	int size = snprintf(path, sizeof(path), "%s%s", root, STATE_FOLDER);

	*ret = (struct session_answer){};
	if (!may_ask(request) || size < 0 || (size_t)size >= sizeof(path))
		return;
	state_fd = open_folder(AT_FDCWD, path);
	if (state_fd < 0)
		return;
	now.time_s = clock_s(state_fd);
	folder_fd = open_folder(state_fd, LAST_LOGIN_FOLDER);
	if (folder_fd >= 0)
		find_last(folder_fd, request->user, ret);
	if (now.time_s > 0)
		find_due(state_fd, request->user, now.time_s, ret);
	last_login_describe(&now, request->service, request->terminal, request->host);
	(void)last_login_write(folder_fd, request->user, &now);
}

void verify_session_count_wrong(int state_fd, const struct verify_request *request)
{
	CLEANUP(close_folder) int folder_fd = -1;

	if (!may_ask(request) || state_fd < 0)
		return;
	folder_fd = open_folder(state_fd, LAST_LOGIN_FOLDER);
	if (folder_fd >= 0)
		(void)last_login_count_wrong(folder_fd, request->user);
}
