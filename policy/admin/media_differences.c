#include "policy/admin/media_differences.h"

#include <stdio.h>
#include <string.h>

#include "policy/medium_text.h"

#define IDENTITIES_NAMED_MAX 4

enum difference { DIFFERENCE_GONE, DIFFERENCE_NEW, DIFFERENCE_CHANGED, DIFFERENCE_COUNT };

static const char *const words[DIFFERENCE_COUNT] = {
	[DIFFERENCE_GONE] = "gone",
	[DIFFERENCE_NEW] = "new",
	[DIFFERENCE_CHANGED] = "changed",
};

const char *media_word(size_t n)
{
	return n == 1 ? "medium" : "media";
}

/* The entries of one medium; old or new is empty where it is only in the other list. */
struct pair {
	struct media_list old, new;
};

/* Takes the next medium off a list. */
static struct media_list take(struct media_list *list)
{
	struct media_list medium = {list->entries, list->n_entries > 0};

	while (medium.n_entries < list->n_entries &&
		strcmp(list->entries[0]->number, list->entries[medium.n_entries]->number) == 0)
		medium.n_entries++;
	list->entries += medium.n_entries;
	list->n_entries -= medium.n_entries;
	return medium;
}

/* Takes the next medium of either list, or of both where both have it. False at the end. */
static bool next(struct media_list *old, struct media_list *new, struct pair *ret)
{
	int order;

	if (old->n_entries == 0 && new->n_entries == 0)
		return false;
	order = old->n_entries == 0   ? 1
		: new->n_entries == 0 ? -1
				      : strcmp(old->entries[0]->number, new->entries[0]->number);
	*ret = (struct pair){{NULL, 0}, {NULL, 0}};
	if (order <= 0)
		ret->old = take(old);
	if (order >= 0)
		ret->new = take(new);
	return true;
}

static bool is_same(const struct pair *pair)
{
	if (pair->old.n_entries != pair->new.n_entries)
		return false;
	for (size_t i = 0; i < pair->old.n_entries; i++)
		if (medium_compare(pair->old.entries[i], pair->new.entries[i]) != 0)
			return false;
	return true;
}

/* DIFFERENCE_COUNT where there is none. */
static enum difference difference_of(const struct pair *pair)
{
	if (pair->new.n_entries == 0)
		return DIFFERENCE_GONE;
	if (pair->old.n_entries == 0)
		return DIFFERENCE_NEW;
	return is_same(pair) ? DIFFERENCE_COUNT : DIFFERENCE_CHANGED;
}

size_t media_count_numbers(const struct media_list *list)
{
	struct media_list rest = *list;
	size_t n = 0;

	while (rest.n_entries > 0) {
		take(&rest);
		n++;
	}
	return n;
}

void media_differences_find(
	const struct media_list *old, const struct media_list *new, struct media_differences *ret)
{
	struct media_list old_rest = *old, new_rest = *new;
	size_t counts[DIFFERENCE_COUNT + 1] = {0};
	struct pair pair;

	*ret = (struct media_differences){0};
	while (next(&old_rest, &new_rest, &pair)) {
		ret->n_old += pair.old.n_entries > 0;
		ret->n_new += pair.new.n_entries > 0;
		counts[difference_of(&pair)]++;
	}
	ret->n_removed = counts[DIFFERENCE_GONE];
	ret->n_added = counts[DIFFERENCE_NEW];
	ret->n_changed = counts[DIFFERENCE_CHANGED];
}

/* "0951:1666 serial A1, 0951:1667 serial A1". Serials as shards write them: nothing in them moves
 * the terminal's cursor. */
static void print_identities(const struct media_list *medium)
{
	for (size_t i = 0; i < medium->n_entries && i < IDENTITIES_NAMED_MAX; i++) {
		const struct medium_identity *identity = &medium->entries[i]->identity;
		char serial[MEDIUM_SERIAL_ENCODED_MAX + 1];

		if (medium_serial_encode(identity->serial, serial) < 0)
			serial[0] = '\0';
		printf("%s%04x:%04x serial %s", i > 0 ? ", " : "", identity->vendor,
			identity->product, serial);
	}
	if (medium->n_entries > IDENTITIES_NAMED_MAX)
		printf(" and %zu more", medium->n_entries - IDENTITIES_NAMED_MAX);
}

static void print_pair(const struct pair *pair, enum difference difference)
{
	const struct media_list *one = pair->old.n_entries > 0 ? &pair->old : &pair->new;

	printf("  %s: %s: %s", words[difference], one->entries[0]->number,
		difference == DIFFERENCE_CHANGED ? "was " : "");
	print_identities(one);
	if (difference == DIFFERENCE_CHANGED) {
		printf("; will be ");
		print_identities(&pair->new);
	}
	printf("\n");
}

static void print_kind(const struct media_list *old, const struct media_list *new,
	enum difference difference, size_t named_max)
{
	struct media_list old_rest = *old, new_rest = *new;
	struct pair pair;
	size_t n = 0;

	while (next(&old_rest, &new_rest, &pair))
		if (difference_of(&pair) == difference && n++ < named_max)
			print_pair(&pair, difference);
	if (n > named_max)
		printf("  and %zu more %s %s\n", n - named_max, media_word(n - named_max),
			words[difference]);
}

void media_differences_print(
	const struct media_list *old, const struct media_list *new, bool is_all)
{
	for (enum difference i = 0; i < DIFFERENCE_COUNT; i++)
		print_kind(old, new, i, is_all ? SIZE_MAX : MEDIA_NAMED_MAX);
}
