/* What of a tokens document is legal and to be known before it is signed. */
#include "policy/admin/lint.h"

#include <stdlib.h>
#include <unistd.h>

#include "policy/admin/summary_tokens.h"
#include "policy/cleanup.h"

void lint_tokens(const char *path, const struct tokens *tokens)
{
	CLEANUP(cleanup_free) char *key_path = admin_beside(path, "terminal-key.ini");
	CLEANUP(cleanup_free) char *name = tokens_terminal_name(tokens, path);

	if (key_path && access(key_path, F_OK) == 0 && !name)
		lint_warn(path, 0, "it is sealed to another key than that of %s", key_path);
	for (size_t i = 0; i < tokens->n_entries; i++)
		if (tokens->entries[i].n_recovery == 0)
			lint_note(path, tokens->entries[i].line,
				"%s has no recovery codes: who loses the token needs an envelope",
				tokens->entries[i].user);
	if (tokens->n_envelopes == 0)
		lint_note(path, 0,
			"no sealed envelopes: make some (--envelopes) for the day on which no "
			"code is at hand");
}
