#include "policy/admin/media_warnings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/admin/ledger_cells.h"
#include "policy/medium_text.h"

#define WARNINGS_MAX 100
#define NAMES_MAX    5 /* in a warning */

/* 0 also where only the media differ. */
static int compare_serials(const struct medium *a, const struct medium *b)
{
	return strcmp(a->identity.serial, b->identity.serial);
}

static int compare_numbers(const struct medium *a, const struct medium *b)
{
	return strcmp(a->number, b->number);
}

static int compare_identities(const struct medium *a, const struct medium *b)
{
	return medium_identity_compare(&a->identity, &b->identity);
}

static int by_serial(const void *left, const void *right)
{
	const struct media_mention *a = left, *b = right;
	int order = compare_serials(a->medium, b->medium);

	return order != 0 ? order : compare_numbers(a->medium, b->medium);
}

static int by_number(const void *left, const void *right)
{
	const struct media_mention *a = left, *b = right;
	int order = compare_numbers(a->medium, b->medium);

	return order != 0 ? order : compare_serials(a->medium, b->medium);
}

static int by_identity(const void *left, const void *right)
{
	const struct media_mention *a = left, *b = right;

	return compare_identities(a->medium, b->medium);
}

/* The same VID and PID, and the same serial but for capitals. */
static int compare_folded(const struct medium *a, const struct medium *b)
{
	const struct medium_identity *one = &a->identity, *other = &b->identity;

	if (one->vendor != other->vendor)
		return one->vendor < other->vendor ? -1 : 1;
	if (one->product != other->product)
		return one->product < other->product ? -1 : 1;
	return strcasecmp(one->serial, other->serial);
}

static int by_folded(const void *left, const void *right)
{
	const struct media_mention *a = left, *b = right;
	int order = compare_folded(a->medium, b->medium);

	return order != 0 ? order : compare_serials(a->medium, b->medium);
}

static void sort(struct media_mention *mentions, size_t n_mentions,
	int (*compare)(const void *left, const void *right))
{
	if (n_mentions > 1)
		qsort(mentions, n_mentions, sizeof(*mentions), compare);
}

/* How many of those that begin here are alike. */
static size_t run_of(const struct media_mention *mentions, size_t n,
	int (*compare)(const struct medium *a, const struct medium *b))
{
	size_t length = 1;

	while (length < n && compare(mentions[0].medium, mentions[length].medium) == 0)
		length++;
	return length;
}

static size_t count_kinds(const struct media_mention *mentions, size_t n,
	int (*compare)(const struct medium *a, const struct medium *b))
{
	size_t kinds = 0;

	for (size_t i = 0; i < n; i += run_of(mentions + i, n - i, compare))
		kinds++;
	return kinds;
}

/* " M-1 (row 2), M-7 (row 9)": the first of each kind. */
static void print_kinds(const struct media_mention *mentions, size_t n, bool is_number,
	int (*compare)(const struct medium *a, const struct medium *b))
{
	size_t named = 0;

	for (size_t i = 0; i < n && named < NAMES_MAX; i += run_of(mentions + i, n - i, compare)) {
		const struct media_mention *one = &mentions[i];

		fprintf(stderr, "%s%s", named++ > 0 ? ", " : " ",
			is_number ? one->medium->number : one->medium->identity.serial);
		if (one->row > 0)
			fprintf(stderr, " (row %u)", one->row);
	}
}

static size_t warn_of_serials(const char *path, struct media_mention *mentions, size_t n)
{
	size_t warnings = 0, length;

	sort(mentions, n, by_serial);
	for (size_t i = 0; i < n; i += length) {
		size_t media;

		length = run_of(mentions + i, n - i, compare_serials);
		media = count_kinds(mentions + i, length, compare_numbers);
		if (media == 1 || warnings++ >= WARNINGS_MAX)
			continue;
		fprintf(stderr, "%s: warning: %zu media have the serial %s:", path, media,
			mentions[i].medium->identity.serial);
		print_kinds(mentions + i, length, true, compare_numbers);
		fprintf(stderr, "%s; cheap sticks often share one\n",
			media > NAMES_MAX ? " and more" : "");
	}
	return warnings;
}

