/*
 * What a person's record says of the token, as bytes. Made when the record is made, and never
 * written in place. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "pam/code.h"
#include "policy/tokens.h"

#define USER_HEAD_SIZE    2048
#define TOKEN_SERIAL_SIZE (TOKEN_NUMBER_MAX + 1) /* printable ASCII */

/* Of the token all but its secret, which is sealed elsewhere. */
struct user_head {
	struct code_token token;
	char serial[TOKEN_SERIAL_SIZE]; /* what the ledger calls the token */
	uint32_t reset; /* token_entry.reset of the document that this was made by */
	struct token_dates dates;
	struct token_ticket ticket, temporary;
	char recovery[RECOVERY_CODES_MAX][CODE_HASH_TEXT_SIZE];
	size_t n_recovery;
};

/* 0 and ret, or -EINVAL: more recovery codes than there can be, a text without its NUL, dates that
 * cannot be, or half a ticket or same-day code. */
int user_head_encode(const struct user_head *head, uint8_t ret[USER_HEAD_SIZE]);

/* 0 and *ret, or -EBADMSG: not one byte of it is believed. */
int user_head_decode(const uint8_t bytes[USER_HEAD_SIZE], struct user_head *ret);

/* Bit i of spent is about the recovery code i of old (of the others see enrolment.h); the same of
 * those of new that it has too. */
uint16_t user_head_carry_spent(
	uint16_t spent, const struct user_head *old, const struct user_head *new);
