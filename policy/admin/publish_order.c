#include "policy/admin/publish_order.h"

#include <stdbool.h>
#include <string.h>

#include "policy/document_name.h"

static const struct {
	enum document_kind kind;
	bool is_shard, is_of_terminal;
	enum publish_rank rank;
} ranks[] = {
	{DOCUMENT_ROOT, false, false, PUBLISH_ROOT},
	{DOCUMENT_MEDIA, true, false, PUBLISH_SHARD},
	{DOCUMENT_MEDIA, false, false, PUBLISH_MEDIA},
	{DOCUMENT_DESKS, false, true, PUBLISH_DESKS},
	{DOCUMENT_TOKENS, false, true, PUBLISH_TOKENS},
	{DOCUMENT_POLICY, false, false, PUBLISH_POLICY},
	{DOCUMENT_EXEMPTION, false, true, PUBLISH_EXEMPTIONS},
	{DOCUMENT_REVOCATION, false, false, PUBLISH_REVOCATIONS},
	{DOCUMENT_FRESH, false, false, PUBLISH_FRESH},
};

enum publish_rank publish_rank(const char *name)
{
	const char *last = strrchr(name, '/');
	bool is_of_terminal = last && strncmp(name, "terminals/", strlen("terminals/")) == 0;
	struct document_name parsed = document_name_parse(is_of_terminal ? last + 1 : name);

	for (size_t i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++)
		if (ranks[i].kind == parsed.kind && ranks[i].is_shard == parsed.is_shard &&
			ranks[i].is_of_terminal == is_of_terminal)
			return ranks[i].rank;
	return PUBLISH_NEVER;
}

int publish_compare(const void *a, const void *b)
{
	const struct site_file *const *left = a, *const *right = b;
	enum publish_rank rank = publish_rank((*left)->name), other = publish_rank((*right)->name);
	uint64_t number = document_name_parse((*left)->name).number,
		 other_number = document_name_parse((*right)->name).number;

	if (rank != other)
		return rank < other ? -1 : 1;
	if (number != other_number)
		return number < other_number ? -1 : 1;
	return strcmp((*left)->name, (*right)->name);
}
