/* Sealed envelopes: those of the tokens document, and those that root makes. Touches disk. */
#pragma once

#include <stdio.h>

#include "pam/unseal.h"

/* The file holds the hashes of the document. 0, 1 where some count no more, or a negative errno. */
int unseal_envelopes(const struct unseal *unseal, const struct tokens *tokens);

/*
 * Makes one more, tells of it, and shows its code once. 0 or a negative errno: -EIO when it was
 * made and could not be shown.
 */
int unseal_new_envelope(const struct unseal *unseal, FILE *out);
