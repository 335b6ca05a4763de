#include "policy/document_header.h"

#include <string.h>

#include "policy/base64.h"

static void check_before_end(const struct ini_section *section, const char *key, int64_t time_s,
	int64_t end_s, struct problems *problems)
{
	const struct ini_entry *start = ini_section_find(section, key);
	const struct ini_entry *end = ini_section_find(section, "not-after");

	/* Zero: that value is a problem already. */
	if (start && end && time_s != 0 && end_s != 0 && time_s >= end_s)
		value_problem(problems, end, "a time after %s, which is %s", key, start->value);
}

void document_header_check(const struct ini_document *document,
	const struct document_header *header, struct problems *problems)
{
	if (document->n_sections == 0)
		return;
	check_before_end(&document->sections[0], "not-before", header->not_before,
		header->not_after, problems);
	check_before_end(
		&document->sections[0], "issued", header->issued, header->not_after, problems);
}

enum document_kind document_header_kind(const struct ini_document *document)
{
	enum document_kind kind = DOCUMENT_NONE;
	const struct ini_entry *entry;

	if (document->n_sections == 0)
		return DOCUMENT_NONE;
	entry = ini_section_find(&document->sections[0], "kind");
	if (entry)
		document_kind_from_name(entry->value, &kind);
	return kind;
}

void document_read_sha256(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (base64_decode_sha256(entry->value, ret) < 0)
		value_problem(problems, entry, "a SHA-256 as 43 letters of base64, without \"=\"");
}
