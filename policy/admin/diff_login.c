/* Where a policy asks less of a login than the one before: what is easily overlooked among names.
 */
#include "policy/admin/diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"
#include "policy/login_rules.h"
#include "policy/timestamp.h"

#define OTHER     "-" /* a name that no document can have */
#define TIMES_MAX (4 + 2 * (POLICY_LOGIN_GROUPS_MAX + POLICY_EXEMPT_ACCOUNTS_MAX))

/* Both sides, and the moments at which one of them may begin to say something else. */
struct pair {
	const struct policy *policies[2];
	struct login_rules rules[2];
	int64_t times[TIMES_MAX];
	size_t n_times;
};

struct login {
	const char *service, *user, *group;
};

static int compare_times(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

/* Only what comes while the new one holds. */
static void add_time(struct pair *pair, int64_t time_s)
{
	const struct document_header *header = &pair->policies[1]->header;

	if (time_s >= header->not_before && time_s <= header->not_after &&
		pair->n_times < TIMES_MAX)
		pair->times[pair->n_times++] = time_s;
}

static void find_times(struct pair *pair)
{
	add_time(pair, pair->policies[1]->header.not_before);
	for (size_t side = 0; side < 2; side++) {
		const struct policy *policy = pair->policies[side];

		add_time(pair, policy->login_from);
		for (size_t i = 0; i < policy->n_groups; i++)
			add_time(pair, policy->groups[i].from);
		for (size_t i = 0; i < policy->n_exempt; i++)
			add_time(pair, policy->exempt[i].until);
	}
	qsort(pair->times, pair->n_times, sizeof(pair->times[0]), compare_times);
}

static bool asks(const struct login_rules *rules, const struct login *login, int64_t now_s)
{
	struct login_decision decision;

	login_rules_decide(rules, login->service, login->user, &login->group, 1, now_s, &decision);
	return decision.mode == SECOND_FACTOR_REQUIRED;
}

static bool is_weaker(const struct pair *pair, const struct login *login, int64_t now_s)
{
	return asks(&pair->rules[0], login, now_s) && !asks(&pair->rules[1], login, now_s);
}

/* The first span in which it is; whoever else is concerned by it is named once, by others. */
static size_t print_weaker(
	const struct pair *pair, const char *what, const char *name, const struct login *login)
{
	static const struct login others = {OTHER, OTHER, OTHER};
	char from[TIMESTAMP_SIZE];

	for (size_t i = 0; i < pair->n_times; i++) {
		int64_t now_s = pair->times[i];

		if (!is_weaker(pair, login, now_s) ||
			(name[0] != '\0' && is_weaker(pair, &others, now_s)))
			continue;
		timestamp_format(now_s, JAPAN_MINUTES, from);
		printf("weaker: %s%s: the password alone is enough, where a code was asked "
		       "for%s%s\n",
			what, name, i > 0 ? ", from " : "", i > 0 ? from : "");
		return 1;
	}
	return 0;
}

static bool is_service_of(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->n_services; i++)
		if (strcmp(policy->services[i].name, name) == 0)
			return true;
	return false;
}

static bool is_group_of(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->n_groups; i++)
		if (strcmp(policy->groups[i].name, name) == 0)
			return true;
	return false;
}

/* Names of the new one, and those that only the old one has. */
static size_t print_names(const struct pair *pair)
{
	size_t n = 0;

	for (size_t side = 2; side-- > 0;) {
		const struct policy *policy = pair->policies[side];

		for (size_t i = 0; i < policy->n_services; i++) {
			const char *name = policy->services[i].name;

			if (side == 1 || !is_service_of(pair->policies[1], name))
				n += print_weaker(pair, "service ", name,
					&(struct login){name, OTHER, OTHER});
		}
		for (size_t i = 0; i < policy->n_groups; i++) {
			const char *name = policy->groups[i].name;

			if (side == 1 || !is_group_of(pair->policies[1], name))
				n += print_weaker(
					pair, "group ", name, &(struct login){OTHER, OTHER, name});
		}
	}
	for (size_t i = 0; i < pair->policies[1]->n_exempt; i++) {
		const char *name = pair->policies[1]->exempt[i].name;

		n += print_weaker(pair, "account ", name, &(struct login){OTHER, name, OTHER});
	}
	return n;
}

static size_t print_number(bool is_weaker, const char *words)
{
	if (is_weaker)
		printf("weaker: %s\n", words);
	return is_weaker;
}

static size_t print_numbers(const struct policy *old, const struct policy *new)
{
	size_t n = print_number(new->login_window > old->login_window ||
					new->login_look_ahead > old->login_look_ahead,
		"more codes count at a time");

	n += print_number(
		new->login_drift > old->login_drift, "codes of clocks that are further off count");
	n += print_number(new->login_lock_after > old->login_lock_after,
		"more wrong codes before somebody has to wait");
	return n + print_number(new->login_lock_for_s < old->login_lock_for_s,
			   "who typed wrong codes waits a shorter time");
}

size_t diff_login(const struct policy *old, const struct policy *new)
{
	CLEANUP(cleanup_free) struct pair *pair = calloc(1, sizeof(*pair));
	size_t n;

	if (!pair) {
		(void)admin_no_memory();
		return 0;
	}
	pair->policies[0] = old;
	pair->policies[1] = new;
	login_rules_from_policy(old, &pair->rules[0]);
	login_rules_from_policy(new, &pair->rules[1]);
	find_times(pair);
	n = print_weaker(pair, "everybody", "", &(struct login){OTHER, OTHER, OTHER});
	n += print_names(pair);
	return old->has_login && new->has_login ? n + print_numbers(old, new) : n;
}
