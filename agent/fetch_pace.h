/*
 * How often sekisho-fetch looks at its source. Pure: knows neither clock nor files.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What sekishod says in its file "pace". IDLE is zero: who says nothing is not hurried for. */
enum fetch_pace { FETCH_IDLE = 0, FETCH_WAITING, FETCH_ACTIVE };

/* The file: a word and its LF. Anything else is FETCH_IDLE. */
enum fetch_pace fetch_pace_parse(const char *text, size_t size);

/* The word of it; that of FETCH_IDLE is "idle". */
const char *fetch_pace_name(enum fetch_pace pace);

/*
 * Until the next look: 60 s, 2 s or 5 s, and up to a fifth more or less of it by random, which is
 * any number: so that 2,300 terminals that were switched on together do not ask together.
 */
uint64_t fetch_pace_wait_ms(enum fetch_pace pace, uint32_t random);
