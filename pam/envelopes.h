/*
 * Sealed envelopes: codes that let somebody in once, at the console, when nothing else does. The
 * file needs no policy, no key, no clock and no daemon. A code is spent durably before it counts.
 * Touches disk.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "pam/envelope_set.h"
#include "pam/own_file.h"

#define ENVELOPES_FILE "envelopes" /* below /var/lib/sekisho; envelope_set.h */

/* Zero refuses. */
enum envelope_verdict {
	ENVELOPE_WRONG = 0,
	ENVELOPE_USED, /* right once, and spent */
	ENVELOPE_RIGHT,
};

struct envelope_answer {
	enum envelope_verdict verdict;
	unsigned
		number; /* USED, RIGHT: as in the document from 1; root's: from ENVELOPES_MAX + 1 */
};

/* One that was spent. */
struct envelope_news {
	unsigned number;
	int64_t spent_s;
	char user[ACCOUNT_NAME_MAX + 1];
};

/*
 * By root: makes the file hold the hashes of a document, as envelope_set_replace() says; nothing is
 * written where they do already. 0 and *ret_lost: how many of them do not count because the file
 * was damaged; -EINVAL; -EPERM: the file that is there is not the owner's; -ETIMEDOUT, or another
 * negative errno.
 */
int envelopes_make(int folder_fd, const char (*hashes)[CODE_HASH_TEXT_SIZE], size_t n,
	unsigned wait_ms, const struct own_file_owner *owner, unsigned *ret_lost);

/* By root: adds one, as envelope_set_add() says. 0 and *ret_number, or as envelopes_make(). */
int envelopes_add(int folder_fd, const char *hash, int64_t now_s, unsigned wait_ms,
	const struct own_file_owner *owner, unsigned *ret_number);

/*
 * Judges the symbols of a code (code_text.h) for a login of user, and spends it. 0 and *ret: of any
 * number at once one is told RIGHT. -ENOENT: there is no file; -EPERM, -EBADMSG: it is another
 * account's, or damaged; -ETIMEDOUT, or another negative errno: it did not count, but may be spent.
 */
int envelopes_check(int folder_fd, const char *symbols, const char *user, int64_t now_s,
	unsigned wait_ms, struct envelope_answer *ret);

/*
 * What was spent and nobody was told yet: once. Costs one read where there is nothing. 0, ret and
 * *ret_n; errors as envelopes_check(): then they are still to be told.
 */
int envelopes_untold(
	int folder_fd, unsigned wait_ms, struct envelope_news ret[ENVELOPE_PLACES], size_t *ret_n);
