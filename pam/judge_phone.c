#include "pam/judge_phone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "pam/login_desks.h"
#include "pam/own_file.h"
#include "policy/check_digit.h"
#include "policy/hmac_sha256.h"
#include "policy/login_name.h"
#include "policy/login_places.h"

static int read_whole(int folder_fd, const char *name, enum own_file_kind kind, char *ret,
	size_t size_max, size_t *ret_size)
{
	off_t size;
	int fd, r = folder_fd < 0 ? folder_fd
				  : own_file_open(folder_fd, name, kind, (uid_t)-1, &fd, &size);

	if (r < 0)
		return r;
	r = size > (off_t)size_max ? -EBADMSG : own_file_read(fd, ret, (size_t)size, 0);
	close(fd);
	if (r == 0)
		*ret_size = (size_t)size;
	return r;
}

/* 1 with *ret; 0: no desk lets anybody in here now; or a negative errno. A secret. */
static int read_desks(const struct phone_place *place, int64_t now_s, struct login_desks *ret)
{
	char text[LOGIN_DESKS_SIZE];
	size_t size = 0;
	int r = read_whole(
		place->secrets_fd, LOGIN_DESKS_FILE, OWN_SECRET, text, sizeof(text), &size);

	if (r == 0)
		r = login_desks_parse(text, size, ret);
	explicit_bzero(text, sizeof(text));
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	return now_s <= ret->until_s && ret->n > 0;
}

/* Nothing was asked yet where there is no file; one that cannot be believed refuses. */
static int read_attempts(
	const struct phone_place *place, const char *user, struct phone_attempts *ret)
{
	char text[PHONE_ATTEMPTS_SIZE];
	size_t size = 0;
	int r = account_name_is_valid(user)
			? read_whole(place->folder_fd, user, OWN_RECORD, text, sizeof(text), &size)
			: -ENOENT;

	if (r == -ENOENT) {
		*ret = (struct phone_attempts){};
		return 0;
	}
	return r < 0 ? r : phone_attempts_parse(text, size, ret);
}

