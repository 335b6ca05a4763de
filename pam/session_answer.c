#include "pam/session_answer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pam/answer_reader.h"
#include "policy/tokens.h"

static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

static size_t write_last(const struct session_answer *answer, char ret[ANSWER_SIZE])
{
	const struct last_login *last = &answer->last;

	switch (answer->found) {
	case LAST_FOUND:
		return (size_t)snprintf(ret, ANSWER_SIZE, "login at %" PRId64 " %s %s %s\n",
			last->time_s, or_dash(last->service), or_dash(last->terminal),
			or_dash(last->host));
	case LAST_NONE: return (size_t)snprintf(ret, ANSWER_SIZE, "login first\n");
	case LAST_UNKNOWN: break;
	}
	return (size_t)snprintf(ret, ANSWER_SIZE, "login unknown\n");
}

size_t session_answer_write(const struct session_answer *answer, char ret[ANSWER_SIZE])
{
	size_t size = write_last(answer, ret);

	if (answer->wrong > 0)
		size += (size_t)snprintf(
			ret + size, ANSWER_SIZE - size, "wrong %u\n", answer->wrong);
	if (answer->until_s > 0)
		size += (size_t)snprintf(
			ret + size, ANSWER_SIZE - size, "until %" PRId64 "\n", answer->until_s);
	if (answer->is_short_of_recovery)
		size += (size_t)snprintf(
			ret + size, ANSWER_SIZE - size, "recovery %u\n", answer->recovery);
	if (answer->has_to_enrol)
		size += (size_t)snprintf(ret + size, ANSWER_SIZE - size, "enrol\n");
	return size;
}

static void read_text(struct answer_reader *reader, char ret[LOGIN_EVENT_TEXT])
{
	answer_expect(reader, " ");
	answer_word(reader, ret, LOGIN_EVENT_TEXT);
	if (strcmp(ret, "-") == 0)
		ret[0] = '\0';
}

static void read_last(struct answer_reader *reader, struct session_answer *answer)
{
	answer_expect(reader, "login ");
	if (answer_begins(reader, "unknown\n"))
		return;
	if (answer_begins(reader, "first\n")) {
		answer->found = LAST_NONE;
		return;
	}
	answer->found = LAST_FOUND;
	answer_expect(reader, "at ");
	answer->last.time_s = (int64_t)answer_number(reader, INT64_MAX);
	read_text(reader, answer->last.service);
	read_text(reader, answer->last.terminal);
	read_text(reader, answer->last.host);
	answer_expect(reader, "\n");
}

/* Of a line that may be missing: its number, or 0. */
static uint64_t read_line(struct answer_reader *reader, const char *word, uint64_t max, bool *ret)
{
	uint64_t number;

	*ret = !reader->is_bad && answer_begins(reader, word);
	if (!*ret)
		return 0;
	number = answer_number(reader, max);
	answer_expect(reader, "\n");
	return number;
}

int session_answer_read(const char *text, size_t size, struct session_answer *ret)
{
	struct answer_reader reader = {.at = text, .end = text + size};
	struct session_answer answer = {};
	bool has_wrong, has_until;

	read_last(&reader, &answer);
	answer.wrong = (unsigned)read_line(&reader, "wrong ", LAST_LOGIN_WRONG_MAX, &has_wrong);
	answer.until_s = (int64_t)read_line(&reader, "until ", INT64_MAX, &has_until);
	answer.recovery = (unsigned)read_line(
		&reader, "recovery ", RECOVERY_CODES_MAX, &answer.is_short_of_recovery);
	answer.has_to_enrol = !reader.is_bad && answer_begins(&reader, "enrol\n");
	if (reader.is_bad || reader.at != reader.end || (has_wrong && answer.wrong == 0) ||
		(has_until && answer.until_s == 0))
		return -EBADMSG;
	*ret = answer;
	return 0;
}
