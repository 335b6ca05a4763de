/*
 * Asking a server for one document after the other, within a look: what each answer means for the
 * next question. Says once of each document what does not work.
 */
#pragma once

#include "agent/fetch_items.h"
#include "agent/fetch_link.h"
#include "agent/fetch_server.h"

struct fetch_asking {
	struct fetch_link *link;
	struct fetch_items *items;
	uint64_t until_ms; /* CLOCK_BOOTTIME: nothing more is asked then */
	bool asks_whole;   /* without entity tags */
	/* What came of it. */
	unsigned n_answers; /* that mean something */
	bool is_over;       /* the server is not there, or wants to be left alone */
	bool is_stopped;    /* this program is to end */
	uint32_t retry_after_s;
	struct fetch_server server;
	char why[256]; /* in words, where is_over */
};

/* 0: go on; the answer of got, whose bytes are the caller's, counts. Else the look is over. */
int fetch_ask(struct fetch_asking *asking, struct fetch_item *item, struct fetch_got *got);

/* The document into the spool, if it is another. FETCH_NO_ANSWER: the look is over. */
enum fetch_answer fetch_ask_and_take(struct fetch_asking *asking, struct fetch_item *item);

/* Whether nothing more is to be asked or sent in this look; ends it where it takes too long. */
bool fetch_is_over(struct fetch_asking *asking);

/* Complains of a document, once; why NULL: it is as it should be. */
void fetch_complain(struct fetch_item *item, const char *why);

/* What an answer is to those who ask how the server is doing; what is none of a server's mistakes
 * is UNKNOWN. Sets is_over where it is one. */
void fetch_judge_answer(struct fetch_asking *asking, const struct fetch_got *got);
