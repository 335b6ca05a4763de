/* What kinds of tokens there are: shared by the documents that bring them and those who judge
 * codes. */
#pragma once

#define CODE_DIGITS_MIN 6
#define CODE_DIGITS_MAX 8
#define CODE_SECRET_MIN 16 /* 128 bits: RFC 4226, R6 */
#define CODE_SECRET_MAX 64

enum code_kind {
	CODE_NONE = 0,
	CODE_TOTP,
	CODE_HOTP,
};

enum code_hash {
	CODE_SHA1 = 1,
	CODE_SHA256,
	CODE_SHA512,
};
