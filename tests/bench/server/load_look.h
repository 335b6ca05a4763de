/*
 * One look of a simulated terminal: the questions that sekisho-fetch asks, one after the other over
 * one TLS connection, as non-blocking steps.
 */
#pragma once

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

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
	bool keeps_connection;
};

struct load_terminal {
	uint64_t begun_us;
	SSL *ssl; /* NULL: not connected */
	int fd;
	unsigned number;
	uint32_t body_left; /* of the answer that is being read */
	uint16_t head_size;
	uint8_t question;
	bool has_asked, has_news, is_handshaken;
	char head[512]; /* of an answer; longer ones are failures */
};

/* AGAIN: when the descriptor is ready, for *ret_events of epoll. */
enum load_step { LOAD_FAILED = 0, LOAD_AGAIN, LOAD_DONE };

struct load_counts {
	uint64_t questions, bytes, handshakes, full_answers;
};

/* Connects where it must and goes on; a new look begins with begun_us set and question 0. */
enum load_step load_look(const struct load_target *target, struct load_terminal *terminal,
	uint32_t *ret_events, struct load_counts *counts);
void load_hang_up(struct load_terminal *terminal);

/* Asks each question once, waiting, and keeps the entity tags. 0 or a negative errno. */
int load_learn(struct load_target *target);
