/* A terminal's folders in a temporary one, a vault that can fail, and lists of tokens as their
 * officer writes them. Every failure ends the test. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pam/unseal.h"
#include "pam/unseal_key.h"
#include "pam/user_file.h"
#include "tests/unit/fixture.h"
#include "tests/unit/temporary.h"

#define NOW_S     1800000000
#define NEWS_MAX  64
#define TEXT_SIZE 16384

/* A list as its officer writes it. */
struct list {
	char text[TEXT_SIZE];
	size_t size;
	uint8_t public[SEAL_KEY_SIZE];
};

struct bench {
	struct temporary *temporary;
	struct unseal unseal;
	struct vault vault;
	int seal_error, open_error;
	bool opens_another;
	struct told {
		enum login_reason reason;
		char user[40], token[64];
		int error;
	} told[NEWS_MAX];
	size_t n_told;
	struct list list;
};

/* tanaka's and sato's. */
extern const struct token_entry totp, hotp;

bool was_told(const struct bench *bench, enum login_reason reason);
/* The first of it. */
const struct told *told(const struct bench *bench, enum login_reason reason);
int unseal_setup(void **state);
int unseal_teardown(void **state);
int run_unseal(struct bench *bench);
/* The key as the officer reads it. */
void read_public(struct bench *bench, char ret_fingerprint[SEAL_FINGERPRINT_SIZE]);
/* For the key that the terminal has now; makes one where there is none. */
struct list *begin_list(struct bench *bench);
void add_entry_for(struct list *list, const struct token_entry *entry, const char *account);
void add_entry(struct list *list, const struct token_entry *entry);
int unseal_list(struct bench *bench);
/* A list with these entries; NULL: without. */
int take_entries(
	struct bench *bench, const struct token_entry *first, const struct token_entry *second);
struct login_state read_state(
	const struct bench *bench, const char *user, struct user_head *ret_head);
uint64_t next_of(const struct bench *bench, const char *user);
/* As the helper does after a right code. */
void use_record(const struct bench *bench, const char *user, uint64_t next);
bool has_secret(const struct bench *bench, const char *user);
bool has_record(const struct bench *bench, const char *name);
