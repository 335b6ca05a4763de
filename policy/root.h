/*
 * The root document: who the administrators are, which keys they hold and what they may sign.
 * Knows nothing of signatures or files.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"
#include "policy/login_name.h"
#include "policy/problem.h"

#define PERSON_NAME_MAX     32
#define PERSONS_MAX         64
#define PERSON_KEYS_MAX     8
#define PERSON_ACCOUNTS_MAX 8
#define GRANTS_MAX          32
#define GRANT_NAME_MAX      43 /* section "[role NAME]" is at most 48 bytes */
#define GRANT_TIERS_MAX     8
/* "SHA256:" and 43 characters of base64, as ssh-keygen -l prints it */
#define FINGERPRINT_LENGTH 50

struct person {
	char id[PERSON_NAME_MAX + 1]; /* section "[person ID]" */
	char name[128];               /* UTF-8, decoded; empty if not given */
	char keys[PERSON_KEYS_MAX][FINGERPRINT_LENGTH + 1];
	size_t n_keys;
	/* "accounts = …": under which this person works at terminals, so that nobody approves what
	 * he asks for himself; the id counts as one, too */
	char accounts[PERSON_ACCOUNTS_MAX][ACCOUNT_NAME_MAX + 1];
	size_t n_accounts;
};

enum role {
	ROLE_NONE = 0,
	ROLE_ROOT,
	ROLE_POLICY,
	ROLE_FRESH,
	ROLE_APPROVER,
	ROLE_TOKEN_OFFICER,
	ROLE_COUNT
};

/* "root", "policy", "fresh", "approver", "token-officer"; NULL out of range. */
const char *role_name(enum role role);

/* 0 and *ret, or -EINVAL. */
int role_from_name(const char *name, enum role *ret);

/*
 * "[role NAME]": who may sign for a role, and how many of them must. NAME is the role's word, or
 * any other word with "role = WORD" inside, so that each tier can have signers of its own.
 */
struct role_grant {
	char name[GRANT_NAME_MAX + 1];
	enum role role;
	bool needs_user_verification; /* hardware keys must show it, beside user presence */
	uint8_t threshold;            /* distinct persons, at least 1 */
	uint64_t persons;             /* bit i: root.persons[i] */
	char tiers[GRANT_TIERS_MAX][TIER_NAME_MAX + 1]; /* "tiers = …": its scope */
	size_t n_tiers;                                 /* 0: every tier */
	unsigned line;
};

struct root {
	struct document_header header;
	struct person persons[PERSONS_MAX];
	size_t n_persons;
	struct role_grant grants[GRANTS_MAX]; /* those of one role have no tier in common */
	size_t n_grants;
};

/*
 * Reads the text of a root document. Problems also where a role names an unknown person, a
 * threshold exceeds the role's persons, two grants of one role share a tier (it would not be clear
 * whose threshold counts), a person of fresh has another grant, or one key belongs to two persons.
 * Returns 0 and *ret (for root_free()), -EBADMSG when problems were added, -ENOMEM.
 */
int root_parse(const char *text, size_t size, struct problems *problems, struct root **ret);
void root_free(struct root *root);
/* For CLEANUP(). */
void root_cleanup(struct root **root);

/* How many persons are in a set such as role_grant.persons. */
unsigned persons_count(uint64_t persons);

/* The index of the person who holds the key, or -ENOENT. */
int root_find_person(const struct root *root, const char *fingerprint);

/* Whether the grant's scope has the tier; tier NULL: whether it has any. */
bool grant_covers(const struct role_grant *grant, const char *tier);

/* The one grant of the role whose scope has the tier (NULL: the first of the role), or NULL. */
const struct role_grant *root_find_grant(const struct root *root, enum role role, const char *tier);

/* Whether text is "SHA256:" and 32 bytes in base64, as ssh-keygen -l prints it. */
bool fingerprint_is_valid(const char *text);
