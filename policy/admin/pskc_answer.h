/*
 * What sekisho-pskc answers (policy/pskc/rows.h), as a delivery. Somebody else's file may have
 * taken that process over, so its answer is believed no further than the file would be. Knows no
 * process.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/admin/delivery.h"
#include "policy/problem.h"

#define PSKC_NAME_MAX 64

enum pskc_lack { PSKC_LACKS_NOTHING = 0, PSKC_LACKS_KEY, PSKC_LACKS_PASSWORD };

struct pskc_answer {
	struct delivery delivery;
	enum pskc_lack lack;          /* then there is no delivery */
	char name[PSKC_NAME_MAX + 1]; /* of the key that it lacks; may be "" */
};

/*
 * Reads the answer, a text of size bytes with a NUL behind, which is overwritten. 0 and *ret, whose
 * delivery is for delivery_clear(); -EBADMSG when problems were added, of the delivery's file;
 * -EPROTO: that is no such answer, or not all of it; -ENOMEM.
 */
int pskc_answer_read(char *text, size_t size, struct problems *problems, struct pskc_answer *ret);
