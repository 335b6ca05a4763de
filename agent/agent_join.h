/* A request to join, as agent_join.c keeps it. Only struct agent has it. */
#pragma once

#include <stdbool.h>

/* "join-HHHHHHHHHHHHHHHH.ini" and NUL. */
#define JOIN_NAME_SIZE 26

struct agent_join {
	char name[JOIN_NAME_SIZE]; /* in up/; empty: none waits there */
	bool is_ticket_bad;
	const char *waits_for; /* static; NULL: for nothing */
	int error;             /* said already */
};
