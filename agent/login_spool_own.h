/*
 * Spools of what people's own programs asked about themselves, a file for each uid: taken a minute
 * after their first line, so that nobody fills the records with himself, and passed over where
 * their owner holds them. Touches disk.
 */
#pragma once

#include <stdint.h>

#define LOGIN_SPOOL_OWN_NAME_SIZE 24
#define LOGIN_SPOOL_OWN_WAIT_MS   (60 * 1000ull)

/*
 * Looks for one that is to be taken now. The fd of the file, under its lock, and its name;
 * -ENOENT: there is none, and *ret_wait_ms says when to look again, 0: not because of these; or
 * another negative errno.
 */
int login_spool_own_find(int folder_fd, uint64_t boottime_ms,
	char ret_name[LOGIN_SPOOL_OWN_NAME_SIZE], uint64_t *ret_wait_ms);
