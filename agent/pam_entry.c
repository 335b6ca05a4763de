#include "agent/pam_entry.h"

static const char *const type_names[] = {
	[PAM_TYPE_AUTH] = "auth",
	[PAM_TYPE_SESSION] = "session",
	[PAM_TYPE_ACCOUNT] = "account",
	[PAM_TYPE_PASSWORD] = "password",
};

#define N_TYPES ((int)(sizeof(type_names) / sizeof(type_names[0])))

void pam_entry_set_all(struct pam_entry *entry, int action)
{
	for (int i = 0; i < PAM_CODES; i++)
		entry->actions[i] = action;
}

static void read_type(const char *word, enum pam_type wanted, bool knows_at, struct pam_entry *ret)
{
	if (word && word[0] == '-') {
		ret->is_silent = true;
		word++;
	}
	for (int i = PAM_TYPE_AUTH; word && i < N_TYPES; i++)
		if (pam_word_is(word, type_names[i]))
			ret->type = (enum pam_type)i;
	if (ret->type != PAM_TYPE_ANY)
		return;
	ret->type = wanted;
	if (word && knows_at && pam_word_is(word, "@include")) {
		ret->is_include = ret->is_at = true;
		return;
	}
	ret->must_fail = true;
	if (wanted == PAM_TYPE_ANY)
		ret->type = PAM_TYPE_AUTH;
}

static void read_control(const char *word, struct pam_entry *ret)
{
	if (!word)
		ret->must_fail = true;
	else if (pam_word_is(word, "include"))
		ret->is_include = true;
	else if (pam_word_is(word, "substack"))
		ret->is_include = ret->is_substack = true;
	else
		pam_control_read(word, ret->actions);
}

bool pam_entry_read(char *line, enum pam_type wanted, bool knows_at, struct pam_entry *ret)
{
	struct pam_entry entry = {.type = PAM_TYPE_ANY};

	pam_entry_set_all(&entry, PAM_ACTION_BAD);
	read_type(pam_line_word(&line), wanted, knows_at, &entry);
	if (wanted != PAM_TYPE_ANY && entry.type != wanted)
		return false;
	if (!entry.is_at)
		read_control(pam_line_word(&line), &entry);
	entry.module = pam_line_word(&line);
	entry.rest = line;
	*ret = entry;
	return true;
}
