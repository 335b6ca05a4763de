/*
 * The terminals of a tier's folder and who has which token there: what lies in TIER/terminals, read
 * without secrets, so that thousands fit into memory; and what is to become of the tokens' dates.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/admin/name_index.h"
#include "policy/site.h"
#include "policy/tokens.h"

#define REGISTER_NO_TOKEN UINT32_MAX

struct register_terminal {
	char name[TERMINAL_NAME_MAX + 1];
	char *folder;     /* NULL: only the register knows it; its folder is gone */
	bool is_unsigned; /* its tokens.ini, from a run before, or by hand */
};

struct register_token {
	char user[ACCOUNT_NAME_MAX + 1];
	char number[TOKEN_NUMBER_MAX + 1];
	enum code_kind type;
	uint32_t terminal;                /* its place in terminals */
	struct token_dates before, after; /* in the document, and as they are to be */
	bool is_removed;                  /* is to be: it would never have counted */
	uint32_t next;                    /* another one of the account, or REGISTER_NO_TOKEN */
};

struct register_fleet {
	struct register_terminal *terminals; /* those with a folder by name, and then others */
	size_t n_terminals, room_terminals;
	struct register_token *tokens; /* by terminal, and in the order of each document */
	size_t n_tokens, room_tokens;
	struct name_index by_name, by_account; /* of terminals; of each account's first token */
};

/* Reads FOLDER/terminals. EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining; for
 * register_fleet_clear() in every case. */
int register_fleet_read(const char *folder, struct register_fleet *ret);
void register_fleet_clear(struct register_fleet *fleet);

/* Adds a terminal of which there is only a name. 0 and *ret, or -ENOMEM. */
int register_fleet_add(struct register_fleet *fleet, const char *name, uint32_t *ret);

/* The account's first token, or REGISTER_NO_TOKEN. */
uint32_t register_fleet_first(const struct register_fleet *fleet, const char *account);
/* Its token at a terminal, of those that are not to be removed, or NULL. */
struct register_token *register_fleet_find(
	const struct register_fleet *fleet, const char *account, uint32_t terminal);

bool register_token_is_other(const struct register_token *token);
