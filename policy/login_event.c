#include "policy/login_event.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/checksum.h"
#include "policy/code_text.h"
#include "policy/names.h"

#define VERSION       "1"
#define CHECKSUM_TEXT 8
#define ERROR_MAX     4095 /* the kernel's largest errno */
/* "1", TAB, the checksum, TAB: then comes what is summed up. */
#define HEAD_SIZE (sizeof(VERSION) + CHECKSUM_TEXT + 1)

static const char *const names[LOGIN_REASON_COUNT] = {
	[LOGIN_FAULT] = "fault",
	[LOGIN_NOT_OWN] = "not-own-account",
	[LOGIN_NOT_ASKED] = "not-asked",
	[LOGIN_NOT_ENROLLED] = "not-enrolled",
	[LOGIN_NO_SECRET] = "no-secret",
	[LOGIN_METHOD] = "wrong-method",
	[LOGIN_BUSY] = "busy",
	[LOGIN_DAMAGED] = "damaged-record",
	[LOGIN_LOCKED] = "locked",
	[LOGIN_WRONG] = "wrong-code",
	[LOGIN_USED] = "used-code",
	[LOGIN_FAR] = "far-code",
	[LOGIN_NOT_YET] = "not-yet",
	[LOGIN_EXPIRED] = "expired",
	[LOGIN_OPERATOR_OFF] = "operator-off",
	[LOGIN_TICKET_USED] = "used-ticket",
	[LOGIN_TICKET_OVER] = "ticket-over",
	[LOGIN_TEMPORARY_OVER] = "temporary-over",
	[LOGIN_PHONE_SHOWN] = "phone-shown",
	[LOGIN_PHONE_LATER] = "phone-later",
	[LOGIN_PHONE_MISTYPED] = "phone-mistyped",
	[LOGIN_PHONE_OFF] = "phone-off",
	[LOGIN_RIGHT] = "right-code",
	[LOGIN_RECOVERY_RIGHT] = "right-recovery-code",
	[LOGIN_ENVELOPE_RIGHT] = "right-envelope-code",
	[LOGIN_TICKET_RIGHT] = "right-ticket",
	[LOGIN_TEMPORARY_RIGHT] = "temporary-code",
	[LOGIN_PHONE_RIGHT] = "right-phone-code",
	[LOGIN_EXEMPT] = "exempt",
	[LOGIN_REHEARSED] = "rehearsed",
	[LOGIN_NOT_REQUIRED] = "not-required",
	[LOGIN_TOKEN_INSTALLED] = "token-installed",
	[LOGIN_TOKEN_RESET] = "token-reset",
	[LOGIN_TOKEN_UNLOCKED] = "token-unlocked",
	[LOGIN_TOKEN_RETIRED] = "token-retired",
	[LOGIN_SECRET_UNREADABLE] = "secret-unreadable",
	[LOGIN_KEY_LOST] = "key-lost",
	[LOGIN_KEY_MADE] = "key-made",
	[LOGIN_ENVELOPE_MADE] = "envelope-made",
	[LOGIN_SECRET_SHOWN] = "secret-shown",
	[LOGIN_ENROLLED] = "enrolled",
	[LOGIN_RULES_LOST] = "rules-lost",
	[LOGIN_OPERATOR_RIGHT] = "operator-right-code",
	[LOGIN_OPERATOR_ENDED] = "operator-ended",
};

const char *login_reason_name(enum login_reason reason)
{
	return names_get(names, LOGIN_REASON_COUNT, reason);
}

int login_reason_from_name(const char *name, enum login_reason *ret)
{
	int value = names_find(names, LOGIN_REASON_COUNT, name);

	if (value < 0)
		return -EINVAL;
	*ret = (enum login_reason)value;
	return 0;
}

bool login_reason_lets_in(enum login_reason reason)
{
	return reason >= LOGIN_RIGHT && login_reason_is_login(reason);
}

