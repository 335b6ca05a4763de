/*
 * Who works in which session of this terminal, by the code that was typed last in it; and the file
 * that keeps it while sekishod starts anew. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/login_name.h"

#define OPERATORS_MAX         16 /* sessions with one, at once */
#define OPERATOR_SESSION_SIZE 64 /* of logind's name of a session */
#define OPERATORS_FILE_SIZE   4096

/* Session and uid: logind may give the name of a session that ended to another one. */
struct operator
{
	char session[OPERATOR_SESSION_SIZE];
	uint32_t uid;
	char user[ACCOUNT_NAME_MAX + 1];
	int64_t since_ms; /* since 1970 */
};

struct operators {
	struct operator items[OPERATORS_MAX];
	size_t n;
};

/* NULL: nobody said who works there. Valid until the next change. */
const struct operator*
	operators_find(const struct operators *operators, const char *session, uint32_t uid);

/* Instead of the one before in that session. 0, -ENOSPC, or -EINVAL: a name that cannot be. */
int operators_set(struct operators *operators, const struct operator* operator);

/* The one in that session, of whatever uid, goes. */
void operators_end(struct operators *operators, const char *session);

/* All of them, as a file of this boot. Returns the size. */
size_t operators_encode(
	const struct operators *operators, const char *boot_id, char ret[OPERATORS_FILE_SIZE]);

/* 0 and *ret; -ESTALE: of another boot, whose sessions are gone; -EBADMSG: not one line is
 * believed. */
int operators_decode(const char *text, size_t size, const char *boot_id, struct operators *ret);
