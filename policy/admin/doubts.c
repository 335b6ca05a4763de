#include "policy/admin/doubts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "policy/timestamp.h"

#define LONG_AHEAD_S (366 * DAY_S)

/* 14 digits: whoever counts by dates, as 20260401093000, is below; there are 90 times as many
 * above. What is above cannot have been meant. */
#define SERIAL_USUAL_MAX 99999999999999

struct list {
	struct header_doubt *items;
	size_t count;
};

__attribute__((format(printf, 3, 4))) static void add(
	struct list *list, const char *key, const char *format, ...)
{
	struct header_doubt *doubt = &list->items[list->count++];
	va_list arguments;

	doubt->key = key;
	va_start(arguments, format);
	vsnprintf(doubt->text, sizeof(doubt->text), format, arguments);
	va_end(arguments);
}

size_t header_doubts(const struct document_header *header, int64_t now_s,
	struct header_doubt ret[HEADER_DOUBTS_MAX])
{
	struct list list = {.items = ret};
	char time[TIMESTAMP_SIZE];

	if (header->kind != DOCUMENT_ROOT && header->serial > SERIAL_USUAL_MAX)
		add(&list, "serial",
			"serial %" PRIu64 " leaves little room above it: terminals never go back, "
			"and only a new epoch of the root cures it",
			header->serial);
	if (header->issued - now_s > DAY_S) {
		timestamp_format(header->issued, JAPAN_MINUTES, time);
		add(&list, "issued",
			"issued lies ahead, on %s: terminals take it as the time, and only a new "
			"epoch of the root cures it",
			time);
	}
	if (header->not_before - now_s > LONG_AHEAD_S) {
		timestamp_format(header->not_before, JAPAN_MINUTES, time);
		add(&list, "not-before", "it starts in more than a year, on %s", time);
	}
	if (header->not_after < now_s) {
		timestamp_format(header->not_after, JAPAN_MINUTES, time);
		add(&list, "not-after", "it ended on %s: terminals refuse it", time);
	}
	return list.count;
}
