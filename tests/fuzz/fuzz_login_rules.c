/*
 * The file of the login's rules, as it lies there and with its checksum set right: either nothing
 * of it is believed, or it says what would be written again, byte by byte, and decides.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "policy/checksum.h"
#include "policy/login_rules.h"

#define CHECKSUM_AT    4
#define CHECKSUM_BELOW 8 /* it is over all from here on */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_decision(const struct login_rules *rules, const char *service, const char *user,
	const char *const *groups, size_t n_groups, int64_t now_s)
{
	struct login_decision decision;

	login_rules_decide(rules, service, user, groups, n_groups, now_s, &decision);
	assert(decision.mode <= SECOND_FACTOR_OFF);
	assert(decision.boxes == LOGIN_ONE_BOX || decision.boxes == LOGIN_TWO_BOXES);
	/* Nobody gets in unasked whom nothing in the rules lets. */
	assert(decision.mode == SECOND_FACTOR_REQUIRED || rules->n_exempt > 0 ||
		rules->n_services > 0 || rules->n_groups > 0 ||
		rules->mode != SECOND_FACTOR_REQUIRED || now_s < rules->from_s ||
		now_s < rules->rehearse_until_s);
}

static void check_decisions(const struct login_rules *rules)
{
	static const int64_t times[] = {INT64_MIN, -1, 0, 1775000000, INT64_MAX};
	const char *groups[POLICY_LOGIN_GROUPS_MAX + 1];
	const char *service = rules->n_services ? rules->services[0].name : "login";
	const char *user = rules->n_exempt ? rules->exempt[rules->n_exempt - 1].name : "abe";

	for (size_t i = 0; i < rules->n_groups; i++)
		groups[i] = rules->groups[i].name;
	groups[rules->n_groups] = "";
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		check_decision(rules, "login", "abe", NULL, 0, times[i]);
		check_decision(rules, service, "abe", groups, rules->n_groups + 1, times[i]);
		check_decision(rules, "login", user, groups, rules->n_groups + 1, times[i]);
	}
}

static void check(const uint8_t *bytes, size_t size)
{
	uint8_t again[LOGIN_RULES_SIZE];
	struct login_rules rules;

	if (login_rules_decode(bytes, size, &rules) < 0)
		return;
	assert(size == LOGIN_RULES_SIZE);
	login_rules_encode(&rules, again);
	assert(memcmp(bytes, again, LOGIN_RULES_SIZE) == 0);
	check_decisions(&rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t bytes[LOGIN_RULES_SIZE] = {0};
	uint32_t sum;

	check(data, size);
	memcpy(bytes, data, size < sizeof(bytes) ? size : sizeof(bytes));
	sum = checksum(bytes + CHECKSUM_BELOW, sizeof(bytes) - CHECKSUM_BELOW);
	for (int i = 0; i < 4; i++)
		bytes[CHECKSUM_AT + i] = (uint8_t)(sum >> 8 * i);
	check(bytes, sizeof(bytes));
	return 0;
}
