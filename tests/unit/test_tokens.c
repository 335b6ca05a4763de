#include "tests/unit/document_signer.h"
#include "tests/unit/fixture.h"
#include "tests/unit/reader_rows.h"

#include <errno.h>

#include "policy/tokens.h"

#define HASH     "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij./0123"
#define PERIOD   "period = 30\n"
#define SEALED_1 "CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define A_53     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define A_107    A_53 A_53 "A"
#define SALT     "recovery-salt = $y$j9T$abcdefghijklmnopqrstuv"
#define RECOVERY "recovery-1 = ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij./01234"

#define TICKET     "ticket = $y$j9T$abcdefghijklmnopqrstuv$" HASH "a"
#define DAY_CODE   "temporary = $y$j9T$abcdefghijklmnopqrstuv$" HASH "a"
#define DAY_END    "temporary-until = 2027-04-08T23:59:59+09:00"
#define TICKET_END "ticket-until = 2027-04-08T23:59:59+09:00"

#define YEAR \
	"reset = 0\nfrom = 2027-04-01T00:00:00+09:00\n" \
	"until = 2028-03-31T23:59:59+09:00"

static const struct reader_row rows[] = {
	{"as it is", "[tokens]", "[tokens]", 0, NULL},
	{"another kind", "kind = tokens", "kind = media", 2, "tokens"},
	{"no kind", "kind = tokens\n", "", 10, "the key \"kind\""},
	{"no format", "format = 1\n", "", 10, "the key \"format\""},
	{"another format", "format = 1", "format = 2", 3, "1"},
	{"no site", "site = tosu\n", "", 10, "the key \"site\""},
	{"no tier", "tier = my-number\n", "", 10, "the key \"tier\""},
	{"all tiers", "tier = my-number", "tier = all", 5, "the name of one tier"},
	{"no epoch", "epoch = 1\n", "", 10, "the key \"epoch\""},
	{"no serial", "serial = 3\n", "", 10, "the key \"serial\""},
	{"serial 0", "serial = 3", "serial = 0", 7, "a number from 1"},
	{"no time of issue", "issued = 2026-03-20T10:00:00+09:00\n", "", 10, "the key \"issued\""},
	{"no beginning", "not-before = 2026-04-01T00:00:00+09:00\n", "", 10,
		"the key \"not-before\""},
	{"no end", "not-after = 2027-04-30T23:59:59+09:00\n", "", 10, "the key \"not-after\""},
	{"issued after its end", "issued = 2026", "issued = 2028", 10, "a time after issued"},
	{"no terminal", "terminal-key = SHA256:DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "",
		10, "the key \"terminal-key\""},
	{"a terminal's key without its hash's name",
		"terminal-key = SHA256:", "terminal-key = ", 11, "\"SHA256:\" and 43 letters"},
	{"a fingerprint of 42 letters", "SHA256:DAA", "SHA256:DA", 11, "\"SHA256:\""},
	{"a terminal by name", "terminal-key = ", "terminal = desk-17\nterminal-key = ", 11,
		"one of the keys"},
	{"another section", "[tokens]\n", "[tokens]\n[media]\n", 2, "one of the sections"},

	{"a capital in the account", "[token tanaka]", "[token Tanaka]", 12, "\"[type]\" or"},
	{"no account", "[token tanaka]", "[token]", 12, "[token NAME]"},
	{"an account that begins with a digit", "[token tanaka]", "[token 1tanaka]", 12,
		"an account's name: a-z 0-9 - _, at most 32 letters; the key \"account\""},
	{"an account of 32 letters", "[token tanaka]", "[token abcdefghijklmnopqrstuvwxyzabcdef]",
		0, NULL},
	{"an account of 33 letters", "[token tanaka]", "[token abcdefghijklmnopqrstuvwxyzabcdefg]",
		12, "an account's name"},
	{"an account with a dot", "account = sato_2", "account = sato.2", 25, "an account's name"},
	{"an empty account", "account = sato_2", "account =", 25, ""},
	{"an account twice", "account = sato_2", "account = tanaka", 25,
		"an account that stands nowhere else (line 12)"},
	{"a section twice", "[token sato]", "[token tanaka]", 24, ""},
	{"a token that two persons have", "number = H 7", "number = 00012345", 26,
		"the number of a token that nobody else has (tanaka has it, line 12)"},

	{"no number", "number = 00012345\n", "", 22, "the key \"number\""},
	{"a number of 32 characters", "00012345", "01234567890123456789012345678901", 0, NULL},
	{"a number of 33 characters", "00012345", "012345678901234567890123456789012", 13,
		"a token's number: 1 to 32"},
	{"a number in Japanese", "00012345", "\xe7\x95\xaa\xe5\x8f\xb7", 13, "a token's number"},
	{"a number with a sign that is encoded", "00012345", "a%3Bb%25", 0, NULL},
	{"a number with a space at its end", "00012345", "a%20", 13, "a token's number"},
	{"a number with a space before it", "00012345", "%20a", 13, "a token's number"},
	{"no type", "type = totp\n", "", 22, "the key \"type\""},
	{"a type that is none", "type = totp", "type = ocra", 14, "one of totp, hotp"},
	{"no hash", "hash = sha1\n", "", 22, "the key \"hash\""},
	{"a hash that is none", "hash = sha1", "hash = md5", 15, "one of sha1, sha256, sha512"},
	{"SHA-512", "hash = sha1", "hash = sha512", 0, NULL},
	{"SHA-256 of a counter", "hotp\nhash = sha1", "hotp\nhash = sha256", 28,
		"sha1, because type is hotp"},
	{"no digits", "digits = 6\n", "", 22, "the key \"digits\""},
	{"5 digits", "digits = 6", "digits = 5", 16, "a number from 6 to 8"},
	{"8 digits", "digits = 6", "digits = 8", 0, NULL},
	{"9 digits", "digits = 6", "digits = 9", 16, "a number from 6 to 8"},
	{"a clock without a period", PERIOD, "", 22, "the key \"period\" in [token tanaka]"},
	{"a period of 14 s", PERIOD, "period = 14\n", 17, "a number from 15 to 300"},
	{"a period of 15 s", PERIOD, "period = 15\n", 0, NULL},
	{"a period of 300 s", PERIOD, "period = 300\n", 0, NULL},
	{"a period of 301 s", PERIOD, "period = 301\n", 17, "a number from 15 to 300"},
	{"a clock that counts", PERIOD, PERIOD "count = 1\n", 18, "no such key where type is totp"},
	{"a counter that does not count", "count = 17\n", "", 32,
		"the key \"count\" in [token sato]"},
	{"a counter with a period", "count = 17\n", "count = 17\nperiod = 30\n", 31,
		"no such key where type is hotp"},
	{"the first count", "count = 17", "count = 0", 0, NULL},
	{"the last count", "count = 17", "count = 140737488355327", 0, NULL},
	{"one more", "count = 17", "count = 140737488355328", 30, "a number from 0"},
	{"no reset", "reset = 0\n", "", 22, "the key \"reset\""},
	{"the last reset", "reset = 0", "reset = 4294967295", 0, NULL},
	{"one more reset", "reset = 0", "reset = 4294967296", 18, "a number from 0"},

	{"an unlocking", "reset = 0", "reset = 0\nunlock = 65535", 0, NULL},
	{"one more unlocking", "reset = 0", "reset = 0\nunlock = 65536", 19, "a number from 0"},
	{"a first day", "reset = 0", "reset = 0\nfrom = 2027-04-01T00:00:00+09:00", 0, NULL},
	{"an end", "reset = 0", "reset = 0\nuntil = 2028-03-31T23:59:59+09:00", 0, NULL},
	{"a year", "reset = 0", YEAR, 0, NULL},
	{"the end at the beginning", "reset = 0",
		"reset = 0\nfrom = 2027-04-01T00:00:00+09:00\nuntil = 2027-03-31T15:00:00Z", 20,
		"a time after from"},
	{"the end a second later", "reset = 0",
		"reset = 0\nfrom = 2027-04-01T00:00:00+09:00\nuntil = 2027-03-31T15:00:01Z", 0,
		NULL},
	{"the end before the beginning", "reset = 0",
		"reset = 0\nuntil = 2027-03-31T23:59:59+09:00\nfrom = 2027-04-01T00:00:00+09:00",
		19, "a time after from"},
	{"a day alone", "reset = 0", "reset = 0\nfrom = 2027-04-01", 19, "a date and time such as"},
	{"a day that is none", "reset = 0", "reset = 0\nuntil = 2027-02-29T00:00:00+09:00", 19,
		"a date and time such as"},
	{"the beginning of 1970", "reset = 0", "reset = 0\nfrom = 1970-01-01T09:00:00+09:00", 19,
		"a time after the beginning of 1970"},
	{"a second later", "reset = 0", "reset = 0\nuntil = 1970-01-01T09:00:01+09:00", 0, NULL},
	{"two ends", "reset = 0", YEAR "\nuntil = 2028-03-31T23:59:59+09:00", 21, ""},
	{"dates of the terminal", "[envelopes]", "[envelopes]\nuntil = 2028-03-31T23:59:59+09:00",
		35, "one of the keys"},

	{"a ticket", "reset = 0", "reset = 0\n" TICKET "\n" TICKET_END, 0, NULL},
	{"a ticket before its token", "number = 0", TICKET_END "\n" TICKET "\nnumber = 0", 0, NULL},
	{"a ticket without an end", "reset = 0", "reset = 0\n" TICKET, 19,
		"the key \"ticket-until\" beside it: no ticket counts for ever"},
	{"the end of no ticket", "reset = 0", "reset = 0\n" TICKET_END, 19,
		"the key \"ticket\" beside it"},
	{"a ticket that is no hash", "reset = 0", "reset = 0\nticket = ABCD-EFGH-JKMN\n" TICKET_END,
		19, "a hash of yescrypt such as"},
	{"a ticket of another hash", "reset = 0",
		"reset = 0\nticket = $6$abcdefghijklmnop$" HASH "a\n" TICKET_END, 19,
		"a hash of yescrypt"},
	{"a ticket without its hash", "reset = 0",
		"reset = 0\nticket = $y$j9T$abcdefghijklmnopqrstuv\n" TICKET_END, 19,
		"a hash of yescrypt"},
	{"a ticket whose hash is too short", "reset = 0",
		"reset = 0\nticket = $y$j9T$abcdefghijklmnopqrstuv$" HASH "\n" TICKET_END, 19,
		"a hash of yescrypt"},
	{"a ticket that asks for 128 MiB", "reset = 0",
		"reset = 0\nticket = $y$jCT$abcdefghijklmnopqrstuv$" HASH "a\n" TICKET_END, 19,
		"a hash of yescrypt"},
	{"two tickets", "reset = 0", "reset = 0\n" TICKET "\n" TICKET "\n" TICKET_END, 20, ""},
	{"a ticket that ends in 1970", "reset = 0",
		"reset = 0\n" TICKET "\nticket-until = 1970-01-01T09:00:00+09:00", 20,
		"a time after the beginning of 1970"},
	{"a same-day code", "reset = 0", "reset = 0\n" DAY_CODE "\n" DAY_END, 0, NULL},
	{"a same-day code beside a ticket", "reset = 0",
		"reset = 0\n" TICKET "\n" TICKET_END "\n" DAY_CODE "\n" DAY_END, 0, NULL},
	{"a same-day code without an end", "reset = 0", "reset = 0\n" DAY_CODE, 19,
		"the key \"temporary-until\" beside it: no such code counts for ever"},
	{"the end of no same-day code", "reset = 0", "reset = 0\n" DAY_END, 19,
		"the key \"temporary\" beside it"},
	{"a same-day code that is no hash", "reset = 0",
		"reset = 0\ntemporary = ABCD-EFGH\n" DAY_END, 19, "a hash of yescrypt such as"},
	{"a ticket of the terminal", "[envelopes]", "[envelopes]\n" TICKET, 35, "one of the keys"},

	{"no sealed key", "sealed-key = BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "", 22,
		"the key \"sealed-key\""},
	{"a sealed key of 31 bytes", "= BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"= BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", 19, "32 bytes in base64"},
	{"a sealed key of 33 bytes", "= BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"= BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 19, "32 bytes in base64"},
	{"no sealed secret", "sealed-secret = " SEALED_1 "\n", "", 22, "the key \"sealed-secret\""},
	{"a secret of 15 bytes", SEALED_1, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", 20,
		"32 to 80 bytes in base64"},
	{"a secret of 16 bytes", SEALED_1, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 0, NULL},
	{"a secret of 64 bytes", SEALED_1, A_107 "=", 0, NULL},
	{"a secret of 65 bytes", SEALED_1, A_107 "A", 20, "32 to 80 bytes in base64"},
	{"a secret that is no base64", SEALED_1, "(none)", 20, "32 to 80 bytes in base64"},
	{"a secret that is not sealed", SEALED_1 "\n", SEALED_1 "\nsecret = 1\n", 21,
		"one of the keys"},

	{"no salt", SALT "\n", "", 22, "the key \"recovery-salt\" beside \"recovery-1\""},
	{"a salt alone", RECOVERY "\nrecovery-2", "recovery-2", 22,
		"the key \"recovery-1\" before this one"},
	{"a salt of another hash", "recovery-salt = $y$j9T$", "recovery-salt = $6$j9T$", 21,
		"a salt of yescrypt"},
	{"a salt that asks for 64 MiB", "recovery-salt = $y$j9T$", "recovery-salt = $y$jBT$", 0,
		NULL},
	{"a salt that asks for 128 MiB", "recovery-salt = $y$j9T$", "recovery-salt = $y$jCT$", 21,
		"a salt of yescrypt"},
	{"a salt that asks for large blocks", "recovery-salt = $y$j9T$", "recovery-salt = $y$j9U$",
		21, "a salt of yescrypt"},
	{"a salt that asks for more threads", "recovery-salt = $y$j9T$", "recovery-salt = $y$j9T.$",
		21, "a salt of yescrypt"},
	{"a salt without parameters", "recovery-salt = $y$j9T$", "recovery-salt = $y$", 21,
		"a salt of yescrypt"},
	{"a salt of 15 letters", SALT, "recovery-salt = $y$j9T$abcdefghijklmno", 21,
		"a salt of yescrypt"},
	{"a salt of 16 letters", SALT, "recovery-salt = $y$j9T$abcdefghijklmnop", 0, NULL},
	{"a salt of 32 letters", SALT, "recovery-salt = $y$j9T$abcdefghijklmnopqrstuvwxyzabcdef", 0,
		NULL},
	{"a salt of 33 letters", SALT, "recovery-salt = $y$j9T$abcdefghijklmnopqrstuvwxyzabcdefg",
		21, "a salt of yescrypt"},
	{"a salt with a hash behind it", SALT, SALT "$" HASH, 21, "a salt of yescrypt"},
	{"a hash of 42 letters", RECOVERY, "recovery-1 = " HASH, 22, "43 letters"},
	{"a hash of 44 letters", RECOVERY, RECOVERY "a", 22, "43 letters"},
	{"a hash with its salt", RECOVERY, "recovery-1 = $y$j9T$abcdefghijklmnopqrstuv$" HASH "a",
		22, "43 letters"},
	{"a gap in the codes", "recovery-2 =", "recovery-3 =", 23,
		"the key \"recovery-2\" before this one"},
	{"code 10 alone", "recovery-2 =", "recovery-10 =", 23, "the key \"recovery-2\""},
	{"code 11", "recovery-2 =", "recovery-11 =", 23, "one of the keys"},
	{"code 0", "recovery-1 =", "recovery-0 =", 22, "one of the keys"},
	{"no salt of the envelopes", "[envelopes]\nsalt = $y$j9T$abcdefghijklmnopqrstuv\n",
		"[envelopes]\n", 35, "the key \"salt\" beside \"envelope-1\""},
	{"an envelope for whoever it is", "envelope-1 =", "recovery-1 =", 36, "one of the keys"},
	{"envelope 11", "envelope-1 =", "envelope-11 =", 36, "one of the keys"},
	{"envelopes that are named", "[envelopes]", "[envelopes a]", 34, "[envelopes]"},
};

static void each_rule_of_tokens_is_checked(void **state)
{
	reader_check_rows(&tokens_reader, text_tokens, rows, COUNT(rows));
}

static void tokens_become_typed_values(void **state)
{
	struct tokens *tokens = reader_value(&tokens_reader, text_tokens);
	const struct token_entry *tanaka = &tokens->entries[0], *sato = &tokens->entries[1];

	assert_int_equal(tokens->header.kind, DOCUMENT_TOKENS);
	assert_string_equal(tokens->key, "SHA256:DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	assert_int_equal(tokens->n_entries, 2);
	assert_string_equal(tanaka->user, "tanaka");
	assert_string_equal(tanaka->number, "00012345");
	assert_true(tanaka->type == CODE_TOTP && tanaka->hash == CODE_SHA1);
	assert_int_equal(tanaka->digits, 6);
	assert_int_equal(tanaka->period_s, 30);
	assert_int_equal(tanaka->reset, 0);
	assert_int_equal(tanaka->secret.key[0], FIRST_BYTE('B'));
	assert_int_equal(tanaka->secret.bytes[0], FIRST_BYTE('C'));
	assert_int_equal(tanaka->secret.size, 36);
	assert_int_equal(tanaka->n_recovery, 2);
	assert_string_equal(tanaka->recovery[1],
		"$y$j9T$abcdefghijklmnopqrstuv$BBCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij./01234");
	assert_string_equal(sato->user, "sato_2");
	assert_string_equal(sato->number, "H 7");
	assert_true(sato->type == CODE_HOTP && sato->hash == CODE_SHA1);
	assert_int_equal(sato->digits, 8);
	assert_int_equal(sato->period_s, 0);
	assert_int_equal(sato->count, 17);
	assert_int_equal(sato->reset, 2);
	assert_int_equal(sato->secret.size, 32);
	assert_int_equal(sato->n_recovery, 0);
	assert_int_equal(tokens->n_envelopes, 1);
	assert_string_equal(tokens->envelopes[0],
		"$y$j9T$abcdefghijklmnopqrstuv$CBCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij./01234");
	tokens_free(tokens);
}

static void dates_are_seconds_and_none_is_zero(void **state)
{
	const char *at = strstr(text_tokens, "reset = 0");
	char text[8192];
	struct tokens *tokens;

	snprintf(text, sizeof(text), "%.*s" YEAR "%s", (int)(at - text_tokens), text_tokens,
		at + strlen("reset = 0"));
	tokens = reader_value(&tokens_reader, text);
	assert_int_equal(tokens->entries[0].dates.from_s, 1806505200);
	assert_int_equal(tokens->entries[0].dates.until_s, 1838127599);
	assert_int_equal(tokens->entries[1].dates.from_s, 0);
	assert_int_equal(tokens->entries[1].dates.until_s, 0);
	tokens_free(tokens);
}

static void a_ticket_is_a_hash_and_its_end(void **state)
{
	const char *at = strstr(text_tokens, "reset = 0");
	char text[8192];
	struct tokens *tokens;

	snprintf(text, sizeof(text), "%.*s" TICKET "\n" TICKET_END "\n%s", (int)(at - text_tokens),
		text_tokens, at);
	tokens = reader_value(&tokens_reader, text);
	assert_string_equal(tokens->entries[0].ticket.hash, &TICKET[strlen("ticket = ")]);
	assert_int_equal(tokens->entries[0].ticket.until_s, 1807196399);
	assert_string_equal(tokens->entries[1].ticket.hash, "");
	assert_int_equal(tokens->entries[1].ticket.until_s, 0);
	tokens_free(tokens);
}

static void nobody_may_be_left(void **state)
{
	const char *end = strstr(text_tokens, "[token tanaka]");
	char *text = strndup(text_tokens, (size_t)(end - text_tokens));
	struct tokens *tokens = reader_value(&tokens_reader, text);

	assert_int_equal(tokens->n_entries, 0);
	assert_int_equal(tokens->n_envelopes, 0);
	tokens_free(tokens);
	free(text);
}

/* A document of n persons with all that each can have for long, and a ticket. */
static char *crowd(unsigned n, const char *ticket)
{
	const char *end = strstr(text_tokens, "[token tanaka]");
	size_t size = TOKENS_SIZE_MAX * 2, used = (size_t)(end - text_tokens);
	char *text = malloc(size);

	assert_non_null(text);
	memcpy(text, text_tokens, used);
	for (unsigned i = 0; i < n; i++) {
		used += (size_t)snprintf(text + used, size - used,
			"\n[token user-%u]\nnumber = 1000%04u\ntype = totp\nhash = sha256\n"
			"digits = 8\nperiod = 30\n" YEAR "\n%s"
			"sealed-key = BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
			"sealed-secret = " SEALED_1 "AAAAAAAAAAAAAAAA\n" SALT "\n",
			i, i, ticket);
		for (unsigned code = 1; code <= RECOVERY_CODES_MAX; code++)
			used += (size_t)snprintf(
				text + used, size - used, "recovery-%u = " HASH "a\n", code);
	}
	return text;
}

static void a_whole_house_fits_into_one_document(void **state)
{
	char *text = crowd(TOKENS_MAX, ""), *more = crowd(TOKENS_MAX + 1, "");
	char *tickets = crowd(240, TICKET "\n" TICKET_END "\n");
	struct tokens *tokens = reader_value(&tokens_reader, text), *none = NULL;
	struct problems problems = {0};

	assert_int_equal(tokens->n_entries, TOKENS_MAX);
	assert_string_equal(tokens->entries[TOKENS_MAX - 1].user, "user-255");
	assert_true(strlen(text) < TOKENS_SIZE_MAX - 8 * 1024);
	/* Whose tickets are all out at the same time. */
	assert_true(strlen(tickets) < TOKENS_SIZE_MAX - 8 * 1024);
	assert_int_equal(tokens_parse(more, strlen(more), &problems, &none), -EBADMSG);
	assert_int_equal(problems_found(&problems), 1);
	assert_string_equal(problems.items[0].expected, "at most 256 tokens");
	assert_null(none);
	problems_clear(&problems);
	tokens_free(tokens);
	free(tickets);
	free(more);
	free(text);
}

/* --- what is sealed --- */

#define SECRET "12345678901234567890"

struct sealed_fixture {
	uint8_t private_key[SEAL_KEY_SIZE], public_key[SEAL_KEY_SIZE];
	struct tokens tokens;
	struct token_entry entry;
};

static struct sealed_fixture make_sealed(void)
{
	struct sealed_fixture made = {
		.tokens.header.site = "tosu",
		.entry = {.user = "tanaka",
			.number = "00012345",
			.type = CODE_TOTP,
			.hash = CODE_SHA1,
			.digits = 6,
			.period_s = 30},
	};

	assert_int_equal(seal_make_key(made.private_key, made.public_key), 0);
	assert_int_equal(token_seal(made.public_key, (const uint8_t *)SECRET, strlen(SECRET),
				 "tosu", &made.entry),
		0);
	return made;
}

static int open_sealed(const struct sealed_fixture *made)
{
	uint8_t secret[CODE_SECRET_MAX] = {0};
	size_t size = 12345;
	int r = token_open(&made->tokens, &made->entry, made->private_key, secret, &size);

	if (r == 0) {
		assert_int_equal(size, strlen(SECRET));
		assert_memory_equal(secret, SECRET, size);
	} else {
		assert_int_equal(size, 12345);
		assert_int_equal(secret[0], 0);
	}
	return r;
}

static void a_secret_opens_only_for_whom_it_was_sealed(void **state)
{
	struct sealed_fixture made = make_sealed(), bent;

	assert_int_equal(open_sealed(&made), 0);
	/* May change without a new seal. */
	bent = made;
	bent.entry.reset = 1;
	bent.entry.line = 99;
	bent.tokens.header.serial = 7;
	assert_int_equal(open_sealed(&bent), 0);
#define REFUSES(change) \
	do { \
		bent = made; \
		bent.change; \
		assert_int_equal(open_sealed(&bent), -EBADMSG); \
	} while (0)
	REFUSES(tokens.header.site[0] = 'k');
	REFUSES(entry.user[0] = 'y');
	REFUSES(entry.user[5] = '\0');
	REFUSES(entry.number[7] = '6');
	REFUSES(entry.type = CODE_HOTP);
	REFUSES(entry.type = CODE_NONE);
	REFUSES(entry.hash = CODE_SHA256);
	REFUSES(entry.hash = 0);
	REFUSES(entry.digits = 8);
	REFUSES(entry.period_s = 60);
	REFUSES(private_key[7] ^= 1);
	REFUSES(entry.secret.key[7] ^= 1);
	REFUSES(entry.secret.bytes[7] ^= 1);
	REFUSES(entry.secret.size--);
#undef REFUSES
}

static void a_secret_has_at_least_128_bits(void **state)
{
	struct sealed_fixture made = make_sealed();
	struct seal_context context = {
		.info = (const uint8_t *)"sekisho tokens 1", .info_size = 16};
	const char *aad = "tosu\ntanaka\n00012345\ntotp\nsha1\n6\n30\n";

	assert_int_equal(token_seal(made.public_key, (const uint8_t *)SECRET, CODE_SECRET_MIN - 1,
				 "tosu", &made.entry),
		-EINVAL);
	assert_int_equal(open_sealed(&made), 0);
	/* What is bound is written so, and a short one that somebody sealed all the same is none.
	 */
	context.aad = (const uint8_t *)aad;
	context.aad_size = strlen(aad);
	assert_int_equal(seal_to(made.public_key, &context, (const uint8_t *)SECRET, strlen(SECRET),
				 &made.entry.secret),
		0);
	assert_int_equal(open_sealed(&made), 0);
	assert_int_equal(seal_to(made.public_key, &context, (const uint8_t *)SECRET,
				 CODE_SECRET_MIN - 1, &made.entry.secret),
		0);
	assert_int_equal(open_sealed(&made), -EBADMSG);
}

static void what_cannot_be_written_is_not_sealed(void **state)
{
	struct sealed_fixture made = make_sealed();

	assert_int_equal(token_seal(made.public_key, (const uint8_t *)SECRET, strlen(SECRET),
				 "to\nsu", &made.entry),
		-EINVAL);
	made.entry.type = CODE_NONE;
	assert_int_equal(token_seal(made.public_key, (const uint8_t *)SECRET, strlen(SECRET),
				 "tosu", &made.entry),
		-EINVAL);
}

static void each_word_is_found_again(void **state)
{
	enum code_kind type;
	enum code_hash hash;

	for (enum code_kind i = CODE_TOTP; i <= CODE_HOTP; i++) {
		assert_int_equal(token_type_from_name(token_type_name(i), &type), 0);
		assert_int_equal(type, i);
	}
	for (enum code_hash i = CODE_SHA1; i <= CODE_SHA512; i++) {
		assert_int_equal(token_hash_from_name(token_hash_name(i), &hash), 0);
		assert_int_equal(hash, i);
	}
	assert_null(token_type_name(CODE_NONE));
	assert_null(token_type_name(CODE_HOTP + 1));
	assert_null(token_hash_name(CODE_SHA512 + 1));
	assert_int_equal(token_type_from_name("TOTP", &type), -EINVAL);
	assert_int_equal(token_hash_from_name("sha2", &hash), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_of_tokens_is_checked),
		cmocka_unit_test(tokens_become_typed_values),
		cmocka_unit_test(dates_are_seconds_and_none_is_zero),
		cmocka_unit_test(a_ticket_is_a_hash_and_its_end),
		cmocka_unit_test(nobody_may_be_left),
		cmocka_unit_test(a_whole_house_fits_into_one_document),
		cmocka_unit_test(a_secret_opens_only_for_whom_it_was_sealed),
		cmocka_unit_test(a_secret_has_at_least_128_bits),
		cmocka_unit_test(what_cannot_be_written_is_not_sealed),
		cmocka_unit_test(each_word_is_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
