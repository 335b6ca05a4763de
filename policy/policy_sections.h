/*
 * The sections of a policy, one file for each; for policy.c. Each says its keys and how they are
 * read; what must hold between keys is checked afterwards by its _check function.
 */
#pragma once

#include "policy/policy.h"
#include "policy/schema.h"

#define POLICY_FIELD(field) \
	.offset = offsetof(struct policy, field), .size = sizeof(((struct policy *)0)->field)
#define POLICY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* [policy] */
extern const struct schema_section policy_head_section;
void policy_head_check(const struct ini_document *document, const struct policy *policy,
	struct problems *problems);

/* Reads the word of a verdict; false after adding a problem that says what is expected. */
bool policy_read_verdict(const struct ini_entry *entry, const char *expected,
	struct problems *problems, enum verdict *ret);

/* [media] and [device NAME] */
extern const struct schema_section policy_media_section, policy_device_section;

/*
 * What must hold between the rules: no VID:PID twice; read-only only where storage is listed.
 * Returns 0 or -ENOMEM.
 */
int policy_check_devices(const struct ini_document *document, const struct policy *policy,
	struct problems *problems);

/* [medium] */
extern const struct schema_section policy_medium_section;

/* [exemption] */
extern const struct schema_section policy_exemption_section;
void policy_exemption_check(const struct ini_document *document, const struct policy *policy,
	struct problems *problems);

/* [login] */
extern const struct schema_section policy_login_section;

/* [network] */
extern const struct schema_section policy_network_section;

/* [records] */
extern const struct schema_section policy_records_section;

/* The section of that type without a name, or NULL. */
const struct ini_section *policy_find_section(
	const struct ini_document *document, const char *type);
