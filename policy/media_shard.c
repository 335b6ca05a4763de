#include "policy/media_shard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/canonical.h"
#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/medium_text.h"
#include "policy/schema.h"
#include "policy/value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What the schema fills. */
struct reading {
	struct media_shard shard;
	uint64_t next; /* the key of the next medium */
};

#define FIELD(field) \
	.offset = offsetof(struct reading, field), .size = sizeof(((struct reading *)0)->field)

static void read_shard(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	int number = media_shard_number(entry->value);

	if (number < 0)
		value_problem(problems, entry, "two hexadecimal digits of 0-9 a-f");
	else
		*(uint8_t *)ret = (uint8_t)number;
}

/* "NUMBER VVVV:PPPP SERIAL". Returns NULL, or what would be right. */
static const char *read_medium(const char *value, struct medium *ret)
{
	const char *cursor = value, *number, *ids, *serial;
	int number_size = list_next(&cursor, &number);
	int ids_size = number_size > 0 ? list_next(&cursor, &ids) : 0;
	const char *fault;

	if (ids_size <= 0 || list_next(&cursor, &serial) <= 0 || *cursor != '\0')
		return "a number, VVVV:PPPP and a serial";
	if (number_size > MEDIUM_NUMBER_MAX)
		return "a control number of 1 to 32 characters";
	memcpy(ret->number, number, (size_t)number_size);
	ret->number[number_size] = '\0';
	fault = medium_number_fault(ret->number);
	if (fault)
		return fault;
	if (usb_ids_parse(ids, (size_t)ids_size, &ret->identity.vendor, &ret->identity.product) < 0)
		return "VVVV:PPPP of hexadecimal digits 0-9 a-f after the number";
	if (medium_serial_decode(serial, ret->identity.serial) < 0)
		return "a serial that is percent-encoded where it must be, and only there";
	return NULL;
}

static bool read_entry(const struct ini_entry *entry, struct problems *problems, void *ret)
{
	struct reading *reading = ret;
	struct media_shard_entry *out = &reading->shard.entries[reading->shard.n_entries];
	const char *fault;
	uint64_t number;

	if (number_parse(entry->key, 1, UINT32_MAX, &number) < 0)
		return false;
	if (number != reading->next)
		problems_add(problems, entry->line, 1, entry->key, strlen(entry->key), "%u",
			(unsigned)reading->next);
	reading->next = number + 1;
	fault = read_medium(entry->value, &out->medium);
	if (fault) {
		value_problem(problems, entry, "%s", fault);
		return true;
	}
	out->line = entry->line;
	reading->shard.n_entries++;
	return true;
}

static const struct schema_key shard_keys[] = {
	{.key = "kind",
		.read = value_read_constant,
		.constant = "media-shard",
		.is_required = true},
	{.key = "format",
		.read = value_read_constant,
		.constant = DOCUMENT_FORMAT,
		.is_required = true},
	{.key = "site", .read = value_read_word, .is_required = true, FIELD(shard.site)},
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(shard.tier)},
	{.key = "shard", .read = read_shard, .is_required = true, FIELD(shard.shard)},
};

static void read_document(
	const struct ini_document *document, struct problems *problems, struct reading *ret)
{
	static const struct schema_section sections[] = {
		{.type = "shard",
			.is_required = true,
			.keys = shard_keys,
			.n_keys = COUNT(shard_keys)},
		{.type = "media",
			.is_required = true,
			.read_other = read_entry,
			.other_keys = "1, 2, 3 and so on"},
	};

	schema_read(document, sections, COUNT(sections), problems, ret);
}

int media_shard_parse(
	const char *text, size_t size, struct problems *problems, struct media_shard **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(media_shard_cleanup) struct media_shard *shard = NULL;
	size_t found_before = problems_found(problems), n = 0;
	struct reading reading = {.next = 1};
	int r;

	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	for (size_t i = 0; i < document->n_sections; i++)
		n += document->sections[i].n_entries;
	shard = calloc(1, sizeof(*shard));
	if (!shard)
		return -ENOMEM;
	/* One more than needed, so that the size is never 0. */
	shard->entries = calloc(n + 1, sizeof(*shard->entries));
	if (!shard->entries)
		return -ENOMEM;
	reading.shard.entries = shard->entries;
	read_document(document, problems, &reading);
	if (reading.shard.n_entries == 0 && problems_found(problems) == found_before)
		problems_add_missing(
			problems, document->end_line, document->end_column, "at least one medium");
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*shard = reading.shard;
	*ret = TAKE(shard);
	return 0;
}

void media_shard_free(struct media_shard *shard)
{
	if (!shard)
		return;
	free(shard->entries);
	free(shard);
}

void media_shard_cleanup(struct media_shard **shard)
{
	media_shard_free(*shard);
}

/* Writes one line. Returns what snprintf returns, or -EINVAL. */
static int format_medium(const struct medium *medium, size_t number, char *buffer, size_t size)
{
	char serial[MEDIUM_SERIAL_ENCODED_MAX + 1];

	if (medium_number_fault(medium->number) || medium_serial_fault(medium->identity.serial) ||
		medium_serial_encode(medium->identity.serial, serial) < 0)
		return -EINVAL;
	return snprintf(buffer, size, "%zu = %s %04x:%04x %s\n", number, medium->number,
		medium->identity.vendor, medium->identity.product, serial);
}

int media_shard_format(const char *site, const char *tier, uint8_t shard,
	const struct medium *const *media, size_t n_media, char buffer[MEDIA_SHARD_SIZE_MAX],
	size_t *ret_size)
{
	CLEANUP(cleanup_free) const struct medium **sorted = NULL;
	char line[CANONICAL_LINE_MAX + 2]; /* with LF and NUL */
	size_t used;

	if (n_media == 0)
		return -EINVAL;
	sorted = malloc(n_media * sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	memcpy(sorted, media, n_media * sizeof(*sorted));
	media_sort(sorted, n_media);
	used = (size_t)snprintf(buffer, MEDIA_SHARD_SIZE_MAX,
		"[shard]\nkind = media-shard\nformat = " DOCUMENT_FORMAT
		"\nsite = %s\ntier = %s\nshard = %02x\n[media]\n",
		site, tier, shard);
	for (size_t i = 0; i < n_media; i++) {
		int length = format_medium(sorted[i], i + 1, line, sizeof(line));

		if (length < 0)
			return length;
		if (used + (size_t)length > MEDIA_SHARD_SIZE_MAX)
			return -EFBIG;
		memcpy(buffer + used, line, (size_t)length);
		used += (size_t)length;
	}
	*ret_size = used;
	return 0;
}
