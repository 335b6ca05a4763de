/* A SHA-256 as text: 64 lower-case hexadecimal digits. Pure. */
#pragma once

#include <stdint.h>

#include "policy/document.h"

#define SHA256_TEXT_SIZE (2 * SHA256_SIZE + 1) /* with NUL */

void sha256_text(const uint8_t sha256[SHA256_SIZE], char ret[SHA256_TEXT_SIZE]);
