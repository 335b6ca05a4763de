/*
 * What a set-user-id program takes over from whoever starts it, and gets rid of before it does
 * anything. Afterwards no signal, limit, timer or descriptor of the caller reaches it, but those
 * that only end it. Touches the process.
 */
#pragma once

#include <sys/types.h>

/*
 * Becomes the account that owns the program, in all three ids, so that its caller can neither stop
 * nor kill it. Returns 0 and the caller's real uid, or a negative errno.
 */
int verify_process_secure(uid_t *ret_caller);

/* While it waits for a person it may live for as long as that takes; then its time is short again.
 */
void verify_process_rest(void);
void verify_process_wake(void);
