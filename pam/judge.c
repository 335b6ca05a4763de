#include "pam/judge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pam/enrolment.h"
#include "pam/judge_paper.h"
#include "pam/judge_telephone.h"
#include "pam/login_clock.h"
#include "pam/own_file.h"
#include "pam/token_secret.h"
#include "pam/user_file.h"
#include "policy/login_name.h"

#define FAR_S (30 * 86400) /* after the floor, at most, a lost clock is looked for */

struct attempt {
	const struct judge_place *place;
	const struct judge_rules *rules;
	const struct judge_request *request;
	const char *name; /* of the record */
	bool is_decoy;
	struct user_head head;
	struct user_state state;
	struct user_file *file;
	int64_t told_s; /* what two codes in a row have told now; 0: nothing */
};

static const enum login_reason reasons[] = {
	[CODE_WRONG] = LOGIN_WRONG,
	[CODE_USED] = LOGIN_USED,
	[CODE_FAR] = LOGIN_FAR,
	[CODE_RIGHT] = LOGIN_RIGHT,
};

static enum login_reason reason_of(int error)
{
	switch (error) {
	case -ENOENT: return LOGIN_NOT_ENROLLED;
	case -ETIMEDOUT: return LOGIN_BUSY;
	case -EBADMSG: return LOGIN_DAMAGED;
	default: return LOGIN_FAULT;
	}
}

static struct attempts *attempts_of(struct attempt *attempt)
{
	struct login_state *state = &attempt->state.slots.state;

	if (attempt->request->budget)
		return attempt->request->budget;
	return attempt->request->is_own ? &state->own : &state->attempts;
}

/*
 * One slot cannot be read: the state of the last attempt may be lost, and with it the last code
 * that counted. No step up to the time of the last write counts any more; a counter, which has no
 * time, needs a new record.
 */
static int pass_over_what_is_lost(struct attempt *attempt)
{
	const struct code_window *window = &attempt->rules->steps;
	const struct code_token *token = &attempt->head.token;
	struct code_memory *memory = &attempt->state.slots.state.memory;
	int64_t last;

	if (!attempt->state.slots.is_damaged)
		return 0;
	if (token->kind != CODE_TOTP || token->period_s == 0 || attempt->state.written_s < 0)
		return -EBADMSG;
	last = attempt->state.written_s / token->period_s + window->drift_max + window->ahead;
	if (attempt->request->now_s / token->period_s + memory->drift + window->ahead <= last)
		return -EBADMSG; /* not yet */
	if (memory->next <= (uint64_t)last)
		memory->next = (uint64_t)last + 1;
	attempt->state.slots.state.recovery_spent = UINT16_MAX; /* nobody knows which were */
	return 0;
}

static int store(struct attempt *attempt)
{
	return user_file_write(attempt->file, &attempt->state);
}

/* Whose right code root has seen has the token, so nothing is held against the person's own tries.
 */
static void forgive(struct attempt *attempt)
{
	attempts_forgive(attempts_of(attempt));
	if (!attempt->request->is_own)
		attempts_forgive(&attempt->state.slots.state.own);
}

/*
 * Nobody knows what time it is: two codes in a row tell. Of those up to the last that counted none
 * counts.
 */
static int judge_far(struct attempt *attempt, enum login_reason *ret)
{
	const struct judge_request *request = attempt->request;
	const struct judge_lost_clock *lost = request->lost_clock;
	const struct code_token *token = &attempt->head.token;
	struct code_memory *memory = &attempt->state.slots.state.memory;
	uint64_t floor_step = (uint64_t)lost->floor_s / token->period_s;
	uint64_t first = memory->next > floor_step ? memory->next : floor_step;
	uint64_t steps[LEARNED_CANDIDATES], step;
	struct far_code code = {.boot = lost->boot,
		.boottime_s = lost->boottime_s,
		.user = request->user,
		.period_s = token->period_s,
		.drift = memory->drift,
		.steps = steps};
	enum far_verdict verdict;
	int r = code_search(token, request->typed->symbols, first,
		floor_step + FAR_S / token->period_s, steps, LEARNED_CANDIDATES, &code.n_steps);

	if (r == -EINVAL) /* its last code lies beyond these days */
		return 0;
	if (r == 0)
		r = login_clock_take(
			attempt->place->state_fd, attempt->rules->wait_ms, &code, &verdict, &step);
	if (r < 0)
		return r;
	if (verdict == FAR_FIRST)
		*ret = LOGIN_FAR;
	if (verdict == FAR_LEARNED) {
		*ret = LOGIN_RIGHT;
		memory->next = step + 1;
		attempt->told_s = (int64_t)step * token->period_s;
	}
	return 0;
}

