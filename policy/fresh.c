#include "policy/fresh.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/timestamp.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct fresh, field), .size = sizeof(((struct fresh *)0)->field)
#define ENTRY_FIELD(entry, field) \
	.offset = offsetof(struct fresh, entry) + offsetof(struct fresh_entry, field), \
	.size = sizeof(((struct fresh_entry *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The two keys that name one document. */
#define ENTRY_KEYS(word, entry, is_needed) \
	{.key = word "-serial", \
		.read = value_read_number, \
		.min = 1, \
		.max = SERIAL_MAX, \
		.is_required = (is_needed), \
		ENTRY_FIELD(entry, serial)}, \
	{ \
		.key = word "-sha256", .read = document_read_sha256, .is_required = (is_needed), \
		ENTRY_FIELD(entry, text_sha256) \
	}

static const struct schema_key fresh_keys[] = {
	DOCUMENT_HEADER_KEYS(struct fresh, "fresh"),
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(header.tier)},
	ENTRY_KEYS("root", root, true),
	ENTRY_KEYS("policy", policy, true),
	ENTRY_KEYS("media", media, false),
	ENTRY_KEYS("revocations", revocations, false),
};

static const struct schema_section sections[] = {
	{.type = "fresh", .is_required = true, .keys = fresh_keys, .n_keys = COUNT(fresh_keys)},
};

void fresh_entry_check(const struct ini_section *section, const char *serial_key,
	const char *sha256_key, struct problems *problems, struct fresh_entry *ret)
{
	const struct ini_entry *serial = ini_section_find(section, serial_key);
	const struct ini_entry *sha256 = ini_section_find(section, sha256_key);

	ret->is_named = serial && sha256;
	if (serial && !sha256)
		value_problem(problems, serial, "the key \"%s\" beside it", sha256_key);
	if (sha256 && !serial)
		value_problem(problems, sha256, "the key \"%s\" beside it", serial_key);
}

/*
 * A stolen key could use up all serials with one document: so none is above the time, and that it
 * is issued more than a day ahead is refused by whoever knows the time.
 */
static void check_serial(
	const struct ini_section *section, const struct fresh *fresh, struct problems *problems)
{
	const struct ini_entry *serial = ini_section_find(section, "serial");
	const struct ini_entry *issued = ini_section_find(section, "issued");
	int64_t time_s;

	/* A value that is no time is a problem already. */
	if (serial && issued && timestamp_parse(issued->value, &time_s) == 0 &&
		fresh->header.serial > (uint64_t)time_s)
		value_problem(problems, serial,
			"at most %" PRId64 ", which is issued in seconds since 1970", time_s);
}

static void check_relations(
	const struct ini_document *document, struct problems *problems, struct fresh *fresh)
{
	const struct ini_section *section = document->sections;

	if (document->n_sections == 0)
		return;
	/* Without these two there is a problem already. */
	fresh->root.is_named = fresh->policy.is_named = true;
	fresh_entry_check(section, "media-serial", "media-sha256", problems, &fresh->media);
	fresh_entry_check(
		section, "revocations-serial", "revocations-sha256", problems, &fresh->revocations);
	check_serial(section, fresh, problems);
}

int fresh_parse(const char *text, size_t size, struct problems *problems, struct fresh **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(fresh_cleanup) struct fresh *fresh = NULL;
	size_t found_before = problems_found(problems);
	int r;

	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	fresh = calloc(1, sizeof(*fresh));
	if (!fresh)
		return -ENOMEM;
	fresh->header.kind = DOCUMENT_FRESH;
	schema_read(document, sections, COUNT(sections), problems, fresh);
	document_header_check(document, &fresh->header, problems);
	check_relations(document, problems, fresh);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = TAKE(fresh);
	return 0;
}

void fresh_free(struct fresh *fresh)
{
	free(fresh);
}

void fresh_cleanup(struct fresh **fresh)
{
	fresh_free(*fresh);
}
