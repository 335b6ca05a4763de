/*
 * How often sekisho-fetch looks at its source. Pure: knows neither clock nor files.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* IDLE is zero: who says nothing is not hurried for. */
enum fetch_pace { FETCH_IDLE = 0, FETCH_WAITING, FETCH_ACTIVE };

/* What sekishod says in its file "pace". */
struct fetch_wish {
	enum fetch_pace pace;
	uint64_t events; /* media that came and people who logged in: each is worth a look */
};

#define FETCH_WISH_SIZE 48 /* of the text, with its NUL */

/* The file: "waiting" and "event 12", each with its LF; the second line may be absent. Anything
 * else is zeros. */
struct fetch_wish fetch_wish_parse(const char *text, size_t size);
void fetch_wish_format(const struct fetch_wish *wish, char ret[FETCH_WISH_SIZE]);

/* Whether somebody waits who did not when it said before. */
bool fetch_wish_is_news(const struct fetch_wish *before, const struct fetch_wish *after);

/*
 * Until the next look after one that went well: 60 s, 2 s or 5 s, and up to a fifth more or less of
 * it by random, which is any number: so that 2,300 terminals that were switched on together do not
 * ask together.
 */
uint64_t fetch_pace_wait_ms(enum fetch_pace pace, uint32_t random);

/* At most what a server's Retry-After is followed for. */
#define FETCH_RETRY_AFTER_MAX_S 3600
/* And where somebody waits: he would ask by telephone by then. */
#define FETCH_RETRY_AFTER_HURRIED_MAX_S 60

/*
 * Until the next look after n_failures of them in a row, 1 or more. Never less than the wait above
 * without its chance, and in the mean twice that, four times that and so on up to 15 minutes (1
 * minute while an exemption is in use, 15 s while somebody waits); spread evenly over all of it,
 * the longest wait too, so that terminals that lost the server together come back one by one. Not
 * before retry_after_s, within the bounds above; 0: the server said nothing.
 */
uint64_t fetch_pace_retry_ms(
	enum fetch_pace pace, unsigned n_failures, uint32_t retry_after_s, uint32_t random);

/* The first look at a server, as CLOCK_BOOTTIME: at random within two minutes of the start of this
 * PC, or within 20 s of now where that is past. */
uint64_t fetch_pace_first_ms(uint64_t now_ms, uint32_t random);

/* How long what is in no hurry waits before it goes up, after a failure. */
uint64_t fetch_pace_up_ms(uint32_t random);

/* What failed so often in a row, and when it may be tried again; all zeros: at once. */
struct fetch_retry {
	unsigned n_failures;
	uint64_t not_before_ms;
};

void fetch_retry_failed(struct fetch_retry *retry, enum fetch_pace pace, uint32_t retry_after_s,
	uint64_t now_ms, uint32_t random);
