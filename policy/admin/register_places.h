/* Sets of terminals, and how they stand in a cell: apart by spaces, commas or 、. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/admin/register_fleet.h"
#include "policy/site.h"

/* A set of terminals, sorted by their place. */
struct register_places {
	uint32_t *at;
	size_t n;
};

bool register_places_has(const struct register_places *places, uint32_t terminal);
/* Puts one in, once. 0 or -ENOMEM. */
int register_places_add(struct register_places *places, uint32_t terminal);
bool register_places_are_same(const struct register_places *a, const struct register_places *b);
int register_places_copy(const struct register_places *from, struct register_places *ret);
void register_places_clear(struct register_places *places);
/* "desk-17 desk-18", for free(); NULL without memory. */
char *register_places_text(
	const struct register_fleet *fleet, const struct register_places *places);
/*
 * Takes the next word off a cell in which several stand, apart by spaces, commas or 、. False at
 * the end. Longer words are cut.
 */
bool register_places_next(const char **cursor, char ret[TERMINAL_NAME_MAX + 2]);
