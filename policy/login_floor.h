/*
 * The floor of trusted time for sekisho-verify, which cannot read the documents that prove it: a
 * file of two lines, "FLOOR" and its checksum() in 8 hexadecimal digits. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define LOGIN_FLOOR_FILE "login-floor" /* below /var/lib/sekisho, of root, readable by all */
#define LOGIN_FLOOR_SIZE 48            /* the most that it takes, with its NUL */

/* floor_s: seconds since 1970-01-01 UTC, not negative. Returns the bytes, without the NUL. */
size_t login_floor_encode(int64_t floor_s, char ret[LOGIN_FLOOR_SIZE]);
/* 0 and *ret_s, or -EBADMSG: anything but the whole of such a file. */
int login_floor_decode(const char *text, size_t size, int64_t *ret_s);
