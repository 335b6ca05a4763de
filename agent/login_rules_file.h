/*
 * The rules of logins that were compiled out of the policy, where sekisho-verify reads them.
 * Touches disk. Refuses to know which policy is in force.
 */
#pragma once

#include "policy/login_rules.h"

/*
 * Makes rules those of the file, durably; those that it held are kept as the last ones where they
 * can be read. 1: they are others than before, 0: it said the same, and nothing was written; or a
 * negative errno, and what it held holds on.
 */
int login_rules_file_write(int state_fd, const struct login_rules *rules);

/* 0 and *ret: those that it holds, else the last ones; or a negative errno. */
int login_rules_file_read(int state_fd, struct login_rules *ret);

/* No policy was ever seen: there are none, and none before. 0 or a negative errno. */
int login_rules_file_remove(int state_fd);
