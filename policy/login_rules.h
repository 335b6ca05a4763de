/*
 * What a policy says of logins, and what of that holds for one of them. sekishod compiles it out of
 * the policy into a small file of fixed size; sekisho-verify reads that file and asks here. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

#define LOGIN_NAME_SIZE (ACCOUNT_NAME_MAX + 1) /* of an account, a group, a PAM service */

/* Below /var/lib/sekisho, of root, readable by all. */
#define LOGIN_RULES_FILE      "login-rules"
#define LOGIN_RULES_LAST_FILE "login-rules.last" /* those before, where the newer are damaged */
#define POLICY_SEEN_FILE      "policy-seen" /* empty: tells "never had a policy" from "lost it" */

struct login_service {
	char name[LOGIN_NAME_SIZE];
	bool has_mode; /* else it only says the boxes */
	enum second_factor mode;
	enum login_boxes boxes; /* OF_SERVICE: what is built in for a service of that name */
};

struct login_group {
	char name[LOGIN_NAME_SIZE];
	enum second_factor mode;
	int64_t from_s; /* earlier it is not there; LOGIN_ALWAYS */
};

struct login_exempt {
	char name[LOGIN_NAME_SIZE];
	int64_t until_s; /* from then on it is not exempt; LOGIN_NO_END */
};

struct login_rules {
	uint64_t policy_serial; /* 0: the strict ones that are built in */
	enum second_factor mode;
	int64_t from_s; /* earlier nobody is asked, whatever follows; LOGIN_ALWAYS */
	/* The whole policy is a rehearsal: earlier what would be required is rehearsed;
	 * LOGIN_ALWAYS: it is none. */
	int64_t rehearse_until_s;
	unsigned methods; /* LOGIN_METHOD_… */
	uint16_t lock_after;
	uint32_t lock_for_s;
	uint16_t window;     /* TOTP: steps to either side of the one that is expected */
	uint16_t drift;      /* TOTP: steps that a token's clock is followed, at most */
	uint16_t look_ahead; /* HOTP: counts */
	uint16_t search;     /* HOTP: beyond it, for two codes in a row */
	struct login_service services[POLICY_LOGIN_SERVICES_MAX];
	size_t n_services;
	struct login_group groups[POLICY_LOGIN_GROUPS_MAX];
	size_t n_groups;
	struct login_exempt exempt[POLICY_EXEMPT_ACCOUNTS_MAX];
	size_t n_exempt;
};

/* Where a policy was there and nothing of it can be read: everybody, everywhere, no exemption. */
void login_rules_strict(struct login_rules *ret);

/* Of a policy without [login], and of the one that is built in where there never was another:
 * SECOND_FACTOR_OFF. */
void login_rules_from_policy(const struct policy *policy, struct login_rules *ret);

/* The file. Little endian, with a checksum over all of it; what is unused is zero. */
#define LOGIN_RULES_SIZE 4096
void login_rules_encode(const struct login_rules *rules, uint8_t ret[LOGIN_RULES_SIZE]);
/* 0 and *ret, or -EBADMSG: not one byte of it is believed. */
int login_rules_decode(const uint8_t *bytes, size_t size, struct login_rules *ret);

enum login_source {
	LOGIN_BY_DEFAULT = 0,
	LOGIN_BY_SERVICE,
	LOGIN_BY_GROUP,
	LOGIN_BY_DATE,
	LOGIN_BY_EXEMPTION
};

struct login_decision {
	enum second_factor mode; /* OFF for an exempt account */
	enum login_boxes boxes;  /* never OF_SERVICE */
	enum login_source source;
};

/*
 * What holds for a login: an exemption of the account, else the date before which nobody is asked,
 * else what its service says, else the strictest of its groups that the rules name and whose date
 * has come, else the default. groups: the names of the account's groups. now_s: never earlier than
 * the floor of trusted time. Cannot fail; zeroed rules require.
 */
void login_rules_decide(const struct login_rules *rules, const char *service, const char *user,
	const char *const *groups, size_t n_groups, int64_t now_s, struct login_decision *ret);
