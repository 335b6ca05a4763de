#include "tests/scenarios/words.h"

#include <stdlib.h>
#include <string.h>

char *next_word(char **rest)
{
	char *word;

	do
		word = strsep(rest, " \t");
	while (word && !*word);
	return word;
}

bool is_next(char **rest, const char *word)
{
	size_t length = strlen(word);

	if (!*rest)
		return false;
	*rest += strspn(*rest, " \t");
	if (strncmp(*rest, word, length) != 0 ||
		((*rest)[length] && (*rest)[length] != ' ' && (*rest)[length] != '\t'))
		return false;
	*rest += length;
	return true;
}

unsigned next_number(struct play *play, char **rest)
{
	const char *word = next_word(rest);
	char *end;
	unsigned long value = word ? strtoul(word, &end, 10) : 0;

	if (!word || *end || value > 100000)
		play_fail(play, "a number is missing, not '%s'", word ? word : "");
	return (unsigned)value;
}

const char *text_of(char **rest)
{
	return *rest ? *rest + strspn(*rest, " \t") : "";
}

const char *all_text(char **rest)
{
	const char *text = text_of(rest);

	*rest = NULL;
	return text;
}

uint64_t next_time(struct play *play, char **rest)
{
	static const struct {
		const char *name;
		unsigned long long ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}};
	const char *word = next_word(rest);
	char *end;
	unsigned long long value = word ? strtoull(word, &end, 10) : 0;

	for (size_t i = 0; word && i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(end, units[i].name) == 0)
			return value * units[i].ms;
	play_fail(play, "a time like 250ms or 30min is missing, not '%s'", word ? word : "");
	return 0;
}
