/*
 * What is approved on the telephone, and the ten digits that mean it: what a terminal shows and its
 * user reads out goes, all of it, into an HMAC under a key of that desk and that terminal (OCRA,
 * RFC 6287; suite PHONE_SUITE). Whoever approves something else gives other digits. Pure; the same
 * files are in sekishod, sekisho-verify and sekisho-admin.
 *
 * What is hashed as OCRA's session information, one value a line:
 *
 *	sekisho phone 1
 *	exemption              or "login"
 *	tosu                   the site
 *	desk-17                the terminal
 *	tanaka                 the account
 *	M-00123                the medium's number; empty for a login
 *	read-only              or "read-write"; empty for a login
 *	120                    minutes; empty for a login
 *	                       2027-04-01, the day in Japan, for a login
 *	front-desk             the desk
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/login_name.h"
#include "policy/media.h"
#include "policy/ocra.h"
#include "policy/policy.h"
#include "policy/site.h"
#include "policy/verdict.h"

#define PHONE_SUITE            "OCRA-1:HOTP-SHA256-9:QN08-S512"
#define PHONE_KEY_SIZE         32
#define PHONE_CHALLENGE_DIGITS 8
#define PHONE_CODE_DIGITS      10 /* with the check digit, which is the last */
#define PHONE_DAY_SIZE         11 /* "2027-04-01" and NUL */
#define PHONE_MINUTES_MAX      (31 * 24 * 60)

#define PHONE_CHALLENGE_TEXT_SIZE 12 /* "1234-5678-9": with a check digit */
#define PHONE_CODE_TEXT_SIZE      13 /* "123-456-7890" */

/* Zero grants nothing. */
enum phone_kind {
	PHONE_NOTHING = 0,
	PHONE_EXEMPTION,
	PHONE_LOGIN, /* a code that counts for one day at the login */
};

struct phone_grant {
	enum phone_kind kind;
	char site[SITE_NAME_MAX + 1];
	char terminal[TERMINAL_NAME_MAX + 1];
	char user[ACCOUNT_NAME_MAX + 1];
	char medium[MEDIUM_NUMBER_MAX + 1];
	enum verdict access; /* READ_ONLY, or ALLOW: read and write */
	uint32_t minutes;    /* 1 to PHONE_MINUTES_MAX */
	char day[PHONE_DAY_SIZE];
	char desk[DESK_NAME_MAX + 1];
	char challenge[PHONE_CHALLENGE_DIGITS + 1];
};

/* "exemption", "login"; NULL out of range. */
const char *phone_kind_name(enum phone_kind kind);

/* The digits. 0 and ret; -EINVAL: the grant is not whole; or what hmac gave. A secret until used.
 */
int phone_code(const struct phone_grant *grant, ocra_hmac *hmac, const uint8_t key[PHONE_KEY_SIZE],
	char ret[PHONE_CODE_DIGITS + 1]);

/* Compares two codes of PHONE_CODE_DIGITS in constant time. */
bool phone_code_is_same(const char a[PHONE_CODE_DIGITS + 1], const char b[PHONE_CODE_DIGITS + 1]);

enum phone_typed {
	PHONE_TYPED_NOTHING = 0, /* no digits, or not so many */
	PHONE_TYPED_MISTYPED,    /* so many, and the check digit is another */
	PHONE_TYPED_WHOLE,
};

/*
 * Reads what was typed of a code, or of a challenge as it is read out: digits, also full-width,
 * with blanks and hyphens between, an input method's too. Only with WHOLE ret is written: the
 * challenge is without its check digit there.
 */
enum phone_typed phone_code_read(const char *text, char ret[PHONE_CODE_DIGITS + 1]);
enum phone_typed phone_challenge_read(const char *text, char ret[PHONE_CHALLENGE_DIGITS + 1]);

/* Each digit from two random bytes, so that none is likelier by more than 1 in 10,000. */
void phone_challenge_make(
	const uint8_t random[2 * PHONE_CHALLENGE_DIGITS], char ret[PHONE_CHALLENGE_DIGITS + 1]);
/* As it is read out: "1234-5678-9". */
void phone_challenge_group(const char *challenge, char ret[PHONE_CHALLENGE_TEXT_SIZE]);
/* "123-456-7890" */
void phone_code_group(const char *code, char ret[PHONE_CODE_TEXT_SIZE]);
