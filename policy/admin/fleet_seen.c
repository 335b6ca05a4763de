#include "policy/admin/fleet_seen.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/fleet_flaw.h"
#include "policy/base64.h"
#include "policy/characters.h"
#include "policy/value.h"

#define WORD_MAX 200

void fleet_seen_clear(struct fleet_seen *seen)
{
	name_index_clear(&seen->by_key);
	free(seen->items);
	*seen = (struct fleet_seen){0};
}

const struct fleet_memory *fleet_seen_find(const struct fleet_seen *seen, const char *key)
{
	uint32_t at;

	return name_index_find(&seen->by_key, key, &at) ? &seen->items[at] : NULL;
}

/* --- a line --- */

static bool take_word(const char **cursor, char ret[WORD_MAX])
{
	return list_copy_next(cursor, ret, WORD_MAX);
}

static bool take_number(const char **cursor, uint64_t max, uint64_t *ret)
{
	char word[WORD_MAX];

	return take_word(cursor, word) && number_parse(word, 0, max, ret) == 0;
}

static bool take_hash(const char **cursor, uint64_t *ret)
{
	char word[WORD_MAX];
	uint64_t hash = 0;

	if (!take_word(cursor, word) || strlen(word) != 16)
		return false;
	for (size_t i = 0; i < 16; i++) {
		int digit = hex_digit_value(word[i]);

		if (digit < 0)
			return false;
		hash = hash << 4 | (unsigned)digit;
	}
	*ret = hash;
	return true;
}

static bool take_flaws(const char **cursor, unsigned *ret)
{
	char word[WORD_MAX], *next = word, *name;

	*ret = 0;
	if (!take_word(cursor, word))
		return false;
	if (strcmp(word, "-") == 0)
		return true;
	while ((name = strsep(&next, ","))) {
		enum fleet_flaw flaw;

		if (fleet_flaw_from_name(name, &flaw) < 0 || !fleet_flaw_is_kept(flaw))
			return false;
		*ret |= FLEET_FLAW(flaw);
	}
	return true;
}

static bool parse_line(const char *line, struct fleet_memory *ret)
{
	char word[WORD_MAX];
	const char *cursor = line;
	uint64_t seen;

	if (!take_word(&cursor, word) || strlen(word) != FINGERPRINT_LENGTH)
		return false;
	memcpy(ret->key, word, FINGERPRINT_LENGTH + 1);
	if (!take_number(&cursor, REPORT_NUMBER_MAX, &ret->number) ||
		!take_hash(&cursor, &ret->file_hash) ||
		!take_number(&cursor, REPORT_NUMBER_MAX, &ret->sequence) ||
		!take_word(&cursor, word) || base64_decode_sha256(word, ret->head) < 0 ||
		!take_number(&cursor, INT64_MAX, &seen) || !take_flaws(&cursor, &ret->flaws))
		return false;
	ret->seen = (int64_t)seen;
	return *cursor == '\0';
}

static int add(struct fleet_seen *seen, size_t *room, const struct fleet_memory *memory)
{
	if (seen->n == *room) {
		size_t more = *room > 0 ? 2 * *room : 256;
		void *grown = reallocarray(seen->items, more, sizeof(*seen->items));

		if (!grown)
			return -ENOMEM;
		seen->items = grown;
		*room = more;
	}
	seen->items[seen->n++] = *memory;
	return 0;
}

/* Names of the index stay where they are: nothing is added any more. */
static int make_index(struct fleet_seen *seen)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < seen->n; i++)
		r = name_index_put(&seen->by_key, seen->items[i].key, (uint32_t)i);
	return r;
}

int fleet_seen_parse(const char *text, size_t size, struct fleet_seen *ret, unsigned *ret_line)
{
	const char *end = text + size, *line = text + strlen(FLEET_SEEN_HEAD);
	size_t room = 0;

	*ret_line = 1;
	if (size < strlen(FLEET_SEEN_HEAD) ||
		memcmp(text, FLEET_SEEN_HEAD, strlen(FLEET_SEEN_HEAD)) != 0)
		return -EBADMSG;
	while (line < end) {
		const char *line_end = memchr(line, '\n', (size_t)(end - line));
		char buffer[FLEET_SEEN_LINE_MAX];
		struct fleet_memory memory;
		size_t length = line_end ? (size_t)(line_end - line) : sizeof(buffer);

		++*ret_line;
		if (length >= sizeof(buffer) || memchr(line, '\0', length))
			return -EBADMSG;
		memcpy(buffer, line, length);
		buffer[length] = '\0';
		if (!parse_line(buffer, &memory))
			return -EBADMSG;
		if (add(ret, &room, &memory) < 0)
			return -ENOMEM;
		line = line_end + 1;
	}
	return make_index(ret);
}

static void write_flaws(unsigned flaws, char *buffer, size_t size)
{
	size_t used = 0;

	snprintf(buffer, size, "-");
	for (unsigned i = 0; i < FLEET_FLAW_COUNT; i++)
		if (fleet_flaws_kept(flaws) & FLEET_FLAW(i))
			used += (size_t)snprintf(buffer + used, size - used, "%s%s",
				used > 0 ? "," : "", fleet_flaw_name((enum fleet_flaw)i));
}

void fleet_seen_line(const struct fleet_memory *memory, char ret[FLEET_SEEN_LINE_MAX])
{
	char head[BASE64_SIZE(SHA256_SIZE) + 1], flaws[128];

	base64_encode(memory->head, SHA256_SIZE, head);
	write_flaws(memory->flaws, flaws, sizeof(flaws));
	snprintf(ret, FLEET_SEEN_LINE_MAX,
		"%s %" PRIu64 " %016" PRIx64 " %" PRIu64 " %.43s %" PRIu64 " %s\n", memory->key,
		memory->number, memory->file_hash, memory->sequence, head,
		(uint64_t)(memory->seen > 0 ? memory->seen : 0), flaws);
}

/* --- what fell --- */

unsigned fleet_memory_compare(const struct fleet_memory *memory, const struct fleet_report *report)
{
	/* An older report says less of everything. */
	if (report->number < memory->number)
		return FLEET_FLAW(FLEET_NUMBER_FELL);
	if (report->number == memory->number && report->file_hash != memory->file_hash)
		return FLEET_FLAW(FLEET_TWO_SPEAK);
	if (report->sequence < memory->sequence)
		return FLEET_FLAW(FLEET_RECORDS_FELL);
	if (report->sequence == memory->sequence && report->sequence > 0 &&
		memcmp(report->head, memory->head, SHA256_SIZE) != 0)
		return FLEET_FLAW(FLEET_RECORDS_CHANGED);
	return 0;
}

void fleet_memory_add(struct fleet_memory *memory, const struct fleet_report *report)
{
	if (report->number < memory->number)
		return;
	memory->number = report->number;
	memory->file_hash = report->file_hash;
	if (report->seen > memory->seen)
		memory->seen = report->seen;
	if (report->sequence < memory->sequence)
		return;
	memory->sequence = report->sequence;
	memcpy(memory->head, report->head, SHA256_SIZE);
}
