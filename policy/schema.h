/*
 * Typed reading by tables: which sections and keys a document has, of which type and range each
 * value is, and where it goes. Adds a problem for all that the table does not name.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/ini_document.h"
#include "policy/nearest.h"
#include "policy/problem.h"

struct schema_key;

/* Reads one value into ret, or adds a problem. The readers of value.h, or a document's own. */
typedef void (*schema_reader)(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

struct schema_key {
	const char *key;
	schema_reader read;
	bool is_required;
	size_t offset;            /* of the destination in the section's structure */
	size_t size;              /* of the destination in bytes */
	uint64_t min, max;        /* of a number, or of a duration in seconds */
	const char *const *words; /* of an enum, indexed by value */
	size_t n_words;
	const char *constant; /* the only right value */
};

struct schema_section {
	const char *type;
	bool is_named; /* "[type NAME]" */
	bool is_required;
	const struct schema_key *keys;
	size_t n_keys;
	/* For keys that follow a pattern: false when it does not know the key. */
	bool (*read_other)(const struct ini_entry *entry, struct problems *problems, void *ret);
	/* Of a bool in the document that says whether the section is there; 0: none, because every
	 * document begins with its header. */
	size_t is_there_at;
	size_t at;              /* where in the document the structure is that the keys go to */
	const char *other_keys; /* how the message names them: "allow-1 …" */
	/* Offers those of them that are words, for the message about a mistyped key; or NULL. */
	void (*offer_other)(struct nearest *nearest);
	/* Gives another structure that the keys go to, or NULL after adding a problem. */
	void *(*begin)(
		const struct ini_section *section, struct problems *problems, void *document);
};

/*
 * Reads document by the table. The first section of the table must come first in the document.
 * What is wrong goes to problems, with the nearest known word where one is near; ret (the
 * document's structure) is then half filled.
 */
void schema_read(const struct ini_document *document, const struct schema_section *sections,
	size_t n_sections, struct problems *problems, void *ret);

/* Adds a problem at the place of a value. */
#define value_problem(problems, entry, ...) \
	problems_add(problems, (entry)->line, (entry)->column, (entry)->value, \
		strlen((entry)->value), __VA_ARGS__)
