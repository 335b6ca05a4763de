/* Whose key it is by the other roots of a chain, where those that count do not name it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/root.h"

struct key_owner {
	uint64_t number;   /* of the root that names the key; 0: none does */
	bool is_to_come;   /* that root comes after those that count */
	char *path;        /* of its file */
	struct root *root; /* as its text says, whoever signed it: only to name persons by */
	const char *id;    /* of the person, in root */
};

/*
 * Looks through the chain that the file path, a root of that number, is part of. What comes before
 * newest is asked first, from the newest on. *ret is for key_owner_clear(); where there is no chain
 * or no root of it names the key, its number is 0.
 */
void key_owner_find(const char *path, uint64_t number, uint64_t newest, const char *fingerprint,
	struct key_owner *ret);
void key_owner_clear(struct key_owner *owner);
