#include "policy/token_dates_read.h"

#include "policy/timestamp.h"
#include "policy/value.h"

/* The number that stands for no date can be none. */
void token_dates_read(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	int64_t time_s;

	if (timestamp_parse(entry->value, &time_s) == 0 && time_s <= 0)
		value_problem(problems, entry, "a time after the beginning of 1970");
	else
		value_read_time(key, entry, problems, ret);
}

void token_dates_check(const struct ini_section *section, const struct token_dates *dates,
	struct problems *problems)
{
	const struct ini_entry *until = ini_section_find(section, "until");

	if (until && dates->until_s != 0 && !token_dates_are_valid(dates))
		value_problem(problems, until, "a time after from");
}