/* 0 and *ret, or a negative errno. */
static int judge_near(struct attempt *attempt, enum login_reason *ret)
{
	const struct judge_request *request = attempt->request;
	const struct judge_rules *rules = attempt->rules;
	bool has_counter = attempt->head.token.kind == CODE_HOTP;
	enum code_verdict verdict;
	int r = code_judge(&attempt->head.token, has_counter ? &rules->counts : &rules->steps,
		request->typed->symbols, request->now_s, &attempt->state.slots.state.memory,
		&verdict);

	if (r < 0)
		return r;
	*ret = reasons[verdict];
	return 0;
}

/*
 * At the floor itself no single code counts: that is when somebody may have seen it. What somebody
 * asks about himself tells no time: for the clock's lock others wait.
 */
static int judge_token_code(struct attempt *attempt, enum login_reason *ret)
{
	const struct judge_lost_clock *lost = attempt->request->lost_clock;
	bool is_far = lost && attempt->head.token.kind == CODE_TOTP;
	int r = 0;

	if (!is_far || lost->is_learned)
		r = judge_near(attempt, ret);
	if (r == 0 && is_far && *ret == LOGIN_WRONG && !attempt->request->is_own)
		r = judge_far(attempt, ret);
	return r;
}

static struct judge_time time_of(const struct attempt *attempt)
{
	const struct judge_lost_clock *lost = attempt->request->lost_clock;
	struct judge_time time = {attempt->request->now_s, attempt->request->now_s};

	if (attempt->told_s > time.earliest_s)
		time.earliest_s = time.latest_s = attempt->told_s;
	else if (lost && !lost->is_learned)
		time.latest_s = lost->floor_s + FAR_S;
	return time;
}

/* Ten digits of a desk, or a recovery code, which may be all digits, too. */
static int judge_ten(struct attempt *attempt, enum login_reason *ret, struct judge_answer *answer)
{
	int r = attempt->is_decoy ? 0 : judge_telephone(attempt->request, ret);

	if (r < 0 || *ret == LOGIN_PHONE_RIGHT)
		return r;
	return judge_recovery_code(&attempt->head, attempt->request->typed->symbols,
		&attempt->state.slots.state.recovery_spent, ret, &answer->number);
}

/* 0 and *ret, or a negative errno. */
static int judge_form(struct attempt *attempt, enum login_reason *ret, struct judge_answer *answer)
{
	const struct typed *typed = attempt->request->typed;
	uint16_t *spent = &attempt->state.slots.state.recovery_spent;
	const struct judge_time time = time_of(attempt);

	switch (typed->form) {
	case TYPED_RECOVERY: return judge_ten(attempt, ret, answer);
	case TYPED_TEMPORARY:
		return judge_temporary(&attempt->head, typed->symbols, &time, ret, &answer->date_s);
	case TYPED_TICKET:
		return judge_ticket(
			&attempt->head, typed->symbols, &time, spent, ret, &answer->date_s);
	case TYPED_NOTHING:
	case TYPED_CODE:
	case TYPED_ENVELOPE:
	case TYPED_PHONE: break;
	}
	return judge_token_code(attempt, ret);
}

/* Nothing is held against whoever was right, and what that tells of an enrolment is remembered. */
static void accept_right(struct attempt *attempt, enum login_reason reason)
{
	uint16_t *spent = &attempt->state.slots.state.recovery_spent;

	forgive(attempt);
	if (reason != LOGIN_TICKET_RIGHT && reason != LOGIN_PHONE_RIGHT &&
		reason != LOGIN_TEMPORARY_RIGHT)
		*spent = enrolment_by_code(&attempt->head, *spent);
}

/* Whoever is cut off here has broken a row of codes. */
static int store_charge(struct attempt *attempt)
{
	struct code_memory *memory = &attempt->state.slots.state.memory;
	uint64_t awaited = memory->awaited;
	int r;

	memory->awaited = 0;
	r = store(attempt);
	memory->awaited = awaited;
	return r;
}

/* Charges and judges; 0, or a negative errno: then nothing counts. */
static int judge_charged(struct attempt *attempt, struct judge_answer *ret)
{
	const struct judge_request *request = attempt->request;
	struct judge_answer answer = {};
	struct judge_time time;
	bool is_right;
	int r;

	attempts_charge(attempts_of(attempt), &attempt->rules->attempts, request->now_s);
	if (attempt->is_decoy)
		forgive(attempt);
	answer.reason = LOGIN_WRONG;
	r = store_charge(attempt);
	if (r == 0)
		r = judge_form(attempt, &answer.reason, &answer);
	if (r < 0)
		return r;
	is_right = login_reason_lets_in(answer.reason);
	if (is_right)
		accept_right(attempt, answer.reason);
	if (is_right || answer.reason == LOGIN_FAR || attempt->head.token.kind == CODE_HOTP)
		r = store(attempt);
	if (r < 0)
		return r;
	if (answer.reason == LOGIN_RIGHT)
		ret->drift = attempt->state.slots.state.memory.drift;
	time = time_of(attempt);
	if (is_right)
		answer.reason =
			judge_dates(&attempt->head.dates, &time, answer.reason, &answer.date_s);
	ret->reason = answer.reason;
	/* By which a code that was right at two terminals is found. */
	ret->number = answer.reason == LOGIN_RIGHT
			      ? (unsigned)attempt->state.slots.state.memory.next
			      : answer.number;
	ret->date_s = answer.date_s;
	ret->wait_s = attempts_wait_s(attempts_of(attempt), request->now_s);
	return 0;
}

