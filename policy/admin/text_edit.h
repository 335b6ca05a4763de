/*
 * Changes in the text of a document, place by place, so that comments and order stay as their
 * author wrote them. Knows form, and no word of any document.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/canonical.h"

/* A canonical text on the heap. Released by text_free(). */
struct text {
	char *bytes;
	size_t size;
};

/* A section: "[type]" where name is NULL. */
struct text_section {
	const char *type, *name;
};

int text_copy(const char *bytes, size_t size, struct text *ret);
void text_free(struct text *text);

bool text_has_section(const struct text *text, struct text_section section);

#define TEXT_NAME_SIZE (CANONICAL_SECTION_MAX + 1)

/* The name in the section "[type NAME]" number index, from 0, of that type. 0 or -ENOENT. */
int text_section_name(
	const struct text *text, const char *type, size_t index, char ret[TEXT_NAME_SIZE]);

/* Each returns 0, -ENOMEM, -ENOENT where the section or the key is not there, or -EBADMSG where the
 * text is not canonical; the text is changed only on 0. */

/* The value of the key; for free(). */
int text_get(const struct text *text, struct text_section section, const char *key, char **ret);
int text_set(struct text *text, struct text_section section, const char *key, const char *value);
int text_set_number(
	struct text *text, struct text_section section, const char *key, uint64_t number);
/* A line of its own behind the last key of the section. */
int text_add_key(
	struct text *text, struct text_section section, const char *key, const char *value);
int text_remove_key(struct text *text, struct text_section section, const char *key);

/* Puts lines, whole ones, behind the last section of that type, with an empty line before. */
int text_add_section(struct text *text, const char *type, const char *lines);

/* Takes the section away, header to last key, and what is empty behind. Comments above it stay. */
int text_remove_section(struct text *text, struct text_section section);

/* Adds to or takes from a value that lists words with one space between. -EEXIST where the word is
 * there already, -ENOENT where it is not. */
int text_add_word(
	struct text *text, struct text_section section, const char *key, const char *word);
int text_remove_word(
	struct text *text, struct text_section section, const char *key, const char *word);
