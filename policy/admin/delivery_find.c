#include "policy/admin/delivery_find.h"

#include <string.h>

#include "policy/admin/admin.h"
#include "policy/timestamp.h"

static bool is_usable(const struct delivered *delivered, int64_t now_s)
{
	return delivered->unfit[0] == '\0' && delivered->begins_s <= now_s &&
	       (delivered->ends_s == 0 || now_s < delivered->ends_s);
}

static void complain(const struct delivered *delivered, const char *path, int64_t now_s)
{
	bool is_early = delivered->begins_s > now_s;
	char when[TIMESTAMP_SIZE];

	timestamp_format(is_early ? delivered->begins_s : delivered->ends_s, 0, when);
	if (delivered->unfit[0] != '\0')
		admin_complain("%s:%u: the token %s cannot be used: %s", path, delivered->line,
			delivered->number, delivered->unfit);
	else
		admin_complain("%s:%u: the token %s cannot be used: the file lets it count %s %s",
			path, delivered->line, delivered->number, is_early ? "from" : "until",
			when);
}

const struct delivered *delivery_find(
	const struct delivery *delivery, const char *path, const char *number, int64_t now_s)
{
	const struct delivered *found = NULL, *useless = NULL;

	for (size_t i = 0; i < delivery->n; i++) {
		const struct delivered *item = &delivery->items[i];

		if (strcmp(item->number, number) != 0)
			continue;
		if (!is_usable(item, now_s)) {
			useless = useless ? useless : item;
			continue;
		}
		if (found) {
			admin_complain("%s: lines %u and %u both have a token %s: which one is it?",
				path, found->line, item->line, number);
			return NULL;
		}
		found = item;
	}
	if (!found && useless)
		complain(useless, path, now_s);
	else if (!found)
		admin_complain("%s has no token %s, but %zu others", path, number, delivery->n);
	return found;
}
