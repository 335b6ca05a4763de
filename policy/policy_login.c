/* [login] of a policy: the second factor, its methods, and who needs none. */
#include "policy/policy_sections.h"

#include <string.h>

#include "policy/timestamp.h"
#include "policy/value.h"

static const char *const second_factors[] = {
	[SECOND_FACTOR_REQUIRED] = "required",
	[SECOND_FACTOR_REHEARSE] = "rehearse",
	[SECOND_FACTOR_OFF] = "off",
};

/* Bit i of login_methods: LOGIN_METHOD_… */
static const char *const methods[] = {"totp", "hotp"};

static const struct schema_key keys[] = {
	{.key = "second-factor",
		.read = value_read_enum,
		.words = second_factors,
		.n_words = POLICY_COUNT(second_factors),
		.is_required = true,
		POLICY_FIELD(second_factor)},
	{.key = "methods",
		.read = value_read_words,
		.words = methods,
		.n_words = POLICY_COUNT(methods),
		.is_required = true,
		POLICY_FIELD(login_methods)},
	{.key = "lock-after",
		.read = value_read_number,
		.min = 3,
		.max = 20,
		.is_required = true,
		POLICY_FIELD(login_lock_after)},
	{.key = "lock-for",
		.read = value_read_duration,
		.min = MINUTE_S,
		.max = DAY_S,
		POLICY_FIELD(login_lock_for_s)},
};

static const struct exempt_account *find_account(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->n_exempt; i++)
		if (strcmp(policy->exempt[i].name, name) == 0)
			return &policy->exempt[i];
	return NULL;
}

/* exempt-1 to exempt-16 */
static bool read_exempt(const struct ini_entry *entry, struct problems *problems, void *document)
{
	struct policy *policy = document;
	const struct exempt_account *same;
	struct exempt_account *account = &policy->exempt[policy->n_exempt];

	if (numbered_key_parse(entry->key, "exempt-", POLICY_EXEMPT_ACCOUNTS_MAX) < 0)
		return false;
	same = find_account(policy, entry->value);
	if (!account_name_is_valid(entry->value)) {
		value_problem(problems, entry,
			"one account's name: a-z 0-9 - _, at most %d letters", ACCOUNT_NAME_MAX);
	} else if (same) {
		value_problem(problems, entry, "an account that stands nowhere else (line %u)",
			same->line);
	} else {
		memcpy(account->name, entry->value, strlen(entry->value) + 1);
		account->until = LOGIN_NO_END;
		account->line = entry->line;
		policy->n_exempt++;
	}
	return true;
}

const struct schema_section policy_login_section = {.type = "login",
	.keys = keys,
	.n_keys = POLICY_COUNT(keys),
	.read_other = read_exempt,
	.other_keys = "exempt-1 to exempt-16",
	.is_there_at = offsetof(struct policy, has_login)};
