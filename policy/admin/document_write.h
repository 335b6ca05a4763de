/* Lines of a document that sekisho-admin makes. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "policy/document.h"

/* The first section, from "[kind]" to not-after; dates with the offset. */
void document_write_header(FILE *to, const struct document_header *header, int offset_minutes);

/* "KEY = 2026-03-20T10:00:00+09:00" */
void document_write_time(FILE *to, const char *key, int64_t time_s, int offset_minutes);

/* "KEY = " and 43 letters of base64: without padding, as fingerprints are written. */
void document_write_sha256(FILE *to, const char *key, const uint8_t sha256[SHA256_SIZE]);
