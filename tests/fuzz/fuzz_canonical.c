/* Any bytes: whatever the canonical check lets through, libinih reads in the same way. */
#include "tests/fuzz/fuzzed_text.h"

#include "policy/canonical.h"
#include "policy/ini_document.h"

/* What a person who sees the text may rely on, looked at without the code under test. */
static void check_lines(const char *text, size_t size)
{
	size_t column = 0;

	assert(size > 0 && text[size - 1] == '\n');
	for (size_t i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)text[i];

		assert(byte == '\n' || (byte >= ' ' && byte != 0x7f));
		if (byte == '\n') {
			assert(column <= CANONICAL_LINE_MAX);
			assert(column == 0 || text[i - 1] != ' ');
			column = 0;
			continue;
		}
		assert(column > 0 || byte != ' ');
		column++;
	}
}

static void check_entries(const struct canonical *canonical, const char *text, size_t size)
{
	size_t expected_first = 0;

	for (size_t i = 0; i < canonical->n_sections; i++) {
		assert(canonical->sections[i].first_entry == expected_first);
		expected_first += canonical->sections[i].n_entries;
	}
	assert(expected_first == canonical->n_entries);
	for (size_t i = 0; i < canonical->n_entries; i++) {
		const struct canonical_entry *entry = &canonical->entries[i];

		assert(entry->value_at + entry->value_size <= size);
		assert(entry->is_damaged || entry->key_size > 0);
		assert(memchr(text + entry->key_at, '\n', entry->key_size) == NULL);
		assert(memchr(text + entry->value_at, '\n', entry->value_size) == NULL);
	}
}

static void check_text(const char *text, size_t size)
{
	struct problems problems = {0};
	struct canonical canonical = {0};
	struct ini_document *document = NULL;

	if (canonical_scan(text, size, &problems, &canonical) == 0) {
		bool is_canonical = !problems_any(&problems);

		check_entries(&canonical, text, size);
		if (is_canonical)
			check_lines(text, size);
		/* A problem now would be that the two readers disagree. */
		assert(ini_document_read(text, size, &problems, &document) == 0);
		assert(!is_canonical || !problems_any(&problems));
	}
	ini_document_free(document);
	canonical_clear(&canonical);
	problems_clear(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
