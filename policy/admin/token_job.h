/* What the token officer asks for, done to the tokens documents of some terminals at once. */
#pragma once

#include <stdbool.h>

#include "policy/admin/token_make.h"
#include "policy/admin/token_terminal.h"

#define TOKEN_TERMINALS_MAX 64

struct token_job {
	const char *terminals[TOKEN_TERMINALS_MAX]; /* terminal-key.ini, or its folder */
	size_t n_terminals;
	struct token_time time;
	struct token_handout *handouts; /* new tokens, with their secrets */
	size_t n_handouts;
	struct token_dates dates; /* of them; 0: as the person's were, or TOKEN_DATE_NONE */
	bool is_key_new;          /* tokens.ini is sealed to a key that the terminal has no more */
	bool is_for_all; /* then: handouts has room for TOKENS_MAX, and whoever was in it gets one
			  */
	bool is_again;   /* what is there already is sealed anew; of bought tokens */
	bool is_secret_shown; /* false: people have it already, in plastic */
	size_t n_envelopes;   /* 0: those that are there stay */
};

/*
 * Makes recovery codes for the handouts, changes and writes every document or, where anything is
 * wrong, none; and then prints what is handed over. EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after
 * complaining.
 */
int token_job_run(struct token_job *job);
