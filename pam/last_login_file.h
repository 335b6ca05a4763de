/*
 * What is remembered of a person's last login: a file beside the record, because whom policy asks
 * for no code has none. No lock: nobody can hold up what somebody else is told. Touches disk.
 */
#pragma once

#include "pam/last_login.h"

#define LAST_LOGIN_FOLDER "last-login" /* below /var/lib/sekisho, of _sekisho-otp, 0700 */

/*
 * 0, *ret and *ret_wrong, the wrong codes since; -ENOENT: none is remembered; -EBADMSG: it is
 * damaged; or another negative errno.
 */
int last_login_read(int folder_fd, const char *user, struct last_login *ret, unsigned *ret_wrong);

/* Remembers another one, durably, and forgets the wrong codes. 0 or a negative errno: then the one
 * before may still be there. */
int last_login_write(int folder_fd, const char *user, const struct last_login *login);

/*
 * One more wrong code; where no login is remembered it is not counted. Not made durable: a power
 * cut may lose it here, not in the records. 0 or a negative errno.
 */
int last_login_count_wrong(int folder_fd, const char *user);
