/*
 * The rules of logins that sekishod compiled, as sekisho-verify finds them: those of the policy, or
 * the last good ones, or the strict ones. Touches disk.
 */
#pragma once

#include "policy/login_rules.h"
#include "policy/login_run.h"

enum rules_found {
	RULES_STRICT = 0, /* a policy was there, or that cannot be known, and nothing can be read */
	RULES_OF_POLICY,
	RULES_LAST_GOOD, /* the newer ones are damaged */
	RULES_NONE,      /* no policy was ever seen: a login is as before installation */
};

/*
 * folder_fd: of /var/lib/sekisho, or a negative errno that opening it gave. *ret becomes the rules
 * that hold; with NONE they are not asked for. Cannot fail.
 */
enum rules_found rules_file_read(int folder_fd, struct login_rules *ret);

/*
 * What sekishod saw of the terminal's time, as it wrote it last. 0 and *ret, zeros where there is
 * no such file; -EBADMSG, or another negative errno.
 */
int rules_file_run(int folder_fd, struct login_run *ret);

/* The floor of trusted time that sekishod wrote last, seconds since 1970; 0: none can be read. */
int64_t rules_file_floor_s(int folder_fd);
