#include "policy/operator.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/code_text.h"
#include "policy/names.h"

#define WAIT_DIGITS_MAX 12

static const char *const outcomes[OPERATOR_OUTCOME_COUNT] = {
	[OPERATOR_REFUSED] = "refused",
	[OPERATOR_CHANGED] = "changed",
	[OPERATOR_NOT_SEATED] = "not-seated",
	[OPERATOR_NO_AGENT] = "no-agent",
	[OPERATOR_NOT_TAKEN] = "not-taken",
	[OPERATOR_NO_ANSWER] = "no-answer",
};

bool operator_is_offered(const struct login_rules *rules)
{
	for (size_t i = 0; i < rules->n_services; i++)
		if (strcmp(rules->services[i].name, OPERATOR_SERVICE) == 0)
			return rules->services[i].has_mode &&
			       rules->services[i].mode != SECOND_FACTOR_OFF;
	return false;
}

/* --- the request --- */

int operator_request_encode(const struct operator_request *request, char ret[OPERATOR_REQUEST_SIZE])
{
	size_t user_size = strlen(request->user) + 1, code_size = strlen(request->code) + 1;

	if (user_size > OPERATOR_TYPED_MAX + 1 || code_size > OPERATOR_TYPED_MAX + 1)
		return -EMSGSIZE;
	memcpy(ret, request->user, user_size);
	memcpy(ret + user_size, request->code, code_size);
	return (int)(user_size + code_size);
}

int operator_request_decode(const char *bytes, size_t size, struct operator_request *ret)
{
	const char *end = memchr(bytes, '\0', size);
	const char *code = end ? end + 1 : NULL;

	if (!end || size > OPERATOR_REQUEST_SIZE ||
		memchr(code, '\0', size - (size_t)(code - bytes)) != bytes + size - 1)
		return -EBADMSG;
	*ret = (struct operator_request){.user = bytes, .code = code};
	return 0;
}

/* --- the answer --- */

size_t operator_answer_encode(const struct operator_answer *answer, char ret[OPERATOR_ANSWER_SIZE])
{
	const char *outcome = names_get(outcomes, OPERATOR_OUTCOME_COUNT, answer->outcome);
	const char *reason = login_reason_name(answer->reason);
	int size = snprintf(ret, OPERATOR_ANSWER_SIZE, "%s %s %s %" PRId64 "\n",
		outcome ? outcome : outcomes[OPERATOR_REFUSED],
		reason ? reason : login_reason_name(LOGIN_FAULT),
		answer->reference[0] ? answer->reference : "-",
		answer->wait_s > 0 ? answer->wait_s : 0);

	return (size_t)size;
}

/* The next word, which ends with that character. False: there is none that fits. */
static bool take(const char **at, const char *end, char last, char *ret, size_t size)
{
	const char *stop = memchr(*at, last, (size_t)(end - *at));
	size_t length = stop ? (size_t)(stop - *at) : 0;

	if (length == 0 || length >= size || memchr(*at, '\0', length))
		return false;
	memcpy(ret, *at, length);
	ret[length] = '\0';
	*at = stop + 1;
	return true;
}

/* "-", or a whole one. */
static bool read_reference(const char *word, char ret[LOGIN_REFERENCE_SIZE])
{
	if (strcmp(word, "-") == 0)
		return true;
	if (strlen(word) != LOGIN_REFERENCE_SIZE - 1 || word[strspn(word, CODE_ALPHABET)])
		return false;
	memcpy(ret, word, LOGIN_REFERENCE_SIZE);
	return true;
}

static bool read_seconds(const char *word, int64_t *ret)
{
	if (strlen(word) > WAIT_DIGITS_MAX || (word[0] == '0' && word[1]))
		return false;
	for (; *word; word++) {
		if (!is_digit(*word))
			return false;
		*ret = *ret * 10 + (*word - '0');
	}
	return true;
}

int operator_answer_decode(const char *text, size_t size, struct operator_answer *ret)
{
	const char *at = text, *end = text + size;
	char outcome[32], reason[32], reference[32], wait[32];
	struct operator_answer answer = {.outcome = OPERATOR_REFUSED};
	int found;

	if (!take(&at, end, ' ', outcome, sizeof(outcome)) ||
		!take(&at, end, ' ', reason, sizeof(reason)) ||
		!take(&at, end, ' ', reference, sizeof(reference)) ||
		!take(&at, end, '\n', wait, sizeof(wait)) || at != end)
		return -EBADMSG;
	found = names_find(outcomes, OPERATOR_OUTCOME_COUNT, outcome);
	if (found < 0 || login_reason_from_name(reason, &answer.reason) < 0 ||
		!read_reference(reference, answer.reference) || !read_seconds(wait, &answer.wait_s))
		return -EBADMSG;
	answer.outcome = (enum operator_outcome)found;
	*ret = answer;
	return 0;
}
