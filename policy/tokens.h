/*
 * The tokens document of one terminal: whose codes count there. Secrets in it are sealed to the
 * key of that terminal (seal.h); recovery codes and sealed envelopes are yescrypt hashes.
 *
 *	[tokens]
 *	kind = tokens … issued, not-before, not-after as everywhere
 *	terminal-key = SHA256:…      of the terminal that can open it
 *
 *	[token tanaka]               the account
 *	number = 00012345            what the ledger calls the token
 *	type = totp | hotp
 *	hash = sha1 | sha256 | sha512
 *	digits = 6
 *	period = 30                  seconds, of totp
 *	count = 0                    of hotp: the first that counts
 *	reset = 0                    one more: the terminal forgets what it remembers of the token
 *	sealed-key = BASE64          32 bytes
 *	sealed-secret = BASE64       16 to 64 bytes and 16 more
 *	recovery-1 = $y$…            to recovery-10
 *
 *	[envelopes]
 *	envelope-1 = $y$…            to envelope-10
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/code_kind.h"
#include "policy/document.h"
#include "policy/policy.h"
#include "policy/problem.h"
#include "policy/seal.h"

#define TOKENS_MAX          256 /* persons at one terminal */
#define TOKEN_NUMBER_MAX    32  /* printable ASCII */
#define RECOVERY_CODES_MAX  10
#define ENVELOPES_MAX       10
#define CODE_HASH_TEXT_SIZE 128 /* of "$y$…" with its NUL */

struct token_entry {
	char user[ACCOUNT_NAME_MAX + 1];
	char number[TOKEN_NUMBER_MAX + 1];
	enum code_kind type;
	enum code_hash hash;
	uint8_t digits;
	uint16_t period_s; /* 0 for hotp */
	uint64_t count;    /* 0 for totp */
	uint32_t reset;
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

/* Opens the secret of an entry with the terminal's private key. As seal_open(). */
int token_open(const struct tokens *tokens, const struct token_entry *entry,
	const uint8_t private_key[SEAL_KEY_SIZE], uint8_t ret[CODE_SECRET_MAX], size_t *ret_size);
/* Seals one into the entry, whose account and number are already there. As seal_to(). */
int token_seal(const uint8_t public_key[SEAL_KEY_SIZE], const uint8_t *secret, size_t size,
	const char *site, struct token_entry *entry);
