/*
 * The terminals of a tier that joined, as the administrators keep them: TIER/terminals/NAME/
 * terminal.ini. 100,000 of them are read in seconds and found by hash.
 */
#pragma once

#include <stddef.h>

#include "policy/admin/name_index.h"
#include "policy/terminal_entry.h"

#define TERMINAL_LIST_MAX 1000000
#define TERMINAL_INI      "terminal.ini"

struct terminal_list {
	struct terminal_entry *items; /* by name */
	size_t n;
	struct name_index by_name, by_key, by_certificate;
};

/*
 * Reads them; ret is for terminal_list_clear() in every case. EXIT_DONE. EXIT_NO: some were
 * complained of (mistakes, the name of another, a key that another has too) and left out; the
 * others are there. EXIT_UNKNOWN after complaining. A tier without terminals has an empty list.
 */
int terminal_list_read(const char *tier_folder, struct terminal_list *ret);
void terminal_list_clear(struct terminal_list *list);

/* Also of those that are retired; NULL: there is none. */
const struct terminal_entry *terminal_list_by_name(
	const struct terminal_list *list, const char *name);
const struct terminal_entry *terminal_list_by_key(
	const struct terminal_list *list, const char *fingerprint);
const struct terminal_entry *terminal_list_by_certificate(
	const struct terminal_list *list, const char *certificate);

/* One entry, whose file must name it so. EXIT_DONE with *ret; EXIT_NO after complaining of
 * mistakes; EXIT_UNKNOWN: it cannot be read, or is not there. */
int terminal_entry_read(const char *path, const char *name, struct terminal_entry *ret);

/* Its path, for free(); NULL: no memory. */
char *terminal_entry_path(const char *tier_folder, const char *name);