bool login_reason_is_login(enum login_reason reason)
{
	return reason < LOGIN_TOKEN_INSTALLED;
}

static bool is_printable(char c)
{
	return c >= ' ' && c <= '~';
}

static bool is_reference(const char *text, size_t size)
{
	if (size != 0 && size != LOGIN_REFERENCE_SIZE - 1)
		return false;
	for (size_t i = 0; i < size; i++)
		if (!memchr(CODE_ALPHABET, text[i], sizeof(CODE_ALPHABET) - 1))
			return false;
	return true;
}

/* A line as it is written. It cannot overflow: every field has its bound. */
struct writer {
	char *line;
	size_t size;
};

static void add(struct writer *writer, const char *text, size_t size)
{
	if (writer->size > HEAD_SIZE)
		writer->line[writer->size++] = '\t';
	for (size_t i = 0; i < size; i++)
		writer->line[writer->size++] = is_printable(text[i]) ? text[i] : '?';
}

static void add_text(struct writer *writer, const char text[LOGIN_EVENT_TEXT])
{
	add(writer, text, strnlen(text, LOGIN_EVENT_TEXT - 1));
}

static void add_number(struct writer *writer, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, number);
	add(writer, text, strlen(text));
}

static void add_unsigned(struct writer *writer, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	add(writer, text, strlen(text));
}

/* Wherever somebody hands over nonsense, a line comes out that can be read: none is lost. */
static int64_t error_of(const struct login_event *event)
{
	int64_t error = event->error < 0 ? -(int64_t)event->error : event->error;

	return error > ERROR_MAX ? ERROR_MAX : error;
}

static const char *reference_of(const struct login_event *event)
{
	bool is_right = memchr(event->reference, '\0', LOGIN_REFERENCE_SIZE) &&
			is_reference(event->reference, strlen(event->reference));

	return is_right ? event->reference : "";
}

size_t login_event_encode(const struct login_event *event, char ret[LOGIN_EVENT_SIZE])
{
	struct writer writer = {.line = ret, .size = HEAD_SIZE};
	const char *name = login_reason_name(event->reason), *reference = reference_of(event);
	char head[HEAD_SIZE + 1];

	if (!name)
		name = login_reason_name(LOGIN_FAULT);
	add(&writer, name, strlen(name));
	add(&writer, reference, strlen(reference));
	add_number(&writer, event->realtime_ms);
	add_unsigned(&writer, event->boottime_ms);
	add_text(&writer, event->user);
	add_text(&writer, event->service);
	add_text(&writer, event->terminal);
	add_text(&writer, event->host);
	add_text(&writer, event->token);
	add_unsigned(&writer, event->caller);
	add_number(&writer, event->drift);
	add_number(&writer, event->wait_s < 0 ? 0 : event->wait_s);
	add_unsigned(&writer, event->number);
	add_number(&writer, error_of(event));
	snprintf(head, sizeof(head), VERSION "\t%08x\t",
		checksum((const uint8_t *)ret + HEAD_SIZE, writer.size - HEAD_SIZE));
	memcpy(ret, head, HEAD_SIZE);
	ret[writer.size++] = '\n';
	return writer.size;
}

/* What is left of a line; is_wrong once a field was not there or not as it is written. */
struct reader {
	const char *at, *end;
	bool is_wrong;
};

/* The next field, which ends at a TAB or, the last one, with the line. */
static size_t take(struct reader *reader, bool is_last, const char **ret)
{
	const char *end = memchr(reader->at, '\t', (size_t)(reader->end - reader->at));
	size_t size;

	*ret = reader->at;
	if (is_last != !end) {
		reader->is_wrong = true;
		return 0;
	}
	size = (size_t)((end ? end : reader->end) - reader->at);
	reader->at = end ? end + 1 : reader->end;
	return size;
}

