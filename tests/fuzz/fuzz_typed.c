/* Anything typed at a prompt, into a box of its own or behind a password. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pam/typed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct typed *typed)
{
	size_t n = strnlen(typed->symbols, sizeof(typed->symbols));

	assert(typed->form == TYPED_PHONE || strspn(typed->symbols, CODE_ALPHABET) == n);
	switch (typed->form) {
	case TYPED_NOTHING: assert(n == 0); break;
	case TYPED_CODE:
		assert(n >= 6 && n <= 8 && strspn(typed->symbols, "0123456789") == n);
		break;
	case TYPED_TEMPORARY: assert(n == TEMPORARY_SYMBOLS); break;
	case TYPED_RECOVERY: assert(n == RECOVERY_CODE_SYMBOLS); break;
	case TYPED_TICKET: assert(n == TICKET_SYMBOLS); break;
	case TYPED_PHONE: assert(strcmp(typed->symbols, "PHONE") == 0); break;
	case TYPED_ENVELOPE: assert(n == ENVELOPE_CODE_SYMBOLS); break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct typed typed, again;

	if (!text)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	typed_read(text, &typed);
	check(&typed);
	/* What was read is what it says. */
	typed_read(typed.symbols, &again);
	assert(again.form == typed.form && strcmp(again.symbols, typed.symbols) == 0);
	for (unsigned digits = 0; digits <= 10; digits++) {
		size_t password = SIZE_MAX;

		typed_split_one_box(text, digits, &password, &typed);
		check(&typed);
		assert(password <= strlen(text));
		assert((typed.form == TYPED_NOTHING) == (password == strlen(text)));
		assert(typed.form != TYPED_CODE || strlen(typed.symbols) == digits);
	}
	free(text);
	return 0;
}
