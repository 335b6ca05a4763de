#include "policy/exemption_request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/exemption_read.h"
#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct exemption_request, field), \
	.size = sizeof(((struct exemption_request *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct schema_key request_keys[] = {
	DOCUMENT_PLACE_KEYS(struct exemption_request, "request"),
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(header.tier)},
	DOCUMENT_ISSUED_KEY(struct exemption_request),
	{.key = "id", .read = exemption_read_id, .is_required = true, FIELD(id)},
	{.key = "terminal", .read = value_read_word, .is_required = true, FIELD(terminal)},
	{.key = "requester", .read = exemption_read_account, .is_required = true, FIELD(requester)},
	{.key = "from", .read = exemption_read_time, FIELD(from)},
};

static const struct schema_key medium_keys[] = {
	EXEMPTION_MEDIUM_KEYS(struct exemption_request),
	{.key = "maker", .read = value_read_text, FIELD(maker)},
	{.key = "model", .read = value_read_text, FIELD(model)},
};

static const struct schema_section sections[] = {
	{.type = "request",
		.is_required = true,
		.keys = request_keys,
		.n_keys = COUNT(request_keys)},
	{.type = "medium", .is_required = true, .keys = medium_keys, .n_keys = COUNT(medium_keys)},
	EXEMPTION_USE_AND_FORM(struct exemption_request),
};

static void check_medium(const struct ini_document *document, struct problems *problems)
{
	const struct ini_section *section = exemption_find_section(document, "medium");
	unsigned line, column;

	if (!section)
		return;
	ini_section_end(section, &line, &column);
	if (!ini_section_find(section, "registered") && !ini_section_find(section, "device"))
		problems_add_missing(
			problems, line, column, "the key \"registered\" or \"device\" in [medium]");
	exemption_medium_check(section, problems);
}

int exemption_request_parse(
	const char *text, size_t size, struct problems *problems, struct exemption_request **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(exemption_request_cleanup) struct exemption_request *request = NULL;
	size_t found_before = problems_found(problems);
	int r;

	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	request = calloc(1, sizeof(*request));
	if (!request)
		return -ENOMEM;
	schema_read(document, sections, COUNT(sections), problems, request);
	check_medium(document, problems);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = TAKE(request);
	return 0;
}

void exemption_request_free(struct exemption_request *request)
{
	free(request);
}

void exemption_request_cleanup(struct exemption_request **request)
{
	exemption_request_free(*request);
}
