/*
 * terminal.ini: what the administrators keep of one terminal that joined, in
 * TIER/terminals/NAME beside its documents. Canonical INI without signatures; it is never
 * published. Pure.
 *
 *	[terminal]
 *	terminal = desk-17
 *	state = active                or retired: from then on its key speaks for nobody
 *	key = SHA256:…                its key for signing, as ssh-keygen prints it
 *	certificate = 40 hexadecimal digits: what it sends reports with (SHA-1, as nginx has it);
 *		absent where its source is a folder
 *	machine = 16 hexadecimal digits of a hash
 *	joined = 2026-11-23T10:00:00+09:00
 *	ticket = T-7K3M9Q2X           what it joined with
 *	changed = 2026-11-23T10:00:00+09:00      when the state became what it is
 *
 * Another PC under the same name ("terminal move") has an entry of its own in place of this one: a
 * key that no entry names speaks for nobody either.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/problem.h"
#include "policy/root.h"
#include "policy/site.h"

#define TERMINAL_ENTRY_SIZE_MAX (4 * 1024) /* bytes of the file */
#define CERTIFICATE_SIZE        41         /* 40 digits and NUL */
#define MACHINE_TEXT_SIZE       17         /* 16 digits and NUL */
#define TICKET_ID_SIZE          11         /* "T-" and 8 of CODE_ALPHABET, and NUL */

/* NONE is zero: a key of no state speaks for nobody. */
enum terminal_state {
	TERMINAL_NONE = 0,
	TERMINAL_ACTIVE,
	TERMINAL_RETIRED,
	TERMINAL_STATE_COUNT,
};

/* "active", …; NULL out of range. */
const char *terminal_state_name(enum terminal_state state);

struct terminal_entry {
	char terminal[TERMINAL_NAME_MAX + 1];
	enum terminal_state state;
	char key[FINGERPRINT_LENGTH + 1];
	char certificate[CERTIFICATE_SIZE]; /* empty: none */
	char machine[MACHINE_TEXT_SIZE];
	int64_t joined, changed; /* seconds since 1970 */
	char ticket[TICKET_ID_SIZE];
};

/* As site_parse(). */
int terminal_entry_parse(
	const char *text, size_t size, struct problems *problems, struct terminal_entry *ret);

/* The text of the file, for free(). 0; -EINVAL: it could not be read again; or -ENOMEM. */
int terminal_entry_write(const struct terminal_entry *entry, char **ret);
