/* What was guessed on the telephone, as the text of a file. */
#include "policy/phone_attempts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/checksum.h"

#define HEADING  "sekisho phone attempts 2"
#define WORD_MAX 63

/* Lines "KEY VALUE", always all of them and in this order. */
static size_t format_lines(const struct phone_attempts *attempts, char buffer[PHONE_ATTEMPTS_SIZE])
{
	size_t n = (size_t)snprintf(buffer, PHONE_ATTEMPTS_SIZE,
		HEADING "\nrunning-ms %" PRIu64 "\nboot %s\nboottime-ms %" PRIu64 "\nshown %u\n",
		attempts->run.ms, attempts->run.boot_id[0] ? attempts->run.boot_id : "-",
		attempts->run.boottime_ms, attempts->n_shown);

	for (size_t i = 0; i < PHONE_OF_ALL_MAX; i++)
		n += (size_t)snprintf(buffer + n, PHONE_ATTEMPTS_SIZE - n,
			"shown-ms %" PRIu64 "\nshown-to %s\n", attempts->shown_ms[i],
			attempts->shown_to[i][0] ? attempts->shown_to[i] : "-");
	return n + (size_t)snprintf(buffer + n, PHONE_ATTEMPTS_SIZE - n,
			   "id %s\nchallenge %s\ntries %u\nanswered %u\nterminal-ms %" PRIu64
			   "\ndays %" PRIu64 "\n",
			   attempts->id[0] ? attempts->id : "-",
			   attempts->challenge[0] ? attempts->challenge : "-", attempts->tries,
			   attempts->answered, attempts->terminal_ms, attempts->days);
}

size_t phone_attempts_format(
	const struct phone_attempts *attempts, char buffer[PHONE_ATTEMPTS_SIZE])
{
	size_t n = format_lines(attempts, buffer);

	return n + (size_t)snprintf(buffer + n, PHONE_ATTEMPTS_SIZE - n, "checksum %08" PRIx32 "\n",
			   checksum((const uint8_t *)buffer, n));
}

/* The value of the next line, which must have that key. */
static bool take(const char **at, const char *key, char ret[WORD_MAX + 1])
{
	size_t key_size = strlen(key), size;
	const char *value = *at + key_size + 1;

	if (strncmp(*at, key, key_size) != 0 || (*at)[key_size] != ' ')
		return false;
	size = strcspn(value, "\n");
	if (size == 0 || size > WORD_MAX || value[size] != '\n')
		return false;
	memcpy(ret, value, size);
	ret[size] = '\0';
	*at = value + size + 1;
	return true;
}

static bool take_number(const char **at, const char *key, uint64_t max, uint64_t *ret)
{
	char word[WORD_MAX + 1];
	uint64_t number = 0;

	if (!take(at, key, word))
		return false;
	for (const char *c = word; *c != '\0'; c++) {
		if (!is_digit(*c) || number > (UINT64_MAX - (uint64_t)(*c - '0')) / 10)
			return false;
		number = number * 10 + (uint64_t)(*c - '0');
	}
	*ret = number;
	return number <= max;
}

static bool take_unsigned(const char **at, const char *key, unsigned max, unsigned *ret)
{
	uint64_t number;

	if (!take_number(at, key, max, &number))
		return false;
	*ret = (unsigned)number;
	return true;
}

/* "-" stands for nothing. */
static bool take_word(const char **at, const char *key, char *ret, size_t size)
{
	char word[WORD_MAX + 1];

	if (!take(at, key, word) || strlen(word) >= size)
		return false;
	if (strcmp(word, "-") != 0)
		memcpy(ret, word, strlen(word) + 1);
	return true;
}

static bool take_all(const char *at, struct phone_attempts *ret)
{
	static const char heading[] = HEADING "\n";
	bool is_good = strncmp(at, heading, strlen(heading)) == 0;

	if (!is_good)
		return false;
	at += strlen(heading);
	is_good = take_number(&at, "running-ms", UINT64_MAX, &ret->run.ms) &&
		  take_word(&at, "boot", ret->run.boot_id, sizeof(ret->run.boot_id)) &&
		  take_number(&at, "boottime-ms", UINT64_MAX, &ret->run.boottime_ms) &&
		  take_unsigned(&at, "shown", PHONE_OF_ALL_MAX, &ret->n_shown);
	for (size_t i = 0; is_good && i < PHONE_OF_ALL_MAX; i++)
		is_good = take_number(&at, "shown-ms", UINT64_MAX, &ret->shown_ms[i]) &&
			  take_word(&at, "shown-to", ret->shown_to[i], sizeof(ret->shown_to[i]));
	return is_good && take_word(&at, "id", ret->id, sizeof(ret->id)) &&
	       take_word(&at, "challenge", ret->challenge, sizeof(ret->challenge)) &&
	       take_unsigned(&at, "tries", PHONE_TRIES_MAX, &ret->tries) &&
	       take_unsigned(&at, "answered", (1u << PHONE_DESKS_ASKED) - 1, &ret->answered) &&
	       take_number(&at, "terminal-ms", UINT64_MAX, &ret->terminal_ms) &&
	       take_number(&at, "days", UINT64_MAX, &ret->days);
}

/* What would be written anew is the same, byte by byte: so the checksum and all that was passed
 * over. */
int phone_attempts_parse(const char *text, size_t size, struct phone_attempts *ret)
{
	char copy[PHONE_ATTEMPTS_SIZE + 1], again[PHONE_ATTEMPTS_SIZE];
	struct phone_attempts attempts = {};

	if (size > PHONE_ATTEMPTS_SIZE || memchr(text, '\0', size))
		return -EBADMSG;
	memcpy(copy, text, size);
	copy[size] = '\0';
	if (!take_all(copy, &attempts) || phone_attempts_format(&attempts, again) != size ||
		memcmp(again, text, size) != 0)
		return -EBADMSG;
	if (attempts.id[0] && (strlen(attempts.id) != PHONE_ID_SIZE - 1 ||
				      strlen(attempts.challenge) != PHONE_CHALLENGE_DIGITS))
		return -EBADMSG;
	*ret = attempts;
	return 0;
}
