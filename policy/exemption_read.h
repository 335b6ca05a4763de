/*
 * What exemptions and requests have in common when they are read: the sections [medium], [use] and
 * [form], and single values. For exemption.c, exemption_request.c and revocation.c.
 */
#pragma once

#include "policy/exemption.h"
#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/value.h"

/* Readers for a schema_key table. */

/* "E-…", into char[EXEMPTION_ID_SIZE]. */
void exemption_read_id(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
/* An account, into char[ACCOUNT_NAME_MAX + 1]. */
void exemption_read_account(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
/* A time after the beginning of 1970, so that 0 can mean that there is none. */
void exemption_read_time(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
/* A control number, into char[MEDIUM_NUMBER_MAX + 1]. */
void exemption_read_number(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

/* Of [medium], whole struct exemption_medium. */
void exemption_read_registered(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
void exemption_read_device(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
void exemption_read_class(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
/* Into char[EXEMPTION_VOLUME_MAX + 1]. */
void exemption_read_volume(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

#define EXEMPTION_MEDIUM_FIELD(type, field) \
	.offset = offsetof(type, field), .size = sizeof(((type *)0)->field)

/* The keys of [medium] that both have; type has a member struct exemption_medium medium, and is
 * what the offsets count from. */
#define EXEMPTION_MEDIUM_KEYS(type) \
	{.key = "registered", \
		.read = exemption_read_registered, \
		EXEMPTION_MEDIUM_FIELD(type, medium)}, \
		{.key = "device", \
			.read = exemption_read_device, \
			EXEMPTION_MEDIUM_FIELD(type, medium)}, \
		{.key = "descriptors", \
			.read = document_read_sha256, \
			EXEMPTION_MEDIUM_FIELD(type, medium.descriptors_sha256)}, \
		{.key = "capacity", \
			.read = value_read_number, \
			.min = 1, \
			.max = INT64_MAX, \
			EXEMPTION_MEDIUM_FIELD(type, medium.capacity_bytes)}, \
	{ \
		.key = "volume", .read = exemption_read_volume, \
		EXEMPTION_MEDIUM_FIELD(type, medium.volume) \
	}

#define EXEMPTION_USE_KEYS  6
#define EXEMPTION_FORM_KEYS 12
extern const struct schema_key exemption_use_keys[EXEMPTION_USE_KEYS];
extern const struct schema_key exemption_form_keys[EXEMPTION_FORM_KEYS];

/* Rows of a schema_section table: [use] and [form]; document_type has members struct exemption_use
 * use and struct exemption_form form, which the keys' offsets count from. */
#define EXEMPTION_USE_AND_FORM(document_type) \
	{.type = "use", \
		.is_required = true, \
		.keys = exemption_use_keys, \
		.n_keys = EXEMPTION_USE_KEYS, \
		.at = offsetof(document_type, use)}, \
	{ \
		.type = "form", .is_required = true, .keys = exemption_form_keys, \
		.n_keys = EXEMPTION_FORM_KEYS, .at = offsetof(document_type, form) \
	}

/* What must hold between the keys of [medium]: device and descriptors are there together. */
void exemption_medium_check(const struct ini_section *section, struct problems *problems);

/* Adds a problem at the later of two keys of which there may be one. */
void exemption_add_second(const struct ini_entry *a, const struct ini_entry *b,
	const char *expected, struct problems *problems);

/* The section of that type, or NULL. */
const struct ini_section *exemption_find_section(
	const struct ini_document *document, const char *type);
