#include "agent/pam_outcome.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a line that makes no sense returns, and a stack that came to nothing. */
#define MUST_FAIL  PAM_PERM_DENIED
#define WAYS_MAX   8192
#define NOT_CALLED (-1)

enum impression { UNDECIDED = 0, POSITIVE, NEGATIVE };

struct opinion {
	uint8_t impression;
	uint8_t status; /* a code */
};

/* Between two lines. Bytes only, so that two of them can be compared. */
struct state {
	uint16_t at;     /* the handler that is next */
	uint8_t level;   /* of the one before */
	uint8_t is_over; /* PAM_INCOMPLETE: the login program has to come back */
	struct opinion now;
	struct opinion saved[PAM_LEVELS_MAX]; /* as it was where the substack began */
};

static void begin(struct state *state)
{
	memset(state, 0, sizeof(*state));
	state->now = (struct opinion){UNDECIDED, MUST_FAIL};
	for (size_t i = 0; i < PAM_LEVELS_MAX; i++)
		state->saved[i] = state->now;
}

static void take_ok(struct opinion *now, int code)
{
	if (now->impression == UNDECIDED ||
		(now->impression == POSITIVE && now->status == PAM_SUCCESS)) {
		now->impression = POSITIVE;
		now->status = (uint8_t)code;
	}
}

static void take_bad(struct opinion *now, int code)
{
	if (now->impression == NEGATIVE)
		return;
	now->impression = NEGATIVE;
	now->status = (uint8_t)(code == PAM_IGNORE ? MUST_FAIL : code);
}

/* Behind the last line of the substack that the handler is in, or of the stack. */
static size_t skip_level(const struct pam_stack *stack, size_t at)
{
	unsigned level = stack->handlers[at].level;

	while (at + 1 < stack->n && stack->handlers[at + 1].level >= level)
		at++;
	return at;
}

/* A substack counts as one line. False: there are not so many. */
static bool jump(const struct pam_stack *stack, size_t *at, int count)
{
	const struct pam_handler *handlers = stack->handlers;
	unsigned level = handlers[*at].level;

	while (count > 0 && *at + 1 < stack->n && handlers[*at + 1].level >= level) {
		do {
			(*at)++;
		} while (*at + 1 < stack->n && handlers[*at + 1].level > level);
		count--;
	}
	return count == 0;
}

static size_t act(const struct pam_stack *stack, struct state *state, int action, int code)
{
	size_t at = state->at;
	struct opinion *now = &state->now;

	if (action > 0) {
		if (!jump(stack, &at, action))
			*now = (struct opinion){NEGATIVE, MUST_FAIL};
		return at;
	}
	switch ((enum pam_action)action) {
	case PAM_ACTION_IGNORE: break;
	case PAM_ACTION_OK: take_ok(now, code); break;
	case PAM_ACTION_DONE:
		take_ok(now, code);
		if (now->impression == POSITIVE)
			at = skip_level(stack, at);
		break;
	case PAM_ACTION_BAD: take_bad(now, code); break;
	case PAM_ACTION_DIE:
		take_bad(now, code);
		at = skip_level(stack, at);
		break;
	case PAM_ACTION_RESET: *now = state->saved[stack->handlers[at].level]; break;
	}
	return at;
}

/* The line that is next returns that code. */
static void step(const struct pam_stack *stack, struct state *state, int code)
{
	const struct pam_handler *handler = &stack->handlers[state->at];
	size_t at = state->at;

	if (state->level < handler->level)
		state->saved[handler->level] = state->now;
	if (handler->kind == PAM_MUST_FAIL)
		code = MUST_FAIL;
	if (handler->kind != PAM_SUBSTACK) {
		if (code == PAM_INCOMPLETE)
			state->is_over = true;
		else if (code < 0 || code >= PAM_CODES)
			take_bad(&state->now, MUST_FAIL);
		else
			at = act(stack, state, handler->actions[code], code);
	}
	state->level = (uint8_t)handler->level;
	state->at = (uint16_t)(state->is_over ? stack->n : at + 1);
}

static int result(const struct state *state)
{
	if (state->is_over)
		return PAM_INCOMPLETE;
	if (state->now.status == PAM_SUCCESS && state->now.impression != POSITIVE)
		return MUST_FAIL;
	return state->now.status;
}

int pam_outcome(const struct pam_stack *stack, const int *codes)
{
	struct state state;

	if (stack->fault != PAM_STACK_WHOLE)
		return PAM_ABORT;
	begin(&state);
	while (state.at < stack->n)
		step(stack, &state, codes[state.at]);
	return result(&state);
}

/* A state that was reached, and from where. */
struct reached {
	struct state state;
	int code;          /* that the line before returned; NOT_CALLED: a substack began */
	size_t from, same; /* the next with the same "at", plus one; 0: none */
};

