/*
 * One look of a simulated terminal: what waits goes up, over a connection of its own as in
 * sekisho-fetch, and then the questions that sekisho-fetch asks, one after the other over one TLS
 * connection; all as non-blocking steps.
 */
#pragma once

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#include "agent/fetch_pace.h"
#include "tests/bench/server/load_identity.h"

#define LOAD_QUESTIONS_MAX 12
#define LOAD_ETAG_MAX      64
#define LOAD_NAME_MAX      80

/* What all of them ask. */
struct load_question {
	char name[LOAD_NAME_MAX]; /* below PREFIX/sekisho/SITE; "%s" is the terminal */
	char etag[LOAD_ETAG_MAX]; /* as the server gave it, with its quotes; empty: it has none */
	bool is_news;             /* at its next look each terminal lacks it */
};

struct load_target {
	struct sockaddr_in address;
	SSL_CTX *tls;
	const char *site; /* "/sekisho/tosu" */
	struct load_question questions[LOAD_QUESTIONS_MAX];
	unsigned n_questions;
	struct load_identities identities; /* terminal N shows number N modulo of them */
	unsigned report_size;              /* bytes; 0: nothing goes up */
	bool keeps_connection;
};

struct load_connection {
	SSL *ssl; /* NULL: there is none */
	int fd;
	bool is_handshaken;
};

struct load_terminal {
	uint64_t begun_us, started_us; /* of its look: when it was due, and when it was its turn */
	struct load_connection down, up;
	struct fetch_retry failed; /* in ms of the clock of begun_us */
	uint64_t calm_us;          /* what goes up waits until then */
	unsigned number;
	uint32_t body_left; /* of the answer that is being read */
	uint16_t head_size;
	uint8_t question;
	bool has_asked, has_news, has_report, is_sending;
	char head[512]; /* of an answer; longer ones are failures */
};

/* AGAIN: when the descriptor is ready, for *ret_events of epoll. REFUSED: of what went up. */
enum load_step { LOAD_FAILED = 0, LOAD_REFUSED, LOAD_AGAIN, LOAD_DONE };

struct load_counts {
	uint64_t questions, bytes, handshakes, full_answers, reports, refused;
};

/* Connects where it must and goes on; a new look begins by load_begin(). */
void load_begin(struct load_terminal *terminal, uint64_t due_us, uint64_t now_us);
enum load_step load_look(const struct load_target *target, struct load_terminal *terminal,
	uint32_t *ret_events, struct load_counts *counts);

/* The descriptor that load_look() waits for. */
int load_descriptor(const struct load_terminal *terminal);

void load_hang_up(struct load_connection *connection);

/* Asks each question once, waiting, and keeps the entity tags. 0 or a negative errno. */
int load_learn(struct load_target *target);
