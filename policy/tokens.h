/*
 * The tokens document of one terminal: whose codes count there. Secrets in it are sealed to the
 * key of that terminal (seal.h); recovery codes and sealed envelopes are yescrypt hashes.
 *
 *	[tokens]
 *	kind = tokens … issued, not-before, not-after as everywhere
 *	terminal-key = SHA256:…      of the terminal that can open it
 *
 *	[token tanaka]               the account
 *	account = t_anaka            only where it is none of a section's words: it has "_"
 *	number = 00012345            what the ledger calls the token
 *	type = totp | hotp
 *	hash = sha1 | sha256 | sha512
 *	digits = 6
 *	period = 30                  seconds, of totp
 *	count = 0                    of hotp: the first that counts
 *	reset = 0                    one more: the terminal forgets what it remembers of the token
 *	unlock = 1                   one more: it forgets wrong codes and locks alone; may be absent
 *	from = 2027-04-01T00:00:00+09:00   before it counts for nothing; may be absent, as until
 *	until = 2028-03-31T23:59:59+09:00  from then on it counts no more
 *	ticket = $y$j9T$…$…          of a desk ticket: lets in once, to enrol; may be absent
 *	ticket-until = 2027-04-08T23:59:59+09:00   from then on it counts no more; with ticket only
 *	temporary = $y$j9T$…$…       of a same-day code: lets in as often as typed; may be absent
 *	temporary-until = 2027-04-01T23:59:59+09:00   as ticket-until
 *	sealed-key = BASE64          32 bytes
 *	sealed-secret = BASE64       16 to 64 bytes and 16 more
 *	recovery-salt = $y$j9T$…     one for all, so that one crypt() judges them all
 *	recovery-1 = 43 letters      to recovery-10: what crypt() puts behind the salt and "$"
 *
 *	[envelopes]
 *	salt = $y$j9T$…
 *	envelope-1 = 43 letters      to envelope-10
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/code_hashes.h"
#include "policy/code_kind.h"
#include "policy/document.h"
#include "policy/policy.h"
#include "policy/problem.h"
#include "policy/seal.h"
#include "policy/token_dates.h"
#include "policy/token_ticket.h"

#define TOKENS_MAX         256 /* persons at one terminal */
#define TOKEN_NUMBER_MAX   32  /* printable ASCII */
#define RECOVERY_CODES_MAX 10
#define ENVELOPES_MAX      10
#define TOKEN_PERIOD_MIN_S 15
#define TOKEN_PERIOD_MAX_S 300
#define TOKEN_COUNT_MAX    140737488355327 /* 2^47 - 1: no token gets that far */

struct token_entry {
	char user[ACCOUNT_NAME_MAX + 1];
	char number[TOKEN_NUMBER_MAX + 1];
	enum code_kind type;
	enum code_hash hash;
	uint8_t digits;
	uint16_t period_s; /* 0 for hotp */
	uint64_t count;    /* 0 for totp */
	uint32_t reset;
	uint16_t unlock;
	struct token_dates dates;
	struct token_ticket ticket, temporary;
	struct sealed secret;
	char recovery[RECOVERY_CODES_MAX][CODE_HASH_TEXT_SIZE];
	size_t n_recovery;
	unsigned line;
};

struct tokens {
	struct document_header header;
	char key[SEAL_FINGERPRINT_SIZE]; /* of the terminal */
	struct token_entry *entries;     /* in the order of the document; no account twice */
	size_t n_entries;
	char envelopes[ENVELOPES_MAX][CODE_HASH_TEXT_SIZE];
	size_t n_envelopes;
};

/* As policy_parse(). */
int tokens_parse(const char *text, size_t size, struct problems *problems, struct tokens **ret);
void tokens_free(struct tokens *tokens);
/* For CLEANUP(). */
void tokens_cleanup(struct tokens **tokens);

/* "totp", "hotp"; "sha1", "sha256", "sha512"; NULL out of range. */
const char *token_type_name(enum code_kind type);
const char *token_hash_name(enum code_hash hash);
/* 0 and *ret, or -EINVAL. */
int token_type_from_name(const char *name, enum code_kind *ret);
int token_hash_from_name(const char *name, enum code_hash *ret);

/* Whether it is a token's number: 1 to TOKEN_NUMBER_MAX of printable ASCII, no space at an end. */
bool token_number_is_valid(const char *number);

/*
 * What is sealed with a secret, beside it: the site, the account, the token's number, its type,
 * hash, digits and period. So none of these can be changed, and no secret be given to somebody
 * else, without whoever sealed it. The dates are not among them: nobody keeps the secret, and they
 * are changed without one. That nobody else changes them is the signature's part.
 */

/* Opens the secret of an entry with the terminal's private key. As seal_open(); what is shorter
 * than CODE_SECRET_MIN is -EBADMSG too. */
int token_open(const struct tokens *tokens, const struct token_entry *entry,
	const uint8_t private_key[SEAL_KEY_SIZE], uint8_t ret[CODE_SECRET_MAX], size_t *ret_size);
/*
 * Seals one into entry->secret; all of the entry that is bound to it is already there. As
 * seal_to(); a secret shorter than CODE_SECRET_MIN is -EINVAL too.
 */
int token_seal(const uint8_t public_key[SEAL_KEY_SIZE], const uint8_t *secret, size_t size,
	const char *site, struct token_entry *entry);
