#include "policy/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/policy_sections.h"
#include "policy/schema.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct policy, field), .size = sizeof(((struct policy *)0)->field)
#define COUNT(array)    (sizeof(array) / sizeof((array)[0]))
#define WORDS(table)    .words = (table), .n_words = COUNT(table)
#define HOUR_S          3600
#define EXEMPTION_MIN_S 60
#define EXEMPTION_MAX_S (31 * 24 * HOUR_S)

static const char *const scans[] = {[SCAN_REQUIRED] = "required", [SCAN_OFF] = "off"};

static const char *const second_factors[] = {
	[SECOND_FACTOR_REQUIRED] = "required",
	[SECOND_FACTOR_REHEARSE] = "rehearse",
	[SECOND_FACTOR_OFF] = "off",
};

static const char *const isolations[] = {
	[ISOLATION_ENFORCE] = "enforce",
	[ISOLATION_OFF] = "off",
};

static void free_document(struct ini_document **document)
{
	ini_document_free(*document);
}

static void free_policy(struct policy **policy)
{
	policy_free(*policy);
}

static void read_mode(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (strcmp(entry->value, "rehearse") == 0)
		value_problem(problems, entry, "enforce: this version does not rehearse yet");
	else if (strcmp(entry->value, "enforce") != 0)
		value_problem(problems, entry, "enforce");
}

static void read_until(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	problems_add(problems, entry->line, 1, entry->key, strlen(entry->key),
		"no such key: it goes with mode = rehearse, which this version does not do yet");
}

static void read_methods(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	static const char *const words[] = {"totp", "hotp"};
	const char *cursor = entry->value, *word;
	unsigned methods = 0;
	int size;

	while ((size = list_next(&cursor, &word)) > 0) {
		unsigned method = 0;

		for (unsigned i = 0; i < COUNT(words); i++)
			if ((size_t)size == strlen(words[i]) &&
				memcmp(word, words[i], (size_t)size) == 0)
				method = 1u << i;
		if (method == 0 || (methods & method) != 0)
			break;
		methods |= method;
	}
	if (size != 0)
		value_problem(problems, entry, "totp, hotp or \"totp hotp\"");
	else
		*(unsigned *)ret = methods;
}

static const struct schema_key policy_keys[] = {
	DOCUMENT_HEADER_KEYS(struct policy, "policy"),
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(header.tier)},
	{.key = "tier-name", .read = value_read_text, FIELD(tier_name)},
	{.key = "mode", .read = read_mode, .is_required = true},
	{.key = "until", .read = read_until},
};

static const struct schema_key exemption_keys[] = {
	{.key = "longest",
		.read = value_read_duration,
		.min = EXEMPTION_MIN_S,
		.max = EXEMPTION_MAX_S,
		.is_required = true,
		FIELD(exemption_longest_s)},
	{.key = "approvals-read-write",
		.read = value_read_number,
		.min = 1,
		.max = 2,
		.is_required = true,
		FIELD(exemption_approvals_read_write)},
	{.key = "scan",
		.read = value_read_enum,
		WORDS(scans),
		.is_required = true,
		FIELD(exemption_scan)},
};

static const struct schema_key login_keys[] = {
	{.key = "second-factor",
		.read = value_read_enum,
		WORDS(second_factors),
		.is_required = true,
		FIELD(second_factor)},
	{.key = "methods", .read = read_methods, .is_required = true, FIELD(login_methods)},
	{.key = "lock-after",
		.read = value_read_number,
		.min = 3,
		.max = 20,
		.is_required = true,
		FIELD(login_lock_after)},
};

static const struct schema_key network_keys[] = {
	{.key = "isolation",
		.read = value_read_enum,
		WORDS(isolations),
		.is_required = true,
		FIELD(isolation)},
};

static void *begin_exemption(
	const struct ini_section *section, struct problems *problems, void *policy)
{
	((struct policy *)policy)->has_exemption = true;
	return policy;
}

static void *begin_login(const struct ini_section *section, struct problems *problems, void *policy)
{
	((struct policy *)policy)->has_login = true;
	return policy;
}

static void *begin_network(
	const struct ini_section *section, struct problems *problems, void *policy)
{
	((struct policy *)policy)->has_network = true;
	return policy;
}

static int read_document(
	const struct ini_document *document, struct problems *problems, struct policy *policy)
{
	const struct schema_section sections[] = {
		{.type = "policy",
			.is_required = true,
			.keys = policy_keys,
			.n_keys = COUNT(policy_keys)},
		{.type = "media",
			.read_other = policy_read_media,
			.other_keys = POLICY_CLASS_WORDS},
		{.type = "device",
			.is_named = true,
			.keys = policy_device_keys,
			.n_keys = policy_device_n_keys,
			.begin = policy_begin_device},
		{.type = "exemption",
			.keys = exemption_keys,
			.n_keys = COUNT(exemption_keys),
			.begin = begin_exemption},
		{.type = "login",
			.keys = login_keys,
			.n_keys = COUNT(login_keys),
			.begin = begin_login},
		{.type = "network",
			.keys = network_keys,
			.n_keys = COUNT(network_keys),
			.read_other = policy_read_network,
			.other_keys = "allow-1 to allow-64",
			.begin = begin_network},
	};

	schema_read(document, sections, COUNT(sections), problems, policy);
	document_header_check(document, &policy->header, problems);
	return policy_check_devices(document, policy, problems);
}

int policy_parse(const char *text, size_t size, struct problems *problems, struct policy **ret)
{
	CLEANUP(free_document) struct ini_document *document = NULL;
	CLEANUP(free_policy) struct policy *policy = NULL;
	size_t found_before = problems_found(problems);
	int r;

	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	policy = calloc(1, sizeof(*policy));
	if (!policy)
		return -ENOMEM;
	/* One more than needed, so that the size is never 0. */
	policy->devices = calloc(document->n_sections + 1, sizeof(*policy->devices));
	if (!policy->devices)
		return -ENOMEM;
	policy->header.kind = DOCUMENT_POLICY;
	policy->ring = POLICY_RINGS - 1, policy->percent = 100;
	r = read_document(document, problems, policy);
	if (r < 0)
		return r;
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = TAKE(policy);
	return 0;
}

int policy_new_builtin(struct policy **ret)
{
	static const enum device_class let_in[] = {
		CLASS_HUB, CLASS_KEYBOARD, CLASS_POINTER, CLASS_CARD_READER, CLASS_PRINTER};
	struct policy *policy = calloc(1, sizeof(*policy));

	if (!policy)
		return -ENOMEM;
	policy->is_builtin = true;
	policy->header.kind = DOCUMENT_POLICY;
	policy->ring = POLICY_RINGS - 1, policy->percent = 100;
	for (size_t i = 0; i < COUNT(let_in); i++)
		policy->media[let_in[i]].access = VERDICT_ALLOW;
	*ret = policy;
	return 0;
}

void policy_free(struct policy *policy)
{
	if (!policy)
		return;
	free(policy->devices);
	free(policy);
}
