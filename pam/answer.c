#include "pam/answer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/code_kind.h"

#define ENVELOPE_NUMBER_MAX 9999

struct reader {
	const char *at, *end;
	bool is_bad;
};

static void expect(struct reader *reader, const char *text)
{
	size_t size = strlen(text);

	if ((size_t)(reader->end - reader->at) < size || memcmp(reader->at, text, size) != 0)
		reader->is_bad = true;
	else
		reader->at += size;
}

static uint64_t read_number(struct reader *reader, uint64_t max)
{
	const char *start = reader->at;
	uint64_t number = 0;

	for (; reader->at < reader->end && is_digit(*reader->at); reader->at++) {
		unsigned digit = (unsigned)(*reader->at - '0');

		if (digit > max || number > (max - digit) / 10) {
			reader->is_bad = true;
			return 0;
		}
		number = number * 10 + digit;
	}
	reader->is_bad |= reader->at == start;
	return number;
}

/* Up to a blank or the line's end. */
static void read_word(struct reader *reader, char *ret, size_t size)
{
	size_t n = 0;

	while (reader->at<reader->end && * reader->at> ' ' && *reader->at < 127) {
		if (n + 1 >= size) {
			reader->is_bad = true;
			break;
		}
		ret[n++] = *reader->at++;
	}
	ret[n] = '\0';
	reader->is_bad |= n == 0;
}

size_t answer_write_ask(const struct answer_ask *answer, char ret[ANSWER_SIZE])
{
	return (size_t)snprintf(ret, ANSWER_SIZE, "boxes %u %u\n", answer->boxes, answer->digits);
}

int answer_read_ask(const char *text, size_t size, struct answer_ask *ret)
{
	struct reader reader = {.at = text, .end = text + size};
	struct answer_ask answer = {};

	expect(&reader, "boxes ");
	answer.boxes = (unsigned)read_number(&reader, 2);
	expect(&reader, " ");
	answer.digits = (unsigned)read_number(&reader, CODE_DIGITS_MAX);
	expect(&reader, "\n");
	if (reader.is_bad || reader.at != reader.end || answer.digits < CODE_DIGITS_MIN)
		return -EBADMSG;
	*ret = answer;
	return 0;
}

static bool is_of_dates(enum login_reason reason)
{
	return reason == LOGIN_NOT_YET || reason == LOGIN_EXPIRED || reason == LOGIN_TICKET_OVER;
}

size_t answer_write_judge(const struct answer_judge *answer, char ret[ANSWER_SIZE])
{
	size_t size = (size_t)snprintf(ret, ANSWER_SIZE, "%s %s %s %" PRId64 "\n",
		answer->is_let_in ? "in" : "out", login_reason_name(answer->reason),
		answer->reference[0] ? answer->reference : "-", answer->wait_s);

	if (is_of_dates(answer->reason))
		size += (size_t)snprintf(
			ret + size, ANSWER_SIZE - size, "date %" PRId64 "\n", answer->date_s);
	for (size_t i = 0; i < answer->n_envelopes; i++)
		size += (size_t)snprintf(ret + size, ANSWER_SIZE - size,
			"envelope %u %" PRId64 "\n", answer->envelopes[i].number,
			answer->envelopes[i].used_s);
	return size;
}

static void read_verdict(struct reader *reader, struct answer_judge *answer)
{
	char word[32];

	read_word(reader, word, sizeof(word));
	answer->is_let_in = strcmp(word, "in") == 0;
	reader->is_bad |= !answer->is_let_in && strcmp(word, "out") != 0;
	expect(reader, " ");
	read_word(reader, word, sizeof(word));
	reader->is_bad |= login_reason_from_name(word, &answer->reason) < 0;
	expect(reader, " ");
	read_word(reader, answer->reference, sizeof(answer->reference));
	if (strcmp(answer->reference, "-") == 0)
		answer->reference[0] = '\0';
	expect(reader, " ");
	answer->wait_s = (int64_t)read_number(reader, INT64_MAX);
	expect(reader, "\n");
	if (reader->is_bad || !is_of_dates(answer->reason))
		return;
	expect(reader, "date ");
	answer->date_s = (int64_t)read_number(reader, INT64_MAX);
	expect(reader, "\n");
}

int answer_read_judge(const char *text, size_t size, struct answer_judge *ret)
{
	struct reader reader = {.at = text, .end = text + size};
	struct answer_judge answer = {};

	read_verdict(&reader, &answer);
	while (!reader.is_bad && reader.at != reader.end &&
		answer.n_envelopes < ANSWER_ENVELOPES_MAX) {
		struct answer_envelope *envelope = &answer.envelopes[answer.n_envelopes++];

		expect(&reader, "envelope ");
		envelope->number = (unsigned)read_number(&reader, ENVELOPE_NUMBER_MAX);
		expect(&reader, " ");
		envelope->used_s = (int64_t)read_number(&reader, INT64_MAX);
		expect(&reader, "\n");
	}
	if (reader.is_bad || reader.at != reader.end ||
		(answer.is_let_in && !login_reason_lets_in(answer.reason)))
		return -EBADMSG;
	*ret = answer;
	return 0;
}