static size_t warn_of_numbers(const char *path, struct media_mention *mentions, size_t n)
{
	size_t warnings = 0, length;

	sort(mentions, n, by_number);
	for (size_t i = 0; i < n; i += length) {
		size_t serials;

		length = run_of(mentions + i, n - i, compare_numbers);
		serials = count_kinds(mentions + i, length, compare_serials);
		if (serials == 1 || warnings++ >= WARNINGS_MAX)
			continue;
		fprintf(stderr, "%s: warning: the number %s has %zu serials:", path,
			mentions[i].medium->number, serials);
		print_kinds(mentions + i, length, false, compare_serials);
		fprintf(stderr, "%s\n", serials > NAMES_MAX ? " and more" : "");
	}
	return warnings;
}

static size_t warn_of_capitals(const char *path, struct media_mention *mentions, size_t n)
{
	size_t warnings = 0, length;

	sort(mentions, n, by_folded);
	for (size_t i = 0; i < n; i += length) {
		const struct medium_identity *identity = &mentions[i].medium->identity;

		length = run_of(mentions + i, n - i, compare_folded);
		if (count_kinds(mentions + i, length, compare_serials) == 1 ||
			warnings++ >= WARNINGS_MAX)
			continue;
		fprintf(stderr,
			"%s: warning: serials of %04x:%04x that differ only in capitals:", path,
			identity->vendor, identity->product);
		print_kinds(mentions + i, length, false, compare_serials);
		fprintf(stderr, "; terminals take them for different media: is it one?\n");
	}
	return warnings;
}

static void print_rest(const char *path, size_t warnings)
{
	if (warnings > WARNINGS_MAX)
		fprintf(stderr, "%s: warning: and %zu more like these\n", path,
			warnings - WARNINGS_MAX);
}

size_t media_warn_of_doubles(const char *path, struct media_mention *mentions, size_t n_mentions)
{
	size_t serials = warn_of_serials(path, mentions, n_mentions), numbers;
	size_t capitals;

	print_rest(path, serials);
	numbers = warn_of_numbers(path, mentions, n_mentions);
	print_rest(path, numbers);
	capitals = warn_of_capitals(path, mentions, n_mentions);
	print_rest(path, capitals);
	return serials + numbers + capitals;
}

/* Names each row once, whatever its identities, whose serial is doubtful. */
static size_t warn_of_rows(const char *path, const struct media_mention *mentions,
	size_t n_mentions, bool (*is_doubtful)(const char *serial), const char *why)
{
	size_t warnings = 0;
	unsigned row = 0;

	for (size_t i = 0; i < n_mentions; i++) {
		const struct media_mention *one = &mentions[i];

		if (!is_doubtful(one->medium->identity.serial) || one->row == row)
			continue;
		row = one->row;
		if (warnings++ < WARNINGS_MAX)
			fprintf(stderr, "%s: warning: %s (row %u) has the serial %s: %s\n", path,
				one->medium->number, row, one->medium->identity.serial, why);
	}
	print_rest(path, warnings);
	return warnings;
}

size_t media_warn_of_typed(
	const char *path, const struct media_mention *mentions, size_t n_mentions)
{
	return warn_of_rows(path, mentions, n_mentions, ledger_serial_is_typed,
		"no device says such letters of itself, so it will not be recognised; copy the "
		"serial from \"lsusb -v\" (iSerial)");
}

size_t media_warn_of_rounded(
	const char *path, const struct media_mention *mentions, size_t n_mentions)
{
	return warn_of_rows(path, mentions, n_mentions, ledger_serial_is_rounded,
		"a spreadsheet keeps 15 digits of a number and makes the rest 0; compare it with "
		"the medium, and format the column as text");
}

size_t media_warn_of_lost(const char *path, struct media_mention *mentions, size_t n_mentions,
	struct media_mention *lost, size_t n_lost)
{
	size_t warnings = 0, at = 0;

	sort(mentions, n_mentions, by_identity);
	sort(lost, n_lost, by_identity);
	for (size_t i = 0; i < n_lost; i++) {
		while (at < n_mentions &&
			compare_identities(mentions[at].medium, lost[i].medium) < 0)
			at++;
		if (at == n_mentions ||
			compare_identities(mentions[at].medium, lost[i].medium) != 0)
			continue;
		if (warnings++ >= WARNINGS_MAX)
			continue;
		fprintf(stderr,
			"%s: warning: %s (row %u) is lost, but %s (row %u) is registered with the "
			"same VID_PID and serial: terminals take one for the other\n",
			path, lost[i].medium->number, lost[i].row, mentions[at].medium->number,
			mentions[at].row);
	}
	print_rest(path, warnings);
	return warnings;
}
