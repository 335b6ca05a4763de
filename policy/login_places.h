/* Where sekisho-verify and sekisho-unseal keep what they know of people. */
#pragma once

#define STATE_FOLDER   "/var/lib/sekisho"
#define RECORDS_FOLDER "second-factor"    /* below it: a file for each person, user_file.h */
#define SECRETS_FOLDER "/run/sekisho-otp" /* in memory: a secret for each person, open */
