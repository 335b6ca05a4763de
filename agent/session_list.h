/*
 * Which sessions the core is told of where this machine has more than it takes: none that an
 * exemption hangs on may give way to one that came by ssh, however many of those there are. Pure.
 */
#pragma once

#include "agent/core.h"

/* The later one stays. */
enum session_rank {
	SESSION_ELSEWHERE = 0,
	SESSION_SEATED, /* at a seat of this machine */
	SESSION_BOUND,  /* an exemption was used in it first */
	SESSION_ACTIVE, /* at the screen of seat0 */
};

struct session_list {
	struct core_session items[CORE_SESSIONS_MAX];
	enum session_rank ranks[CORE_SESSIONS_MAX];
	size_t n;
};

/* Whether an exemption of the core's is bound to that session of that user. */
bool session_is_bound(const struct core *core, const struct core_session *session);

/* Puts it behind the others. In a full list the last one of the lowest rank below its own goes; if
 * there is none, the session is not taken. */
void session_list_add(
	struct session_list *list, const struct core_session *session, enum session_rank rank);
