/*
 * What two codes in a row taught about the time, in a file of sekisho-verify's own account; see
 * learned_clock.h. Touches disk.
 */
#pragma once

#include "pam/learned_clock.h"
#include "pam/own_file.h"

#define LOGIN_CLOCK_FILE "login-clock" /* below /var/lib/sekisho */

/*
 * By root: makes the file where there is none, or one of another size; one that is there is left,
 * with what was learned. 0; -EPERM: it is not that owner's; or another negative errno.
 */
int login_clock_make(int folder_fd, const struct own_file_owner *owner);

/*
 * 0 and *ret: nothing learned where the file is empty or damaged; -ENOENT: there is no file;
 * -EPERM; or another negative errno.
 */
int login_clock_read(int folder_fd, struct learned_clock *ret);

/*
 * Takes one code that was looked for in the days after the floor, under the file's lock, and keeps
 * what follows from it. 0 and *ret, with LEARNED *ret_step; -ETIMEDOUT, or as login_clock_read().
 */
int login_clock_take(int folder_fd, unsigned wait_ms, const struct far_code *code,
	enum far_verdict *ret, uint64_t *ret_step);

/* Which start of the machine this is. 0 or a negative errno. */
int login_clock_boot(char ret[BOOT_ID_TEXT_SIZE]);
