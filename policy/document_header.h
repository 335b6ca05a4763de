/* The keys that the first section of every kind of document has; for the readers of the kinds. */
#pragma once

#include <stddef.h>

#include "policy/document.h"
#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/value.h"

#define DOCUMENT_FORMAT "1"
#define SERIAL_MAX      9007199254740991 /* 2^53 - 1: records are JSON */

#define HEADER_FIELD(type, field) \
	.offset = offsetof(type, header.field), .size = sizeof(((type *)0)->header.field)

/* Entries of a schema_key table; type has a member struct document_header header. */
#define DOCUMENT_PLACE_KEYS(type, kind_word) \
	{.key = "kind", .read = value_read_constant, .constant = kind_word, .is_required = true}, \
		{.key = "format", \
			.read = value_read_constant, \
			.constant = DOCUMENT_FORMAT, \
			.is_required = true}, \
		{.key = "site", \
			.read = value_read_word, \
			.is_required = true, \
			HEADER_FIELD(type, site)}, \
	{ \
		.key = "epoch", .read = value_read_number, .min = 1, .max = UINT32_MAX, \
		.is_required = true, HEADER_FIELD(type, epoch) \
	}

#define DOCUMENT_ISSUED_KEY(type) \
	{ \
		.key = "issued", .read = value_read_time, .is_required = true, \
		HEADER_FIELD(type, issued) \
	}

#define DOCUMENT_VALIDITY_KEYS(type) \
	{.key = "not-before", \
		.read = value_read_time, \
		.is_required = true, \
		HEADER_FIELD(type, not_before)}, \
	{ \
		.key = "not-after", .read = value_read_time, .is_required = true, \
		HEADER_FIELD(type, not_after) \
	}

/* All of them, of a kind that has a serial. */
#define DOCUMENT_HEADER_KEYS(type, kind_word) \
	DOCUMENT_PLACE_KEYS(type, kind_word), \
		{.key = "serial", \
			.read = value_read_number, \
			.min = 1, \
			.max = SERIAL_MAX, \
			.is_required = true, \
			HEADER_FIELD(type, serial)}, \
		DOCUMENT_ISSUED_KEY(type), DOCUMENT_VALIDITY_KEYS(type)

/* What must hold between the keys: it begins and was issued before it ends. */
void document_header_check(const struct ini_document *document,
	const struct document_header *header, struct problems *problems);

/* The kind that the first section names, or DOCUMENT_NONE. */
enum document_kind document_header_kind(const struct ini_document *document);

/* A reader for a schema_key table: a SHA-256 as 43 letters of base64. */
void document_read_sha256(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
