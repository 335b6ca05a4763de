/* What is sealed to a terminal, in its document: readers for a schema, into a struct sealed. */
#pragma once

#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/seal.h"

/* "sealed-key": the ephemeral key in base64. */
void sealed_read_key(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
/* "sealed-secret": key->min to key->max bytes of plain text, and the tag. */
void sealed_read_secret(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
/* The fingerprint of a terminal's key, into char[SEAL_FINGERPRINT_SIZE]. */
void sealed_read_fingerprint(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
