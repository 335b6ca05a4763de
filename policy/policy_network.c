/* [network] of a policy: checked here, enforced by a later version. */
#include "policy/policy_sections.h"

#include <string.h>

#include "policy/ip_prefix.h"
#include "policy/value.h"

#define PORT_MAX 65535

/* "443" or "8000-8080"; the text is cut at the dash. */
static bool is_port_range(char *text)
{
	char *dash = strchr(text, '-');
	uint64_t first, last;

	if (dash)
		*dash = '\0';
	if (number_parse(text, 1, PORT_MAX, &first) < 0)
		return false;
	return !dash || number_parse(dash + 1, first + 1, PORT_MAX, &last) == 0;
}

static bool is_network_rule(const char *text)
{
	char prefix[64], protocol[8], ports[16];
	const char *cursor = text;

	if (!list_copy_next(&cursor, prefix, sizeof(prefix)) ||
		!list_copy_next(&cursor, protocol, sizeof(protocol)))
		return false;
	if (!ip_prefix_is_valid(prefix))
		return false;
	if (strcmp(protocol, "icmp") == 0)
		return *cursor == '\0';
	if (strcmp(protocol, "tcp") != 0 && strcmp(protocol, "udp") != 0)
		return false;
	return list_copy_next(&cursor, ports, sizeof(ports)) && *cursor == '\0' &&
	       is_port_range(ports);
}

static bool read_allow(const struct ini_entry *entry, struct problems *problems, void *document)
{
	struct policy *policy = document;
	struct network_rule *rule = &policy->network[policy->n_network];
	size_t size = strlen(entry->value);

	if (numbered_key_parse(entry->key, "allow-", POLICY_NETWORK_RULES_MAX) < 0)
		return false;
	if (size >= sizeof(rule->text) || !is_network_rule(entry->value)) {
		value_problem(problems, entry,
			"\"NETWORK tcp|udp PORT\", \"NETWORK tcp|udp PORT-PORT\" or "
			"\"NETWORK icmp\", such as \"10.20.0.0/24 tcp 443\"");
		return true;
	}
	memcpy(rule->text, entry->value, size + 1);
	rule->line = entry->line;
	policy->n_network++;
	return true;
}

static const char *const isolations[] = {
	[ISOLATION_ENFORCE] = "enforce",
	[ISOLATION_OFF] = "off",
};

static const struct schema_key keys[] = {
	{.key = "isolation",
		.read = value_read_enum,
		.words = isolations,
		.n_words = POLICY_COUNT(isolations),
		.is_required = true,
		POLICY_FIELD(isolation)},
};

const struct schema_section policy_network_section = {.type = "network",
	.keys = keys,
	.n_keys = POLICY_COUNT(keys),
	.read_other = read_allow,
	.other_keys = "allow-1 to allow-64",
	.is_there_at = offsetof(struct policy, has_network)};
