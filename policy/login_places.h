/*
 * Where the login keeps what it knows of people: sekisho-unseal makes it, sekisho-verify asks it,
 * and the doctor looks whether it is there.
 */
#pragma once

#define STATE_FOLDER   "/var/lib/sekisho"
#define RECORDS_FOLDER "second-factor"    /* below it: a file for each person, user_file.h */
#define SECRETS_FOLDER "/run/sekisho-otp" /* in memory: a secret for each person, open */

/* Below the first: there is something that sekisho-unseal has not seen. */
#define UNSEAL_WANTED "unseal-wanted"

/* Below the first: the private half of the terminal's key. */
#define TERMINAL_KEY_SEALED "terminal-key.cred"
