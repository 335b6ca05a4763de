#include "policy/admin/token_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/kind.h"
#include "policy/admin/parse.h"
#include "policy/admin/token_terminal.h"
#include "policy/cleanup.h"

/* Whether the folder of path lies in one that is called terminals. */
static bool is_of_terminals(const char *path)
{
	CLEANUP(cleanup_free) char *folder = admin_beside(path, "..");
	CLEANUP(cleanup_free) char *real = folder ? realpath(folder, NULL) : NULL;
	const char *name = real ? strrchr(real, '/') : NULL;

	return name && strcmp(name, "/terminals") == 0;
}

int token_folder_check_name(const char *key_path, const struct terminal_key *key)
{
	CLEANUP(cleanup_free) char *real = realpath(key_path, NULL);
	CLEANUP(cleanup_free) char *folder = NULL;
	const char *name = real ? file_folder_name(real, &folder) : "";

	if (key->terminal[0] == '\0' || strcmp(key->terminal, name) == 0 ||
		!is_of_terminals(key_path))
		return EXIT_DONE;
	admin_complain("%s is of the terminal %s, which looks into the folder %s and not into %s: "
		       "is it the right file?",
		key_path, key->terminal, key->terminal, name);
	return EXIT_NO;
}

/* Without a terminal-key.ini nobody can say whether it can be opened. */
static int check_key(const struct tokens *tokens, const char *path, const char *key_path)
{
	CLEANUP(token_terminal_clear) struct token_terminal terminal = {0};
	int code;

	if (access(key_path, F_OK) < 0) {
		printf("            no terminal-key.ini beside it: nobody can say whether the "
		       "terminal can open it\n");
		return EXIT_DONE;
	}
	code = token_terminal_read_key(key_path, &terminal);
	if (code == EXIT_DONE)
		code = token_folder_check_name(key_path, &terminal.key);
	if (code != EXIT_DONE || strcmp(terminal.key.fingerprint, tokens->key) == 0)
		return code;
	admin_complain("%s is sealed to the key %s, and %s is %s: the terminal could open none of "
		       "its secrets",
		path, tokens->key, key_path, terminal.key.fingerprint);
	return EXIT_NO;
}

static int remember(struct token_folders *folders, const char *name, const struct tokens *tokens)
{
	struct token_folder *grown =
		reallocarray(folders->seen, folders->n + 1, sizeof(*folders->seen));
	struct token_folder *folder;

	if (!grown)
		return admin_no_memory();
	folders->seen = grown;
	folder = &grown[folders->n++];
	snprintf(folder->name, sizeof(folder->name), "%s", name);
	snprintf(folder->key, sizeof(folder->key), "%s", tokens->key);
	return EXIT_DONE;
}

static int check_others(
	const struct token_folders *folders, const char *path, const struct tokens *tokens)
{
	for (size_t i = 0; i < folders->n; i++)
		if (strcmp(folders->seen[i].key, tokens->key) == 0) {
			admin_complain("%s is sealed to the key of %s: two terminals never have "
				       "the same",
				path, folders->seen[i].name);
			return EXIT_NO;
		}
	return EXIT_DONE;
}

int token_folder_check(struct token_folders *folders, const char *path, const char *name)
{
	CLEANUP(admin_document_clear)
	struct admin_document document = {.kind = DOCUMENT_TOKENS};
	CLEANUP(cleanup_free) char *key_path = admin_beside(path, "terminal-key.ini");
	int code;

	if (!key_path)
		return admin_no_memory();
	if (admin_read_document(path, &document.file) < 0 || !admin_parse_silently(&document))
		return EXIT_UNKNOWN;
	code = check_key(document.tokens, path, key_path);
	if (code == EXIT_DONE)
		code = check_others(folders, path, document.tokens);
	return code == EXIT_DONE ? remember(folders, name, document.tokens) : code;
}

void token_folders_clear(struct token_folders *folders)
{
	free(folders->seen);
	*folders = (struct token_folders){0};
}
