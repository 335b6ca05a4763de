#include "policy/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/policy_sections.h"
#include "policy/timestamp.h"

const struct ini_section *policy_find_section(const struct ini_document *document, const char *type)
{
	for (size_t i = 0; i < document->n_sections; i++)
		if (!document->sections[i].name && strcmp(document->sections[i].type, type) == 0)
			return &document->sections[i];
	return NULL;
}

/* What holds where the document does not say it. */
static void set_defaults(struct policy *policy)
{
	static const char *const file_systems[] = {"vfat", "exfat", "iso9660"};

	policy->header.kind = DOCUMENT_POLICY;
	policy->max_age_s = 72 * HOUR_S;
	policy->ring = POLICY_RINGS - 1;
	policy->percent = 100;
	for (size_t i = 0; i < POLICY_COUNT(file_systems); i++)
		memcpy(policy->file_systems[i], file_systems[i], strlen(file_systems[i]) + 1);
	policy->n_file_systems = POLICY_COUNT(file_systems);
	policy->scan_data_max_age_s = 7 * DAY_S;
	policy->records_keep_s = 400 * DAY_S;
	policy->records_to_syslog = true;
	policy->exemption_approvals_read_only = 1;
	policy->exemption_lease_s = 15 * MINUTE_S;
	policy->login_from = LOGIN_ALWAYS;
	policy->login_lock_for_s = LOGIN_LOCK_FOR_S;
	policy->login_window = LOGIN_WINDOW;
	policy->login_drift = LOGIN_DRIFT;
	policy->login_look_ahead = LOGIN_LOOK_AHEAD;
}

static int read_document(
	const struct ini_document *document, struct problems *problems, struct policy *policy)
{
	const struct schema_section sections[] = {policy_head_section, policy_media_section,
		policy_device_section, policy_medium_section, policy_exemption_section,
		policy_login_section, policy_network_section, policy_records_section};

	schema_read(document, sections, POLICY_COUNT(sections), problems, policy);
	document_header_check(document, &policy->header, problems);
	policy_head_check(document, policy, problems);
	policy_exemption_check(document, policy, problems);
	return policy_check_devices(document, policy, problems);
}

int policy_parse(const char *text, size_t size, struct problems *problems, struct policy **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(policy_cleanup) struct policy *policy = NULL;
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
	set_defaults(policy);
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
	set_defaults(policy);
	policy->is_builtin = true;
	for (size_t i = 0; i < POLICY_COUNT(let_in); i++)
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

void policy_cleanup(struct policy **policy)
{
	policy_free(*policy);
}