static int write_attempts(
	const struct phone_place *place, const char *user, const struct phone_attempts *attempts)
{
	static const struct own_file_owner own = {.uid = (uid_t)-1, .gid = (gid_t)-1};
	char text[PHONE_ATTEMPTS_SIZE];
	size_t size = phone_attempts_format(attempts, text);
	/* The folder is only named, and is to be made durable. */
	int fd = openat(place->folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -errno : own_file_make(fd, user, text, size, &own, NULL);

	if (fd >= 0)
		close(fd);
	return r;
}

/*
 * Whether the challenge was shown today, as far as anything here can tell: by its day, by the days
 * that the terminal saw since, and by how long it has run; the last by the person's own file as
 * well, for a terminal on which sekishod is away. What ran before a power cut may not have been
 * counted.
 */
static bool is_of_today(const struct phone_place *place, const struct phone_attempts *attempts)
{
	const struct login_run *terminal = &place->run;
	struct running_time own = attempts->run;

	if (attempts->id[0] == '\0' || attempts->n_shown == 0 ||
		strcmp(attempts->id, terminal->day) != 0 || attempts->days != terminal->days)
		return false;
	running_time_count(&own, place->boot, place->boottime_ms);
	return own.ms - attempts->shown_ms[attempts->n_shown - 1] <= PHONE_REFILL_MS &&
	       (terminal->run.ms < attempts->terminal_ms ||
		       terminal->run.ms - attempts->terminal_ms <= PHONE_REFILL_MS);
}

void phone_end_of_other_days(const struct phone_place *place, const char *user)
{
	struct phone_attempts attempts;

	if (place->folder_fd < 0 || read_attempts(place, user, &attempts) < 0 ||
		attempts.id[0] == '\0' || is_of_today(place, &attempts))
		return;
	phone_attempts_run(&attempts, place->boot, place->boottime_ms);
	phone_attempts_end(&attempts);
	(void)write_attempts(place, user, &attempts);
}

static int show(const struct phone_place *place, const char *user, const char *terminal,
	enum login_reason *ret, struct phone_shown *ret_shown, int64_t *ret_wait_s)
{
	struct phone_attempts attempts;
	uint8_t random[2 * PHONE_CHALLENGE_DIGITS];
	char challenge[PHONE_CHALLENGE_DIGITS + 1];
	int r = read_attempts(place, user, &attempts);

	if (r == 0 && getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		r = -EIO;
	if (r < 0)
		return r;
	phone_challenge_make(random, challenge);
	phone_attempts_run(&attempts, place->boot, place->boottime_ms);
	if (!phone_attempts_begin(&attempts, user, place->run.day, challenge)) {
		*ret = LOGIN_PHONE_LATER;
		*ret_wait_s = (int64_t)(phone_attempts_wait_ms(&attempts, user) / 1000 + 1);
		return 0;
	}
	attempts.terminal_ms = place->run.run.ms;
	attempts.days = place->run.days;
	r = write_attempts(place, user, &attempts);
	if (r < 0)
		return r;
	phone_challenge_group(challenge, ret_shown->challenge);
	snprintf(ret_shown->terminal, sizeof(ret_shown->terminal), "%s", terminal);
	snprintf(ret_shown->day, sizeof(ret_shown->day), "%s", place->run.day);
	*ret = LOGIN_PHONE_SHOWN;
	return 0;
}

int phone_show(const struct phone_place *place, const char *user, int64_t now_s,
	enum login_reason *ret, struct phone_shown *ret_shown, int64_t *ret_wait_s)
{
	struct login_desks desks = {};
	int r = read_desks(place, now_s, &desks);

	*ret = LOGIN_PHONE_OFF;
	if (r > 0)
		r = show(place, user, desks.terminal, ret, ret_shown, ret_wait_s);
	explicit_bzero(&desks, sizeof(desks));
	return r;
}

bool phone_is_awaited(const struct phone_place *place, const char *user)
{
	struct phone_attempts attempts;

	return place->folder_fd >= 0 && read_attempts(place, user, &attempts) == 0 &&
	       is_of_today(place, &attempts);
}

/* Whether one of the desks answers so. Compares with all. */
static int compare(const struct login_desks *desks, const char *user,
	const struct phone_attempts *attempts, const char *digits, bool *ret)
{
	struct phone_grant grant = {.kind = PHONE_LOGIN};
	bool is_right = false;
	int r = 0;

	memcpy(grant.site, desks->site, sizeof(grant.site));
	memcpy(grant.terminal, desks->terminal, sizeof(grant.terminal));
	snprintf(grant.user, sizeof(grant.user), "%s", user);
	snprintf(grant.day, sizeof(grant.day), "%s", attempts->id);
	memcpy(grant.challenge, attempts->challenge, sizeof(grant.challenge));
	for (size_t i = 0; r == 0 && i < desks->n; i++) {
		char expected[PHONE_CODE_DIGITS + 1];

		memcpy(grant.desk, desks->items[i].name, sizeof(grant.desk));
		r = phone_code(&grant, ocra_hmac_small, desks->items[i].key, expected);
		if (r == 0 && phone_code_is_same(expected, digits))
			is_right = true;
		explicit_bzero(expected, sizeof(expected));
	}
	*ret = r == 0 && is_right;
	return r;
}

static int charge_and_compare(const struct phone_place *place, const struct login_desks *desks,
	const char *user, struct phone_attempts *attempts, const char *digits,
	enum login_reason *ret)
{
	bool is_right = false;
	int r;

	*ret = LOGIN_WRONG;
	phone_attempts_run(attempts, place->boot, place->boottime_ms);
	if (!phone_attempts_charge(attempts, attempts->id))
		return 0;
	r = write_attempts(place, user, attempts);
	if (r == 0)
		r = compare(desks, user, attempts, digits, &is_right);
	if (r < 0 || !is_right)
		return r;
	/* The day goes on: these digits come again. */
	attempts->tries = 0;
	attempts->answered = 1;
	r = write_attempts(place, user, attempts);
	if (r == 0)
		*ret = LOGIN_PHONE_RIGHT;
	return r;
}

int phone_answer(const struct phone_place *place, const char *user, int64_t now_s,
	const char *digits, enum login_reason *ret)
{
	struct login_desks desks = {};
	struct phone_attempts attempts;
	int r = read_attempts(place, user, &attempts);

	*ret = LOGIN_WRONG;
	if (r < 0 || !is_of_today(place, &attempts))
		return r;
	if (!check_digit_is_right(digits, PHONE_CODE_DIGITS)) {
		*ret = LOGIN_PHONE_MISTYPED;
		return 0;
	}
	r = read_desks(place, now_s, &desks);
	if (r == 0)
		*ret = LOGIN_PHONE_OFF;
	if (r > 0)
		r = charge_and_compare(place, &desks, user, &attempts, digits, ret);
	explicit_bzero(&desks, sizeof(desks));
	return r;
}
