#include "policy/admin/token_make.h"

#include <crypt.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "policy/admin/admin.h"
#include "policy/admin/token_period.h"
#include "policy/cleanup.h"
#include "policy/otpauth.h"
#include "policy/recovery_codes.h"

#define SECRET_SIZE    20 /* RFC 4226, R6: 160 bits */
#define SALT_BYTES     16
#define NUMBER_SYMBOLS 8

static int fill_random(void *bytes, size_t size)
{
	/* Up to 256 bytes come whole (getrandom(2)). */
	if (getrandom(bytes, size, 0) == (ssize_t)size)
		return EXIT_DONE;
	admin_complain("there is no randomness: %s", strerror(errno));
	return EXIT_UNKNOWN;
}

static int make_symbols(size_t n, char ret[CODE_SYMBOLS_SIZE])
{
	uint8_t random[CODE_SYMBOLS_MAX];
	int code = fill_random(random, n);

	if (code == EXIT_DONE)
		code_text_make(random, n, ret);
	explicit_bzero(random, sizeof(random));
	return code;
}

int token_make_secret(struct token_handout *ret)
{
	ret->secret_size = SECRET_SIZE;
	return fill_random(ret->secret, SECRET_SIZE);
}

int token_make_number(char ret[TOKEN_NUMBER_MAX + 1])
{
	char symbols[CODE_SYMBOLS_SIZE];
	int code = make_symbols(NUMBER_SYMBOLS, symbols);

	if (code == EXIT_DONE)
		snprintf(ret, TOKEN_NUMBER_MAX + 1, "T-%s", symbols);
	return code;
}

bool token_number_was_made(const char *number)
{
	static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

	return strncmp(number, "T-", 2) == 0 && strlen(number) == 2 + NUMBER_SYMBOLS &&
	       strspn(number + 2, symbols) == NUMBER_SYMBOLS;
}

static int make_salt(char ret[CRYPT_GENSALT_OUTPUT_SIZE])
{
	char random[SALT_BYTES];
	int code = fill_random(random, sizeof(random));

	if (code != EXIT_DONE)
		return code;
	if (crypt_gensalt_rn("$y$", 0, random, sizeof(random), ret, CRYPT_GENSALT_OUTPUT_SIZE) &&
		code_salt_is_valid(ret))
		return EXIT_DONE;
	admin_complain("libcrypt of this system makes no salt for yescrypt");
	return EXIT_UNKNOWN;
}

static int hash(const char *symbols, const char *salt, char ret[CODE_HASH_TEXT_SIZE])
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *hashed = data ? crypt_r(symbols, salt, data) : NULL;
	bool is_good = hashed && hashed[0] == '$' && strlen(hashed) < CODE_HASH_TEXT_SIZE;

	if (is_good)
		snprintf(ret, CODE_HASH_TEXT_SIZE, "%s", hashed);
	if (data)
		explicit_bzero(data, sizeof(*data));
	free(data);
	if (is_good)
		return EXIT_DONE;
	admin_complain("libcrypt of this system does not hash by yescrypt");
	return EXIT_UNKNOWN;
}

/* One salt for all, so that a terminal hashes what is typed only once. */
static int make_codes(size_t n_symbols, size_t n, char (*ret_codes)[CODE_SYMBOLS_SIZE],
	char (*ret_hashes)[CODE_HASH_TEXT_SIZE])
{
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];
	int code = make_salt(salt);

	for (size_t i = 0; code == EXIT_DONE && i < n; i++) {
		code = make_symbols(n_symbols, ret_codes[i]);
		if (code == EXIT_DONE)
			code = hash(ret_codes[i], salt, ret_hashes[i]);
	}
	return code;
}

int token_make_recovery(struct token_handout *ret)
{
	return make_codes(
		RECOVERY_CODE_SYMBOLS, RECOVERY_CODES_MAX, ret->recovery, ret->recovery_hashes);
}

int token_derive_recovery(struct token_handout *ret)
{
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];
	int code = make_salt(salt);

	for (unsigned i = 0; code == EXIT_DONE && i < RECOVERY_CODES_MAX; i++) {
		if (recovery_code_derive(ret->secret, ret->secret_size, ret->user, ret->number,
			    i + 1, ret->recovery[i]) < 0) {
			admin_complain("libcrypto of this system makes no HMAC-SHA-256");
			return EXIT_UNKNOWN;
		}
		code = hash(ret->recovery[i], salt, ret->recovery_hashes[i]);
	}
	return code;
}

