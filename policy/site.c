#include "policy/site.h"

#include <errno.h>
#include <string.h>

#include "policy/base64.h"
#include "policy/cleanup.h"
#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct site, field), .size = sizeof(((struct site *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void read_source(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	size_t before = problems_found(problems);

	value_read_text(key, entry, problems, ret);
	if (problems_found(problems) == before && site_source_kind(ret) == SITE_SOURCE_NONE)
		value_problem(problems, entry,
			"https://HOST, or file:// and the whole path of a folder, without a / at "
			"its end");
}

static void read_proxy(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	size_t before = problems_found(problems);

	value_read_text(key, entry, problems, ret);
	if (problems_found(problems) == before && !site_proxy_is_valid(ret))
		value_problem(problems, entry, "http://HOST:PORT");
}

static void read_pin(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (base64_is_sha256(entry->value))
		memcpy(ret, entry->value, SITE_PIN_LENGTH + 1);
	else
		value_problem(problems, entry,
			"%d letters of base64: the SHA-256 of the server's public key",
			SITE_PIN_LENGTH);
}

/* So far there is one place for them. */
static void read_records(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (strcmp(entry->value, "up") == 0)
		*(bool *)ret = true;
	else
		value_problem(problems, entry,
			"\"up\", or no such key: then nobody sends them but syslog");
}

static const struct schema_key site_keys[] = {
	{.key = "site", .read = value_read_word, .is_required = true, FIELD(site)},
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(tier)},
	{.key = "terminal", .read = value_read_word, FIELD(terminal)},
	{.key = "ring", .read = value_read_number, .max = SITE_RING_LAST, FIELD(ring)},
	{.key = "source", .read = read_source, FIELD(source)},
	{.key = "records", .read = read_records, FIELD(sends_records)},
	{.key = "proxy", .read = read_proxy, FIELD(proxy)},
	{.key = "pin", .read = read_pin, FIELD(pin)},
};

static const struct schema_section sections[] = {
	{.type = "site", .is_required = true, .keys = site_keys, .n_keys = COUNT(site_keys)},
};

/* Only of a file without mistakes: what would be ignored is one. */
static void check_source(
	const struct ini_document *document, struct problems *problems, const struct site *site)
{
	static const char *const only_of_https[] = {"proxy", "pin"};

	if (site_source_kind(site->source) == SITE_SOURCE_HTTPS)
		return;
	for (size_t i = 0; i < COUNT(only_of_https); i++) {
		const struct ini_entry *entry =
			ini_section_find(document->sections, only_of_https[i]);

		if (entry)
			value_problem(problems, entry, "none, where source is not https://");
	}
}

int site_parse(const char *text, size_t size, struct problems *problems, struct site *ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	size_t found_before = problems_found(problems);
	struct site site = {.ring = SITE_RING_LAST};
	int r;

	if (size > SITE_SIZE_MAX) {
		problems_add(
			problems, 0, 0, "", 0, "at most %d bytes, not %zu", SITE_SIZE_MAX, size);
		return -EBADMSG;
	}
	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	schema_read(document, sections, COUNT(sections), problems, &site);
	if (problems_found(problems) == found_before)
		check_source(document, problems, &site);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = site;
	return 0;
}
