/* What changes between two documents, in words on stdout. Each returns how many lines it printed:
 * 0 is no difference. Comments, order and line numbers are none. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/media_index.h"
#include "policy/policy.h"
#include "policy/tokens.h"

/* Of any kind: whom it is for, its numbers, since and until when. */
size_t diff_header(const struct document_header *old, const struct document_header *new);

/* Values of keys, of all sections without rules. */
size_t diff_settings(const struct policy *old, const struct policy *new);

/* What is let in: device classes, [device] rules, and lists of other sections. */
size_t diff_rules(const struct policy *old, const struct policy *new);

/* Example devices that are judged differently, each named by what people call it, and the devices
 * of all [device] rules. What cannot be judged for want of memory is said. */
size_t diff_examples(const struct policy *old, const struct policy *new);

/* Logins that ask for less than before, by the function that the terminal judges by: "weaker: …".
 */
size_t diff_login(const struct policy *old, const struct policy *new);

/* Who gets, keeps and loses which token at a terminal; nothing of secrets. */
size_t diff_tokens(const struct tokens *old, const struct tokens *new);

/* Parts that several of them use: "allowed", "read-only", "blocked"; and whether two rules list the
 * same interfaces, in whatever order. */
const char *diff_access_word(enum verdict access);
bool diff_lists_equal(const struct device_rule *a, const struct device_rule *b);

/*
 * Of two lists of registered media, by the paths of their indexes, which were read before: which
 * media come, go or change, as far as the shards beside them tell, and which shards move. is_all:
 * every one is named.
 */
size_t diff_media(const char *old_path, const struct media_index *old, const char *new_path,
	const struct media_index *new, bool is_all);
