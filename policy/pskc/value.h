/* Single values of a PSKC document, checked, as text that libpskc reads as it is meant. */
#pragma once

#include <libxml/tree.h>
#include <stdint.h>

#include "policy/problem.h"
#include "policy/pskc/lock.h"

/*
 * Each returns 0 and *ret, for free(); -EBADMSG after adding problems; -ENOMEM. An empty text is
 * -ENOENT: as good as no element.
 */
int pskc_value_text(const xmlNode *node, struct problems *problems, char **ret);
int pskc_value_date(const xmlNode *node, struct problems *problems, char **ret);

/*
 * Of an element with a PlainValue or an EncryptedValue: a number up to max, in decimal; or bytes,
 * in base64, wiped by their owner.
 */
int pskc_value_number(const xmlNode *node, const struct pskc_lock *lock, uint64_t max,
	struct problems *problems, char **ret);
int pskc_value_secret(
	const xmlNode *node, const struct pskc_lock *lock, struct problems *problems, char **ret);
