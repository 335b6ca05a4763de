#include "policy/code_text.h"

#include <errno.h>
#include <string.h>

void code_text_make(const uint8_t *random, size_t n, char ret[CODE_SYMBOLS_SIZE])
{
	/* 256 is a multiple of 32: every symbol is equally likely. */
	for (size_t i = 0; i < n; i++)
		ret[i] = CODE_ALPHABET[random[i] % 32];
	ret[n] = '\0';
}

void code_text_group(const char *symbols, char ret[CODE_TEXT_SIZE])
{
	size_t n = strlen(symbols), group = n == RECOVERY_CODE_SYMBOLS ? 5 : 4, used = 0;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && i % group == 0)
			ret[used++] = '-';
		ret[used++] = symbols[i];
	}
	ret[used] = '\0';
}

/* The symbol that is meant by a typed character, or NUL. */
static char symbol_of(char typed)
{
	char c = typed >= 'a' && typed <= 'z' ? (char)(typed - 'a' + 'A') : typed;

	if (c == 'I' || c == 'L')
		return '1';
	if (c == 'O')
		return '0';
	return c != '\0' && strchr(CODE_ALPHABET, c) ? c : '\0';
}

int code_text_normalise(const char *text, char ret[CODE_SYMBOLS_SIZE])
{
	char symbols[CODE_SYMBOLS_SIZE];
	size_t n = 0;
	int r = -EINVAL;

	for (; *text != '\0'; text++) {
		char symbol;

		if (*text == '-' || *text == ' ')
			continue;
		symbol = symbol_of(*text);
		if (symbol == '\0' || n == CODE_SYMBOLS_MAX)
			goto out;
		symbols[n++] = symbol;
	}
	if (n == 0)
		goto out;
	symbols[n] = '\0';
	memcpy(ret, symbols, n + 1);
	r = (int)n;
out:
	explicit_bzero(symbols, sizeof(symbols));
	return r;
}
