/*
 * What is remembered of one user's token, as bytes: two slots, written by turns, each with a
 * generation and a checksum. Whoever is killed while writing leaves the old or the new one. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pam/attempt.h"
#include "pam/code.h"

#define SLOT_SIZE 64
#define SLOTS     2

struct login_state {
	uint64_t generation; /* one more at each write */
	struct code_memory memory;
	struct attempts attempts; /* of logins that root asks about */
	struct attempts own;      /* of those that somebody asks about himself: screen lockers */
	uint16_t unlock;          /* token_entry.unlock that was done last */
	uint16_t recovery_spent;  /* bit i: the recovery code i; above them see enrolment.h */
};

void slot_encode(const struct login_state *state, uint8_t ret[SLOT_SIZE]);

/* 0 and *ret, or -EBADMSG: not one byte of it is believed. */
int slot_decode(const uint8_t bytes[SLOT_SIZE], struct login_state *ret);

struct slots_found {
	struct login_state state; /* the newest that can be read */
	unsigned next;            /* the slot to write to: the other one */
	bool is_damaged;          /* the other one cannot be read: it may have been newer */
};

/* 0 and *ret, or -EBADMSG when neither can be read or both claim to be the same. */
int slots_find(const uint8_t bytes[SLOTS][SLOT_SIZE], struct slots_found *ret);
