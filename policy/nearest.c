#include "policy/nearest.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "policy/characters.h"

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t most(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Three rows of the table of distances between the beginnings of the two words. */
struct rows {
	size_t before_last[NEAREST_WORD_MAX + 1];
	size_t last[NEAREST_WORD_MAX + 1];
	size_t current[NEAREST_WORD_MAX + 1];
};

static void fill_row(struct rows *rows, const char *left, size_t at, const char *right, size_t size)
{
	rows->current[0] = at;
	for (size_t i = 1; i <= size; i++) {
		bool is_equal = left[at - 1] == right[i - 1];
		size_t distance = rows->last[i - 1] + !is_equal;

		distance = least(distance, rows->last[i] + 1);
		distance = least(distance, rows->current[i - 1] + 1);
		if (at > 1 && i > 1 && left[at - 1] == right[i - 2] && left[at - 2] == right[i - 1])
			distance = least(distance, rows->before_last[i - 2] + 1);
		rows->current[i] = distance;
	}
}

size_t nearest_distance(const char *left, const char *right)
{
	size_t left_size = strlen(left), right_size = strlen(right);
	struct rows rows = {0};

	if (left_size > NEAREST_WORD_MAX || right_size > NEAREST_WORD_MAX)
		return most(left_size, right_size);
	for (size_t i = 0; i <= right_size; i++)
		rows.current[i] = i;
	for (size_t at = 1; at <= left_size; at++) {
		memcpy(rows.before_last, rows.last, sizeof(rows.last));
		memcpy(rows.last, rows.current, sizeof(rows.current));
		fill_row(&rows, left, at, right, right_size);
	}
	return rows.current[right_size];
}

void nearest_begin(struct nearest *nearest, const char *word, size_t size)
{
	*nearest = (struct nearest){.size = size <= NEAREST_WORD_MAX ? size : 0};
	for (size_t i = 0; i < nearest->size; i++)
		nearest->word[i] = to_lower(word[i]);
}

/* How many changes leave a word of that size recognisable. */
static size_t distance_max(size_t size)
{
	if (size < 3)
		return 0;
	if (size < 6)
		return 1;
	return size < 10 ? 2 : 3;
}

void nearest_offer(struct nearest *nearest, const char *known)
{
	size_t distance;

	if (nearest->size == 0)
		return;
	distance = nearest_distance(nearest->word, known);
	if (distance > distance_max(strlen(known)) ||
		(nearest->best && distance >= nearest->distance))
		return;
	nearest->best = known;
	nearest->distance = distance;
}

const char *nearest_phrase(const struct nearest *nearest, const char *before, const char *after,
	char buffer[NEAREST_PHRASE_MAX])
{
	buffer[0] = '\0';
	if (nearest->best)
		snprintf(buffer, NEAREST_PHRASE_MAX, "; did you mean %s%s%s?", before,
			nearest->best, after);
	return buffer;
}
