/* Any text as a policy and as a site file: either problems, or values within their ranges. */
#include "tests/fuzz/fuzzed_text.h"

#include "policy/login_rules.h"
#include "policy/policy.h"
#include "policy/site.h"

static void check_rules(const struct policy *policy)
{
	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		assert(policy->media[i].access < VERDICT_COUNT);
		assert(policy->media[i].access != VERDICT_READ_ONLY ||
			device_class_can_be_read_only(i));
		assert(policy->media[i].line > 0 || policy->media[i].access == VERDICT_BLOCK);
	}
	for (size_t i = 0; i < policy->n_devices; i++) {
		const struct device_rule *rule = &policy->devices[i];

		assert(rule->line > 0 && rule->name[0] != '\0');
		assert(rule->n_interfaces <= DEVICE_RULE_INTERFACES_MAX);
		for (size_t j = 0; j < rule->n_interfaces; j++) {
			assert(rule->interfaces[j].n_bytes >= 1 &&
				rule->interfaces[j].n_bytes <= 3);
			assert(rule->access != VERDICT_READ_ONLY ||
				rule->interfaces[j].bytes[0] == 0x08);
		}
		for (size_t j = 0; j < i; j++)
			assert(policy->devices[j].vendor != rule->vendor ||
				policy->devices[j].product != rule->product);
	}
	assert(policy->n_network <= POLICY_NETWORK_RULES_MAX);
}

static void check_sections(const struct policy *policy)
{
	assert(policy->ring < POLICY_RINGS && policy->percent >= 1 && policy->percent <= 100);
	if (policy->mode == POLICY_REHEARSE)
		assert(policy->until > policy->header.issued &&
			policy->until - policy->header.issued <= POLICY_REHEARSE_MAX_S);
	else
		assert(policy->until == 0);
	assert(policy->n_file_systems >= 1 && policy->n_file_systems <= POLICY_FILE_SYSTEMS_MAX);
	assert(policy->registered.access < VERDICT_COUNT);
	assert(policy->records_keep_s >= 365 * 86400u);
	assert(!policy->has_exemption ||
		policy->exemption_approvals_read_write >= policy->exemption_approvals_read_only);
	assert(policy->n_desks <= POLICY_DESKS_MAX);
	for (size_t i = 0; i < policy->n_desks; i++)
		assert(policy->desks[i].access != VERDICT_BLOCK &&
			policy->desks[i].longest_s <= policy->exemption_longest_s);
}

/* Whatever a policy says of logins, the helper reads of it: else the login would go on by the rules
 * of the policy before. */
static void check_login(const struct policy *policy)
{
	uint8_t bytes[LOGIN_RULES_SIZE];
	struct login_rules rules, back;

	login_rules_from_policy(policy, &rules);
	login_rules_encode(&rules, bytes);
	assert(login_rules_decode(bytes, sizeof(bytes), &back) == 0);
	assert(back.policy_serial == policy->header.serial);
	assert(policy->has_login || back.mode == SECOND_FACTOR_OFF);
	assert(!policy->has_login ||
		(back.mode == policy->second_factor && back.n_services == policy->n_services &&
			back.n_groups == policy->n_groups && back.n_exempt == policy->n_exempt));
}

static void check_as_policy(const char *text, size_t size)
{
	struct policy *policy = fuzz_read(&policy_reader, text, size);

	if (policy) {
		assert(!policy->is_builtin);
		check_header(&policy->header, DOCUMENT_POLICY);
		check_rules(policy);
		check_sections(policy);
		check_login(policy);
	}
	policy_free(policy);
}

static void check_as_site(const char *text, size_t size)
{
	struct problems problems = {0};
	struct site site = {0};
	int r = site_parse(text, size, &problems, &site);

	assert((r == 0) == (site.site[0] != '\0') && (r == 0) == !problems_any(&problems));
	assert(site.ring <= SITE_RING_LAST);
	problems_clear(&problems);
}

static void check_text(const char *text, size_t size)
{
	check_as_policy(text, size);
	check_as_site(text, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
