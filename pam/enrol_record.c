#include "pam/enrol_record.h"

#include <errno.h>

#include "pam/user_file.h"

#define FAR_S (30 * 86400) /* as judge.c: so late it may be where the clock is lost */

static enum enrol_closed why_of(enum enrolment enrolment)
{
	switch (enrolment) {
	case ENROLMENT_NONE: return ENROL_CLOSED_NO_TICKET;
	case ENROLMENT_UNUSED: return ENROL_CLOSED_UNUSED;
	case ENROLMENT_OVER: return ENROL_CLOSED_OVER;
	case ENROLMENT_DONE: return ENROL_CLOSED_DONE;
	case ENROLMENT_CODES:
	case ENROLMENT_SECRET: break;
	}
	return ENROL_CLOSED_FAULT;
}

static int open_record(const struct login *login, struct user_head *ret_head,
	struct user_state *ret_state, struct user_file **ret)
{
	struct user_file *file;
	int r = login->records_fd < 0 ? login->records_fd
				      : user_file_open(login->records_fd, login->request->user,
						LOGIN_WAIT_MS, ret_head, &file);

	if (r < 0)
		return r;
	r = user_file_read(file, ret_state);
	/* Nobody knows whether it was the newer one that says what was given already. */
	if (r == 0 && ret_state->slots.is_damaged)
		r = -EBADMSG;
	if (r < 0)
		user_file_close(file);
	else
		*ret = file;
	return r;
}

static bool is_time_known(const struct login *login)
{
	return !login->is_clock_lost || login->clock.is_learned;
}

static int64_t latest_s(const struct login *login)
{
	return is_time_known(login) ? login->now_s : login->floor_s + FAR_S;
}

void enrol_state_read(const struct login *login, struct enrol_state *ret)
{
	struct user_state state;
	struct user_file *file;
	int r;

	*ret = (struct enrol_state){};
	r = open_record(login, &ret->head, &state, &file);
	if (r < 0) {
		ret->why = r == -ENOENT ? ENROL_CLOSED_NO_TICKET : ENROL_CLOSED_FAULT;
		return;
	}
	user_file_close(file);
	ret->next = state.slots.state.memory.next;
	ret->enrolment =
		enrolment_judge(&ret->head, state.slots.state.recovery_spent, latest_s(login));
	ret->why = why_of(ret->enrolment);
	/* What somebody asks about himself tells no time, so no code of his could be right. */
	if (ret->enrolment >= ENROLMENT_CODES && ret->head.token.kind == CODE_TOTP &&
		!is_time_known(login)) {
		ret->enrolment = ENROLMENT_NONE;
		ret->why = ENROL_CLOSED_CLOCK;
	}
}

int enrol_state_end(const struct login *login)
{
	struct user_state state;
	struct user_file *file;
	struct user_head head;
	int r = open_record(login, &head, &state, &file);
	uint16_t *spent = &state.slots.state.recovery_spent;

	if (r < 0)
		return r;
	if (enrolment_judge(&head, *spent, latest_s(login)) != ENROLMENT_CODES)
		r = -EALREADY;
	*spent |= SPENT_ENROLMENT;
	if (r == 0)
		r = user_file_write(file, &state);
	user_file_close(file);
	return r;
}
