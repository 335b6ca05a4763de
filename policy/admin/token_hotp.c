#include "policy/admin/token_hotp.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/parse.h"
#include "policy/cleanup.h"

int token_hotp_check_places(const struct token_job *job)
{
	for (size_t i = 0; i < job->n_handouts && job->n_terminals > 1; i++)
		if (job->handouts[i].type == CODE_HOTP) {
			admin_complain("a HOTP token counts its codes, and two terminals without a "
				       "network cannot count together: the token %s of %s can be "
				       "for one terminal only, not for %zu",
				job->handouts[i].number, job->handouts[i].user, job->n_terminals);
			return EXIT_NO;
		}
	return EXIT_DONE;
}

/* Whether a document that lies beside, of another terminal, has a HOTP token of that number. */
static int check_document(const char *path, const struct token_handout *handout)
{
	CLEANUP(admin_document_clear)
	struct admin_document document = {.kind = DOCUMENT_TOKENS};

	if (access(path, F_OK) < 0 || admin_read_document(path, &document.file) < 0 ||
		!admin_parse_silently(&document))
		return EXIT_DONE;
	for (size_t i = 0; i < document.tokens->n_entries; i++)
		if (document.tokens->entries[i].type == CODE_HOTP &&
			strcmp(document.tokens->entries[i].number, handout->number) == 0) {
			admin_complain("%s has the HOTP token %s already, and a token that counts "
				       "can be for one terminal only: say \"token revoke %s\" for "
				       "that one first",
				path, handout->number, document.tokens->entries[i].user);
			return EXIT_NO;
		}
	return EXIT_DONE;
}

static int check_beside(const struct token_handout *handout, const struct token_terminal *terminal)
{
	CLEANUP(cleanup_free) char *above = admin_beside(terminal->path, "..");
	CLEANUP(cleanup_free) char *own = realpath(terminal->key_path, NULL);
	DIR *listing = above ? opendir(above) : NULL;
	const struct dirent *entry;
	int code = EXIT_DONE;

	while (code == EXIT_DONE && listing && (entry = readdir(listing))) {
		CLEANUP(cleanup_free)
		char *path = admin_format("%s/%s/tokens.ini", above, entry->d_name);
		CLEANUP(cleanup_free)
		char *key = admin_format("%s/%s/terminal-key.ini", above, entry->d_name);
		CLEANUP(cleanup_free) char *real = key ? realpath(key, NULL) : NULL;

		if (!path || entry->d_name[0] == '.' || (own && real && strcmp(own, real) == 0))
			continue;
		code = check_document(path, handout);
	}
	if (listing)
		closedir(listing);
	return code;
}

int token_hotp_check_elsewhere(
	const struct token_handout *handout, const struct token_terminal *terminal)
{
	return handout->type == CODE_HOTP ? check_beside(handout, terminal) : EXIT_DONE;
}

int token_hotp_check_number(
	const struct token_handout *handout, const struct token_terminal *terminal)
{
	const struct token_entry *before = token_terminal_before(terminal, handout->user);

	if (handout->type != CODE_HOTP || !before || before->type != CODE_HOTP ||
		strcmp(before->number, handout->number) != 0)
		return EXIT_DONE;
	admin_complain("%s: %s has the HOTP token %s, and a new secret begins to count anew: it "
		       "needs another number",
		terminal->path, handout->user, handout->number);
	return EXIT_NO;
}
