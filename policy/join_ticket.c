#include "policy/join_ticket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/code_text.h"
#include "policy/phone_key.h"

#define PREFIX  "T-"
#define LABEL   "sekisho join"
#define GROUP   4
#define SYMBOLS (TICKET_ID_SYMBOLS + TICKET_SECRET_SYMBOLS + 1)

/* In GF(32) by x^5 + x^2 + 1: times x. */
static unsigned twice(unsigned value)
{
	value <<= 1;
	return value & 32 ? (value ^ 5) & 31 : value;
}

/* A sum of all symbols, each times another power of x: one that is wrong changes it, and two
 * neighbours in the wrong order do, as x is neither 0 nor 1. */
static char check_symbol(const char *symbols, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum = twice(sum) ^ (unsigned)(strchr(CODE_ALPHABET, symbols[i]) - CODE_ALPHABET);
	return CODE_ALPHABET[twice(sum)];
}

static void symbols_of(const struct join_ticket *ticket, char ret[SYMBOLS + 1])
{
	snprintf(ret, SYMBOLS + 1, "%s%s", ticket->id + strlen(PREFIX), ticket->secret);
	ret[SYMBOLS - 1] = check_symbol(ret, SYMBOLS - 1);
	ret[SYMBOLS] = '\0';
}

static void from_symbols(const char symbols[SYMBOLS + 1], struct join_ticket *ret)
{
	snprintf(ret->id, sizeof(ret->id), PREFIX "%.*s", TICKET_ID_SYMBOLS, symbols);
	snprintf(ret->secret, sizeof(ret->secret), "%.*s", TICKET_SECRET_SYMBOLS,
		symbols + TICKET_ID_SYMBOLS);
}

void join_ticket_make(const uint8_t random[TICKET_RANDOM_SIZE], struct join_ticket *ret)
{
	char symbols[SYMBOLS + 1] = "";

	for (size_t i = 0; i < TICKET_RANDOM_SIZE; i++)
		symbols[i] = CODE_ALPHABET[random[i] & 31];
	from_symbols(symbols, ret);
	explicit_bzero(symbols, sizeof(symbols));
}

void join_ticket_format(const struct join_ticket *ticket, char ret[TICKET_TEXT_SIZE])
{
	char symbols[SYMBOLS + 1];
	size_t used;

	symbols_of(ticket, symbols);
	used = (size_t)snprintf(ret, TICKET_TEXT_SIZE, "%s-", ticket->id);
	for (size_t i = TICKET_ID_SYMBOLS; i < SYMBOLS; i++) {
		if (i > TICKET_ID_SYMBOLS && (i - TICKET_ID_SYMBOLS) % GROUP == 0)
			ret[used++] = '-';
		ret[used++] = symbols[i];
	}
	ret[used] = '\0';
	explicit_bzero(symbols, sizeof(symbols));
}

static char symbol_of(char typed)
{
	if (typed >= 'a' && typed <= 'z')
		typed = (char)(typed - 'a' + 'A');
	if (typed == 'I' || typed == 'L')
		return '1';
	return typed == 'O' ? '0' : typed;
}

/* The symbols alone. 0, or -EINVAL for another character, or where there are not as many. */
static int collect(const char *text, char ret[SYMBOLS + 1])
{
	size_t n = 0;

	for (; *text; text++) {
		char symbol = symbol_of(*text);

		if (symbol == '-' || symbol == ' ')
			continue;
		if (n == SYMBOLS || !strchr(CODE_ALPHABET, symbol))
			return -EINVAL;
		ret[n++] = symbol;
	}
	ret[n] = '\0';
	return n == SYMBOLS ? 0 : -EINVAL;
}

int join_ticket_parse(const char *text, struct join_ticket *ret)
{
	char copy[TICKET_FILE_MAX + 1], symbols[SYMBOLS + 1];
	size_t size = strlen(text);
	int r = -EINVAL;

	while (size > 0 && strchr(" \t\r\n", text[size - 1]))
		size--;
	if (size < strlen(PREFIX) || size > TICKET_FILE_MAX)
		return -EINVAL;
	memcpy(copy, text, size);
	copy[size] = '\0';
	if (symbol_of(copy[0]) == PREFIX[0] && copy[1] == PREFIX[1])
		r = collect(copy + strlen(PREFIX), symbols);
	if (r == 0 && symbols[SYMBOLS - 1] != check_symbol(symbols, SYMBOLS - 1))
		r = -EINVAL;
	if (r == 0)
		from_symbols(symbols, ret);
	explicit_bzero(copy, sizeof(copy));
	explicit_bzero(symbols, sizeof(symbols));
	return r;
}

int join_ticket_key(const struct join_ticket *ticket, uint8_t ret[TICKET_KEY_SIZE])
{
	return hkdf_sha256(NULL, 0, (const uint8_t *)ticket->secret, TICKET_SECRET_SYMBOLS,
		(const uint8_t *)LABEL, strlen(LABEL), ret);
}
