#include "policy/admin/exemption_words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/register_columns.h"
#include "policy/medium_text.h"

struct word {
	const char *text; /* as register_fold() makes it */
	unsigned value;
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct word directions[] = {
	{"read-only", VERDICT_READ_ONLY},
	{"読取", VERDICT_READ_ONLY},
	{"読取り", VERDICT_READ_ONLY},
	{"読み取り", VERDICT_READ_ONLY},
	{"読取のみ", VERDICT_READ_ONLY},
	{"読み取りのみ", VERDICT_READ_ONLY},
	{"read-write", VERDICT_ALLOW},
	{"書込", VERDICT_ALLOW},
	{"書込み", VERDICT_ALLOW},
	{"書き込み", VERDICT_ALLOW},
	{"読書", VERDICT_ALLOW},
	{"読み書き", VERDICT_ALLOW},
	{"読取/書込", VERDICT_ALLOW},
	{"読取・書込", VERDICT_ALLOW},
	{"持出", VERDICT_ALLOW},
	{"持出し", VERDICT_ALLOW},
};

static const struct word answers[] = {
	{"有", FORM_YES},
	{"有り", FORM_YES},
	{"あり", FORM_YES},
	{"する", FORM_YES},
	{"yes", FORM_YES},
	{"無", FORM_NO},
	{"無し", FORM_NO},
	{"なし", FORM_NO},
	{"しない", FORM_NO},
	{"no", FORM_NO},
};

static const struct word endings[] = {
	{"reboot", EXEMPTION_SURVIVES_REBOOT},
	{"再起動", EXEMPTION_SURVIVES_REBOOT},
	{"logout", EXEMPTION_SURVIVES_LOGOUT},
	{"ログアウト", EXEMPTION_SURVIVES_LOGOUT},
};

static const struct word kinds[] = {
	{"usb-storage", CLASS_USB_STORAGE},
	{"usbメモリ", CLASS_USB_STORAGE},
	{"usbメモリー", CLASS_USB_STORAGE},
	{"usbメモリ等", CLASS_USB_STORAGE},
};

static const struct word everybody[] = {{"any", 0}, {"誰でも", 0}, {"だれでも", 0}};

static const struct word *find(const char *text, const struct word *words, size_t n_words)
{
	char folded[REGISTER_WORD_MAX];

	register_fold(text, folded);
	for (size_t i = 0; i < n_words; i++)
		if (strcmp(words[i].text, folded) == 0)
			return &words[i];
	return NULL;
}

int exemption_words_direction(const char *text, enum verdict *ret)
{
	const struct word *word = find(text, directions, COUNT(directions));

	if (!word)
		return -EINVAL;
	*ret = (enum verdict)word->value;
	return 0;
}

int exemption_words_answer(const char *text, enum form_answer *ret)
{
	const struct word *word = find(text, answers, COUNT(answers));

	if (!word && text[0] != '\0')
		return -EINVAL;
	*ret = word ? (enum form_answer)word->value : FORM_NOT_ANSWERED;
	return 0;
}

/* How many bytes part two words here; 0: none do. */
static size_t separator_at(const char *at)
{
	static const char *const separators[] = {" ", ",", "\n", "　", "、", "，"};

	for (size_t i = 0; i < COUNT(separators); i++)
		if (strncmp(at, separators[i], strlen(separators[i])) == 0)
			return strlen(separators[i]);
	return 0;
}

size_t exemption_words_next(const char **cursor, const char **ret)
{
	const char *at = *cursor, *begin;
	size_t size;

	while ((size = separator_at(at)) > 0)
		at += size;
	for (begin = at; *at != '\0' && separator_at(at) == 0;)
		at++;
	*cursor = at;
	*ret = begin;
	return (size_t)(at - begin);
}

int exemption_words_survives(const char *text, unsigned *ret)
{
	unsigned survives = 0;
	const char *at;
	size_t size;

	while ((size = exemption_words_next(&text, &at)) > 0) {
		char one[REGISTER_WORD_MAX];
		const struct word *word;

		snprintf(one, sizeof(one), "%.*s", (int)size, at);
		word = find(one, endings, COUNT(endings));
		if (!word)
			return -EINVAL;
		survives |= word->value;
	}
	*ret = survives;
	return 0;
}

int exemption_words_medium(const char *text, struct exemption_medium *ret)
{
	struct exemption_medium medium = {0};

	if (find(text, kinds, COUNT(kinds))) {
		medium.kind = EXEMPTION_MEDIUM_CLASS;
		medium.device_class = CLASS_USB_STORAGE;
	} else if (!medium_number_fault(text)) {
		medium.kind = EXEMPTION_MEDIUM_REGISTERED;
		snprintf(medium.number, sizeof(medium.number), "%s", text);
	} else {
		return -EINVAL;
	}
	*ret = medium;
	return 0;
}

int exemption_words_users(const char *text, char (*ret)[ACCOUNT_NAME_MAX + 1], size_t *ret_n)
{
	char users[EXEMPTION_USERS_MAX][ACCOUNT_NAME_MAX + 1];
	size_t n = 0, size;
	const char *at;

	if (find(text, everybody, COUNT(everybody))) {
		*ret_n = 0;
		return 0;
	}
	while ((size = exemption_words_next(&text, &at)) > 0) {
		if (n == EXEMPTION_USERS_MAX || size > ACCOUNT_NAME_MAX)
			return -EINVAL;
		snprintf(users[n], sizeof(users[n]), "%.*s", (int)size, at);
		if (!account_name_is_valid(users[n]))
			return -EINVAL;
		for (size_t i = 0; i < n; i++)
			if (strcmp(users[i], users[n]) == 0)
				return -EINVAL;
		n++;
	}
	if (n == 0)
		return -EINVAL;
	memcpy(ret, users, n * sizeof(users[0]));
	*ret_n = n;
	return 0;
}
