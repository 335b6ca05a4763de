/*
 * What a vendor of tokens delivers: their numbers and secrets, and sometimes whose they are. The
 * file stays where the administrator keeps it; nothing of it is copied but what is sealed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/admin/token_make.h"
#include "policy/tokens.h"

#define DELIVERY_SIZE_MAX  (16 * 1024 * 1024)
#define DELIVERY_MAX       10000 /* tokens in one file */
#define DELIVERY_UNFIT_MAX 160   /* bytes of a reason, with its NUL */

struct delivered {
	char user[ACCOUNT_NAME_MAX + 1]; /* "": the file does not say */
	char number[TOKEN_NUMBER_MAX + 1];
	enum code_kind type;
	enum code_hash hash;
	uint8_t digits;
	uint16_t period_s;
	uint64_t count;
	int64_t begins_s, ends_s; /* when it may be used; 0: always */
	uint8_t secret[CODE_SECRET_MAX];
	size_t secret_size;
	unsigned line;                  /* of the file: a row of CSV */
	char unfit[DELIVERY_UNFIT_MAX]; /* why it cannot be used here, or "" */
};

struct delivery {
	struct delivered *items; /* with room for DELIVERY_MAX */
	size_t n;
	bool is_signed; /* by whom, nobody looked */
};

/* Makes room. 0, or -ENOMEM. */
int delivery_begin(struct delivery *ret);
/* Wipes and frees. */
void delivery_clear(struct delivery *delivery);

/* Makes it somebody's. */
void delivery_hand_out(
	const struct delivered *delivered, const char *user, struct token_handout *ret);
