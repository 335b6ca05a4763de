/*
 * The floor of trusted time for sekisho-verify, which cannot read the documents that prove it.
 * Touches disk.
 */
#pragma once

#include <stdint.h>

#define LOGIN_FLOOR_FILE "login-floor"

/*
 * Writes the line "FLOOR" and the line with its checksum(), 8 hexadecimal digits; readable by all.
 * floor_s: seconds since 1970-01-01 UTC, not negative. 0 or a negative errno.
 */
int login_floor_write(int state_fd, int64_t floor_s);
