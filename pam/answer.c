#include "pam/answer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pam/answer_reader.h"
#include "policy/code_kind.h"

#define ENVELOPE_NUMBER_MAX 9999

size_t answer_write_ask(const struct answer_ask *answer, char ret[ANSWER_SIZE])
{
	return (size_t)snprintf(ret, ANSWER_SIZE, "boxes %u %u\n", answer->boxes, answer->digits);
}

int answer_read_ask(const char *text, size_t size, struct answer_ask *ret)
{
	struct answer_reader reader = {.at = text, .end = text + size};
	struct answer_ask answer = {};

	answer_expect(&reader, "boxes ");
	answer.boxes = (unsigned)answer_number(&reader, 2);
	answer_expect(&reader, " ");
	answer.digits = (unsigned)answer_number(&reader, CODE_DIGITS_MAX);
	answer_expect(&reader, "\n");
	if (reader.is_bad || reader.at != reader.end || answer.digits < CODE_DIGITS_MIN)
		return -EBADMSG;
	*ret = answer;
	return 0;
}

static bool is_of_dates(enum login_reason reason)
{
	return reason == LOGIN_NOT_YET || reason == LOGIN_EXPIRED || reason == LOGIN_TICKET_OVER ||
	       reason == LOGIN_TEMPORARY_OVER;
}

size_t answer_write_judge(const struct answer_judge *answer, char ret[ANSWER_SIZE])
{
	size_t size = (size_t)snprintf(ret, ANSWER_SIZE, "%s %s %s %" PRId64 "\n",
		answer->is_let_in ? "in" : "out", login_reason_name(answer->reason),
		answer->reference[0] ? answer->reference : "-", answer->wait_s);

	if (is_of_dates(answer->reason))
		size += (size_t)snprintf(
			ret + size, ANSWER_SIZE - size, "date %" PRId64 "\n", answer->date_s);
	if (answer->reason == LOGIN_PHONE_SHOWN)
		size += (size_t)snprintf(ret + size, ANSWER_SIZE - size, "phone %s %s %s\n",
			answer->shown.challenge, answer->shown.terminal, answer->shown.day);
	for (size_t i = 0; i < answer->n_envelopes; i++)
		size += (size_t)snprintf(ret + size, ANSWER_SIZE - size,
			"envelope %u %" PRId64 "\n", answer->envelopes[i].number,
			answer->envelopes[i].used_s);
	return size;
}

static void read_shown(struct answer_reader *reader, struct phone_shown *shown)
{
	answer_expect(reader, "phone ");
	answer_word(reader, shown->challenge, sizeof(shown->challenge));
	answer_expect(reader, " ");
	answer_word(reader, shown->terminal, sizeof(shown->terminal));
	answer_expect(reader, " ");
	answer_word(reader, shown->day, sizeof(shown->day));
	answer_expect(reader, "\n");
}

static void read_verdict(struct answer_reader *reader, struct answer_judge *answer)
{
	char word[32];

	answer_word(reader, word, sizeof(word));
	answer->is_let_in = strcmp(word, "in") == 0;
	reader->is_bad |= !answer->is_let_in && strcmp(word, "out") != 0;
	answer_expect(reader, " ");
	answer_word(reader, word, sizeof(word));
	reader->is_bad |= login_reason_from_name(word, &answer->reason) < 0;
	answer_expect(reader, " ");
	answer_word(reader, answer->reference, sizeof(answer->reference));
	if (strcmp(answer->reference, "-") == 0)
		answer->reference[0] = '\0';
	answer_expect(reader, " ");
	answer->wait_s = (int64_t)answer_number(reader, INT64_MAX);
	answer_expect(reader, "\n");
	if (!reader->is_bad && answer->reason == LOGIN_PHONE_SHOWN)
		read_shown(reader, &answer->shown);
	if (reader->is_bad || !is_of_dates(answer->reason))
		return;
	answer_expect(reader, "date ");
	answer->date_s = (int64_t)answer_number(reader, INT64_MAX);
	answer_expect(reader, "\n");
}

int answer_read_judge(const char *text, size_t size, struct answer_judge *ret)
{
	struct answer_reader reader = {.at = text, .end = text + size};
	struct answer_judge answer = {};

	read_verdict(&reader, &answer);
	while (!reader.is_bad && reader.at != reader.end &&
		answer.n_envelopes < ANSWER_ENVELOPES_MAX) {
		struct answer_envelope *envelope = &answer.envelopes[answer.n_envelopes++];

		answer_expect(&reader, "envelope ");
		envelope->number = (unsigned)answer_number(&reader, ENVELOPE_NUMBER_MAX);
		answer_expect(&reader, " ");
		envelope->used_s = (int64_t)answer_number(&reader, INT64_MAX);
		answer_expect(&reader, "\n");
	}
	if (reader.is_bad || reader.at != reader.end ||
		(answer.is_let_in && !login_reason_lets_in(answer.reason)))
		return -EBADMSG;
	*ret = answer;
	return 0;
}