static int judge_locked(struct attempt *attempt, struct judge_answer *ret)
{
	struct attempts *attempts = attempts_of(attempt);
	int64_t now_s = attempt->request->now_s;
	int r = user_file_read(attempt->file, &attempt->state);

	if (r == 0)
		r = pass_over_what_is_lost(attempt);
	if (r == 0 && attempts_set_right(attempts, &attempt->rules->attempts, now_s))
		r = store(attempt);
	if (r < 0)
		return r;
	if (!attempt->is_decoy)
		judge_telephone_look(attempt->request);
	ret->wait_s = attempts_wait_s(attempts, now_s);
	if (ret->wait_s > 0) {
		ret->reason = LOGIN_LOCKED;
		return 0;
	}
	r = attempt->is_decoy ? 0 : judge_telephone_uncharged(attempt->request, ret);
	if (r != 0)
		return r < 0 ? r : 0;
	return judge_charged(attempt, ret);
}

static bool is_allowed(const struct attempt *attempt)
{
	switch (attempt->head.token.kind) {
	case CODE_TOTP: return attempt->rules->methods & LOGIN_METHOD_TOTP;
	case CODE_HOTP: return attempt->rules->methods & LOGIN_METHOD_HOTP;
	case CODE_NONE: break;
	}
	return false;
}

/* Nobody's secret: no code of it lets anybody in. */
static int read_decoy_secret(struct code_token *token)
{
	token->secret_size = CODE_SECRET_MIN;
	return 0;
}

/* A recovery code needs no secret: it is the way in when that cannot be opened. A ticket leads to
 * it, and is not used up where there is none. */
static int take_secret(struct attempt *attempt)
{
	struct code_token *token = &attempt->head.token;

	if (attempt->is_decoy)
		return read_decoy_secret(token);
	if (attempt->request->typed->form == TYPED_RECOVERY ||
		attempt->request->typed->form == TYPED_TEMPORARY ||
		attempt->request->typed->form == TYPED_PHONE)
		return 0;
	return token_secret_read(attempt->place->secrets_fd, attempt->name, token);
}

static int judge_opened(struct attempt *attempt, struct judge_answer *ret)
{
	int r = take_secret(attempt);

	snprintf(ret->token, sizeof(ret->token), "%s", attempt->head.serial);
	if (r == -ENOENT) {
		ret->reason = LOGIN_NO_SECRET;
		return 0;
	}
	if (r == 0 && !attempt->is_decoy && !is_allowed(attempt)) {
		ret->reason = LOGIN_METHOD;
		return 0;
	}
	return r < 0 ? r : judge_locked(attempt, ret);
}

static void attempt_end(struct attempt *attempt)
{
	user_file_close(attempt->file);
	explicit_bzero(attempt, sizeof(*attempt));
}

/* What comes of it is forgotten: only its time counts. */
static void judge_decoy(struct attempt attempt)
{
	struct judge_answer forgotten = {};

	attempt.name = USER_FILE_DECOY;
	attempt.is_decoy = true;
	if (user_file_open(attempt.place->records_fd, attempt.name, attempt.rules->wait_ms,
		    &attempt.head, &attempt.file) == 0)
		(void)judge_opened(&attempt, &forgotten);
	attempt_end(&attempt);
}

void judge(const struct judge_place *place, const struct judge_rules *rules,
	const struct judge_request *request, struct judge_answer *ret)
{
	struct attempt attempt = {
		.place = place, .rules = rules, .request = request, .name = request->user};
	int r = -ENOENT;

	*ret = (struct judge_answer){};
	if (place->records_fd < 0) {
		ret->error = place->records_fd;
		return;
	}
	if (account_name_is_valid(request->user))
		r = user_file_open(place->records_fd, request->user, rules->wait_ms, &attempt.head,
			&attempt.file);
	if (r == -ENOENT && (!request->is_own || request->budget))
		judge_decoy(attempt);
	else if (r == 0)
		r = judge_opened(&attempt, ret);
	if (r < 0) {
		ret->reason = reason_of(r);
		ret->error = r == -ENOENT ? 0 : r;
	}
	attempt_end(&attempt);
}
