/*
 * The known word that a mistyped one was probably meant to be, for messages. Knows no word of any
 * document, and never makes anything right that is wrong.
 */
#pragma once

#include <stddef.h>

#define NEAREST_WORD_MAX   64 /* bytes; longer words are like no known one */
#define NEAREST_PHRASE_MAX 80

/* Offers come one by one, because the known words lie in tables of many shapes. */
struct nearest {
	char word[NEAREST_WORD_MAX + 1]; /* in lower case: a capital is no difference */
	size_t size;                     /* 0: like no known one */
	const char *best;                /* points to what was offered; NULL: nothing is near */
	size_t distance;                 /* of best */
};

void nearest_begin(struct nearest *nearest, const char *word, size_t size);

/*
 * Offers a known word, which must live on. It counts when so few letters are wrong, missing, too
 * many or swapped with their neighbour that it is still the same word: none of 1 or 2 letters, one
 * of 3 to 5, two of 6 to 9, three of more. The first of several that are equally near stays.
 */
void nearest_offer(struct nearest *nearest, const char *known);

/* "; did you mean BEFOREwordAFTER?", or nothing where no word was near. Returns buffer. */
const char *nearest_phrase(const struct nearest *nearest, const char *before, const char *after,
	char buffer[NEAREST_PHRASE_MAX]);

/* The distance of two words by restricted Damerau-Levenshtein (a letter takes part in one change
 * only). Both of at most NEAREST_WORD_MAX bytes; if not, the longer one's size. */
size_t nearest_distance(const char *left, const char *right);
