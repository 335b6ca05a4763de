#include "pam/judge.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pam/user_file.h"

struct attempt {
	const struct judge_rules *rules;
	struct user_head head;
	struct user_state state;
	struct user_file *file;
	int64_t now_s;
};

static const enum judge_reason reasons[] = {
	[CODE_WRONG] = JUDGE_WRONG,
	[CODE_USED] = JUDGE_USED,
	[CODE_FAR] = JUDGE_FAR,
	[CODE_RIGHT] = JUDGE_RIGHT,
};

static enum judge_reason reason_of(int error)
{
	switch (error) {
	case -ENOENT: return JUDGE_NOT_ENROLLED;
	case -ETIMEDOUT: return JUDGE_BUSY;
	case -EBADMSG: return JUDGE_DAMAGED;
	default: return JUDGE_FAULT;
	}
}

static int check_secret(int fd)
{
	struct stat facts;

	if (fstat(fd, &facts) < 0)
		return -errno;
	if (!S_ISREG(facts.st_mode) || facts.st_uid != geteuid() ||
		(facts.st_mode & 07777 & ~0600) != 0)
		return -EPERM;
	return facts.st_size >= CODE_SECRET_MIN && facts.st_size <= CODE_SECRET_MAX ? 0 : -EBADMSG;
}

static int read_secret(int folder_fd, const char *user, struct code_token *token)
{
	int fd = openat(folder_fd, user, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	ssize_t n;
	int r;

	if (fd < 0)
		return errno == ELOOP ? -EPERM : -errno;
	r = check_secret(fd);
	if (r == 0) {
		n = read(fd, token->secret, sizeof(token->secret));
		if (n < CODE_SECRET_MIN)
			r = n < 0 ? -errno : -EBADMSG;
		else
			token->secret_size = (size_t)n;
	}
	close(fd);
	return r;
}

/*
 * One slot cannot be read: the state of the last attempt may be lost, and with it the last code
 * that counted. No step up to the time of the last write counts any more; a counter, which has no
 * time, needs a new record.
 */
static int pass_over_what_is_lost(struct attempt *attempt)
{
	const struct code_window *window = &attempt->rules->window;
	const struct code_token *token = &attempt->head.token;
	struct code_memory *memory = &attempt->state.slots.state.memory;
	int64_t last;

	if (!attempt->state.slots.is_damaged)
		return 0;
	if (token->kind != CODE_TOTP || token->period_s == 0 || attempt->state.written_s < 0)
		return -EBADMSG;
	last = attempt->state.written_s / token->period_s + window->drift_max + window->ahead;
	if (attempt->now_s / token->period_s + memory->drift + window->ahead <= last)
		return -EBADMSG; /* not yet */
	if (memory->next <= (uint64_t)last)
		memory->next = (uint64_t)last + 1;
	return 0;
}

static int store(struct attempt *attempt)
{
	return user_file_write(attempt->file, &attempt->state);
}

/* Charges and judges; 0, or a negative errno: then nothing counts. */
static int judge_charged(struct attempt *attempt, const char *typed, struct judge_answer *ret)
{
	struct login_state *state = &attempt->state.slots.state;
	enum code_verdict verdict;
	int r;

	attempts_charge(&state->attempts, &attempt->rules->attempts, attempt->now_s);
	r = store(attempt);
	if (r == 0)
		r = code_judge(&attempt->head.token, &attempt->rules->window, typed, attempt->now_s,
			&state->memory, &verdict);
	if (r < 0)
		return r;
	if (verdict == CODE_RIGHT)
		attempts_forgive(&state->attempts);
	if (verdict == CODE_RIGHT || attempt->head.token.kind == CODE_HOTP)
		r = store(attempt);
	if (r < 0)
		return r;
	ret->reason = reasons[verdict];
	ret->wait_s = attempts_wait_s(&state->attempts, attempt->now_s);
	ret->drift = verdict == CODE_RIGHT ? state->memory.drift : 0;
	return 0;
}

static int judge_locked(struct attempt *attempt, const char *typed, struct judge_answer *ret)
{
	struct attempts *attempts = &attempt->state.slots.state.attempts;
	int r = user_file_read(attempt->file, &attempt->state);

	if (r == 0)
		r = pass_over_what_is_lost(attempt);
	if (r == 0 && attempts_set_right(attempts, &attempt->rules->attempts, attempt->now_s))
		r = store(attempt);
	if (r < 0)
		return r;
	ret->wait_s = attempts_wait_s(attempts, attempt->now_s);
	if (ret->wait_s > 0) {
		ret->reason = JUDGE_LOCKED;
		return 0;
	}
	return judge_charged(attempt, typed, ret);
}

void judge(const struct judge_place *place, const struct judge_rules *rules, const char *user,
	const char *typed, int64_t now_s, struct judge_answer *ret)
{
	struct attempt attempt = {.rules = rules, .now_s = now_s};
	int r = user_file_open(
		place->records_fd, user, rules->wait_ms, &attempt.head, &attempt.file);

	*ret = (struct judge_answer){};
	if (r == 0) {
		r = read_secret(place->secrets_fd, user, &attempt.head.token);
		if (r == -ENOENT)
			ret->reason = JUDGE_NO_SECRET;
		else if (r == 0)
			r = judge_locked(&attempt, typed, ret);
	}
	if (r < 0 && ret->reason == JUDGE_FAULT) {
		ret->reason = reason_of(r);
		ret->error = r;
	}
	user_file_close(attempt.file);
	explicit_bzero(&attempt, sizeof(attempt));
}
