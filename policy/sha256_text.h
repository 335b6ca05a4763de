/* A SHA-256 as text. Pure. */
#pragma once

#include <stdint.h>

#include "policy/document.h"

#define SHA256_TEXT_SIZE (2 * SHA256_SIZE + 1) /* with NUL */

/* 64 lower-case hexadecimal digits. */
void sha256_text(const uint8_t sha256[SHA256_SIZE], char ret[SHA256_TEXT_SIZE]);

#define SHA256_GROUPS_SIZE (SHA256_TEXT_SIZE + 3)

/* In four groups of 16 digits, as it is read aloud. */
void sha256_groups(const uint8_t sha256[SHA256_SIZE], char ret[SHA256_GROUPS_SIZE]);
