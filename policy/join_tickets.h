/*
 * tickets.ini: the tickets that administrators handed out, in TIER beside policy.ini, readable by
 * them alone and never published. It has what authenticates a request, not the tickets themselves.
 * Canonical INI without signatures. Pure.
 *
 *	[tickets]
 *	site = tosu
 *	tier = my-number
 *
 *	[ticket t-7k3m9q2x]         the number of T-7K3M9Q2X, as sections are written
 *	key = 32 bytes in base64    join_ticket_key()
 *	made = 2026-11-23T10:00:00+09:00
 *	until = 2026-12-31T23:59:59+09:00
 *	count = 300                 so many terminals may join with it …
 *	used = 12                   … and so many did
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"
#include "policy/join_ticket.h"
#include "policy/problem.h"

#define TICKETS_SIZE_MAX (256 * 1024) /* bytes of the file */
#define TICKETS_MAX      500
#define TICKET_COUNT_MAX 100000

struct known_ticket {
	char id[TICKET_ID_SIZE];
	uint8_t key[TICKET_KEY_SIZE];
	int64_t made, until; /* seconds since 1970 */
	uint32_t count, used;
};

struct join_tickets {
	char site[SITE_NAME_MAX + 1], tier[TIER_NAME_MAX + 1];
	struct known_ticket items[TICKETS_MAX];
	size_t n;
};

/* As site_parse(); ret holds secrets, for join_tickets_free(). */
int join_tickets_parse(
	const char *text, size_t size, struct problems *problems, struct join_tickets **ret);
/* Wipes. */
void join_tickets_free(struct join_tickets *tickets);
/* For CLEANUP(). */
void join_tickets_cleanup(struct join_tickets **tickets);

/* The text, for the caller to wipe and free. 0; -EINVAL: it could not be read again; -ENOMEM. */
int join_tickets_write(const struct join_tickets *tickets, char **ret);

/* NULL: there is none. */
struct known_ticket *join_tickets_find(struct join_tickets *tickets, const char *id);

/* REFUSED is zero. */
enum ticket_standing {
	TICKET_REFUSED = 0, /* no such ticket */
	TICKET_COUNTS,
	TICKET_USED_UP,
	TICKET_OVER,
};

/* Whether one more terminal may join with it now; ticket may be NULL. */
enum ticket_standing ticket_standing(const struct known_ticket *ticket, int64_t now_s);