static void take_text(struct reader *reader, char ret[LOGIN_EVENT_TEXT])
{
	const char *text;
	size_t size = take(reader, false, &text);

	reader->is_wrong |= size >= LOGIN_EVENT_TEXT;
	for (size_t i = 0; i < size && !reader->is_wrong; i++)
		reader->is_wrong = !is_printable(text[i]);
	if (!reader->is_wrong)
		memcpy(ret, text, size);
}

/* Digits without a zero before them: one number has one form. */
static uint64_t read_digits(struct reader *reader, const char *text, size_t size, uint64_t max)
{
	uint64_t value = 0;

	reader->is_wrong |= size == 0 || (size > 1 && text[0] == '0');
	for (size_t i = 0; i < size && !reader->is_wrong; i++) {
		uint64_t digit = (uint64_t)(text[i] - '0');

		reader->is_wrong = !is_digit(text[i]) || digit > max || value > (max - digit) / 10;
		value = value * 10 + digit;
	}
	return value;
}

static uint64_t take_unsigned(struct reader *reader, bool is_last, uint64_t max)
{
	const char *text;
	size_t size = take(reader, is_last, &text);

	return read_digits(reader, text, size, max);
}

static int64_t take_number(struct reader *reader, int64_t min, int64_t max)
{
	const char *text;
	size_t size = take(reader, false, &text);
	uint64_t value;

	if (size == 0 || text[0] != '-')
		return (int64_t)read_digits(reader, text, size, (uint64_t)max);
	value = read_digits(reader, text + 1, size - 1, -(uint64_t)min);
	reader->is_wrong |= value == 0;
	return (int64_t)-value;
}

static void take_reason(struct reader *reader, enum login_reason *ret)
{
	char name[32] = "";
	const char *text;
	size_t size = take(reader, false, &text);

	reader->is_wrong |= size >= sizeof(name) || memchr(text, '\0', size);
	if (reader->is_wrong)
		return;
	memcpy(name, text, size);
	reader->is_wrong = login_reason_from_name(name, ret) < 0;
}

static void take_reference(struct reader *reader, char ret[LOGIN_REFERENCE_SIZE])
{
	const char *text;
	size_t size = take(reader, false, &text);

	reader->is_wrong |= !is_reference(text, size);
	if (!reader->is_wrong)
		memcpy(ret, text, size);
}

static bool has_right_head(const char *line, size_t size)
{
	char head[HEAD_SIZE + 1];

	if (size < HEAD_SIZE || size >= LOGIN_EVENT_SIZE)
		return false;
	snprintf(head, sizeof(head), VERSION "\t%08x\t",
		checksum((const uint8_t *)line + HEAD_SIZE, size - HEAD_SIZE));
	return memcmp(line, head, HEAD_SIZE) == 0;
}

int login_event_decode(const char *line, size_t size, struct login_event *ret)
{
	struct login_event event = {0};
	struct reader reader;

	if (!has_right_head(line, size))
		return -EBADMSG;
	reader = (struct reader){.at = line + HEAD_SIZE, .end = line + size};
	take_reason(&reader, &event.reason);
	take_reference(&reader, event.reference);
	event.realtime_ms = take_number(&reader, INT64_MIN, INT64_MAX);
	event.boottime_ms = take_unsigned(&reader, false, UINT64_MAX);
	take_text(&reader, event.user);
	take_text(&reader, event.service);
	take_text(&reader, event.terminal);
	take_text(&reader, event.host);
	take_text(&reader, event.token);
	event.caller = (uint32_t)take_unsigned(&reader, false, UINT32_MAX);
	event.drift = (int32_t)take_number(&reader, INT32_MIN, INT32_MAX);
	event.wait_s = take_number(&reader, 0, INT64_MAX);
	event.number = (uint32_t)take_unsigned(&reader, false, UINT32_MAX);
	event.error = (int)take_unsigned(&reader, true, ERROR_MAX);
	if (reader.is_wrong)
		return -EBADMSG;
	*ret = event;
	return 0;
}
