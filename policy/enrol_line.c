#include "policy/enrol_line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/names.h"
#include "policy/value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS_MAX    (1 + RECOVERY_CODES_MAX)

static const char *const words[] = {
	[ENROL_CLOSED] = "closed",
	[ENROL_SECRET] = "secret",
	[ENROL_CODES] = "codes",
	[ENROL_JUDGED] = "judged",
	[ENROL_RECOVERY] = "recovery",
};

static const char *const closed_words[] = {
	[ENROL_CLOSED_FAULT] = "fault",
	[ENROL_CLOSED_NO_TICKET] = "no-ticket",
	[ENROL_CLOSED_UNUSED] = "unused",
	[ENROL_CLOSED_OVER] = "over",
	[ENROL_CLOSED_DONE] = "done",
	[ENROL_CLOSED_NO_SECRET] = "no-secret",
	[ENROL_CLOSED_CLOCK] = "clock",
};

static int write_secret(const struct enrol_line *line, char ret[ENROL_LINE_SIZE])
{
	const struct otpauth *token = &line->token;
	const char *type = token_type_name(token->type), *hash = token_hash_name(token->hash);

	if (!type || !hash)
		return -1;
	return snprintf(ret, ENROL_LINE_SIZE, "secret %s %s %u %u %" PRIu64 " %s %s\n", type, hash,
		token->digits, token->period_s, token->count, line->user, line->secret);
}

static int write_recovery(const struct enrol_line *line, char ret[ENROL_LINE_SIZE])
{
	int used = snprintf(ret, ENROL_LINE_SIZE, "recovery");

	for (size_t i = 0; i < line->n_recovery && i < RECOVERY_CODES_MAX; i++)
		used += snprintf(
			ret + used, (size_t)(ENROL_LINE_SIZE - used), " %s", line->recovery[i]);
	return used + snprintf(ret + used, (size_t)(ENROL_LINE_SIZE - used), "\n");
}

int enrol_line_write(const struct enrol_line *line, char ret[ENROL_LINE_SIZE])
{
	const char *word = NULL;
	int n = -1;

	switch (line->word) {
	case ENROL_CLOSED:
		word = names_get(closed_words, COUNT(closed_words), line->closed);
		n = word ? snprintf(ret, ENROL_LINE_SIZE, "closed %s\n", word) : -1;
		break;
	case ENROL_SECRET: n = write_secret(line, ret); break;
	case ENROL_CODES: n = snprintf(ret, ENROL_LINE_SIZE, "codes\n"); break;
	case ENROL_JUDGED:
		word = login_reason_name(line->reason);
		n = word ? snprintf(ret, ENROL_LINE_SIZE, "judged %s %" PRId64 "\n", word,
				   line->wait_s)
			 : -1;
		break;
	case ENROL_RECOVERY: n = write_recovery(line, ret); break;
	case ENROL_NONE: break;
	}
	return n < 0 || n >= ENROL_LINE_SIZE ? -EINVAL : n;
}

/* A line taken apart in place: words with one blank between, printable ASCII. */
struct parts {
	char text[ENROL_LINE_SIZE];
	const char *words[WORDS_MAX];
	size_t n;
};

static bool take_apart(const char *text, size_t size, struct parts *ret)
{
	if (size == 0 || size >= ENROL_LINE_SIZE)
		return false;
	for (size_t i = 0; i < size; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	memcpy(ret->text, text, size);
	ret->text[size] = '\0';
	ret->n = 0;
	for (char *word = ret->text, *end; word; word = end) {
		end = strchr(word, ' ');
		if (end)
			*end++ = '\0';
		if (*word == '\0' || ret->n == WORDS_MAX)
			return false;
		ret->words[ret->n++] = word;
	}
	return true;
}

static bool take_number(const char *word, uint64_t min, uint64_t max, uint64_t *ret)
{
	return number_parse(word, min, max, ret) == 0;
}

static bool is_base32(const char *text)
{
	size_t size = strlen(text);

	return size > 0 && size < BASE32_TEXT_SIZE &&
	       text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")] == '\0';
}

static bool read_secret(const struct parts *parts, struct enrol_line *line)
{
	uint64_t digits, period_s;

	if (parts->n != 8 || token_type_from_name(parts->words[1], &line->token.type) < 0 ||
		token_hash_from_name(parts->words[2], &line->token.hash) < 0 ||
		!take_number(parts->words[3], CODE_DIGITS_MIN, CODE_DIGITS_MAX, &digits) ||
		!take_number(parts->words[4], 0, TOKEN_PERIOD_MAX_S, &period_s) ||
		!take_number(parts->words[5], 0, TOKEN_COUNT_MAX, &line->token.count) ||
		!account_name_is_valid(parts->words[6]) || !is_base32(parts->words[7]))
		return false;
	line->token.digits = (uint8_t)digits;
	line->token.period_s = (uint16_t)period_s;
	memcpy(line->user, parts->words[6], strlen(parts->words[6]) + 1);
	memcpy(line->secret, parts->words[7], strlen(parts->words[7]) + 1);
	return true;
}

static bool read_closed(const struct parts *parts, struct enrol_line *line)
{
	int found =
		parts->n == 2 ? names_find(closed_words, COUNT(closed_words), parts->words[1]) : -1;

	line->closed = found < 0 ? ENROL_CLOSED_FAULT : (enum enrol_closed)found;
	return found >= 0;
}

static bool read_judged(const struct parts *parts, struct enrol_line *line)
{
	uint64_t wait_s;

	if (parts->n != 3 || login_reason_from_name(parts->words[1], &line->reason) < 0 ||
		!take_number(parts->words[2], 0, INT64_MAX, &wait_s))
		return false;
	line->wait_s = (int64_t)wait_s;
	return true;
}

static bool read_recovery(const struct parts *parts, struct enrol_line *line)
{
	for (size_t i = 1; i < parts->n; i++) {
		const char *code = parts->words[i];

		if (strlen(code) != RECOVERY_CODE_SYMBOLS || code[strspn(code, CODE_ALPHABET)])
			return false;
		memcpy(line->recovery[line->n_recovery++], code, RECOVERY_CODE_SYMBOLS + 1);
	}
	return true;
}

static bool read_parts(const struct parts *parts, struct enrol_line *line)
{
	int found = names_find(words, COUNT(words), parts->words[0]);

	line->word = found < 0 ? ENROL_NONE : (enum enrol_word)found;
	switch (line->word) {
	case ENROL_CLOSED: return read_closed(parts, line);
	case ENROL_SECRET: return read_secret(parts, line);
	case ENROL_CODES: return parts->n == 1;
	case ENROL_JUDGED: return read_judged(parts, line);
	case ENROL_RECOVERY: return read_recovery(parts, line);
	case ENROL_NONE: break;
	}
	return false;
}

int enrol_line_read(const char *text, size_t size, struct enrol_line *ret)
{
	struct enrol_line line = {};
	struct parts parts;
	bool is_right = take_apart(text, size, &parts) && read_parts(&parts, &line);

	if (is_right)
		*ret = line;
	explicit_bzero(&parts, sizeof(parts));
	explicit_bzero(&line, sizeof(line));
	return is_right ? 0 : -EBADMSG;
}
