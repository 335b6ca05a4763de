/*
 * How often somebody may guess, at this terminal, the code of one person whom he wants to be the
 * operator: apart from the tries of that person's own logins, which it neither uses up nor adds to.
 * A small file a person, of the helper's own account. Touches disk.
 */
#pragma once

#include <stdint.h>

#include "pam/attempt.h"

#define OPERATOR_FOLDER "operator" /* below the state folder; 0700, of the helper's account */

struct operator_budget {
	int fd; /* holds the lock */
	struct attempts attempts;
};

/*
 * Opens the person's file, which is made where there is none, and waits for its lock, so long at
 * most. What cannot be read counts as locked from now on: nobody gains by damage. 0 and *ret;
 * -ETIMEDOUT, -EPERM, or another negative errno.
 */
int operator_budget_open(int folder_fd, const char *user, const struct attempt_rules *rules,
	int64_t now_s, unsigned wait_ms, struct operator_budget *ret);

/* Returns when it is durable: 0 or a negative errno. */
int operator_budget_write(const struct operator_budget *budget);

/* Gives the lock back. */
void operator_budget_close(struct operator_budget *budget);
