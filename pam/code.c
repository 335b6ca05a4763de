#include "pam/code.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <liboath/oath.h>

/* How far back a code of a counter is called used; beyond that it is just wrong. */
#define USED_COUNTS 10
#define COUNT_MAX   (1ull << 48)

/* The candidates of one token, and what was typed. */
struct search {
	const struct code_token *token;
	char typed[CODE_DIGITS_MAX + 1];
	unsigned is_code; /* 1: as many digits as the token shows */
};

/* A range of steps or counts: the last of it that shows what was typed. */
struct found {
	unsigned is_found;
	uint64_t at;
};

static const int hash_flags[] = {
	[CODE_SHA1] = 0,
	[CODE_SHA256] = OATH_TOTP_HMAC_SHA256,
	[CODE_SHA512] = OATH_TOTP_HMAC_SHA512,
};

static bool is_token(const struct code_token *token)
{
	return (token->kind == CODE_TOTP || token->kind == CODE_HOTP) && token->hash >= CODE_SHA1 &&
	       token->hash <= CODE_SHA512 &&
	       (token->kind != CODE_HOTP || token->hash == CODE_SHA1) &&
	       token->digits >= CODE_DIGITS_MIN && token->digits <= CODE_DIGITS_MAX &&
	       (token->kind != CODE_TOTP || token->period_s > 0) &&
	       token->secret_size >= CODE_SECRET_MIN && token->secret_size <= CODE_SECRET_MAX;
}

/* No token gets that far: the record that says so is not one of ours. */
static bool is_memory(const struct code_memory *memory)
{
	return memory->next < COUNT_MAX && memory->awaited < COUNT_MAX;
}

static bool is_window(const struct code_window *window)
{
	return window->behind <= CODE_WINDOW_MAX && window->ahead <= CODE_WINDOW_MAX &&
	       window->search <= CODE_SEARCH_MAX;
}

/* Anything else is compared as a code that no token shows. */
static void take_typed(struct search *search, const char *typed)
{
	size_t length = strnlen(typed, CODE_DIGITS_MAX + 1);

	memset(search->typed, '-', sizeof(search->typed));
	search->is_code = length == search->token->digits;
	for (size_t i = 0; i < length && i < CODE_DIGITS_MAX; i++) {
		search->typed[i] = typed[i];
		search->is_code &= typed[i] >= '0' && typed[i] <= '9';
	}
}

/* liboath's code of a step of one second is that of the count. */
static int compare(const struct search *search, uint64_t at, unsigned *ret)
{
	const struct code_token *token = search->token;
	char code[CODE_DIGITS_MAX + 1] = "";
	unsigned char difference = 0;
	int r = oath_totp_generate2((const char *)token->secret, token->secret_size, (time_t)at, 1,
		0, token->digits, hash_flags[token->hash], code);

	if (r != OATH_OK)
		return -EIO;
	for (size_t i = 0; i < token->digits; i++)
		difference |= (unsigned char)(code[i] ^ search->typed[i]);
	explicit_bzero(code, sizeof(code));
	*ret = (unsigned)(difference == 0) & search->is_code;
	return 0;
}

/* All of first to last is computed and compared, whatever was found. Whether to look further may
 * rest on what was found: that is told in the answer, and no time it takes tells more. */
static int look(const struct search *search, uint64_t first, uint64_t last, struct found *ret)
{
	*ret = (struct found){};
	for (uint64_t at = first; at <= last; at++) {
		unsigned is_same;
		int r = compare(search, at, &is_same);

		if (r < 0)
			return r;
		ret->is_found |= is_same;
		ret->at = is_same ? at : ret->at;
	}
	return 0;
}

static uint64_t back(uint64_t from, uint64_t by)
{
	return from > by ? from - by : 0;
}

/*
 * Of a token that lay in a drawer for a year the next two codes tell how far off it is. The first
 * of them is used up: whoever guessed it has learned a code of the minutes to come, and could type
 * it again when its time is there. Typed twice it goes on being the first.
 */
static void judge_row(const struct found *far, uint64_t awaited, struct code_memory *memory,
	enum code_verdict *ret)
{
	bool is_again = far->is_found && far->at + 1 == awaited;

