/*
 * What sekisho-pskc is asked, and what it answers: lines, their cells parted by a TAB.
 *
 * It is asked on stdin: "none", "key" or "password" and, after a space, how many bytes of that
 * follow the line feed; then these bytes, and then the document.
 *
 *	token LINE NUMBER TYPE HASH DIGITS PERIOD COUNT BEGIN END SECRET
 *	unfit LINE NUMBER WHY             a key that is none of a token here
 *	signed                            there is a signature, which nobody checked
 *	locked key|password NAME          that is needed, and was not given; the only line
 *	read LINE COLUMN READ WHAT        a problem: WHAT would be right in place of READ
 *	missing LINE COLUMN WHAT          a problem: WHAT is to be added
 *	end N                             behind N lines: nothing was cut off
 *
 * TYPE is totp or hotp, HASH sha1, sha256 or sha512; BEGIN and END are seconds since 1970 or 0;
 * SECRET is hexadecimal. Where there is a problem there is no token. sekisho-admin believes none of
 * it further than it would believe the file.
 */
#pragma once

#define PSKC_ROWS_TOKEN    "token"
#define PSKC_ROWS_UNFIT    "unfit"
#define PSKC_ROWS_SIGNED   "signed"
#define PSKC_ROWS_LOCKED   "locked"
#define PSKC_ROWS_READ     "read"    /* a problem with what stands there */
#define PSKC_ROWS_MISSING  "missing" /* a problem with what does not */
#define PSKC_ROWS_END      "end"
#define PSKC_ROWS_NONE     "none"
#define PSKC_ROWS_KEY      "key"
#define PSKC_ROWS_PASSWORD "password"
