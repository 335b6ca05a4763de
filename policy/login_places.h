/*
 * Where the login keeps what it knows of people: sekisho-unseal makes it, sekisho-verify asks it,
 * and the doctor looks whether it is there.
 */
#pragma once

#define STATE_FOLDER   "/var/lib/sekisho"
#define RECORDS_FOLDER "second-factor"    /* below it: a file for each person, user_file.h */
#define SECRETS_FOLDER "/run/sekisho-otp" /* in memory: a secret for each person, open */

/* Below the last: the key of each desk that approves by telephone, for sekishod; and those that may
 * let somebody in, for sekisho-verify. No account's name begins so. */
#define DESK_KEY_PREFIX  ".desk."
#define LOGIN_DESKS_FILE ".login-desks"

/* Below the first: there is something that sekisho-unseal has not seen. */
#define UNSEAL_WANTED "unseal-wanted"

/* Below the first: the private half of the terminal's key. */
#define TERMINAL_KEY_SEALED "terminal-key.cred"
