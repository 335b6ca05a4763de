#include "agent/cli_wanted.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/nearest.h"

/* Copies up to one of the characters of ends; false where it does not fit. */
static bool copy_until(const char **text, const char *ends, char *ret, size_t size)
{
	size_t length = strcspn(*text, ends);

	if (length >= size)
		return false;
	memcpy(ret, *text, length);
	ret[length] = '\0';
	*text += length;
	return true;
}

static const char *skip_spaces(const char *text)
{
	return text + strspn(text, " ");
}

int cli_wanted_read(const char *text, struct cli_wanted *ret)
{
	struct cli_wanted wanted = {.word = ""};

	text = skip_spaces(text);
	if (*text != '[') {
		if (!copy_until(&text, " ", wanted.word, sizeof(wanted.word)) || !wanted.word[0])
			return -EINVAL;
	} else {
		text++;
		if (!copy_until(&text, " ]", wanted.section, sizeof(wanted.section)))
			return -EINVAL;
		text = skip_spaces(text);
		if (!copy_until(&text, " ]", wanted.name, sizeof(wanted.name)) || *text != ']' ||
			!wanted.section[0])
			return -EINVAL;
		text = skip_spaces(text + 1);
		if (!copy_until(&text, " ", wanted.key, sizeof(wanted.key)))
			return -EINVAL;
	}
	if (*skip_spaces(text))
		return -EINVAL;
	*ret = wanted;
	return 0;
}

static bool fits(const char *wanted, const char *word)
{
	return !wanted[0] || (word && strcmp(wanted, word) == 0);
}

bool cli_wanted_fits(const struct cli_wanted *wanted, const struct cli_setting *setting)
{
	if (wanted->word[0])
		return fits(wanted->word, setting->key) || fits(wanted->word, setting->section) ||
		       (setting->name && fits(wanted->word, setting->name));
	return fits(wanted->section, setting->section) && fits(wanted->name, setting->name) &&
	       fits(wanted->key, setting->key);
}

const char *cli_wanted_nearest(const struct cli_wanted *wanted, const struct cli_settings *settings)
{
	const char *typed = wanted->word[0]   ? wanted->word
			    : wanted->key[0]  ? wanted->key
			    : wanted->name[0] ? wanted->name
					      : wanted->section;
	struct nearest nearest;

	nearest_begin(&nearest, typed, strlen(typed));
	for (size_t i = 0; i < settings->n; i++) {
		nearest_offer(&nearest, settings->items[i].key);
		if (settings->items[i].name)
			nearest_offer(&nearest, settings->items[i].name);
		nearest_offer(&nearest, settings->items[i].section);
	}
	return nearest.best;
}
