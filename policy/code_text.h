/*
 * Codes that people copy from paper by hand: recovery codes, tickets and envelopes, in Crockford's
 * base32 (no I, L, O or U). Knows nothing of hashes, nor of full-width characters. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define CODE_ALPHABET         "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#define RECOVERY_CODE_SYMBOLS 10 /* 50 bits, shown as XXXXX-XXXXX */
#define TEMPORARY_SYMBOLS     8  /* 40 bits, shown as XXXX-XXXX; one is no digit */
#define TICKET_SYMBOLS        12 /* 60 bits, shown as XXXX-XXXX-XXXX */
#define ENVELOPE_CODE_SYMBOLS 16 /* 80 bits, shown as XXXX-XXXX-XXXX-XXXX */
#define CODE_SYMBOLS_MAX      16
#define CODE_SYMBOLS_SIZE     (CODE_SYMBOLS_MAX + 1)
#define CODE_TEXT_SIZE        (CODE_SYMBOLS_MAX + 3 + 1)

/* One symbol for each of n random bytes, and NUL; n is at most CODE_SYMBOLS_MAX. */
void code_text_make(const uint8_t *random, size_t n, char ret[CODE_SYMBOLS_SIZE]);

/* The symbols with hyphens as they are shown: groups of 4, of RECOVERY_CODE_SYMBOLS of 5. */
void code_text_group(const char *symbols, char ret[CODE_TEXT_SIZE]);

/*
 * What a person typed, as symbols: capitals, I and L as 1, O as 0, without hyphens and spaces. The
 * hash of a code is that of these symbols. Returns their number and ret, or -EINVAL where another
 * character stands or there are more than CODE_SYMBOLS_MAX or none.
 */
int code_text_normalise(const char *text, char ret[CODE_SYMBOLS_SIZE]);
