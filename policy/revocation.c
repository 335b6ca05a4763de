#include "policy/revocation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/exemption_read.h"
#include "policy/ini_document.h"
#include "policy/names.h"
#include "policy/schema.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct revocation, field), \
	.size = sizeof(((struct revocation *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const kinds[REVOCATION_KIND_COUNT] = {
	[REVOCATION_EXEMPTION] = "exemption",
	[REVOCATION_MEDIUM] = "medium",
	[REVOCATION_REQUEST] = "request",
};

const char *revocation_kind_name(enum revocation_kind kind)
{
	return names_get(kinds, REVOCATION_KIND_COUNT, kind);
}

int revocation_kind_from_name(const char *name, enum revocation_kind *ret)
{
	int found = names_find(kinds, REVOCATION_KIND_COUNT, name);

	if (found < 0)
		return found;
	*ret = (enum revocation_kind)found;
	return 0;
}

static const struct schema_key revocation_keys[] = {
	DOCUMENT_PLACE_KEYS(struct revocation, "revocation"),
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(header.tier)},
	DOCUMENT_ISSUED_KEY(struct revocation),
	{.key = "exemption", .read = exemption_read_id, FIELD(subject)},
	{.key = "medium", .read = exemption_read_number, FIELD(subject)},
	{.key = "request", .read = exemption_read_id, FIELD(subject)},
	{.key = "reason", .read = value_read_text, FIELD(reason)},
};

static const struct schema_section sections[] = {
	{.type = "revocation",
		.is_required = true,
		.keys = revocation_keys,
		.n_keys = COUNT(revocation_keys)},
};

/* Exactly one of the three, which is also its kind. */
static void check_subject(
	const struct ini_section *section, struct problems *problems, struct revocation *revocation)
{
	const struct ini_entry *found = NULL;
	unsigned line, column;

	for (unsigned kind = REVOCATION_EXEMPTION; kind < REVOCATION_KIND_COUNT; kind++) {
		const struct ini_entry *entry = ini_section_find(section, kinds[kind]);

		if (entry && found)
			exemption_add_second(
				entry, found, "one of exemption, medium and request", problems);
		if (entry)
			revocation->kind = kind;
		found = entry ? entry : found;
	}
	ini_section_end(section, &line, &column);
	if (!found)
		problems_add_missing(problems, line, column,
			"one of the keys \"exemption\", \"medium\" and \"request\" in "
			"[revocation]");
}

int revocation_parse(
	const char *text, size_t size, struct problems *problems, struct revocation **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(revocation_cleanup) struct revocation *revocation = NULL;
	size_t found_before = problems_found(problems);
	int r;

	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	revocation = calloc(1, sizeof(*revocation));
	if (!revocation)
		return -ENOMEM;
	revocation->header.kind = DOCUMENT_REVOCATION;
	schema_read(document, sections, COUNT(sections), problems, revocation);
	if (document->n_sections > 0)
		check_subject(&document->sections[0], problems, revocation);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	revocation->header.not_before = revocation->header.issued;
	revocation->header.not_after = INT64_MAX;
	*ret = TAKE(revocation);
	return 0;
}

void revocation_free(struct revocation *revocation)
{
	free(revocation);
}

void revocation_cleanup(struct revocation **revocation)
{
	revocation_free(*revocation);
}
