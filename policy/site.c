#include "policy/site.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct site, field), .size = sizeof(((struct site *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Empty parts, "." and "..": a name that means itself only. */
static bool is_plain_path(const char *path)
{
	if (path[0] != '/' || path[1] == '\0')
		return false;
	while (*path) {
		size_t length = strcspn(path + 1, "/");

		if (length == 0 || (length == 1 && path[1] == '.') ||
			(length == 2 && path[1] == '.' && path[2] == '.'))
			return false;
		path += 1 + length;
	}
	return true;
}

const char *site_source_folder(const char *source)
{
	static const char scheme[] = "file://";
	const char *path = source + strlen(scheme);

	if (strncmp(source, scheme, strlen(scheme)) != 0 || !is_plain_path(path))
		return NULL;
	return path;
}

static void read_source(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	size_t before = problems_found(problems);

	value_read_text(key, entry, problems, ret);
	if (problems_found(problems) == before && !site_source_folder(ret))
		value_problem(problems, entry,
			"file:// and the whole path of a folder, without a / at its end");
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
};

static const struct schema_section sections[] = {
	{.type = "site", .is_required = true, .keys = site_keys, .n_keys = COUNT(site_keys)},
};

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
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = site;
	return 0;
}
