/*
 * What sekisho-pskc answers, should somebody's file have taken it over. Whatever it is, it is read
 * without harm, and what is believed of it could stand in a file of these tokens.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/pskc_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct delivered *token)
{
	assert(token_number_is_valid(token->number) && token->user[0] == '\0');
	assert(memchr(token->unfit, '\0', sizeof(token->unfit)));
	if (token->unfit[0] != '\0')
		return;
	assert(token->secret_size >= CODE_SECRET_MIN && token->secret_size <= CODE_SECRET_MAX);
	assert(token->digits >= CODE_DIGITS_MIN && token->digits <= CODE_DIGITS_MAX);
	assert(token->type == CODE_HOTP ||
		(token->period_s >= TOKEN_PERIOD_MIN_S && token->period_s <= TOKEN_PERIOD_MAX_S));
	assert(token->type == CODE_TOTP || token->hash == CODE_SHA1);
	assert(token->begins_s >= 0 && token->ends_s >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problems problems = {0};
	struct pskc_answer answer = {0};
	char *text = malloc(size + 1);
	int r;

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	r = pskc_answer_read(text, size, &problems, &answer);
	assert(r == 0 || !answer.delivery.items);
	assert(r != -EBADMSG || problems_any(&problems));
	for (size_t i = 0; i < answer.delivery.n; i++)
		check(&answer.delivery.items[i]);
	delivery_clear(&answer.delivery);
	problems_clear(&problems);
	free(text);
	return 0;
}