struct search {
	const struct pam_stack *stack;
	struct reached *items;
	size_t n, room, end; /* end: the first that gets in, plus one */
	size_t *heads;       /* by "at": the last that was found, plus one */
};

/* What makes no difference any more is made alike. */
static void forget(struct state *state)
{
	const struct opinion none = {UNDECIDED, MUST_FAIL};

	if (state->now.status != PAM_SUCCESS)
		state->now.status = MUST_FAIL;
	for (size_t i = 0; i < PAM_LEVELS_MAX; i++) {
		if (i > state->level)
			state->saved[i] = none;
		else if (state->saved[i].status != PAM_SUCCESS)
			state->saved[i].status = MUST_FAIL;
	}
}

static bool is_known(const struct search *search, const struct state *state)
{
	for (size_t i = search->heads[state->at]; i && search->items; i = search->items[i - 1].same)
		if (memcmp(&search->items[i - 1].state, state, sizeof(*state)) == 0)
			return true;
	return false;
}

static int find(struct search *search, const struct state *state, size_t from, int code)
{
	struct reached *more;

	if (is_known(search, state))
		return 0;
	if (search->n == WAYS_MAX)
		return -E2BIG;
	if (search->n == search->room) {
		size_t room = search->room ? 2 * search->room : 64;

		more = reallocarray(search->items, room, sizeof(*more));
		if (!more)
			return -ENOMEM;
		search->items = more;
		search->room = room;
	}
	search->items[search->n++] = (struct reached){
		.state = *state, .code = code, .from = from, .same = search->heads[state->at]};
	search->heads[state->at] = search->n;
	if (!search->end && state->at == search->stack->n && result(state) == PAM_SUCCESS)
		search->end = search->n;
	return 0;
}

static int go_on(struct search *search, size_t index, uint32_t codes)
{
	const struct pam_stack *stack = search->stack;
	size_t at = search->items[index].state.at;
	bool is_call = stack->handlers[at].kind == PAM_MODULE;
	int r = 0;

	for (int code = 0; r == 0 && code < PAM_CODES; code++) {
		struct state state = search->items[index].state;

		if (is_call ? !(codes & PAM_CODE_SET(code)) : code > 0)
			continue;
		step(stack, &state, code);
		forget(&state);
		r = find(search, &state, index,
			stack->handlers[at].kind == PAM_SUBSTACK ? NOT_CALLED
			: is_call                                ? code
								 : MUST_FAIL);
	}
	return r;
}

static int look_through(struct search *search, const uint32_t *codes)
{
	struct state state;
	int r;

	begin(&state);
	r = find(search, &state, 0, NOT_CALLED);
	for (size_t i = 0; r == 0 && i < search->n; i++)
		if (search->items[i].state.at < search->stack->n)
			r = go_on(search, i, codes[search->items[i].state.at]);
	return r;
}

static void mark_reached(const struct search *search, bool *reached)
{
	for (size_t i = 0; i < search->n; i++)
		if (search->items[i].state.at < search->stack->n)
			reached[search->items[i].state.at] = true;
}

/* From the end to the beginning, and turned round by counting first. */
static void write_steps(const struct search *search, struct pam_ways *ways)
{
	size_t n = 0;

	for (size_t i = search->end - 1; i; i = search->items[i].from)
		n += search->items[i].code != NOT_CALLED;
	ways->n_steps = n;
	for (size_t i = search->end - 1; i; i = search->items[i].from)
		if (search->items[i].code != NOT_CALLED)
			ways->steps[--n] = (struct pam_step){
				.handler = search->items[search->items[i].from].state.at,
				.code = search->items[i].code,
				.next = search->items[i].state.at};
}

static int answer(const struct search *search, struct pam_ways *ret)
{
	struct pam_ways ways = {.gets_in = search->end > 0};

	ways.reached = calloc(search->stack->n + 1, sizeof(*ways.reached));
	ways.steps = calloc(search->stack->n + 1, sizeof(*ways.steps));
	if (!ways.reached || !ways.steps) {
		pam_ways_clear(&ways);
		return -ENOMEM;
	}
	mark_reached(search, ways.reached);
	if (ways.gets_in)
		write_steps(search, &ways);
	*ret = ways;
	return 0;
}

int pam_outcome_ways(const struct pam_stack *stack, const uint32_t *codes, struct pam_ways *ret)
{
	/* Of a stack with a fault nothing is called. */
	const struct pam_stack nothing = {.n = 0};
	struct search search = {.stack = stack->fault ? &nothing : stack};
	int r = -ENOMEM;

	search.heads = calloc(stack->n + 1, sizeof(*search.heads));
	if (search.heads)
		r = look_through(&search, codes);
	if (r == 0)
		r = answer(&search, ret);
	free(search.heads);
	free(search.items);
	return r;
}

void pam_ways_clear(struct pam_ways *ways)
{
	free(ways->steps);
	free(ways->reached);
	*ways = (struct pam_ways){.steps = NULL};
}