	if (!far->is_found || (far->at < memory->next && !is_again))
		return;
	*ret = awaited == far->at ? CODE_RIGHT : CODE_FAR;
	if (*ret == CODE_RIGHT)
		return;
	memory->awaited = far->at + 1;
	if (memory->next <= far->at)
		memory->next = far->at + 1;
}

/* Two steps that show the same: the later one, so that neither counts again. */
static int judge_totp(const struct search *search, const struct code_window *window, int64_t now_s,
	struct code_memory *memory, enum code_verdict *ret)
{
	int64_t now = now_s / search->token->period_s;
	int64_t drift = memory->drift, most = window->drift_max;
	uint64_t expected, awaited = memory->awaited;
	struct found found, far = {};
	int r;

	if (now_s < 0 || now >= (int64_t)COUNT_MAX)
		return -EINVAL;
	drift = drift > most ? most : drift < -most ? -most : drift;
	expected = (uint64_t)(now + drift < 0 ? 0 : now + drift);
	r = look(search, back(expected, window->behind), expected + window->ahead, &found);
	if (r == 0 && !found.is_found && window->search > 0)
		r = look(search, back((uint64_t)now, window->search),
			(uint64_t)now + window->search, &far);
	if (r < 0)
		return r;
	*ret = !found.is_found ? CODE_WRONG : found.at < memory->next ? CODE_USED : CODE_RIGHT;
	memory->awaited = 0;
	if (!found.is_found) {
		judge_row(&far, awaited, memory, ret);
		found = far;
	}
	if (*ret == CODE_RIGHT) {
		int64_t seen = (int64_t)found.at - now;

		memory->next = found.at + 1;
		memory->drift = (int32_t)(seen > most ? most : seen < -most ? -most : seen);
	}
	return 0;
}

static int judge_hotp(const struct search *search, const struct code_window *window,
	struct code_memory *memory, enum code_verdict *ret)
{
	uint64_t next = memory->next, near = next + window->ahead, awaited = memory->awaited;
	struct found used, here, far = {}, second = {};
	int r = look(search, back(next, USED_COUNTS), back(next, 1), &used);

	if (r == 0)
		r = look(search, next, near, &here);
	if (r == 0 && !here.is_found)
		r = look(search, near + 1, near + window->search, &far);
	if (r == 0 && !here.is_found)
		r = look(search, awaited, awaited, &second);
	if (r < 0)
		return r;
	memory->awaited = 0;
	if (here.is_found) {
		memory->next = here.at + 1;
		*ret = CODE_RIGHT;
	} else if (awaited > next && second.is_found) {
		memory->next = second.at + 1;
		*ret = CODE_RIGHT;
	} else if (far.is_found) {
		memory->awaited = far.at + 1;
		*ret = CODE_FAR;
	} else {
		*ret = next > 0 && used.is_found ? CODE_USED : CODE_WRONG;
	}
	return 0;
}

int code_judge(const struct code_token *token, const struct code_window *window, const char *typed,
	int64_t now_s, struct code_memory *memory, enum code_verdict *ret)
{
	struct search search = {.token = token};
	int r;

	if (!is_token(token) || !is_window(window) || !is_memory(memory))
		return -EINVAL;
	take_typed(&search, typed);
	r = token->kind == CODE_TOTP ? judge_totp(&search, window, now_s, memory, ret)
				     : judge_hotp(&search, window, memory, ret);
	explicit_bzero(&search, sizeof(search));
	return r;
}

int code_search(const struct code_token *token, const char *typed, uint64_t first, uint64_t last,
	uint64_t *ret_steps, size_t max, size_t *ret_n)
{
	struct search search = {.token = token};
	size_t n = 0;
	int r = 0;

	if (!is_token(token) || token->kind != CODE_TOTP || last < first || last >= COUNT_MAX ||
		last - first >= CODE_FAR_MAX)
		return -EINVAL;
	take_typed(&search, typed);
	for (uint64_t at = first; r == 0 && at <= last; at++) {
		unsigned is_same = 0;

		r = compare(&search, at, &is_same);
		if (is_same && n < max)
			ret_steps[n++] = at;
	}
	explicit_bzero(&search, sizeof(search));
	if (r == 0)
		*ret_n = n;
	return r;
}