int token_make_ticket(int64_t until_s, struct token_handout *ret)
{
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];
	int code = make_salt(salt);

	ret->hashed_ticket.until_s = until_s;
	if (code == EXIT_DONE)
		code = make_symbols(TICKET_SYMBOLS, ret->ticket);
	return code == EXIT_DONE ? hash(ret->ticket, salt, ret->hashed_ticket.hash) : code;
}

int token_make_temporary(
	int64_t until_s, char ret_code[CODE_SYMBOLS_SIZE], struct token_ticket *ret)
{
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];
	int code = make_salt(salt);

	/* Digits alone would be a token's code. */
	do
		if (code == EXIT_DONE)
			code = make_symbols(TEMPORARY_SYMBOLS, ret_code);
	while (code == EXIT_DONE && strspn(ret_code, "0123456789") == TEMPORARY_SYMBOLS);
	ret->until_s = until_s;
	return code == EXIT_DONE ? hash(ret_code, salt, ret->hash) : code;
}

int token_make_envelopes(size_t n, struct token_envelopes *ret)
{
	ret->n = n;
	return make_codes(ENVELOPE_CODE_SYMBOLS, n, ret->codes, ret->hashes);
}

int token_handouts_begin(struct token_handouts *ret)
{
	*ret = (struct token_handouts){.rows = calloc(TOKENS_MAX, sizeof(*ret->rows))};
	return ret->rows ? EXIT_DONE : admin_no_memory();
}

static void wipe(struct token_handout *handout)
{
	explicit_bzero(handout->secret, sizeof(handout->secret));
	explicit_bzero(handout->recovery, sizeof(handout->recovery));
	explicit_bzero(handout->ticket, sizeof(handout->ticket));
}

void token_handouts_clear(struct token_handouts *handouts)
{
	for (size_t i = 0; handouts->rows && i < TOKENS_MAX; i++)
		wipe(&handouts->rows[i]);
	free(handouts->rows);
	*handouts = (struct token_handouts){0};
}

static void print_secret(const struct token_handout *handout, const char *site)
{
	char secret[BASE32_TEXT_SIZE], uri[OTPAUTH_SIZE];
	const struct otpauth otpauth = {.type = handout->type,
		.hash = handout->hash,
		.digits = handout->digits,
		.period_s = handout->period_s,
		.count = handout->count,
		.site = site,
		.user = handout->user,
		.secret = secret};

	base32_encode(handout->secret, handout->secret_size, secret);
	printf("  秘密鍵  secret   ");
	for (size_t i = 0; secret[i] != '\0'; i += 4)
		printf(" %.4s", secret + i);
	if (otpauth_write(&otpauth, true, uri) > 0)
		printf("\n  %s\n", uri);
	explicit_bzero(secret, sizeof(secret));
	explicit_bzero(uri, sizeof(uri));
}

static void print_code(unsigned number, const char *symbols)
{
	char text[CODE_TEXT_SIZE];

	code_text_group(symbols, text);
	printf("    %2u  %s", number, text);
	explicit_bzero(text, sizeof(text));
}

void token_print_handout(const struct token_handout *handout, const char *site,
	const char *terminals, int is_secret_shown)
{
	char period[TOKEN_PERIOD_TEXT_MAX];

	printf(TOKEN_CUT
		"  利用者  account   %s\n  端末    terminal  %s\n  トークン token    %s, %s, %u "
		"digits",
		handout->user, terminals, handout->number, token_type_name(handout->type),
		handout->digits);
	if (handout->type == CODE_TOTP)
		printf(", every %u s", handout->period_s);
	token_period_words(&handout->dates, period);
	if (period[0] != '\0')
		printf("\n  期間    counts    %s", period + strlen(", "));
	printf("\n");
	if (is_secret_shown)
		print_secret(handout, site);
	printf("  回復コード (各1回限り)  recovery codes, each lets in once:\n");
	for (unsigned i = 0; i < RECOVERY_CODES_MAX / 2; i++) {
		print_code(i + 1, handout->recovery[i]);
		print_code(i + 1 + RECOVERY_CODES_MAX / 2,
			handout->recovery[i + RECOVERY_CODES_MAX / 2]);
		printf("\n");
	}
}

void token_print_envelopes(const struct token_envelopes *envelopes, const char *terminal)
{
	for (size_t i = 0; i < envelopes->n; i++) {
		printf(TOKEN_CUT
			"  封緘コード (1回限り、本体の画面でのみ)  sealed envelope, lets in once, "
			"at the console only\n"
			"  端末    terminal  %s\n",
			terminal);
		print_code((unsigned)i + 1, envelopes->codes[i]);
		printf("\n");
	}
}
